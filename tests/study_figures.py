"""A study with images in it: honeycombs with spots, and small networks that saw two epochs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from honeycomb_patches import honeycomb
from sixring.patches import PatchSet
from sixring.study._data import StudyData
from sixring.study._plan import AUTOENCODERS, CLASSIFIERS, Job
from sixring.study._training import Outcome
from trained_models import SIDE, trained

__all__ = ["KINDS", "pictured_data", "pictured_outcomes"]

KINDS = ("SV", "SW", "flower")


def patches(n: int, seed: int) -> PatchSet:
    """Return honeycombs of 12 micrographs, a third of them with a spot."""
    images, found = honeycomb(n, seed=seed, share=1 / 3, side=SIDE)
    labels = found.astype(np.int8)
    numbers = np.arange(n) % 12
    kinds = np.array(KINDS)[np.arange(n) % len(KINDS)]
    return PatchSet(
        images=images,
        labels=labels,
        groups=np.char.add("m", numbers.astype(str)),
        names=tuple(map(str, range(n))),
        details={
            "defect": np.where(labels == 1, kinds, ""),
            "dose": np.geomspace(1000, 9876, 12)[numbers],
            "sampling": np.full(n, 0.2),
        },
    )


def pictured_data() -> StudyData:
    test = patches(90, 1)
    assert test.labels is not None
    shown = np.r_[np.flatnonzero(test.labels == 0)[:3], np.flatnonzero(test.labels == 1)[:2]]
    return StudyData(patches(60, 2), patches(30, 3), test, shown)


def pictured_outcomes(folder: Path, seeds: Sequence[int] = (0, 1)) -> list[Outcome]:
    """Return trainings of the report's classifiers and of the autoencoders, saved in `folder`."""
    data = pictured_data()
    kinds = [("report", model) for model in CLASSIFIERS]
    kinds += [("autoencoder", model) for model in AUTOENCODERS]
    return [
        _outcome(Job(question, "", model, seed, "challenge", None, None), folder, data)  # type: ignore[arg-type]
        for question, model in kinds
        for seed in seeds
    ]


def _outcome(job: Job, folder: Path, data: StudyData) -> Outcome:
    model = trained(job.model)
    place = folder / job.model
    if not place.exists():
        model.save(place)
    assert data.challenge.labels is not None
    history: list[dict[str, Any]] = [
        {
            "epoch": epoch,
            "training_loss": 0.5 / epoch**3,
            "validation_loss": 0.4 + 0.1 * epoch,
            "validation_auc": 0.5 + 0.01 * job.seed,
        }
        for epoch in (1, 2, 3)
    ]
    views = model.saved.description.views
    rebuilt = (
        model.saved.outputs(data.test.images[data.shown], ("reconstruction",))["reconstruction"]
        if job.model == "vae"
        else None
    )
    assert rebuilt is None or "reconstruction" in views
    return Outcome(
        job=job,
        folder=place,
        history=history,
        best_epoch=1,
        scores=model.saved.scores(data.test.images),
        training_scores=model.decision_function(data.challenge.images),
        training_labels=data.challenge.labels,
        snapshots={} if rebuilt is None else {1: 0 * rebuilt, 4: rebuilt},
    )
