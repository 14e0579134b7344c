"""All numbers of the study, as JSON can hold them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from sixring.evaluate import roc_auc
from sixring.patches import DEFECT, PERFECT, PatchSet
from sixring.study._data import StudyData, labels_of
from sixring.study._latent import Latent
from sixring.study._plan import AUTOENCODERS
from sixring.study._results import comparisons, kinds_of, results
from sixring.study._training import Outcome

__all__ = ["study_document"]


def study_document(
    outcomes: Sequence[Outcome],
    data: StudyData,
    latent: Latent | None,
    *,
    scale: str,
    seed: int,
    code: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Put together what the study found.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The trainings, all judged on ``data.test``.
    data : StudyData
        The patches.
    latent : Latent or None
        What the latent distribution of a variational autoencoder told.
    scale : str
        ``full`` or ``quick``.
    seed : int
        Of the study; the draws that intervals are made of follow from it.
    code : mapping, optional
        What single nodes of the dense autoencoder's code tell.

    Returns
    -------
    dict
        ``sixring`` (version), ``scale``, ``seed``; ``data``, with what each set holds;
        ``trainings``, a row each; ``results``, a row for each score of trainings that differ in
        their seed alone; ``comparisons`` of these; ``code`` and
        ``latent``, None without one.

    Raises
    ------
    UsageError
        If the test patches lack a class, or a training scored others.
    """
    kinds = kinds_of(outcomes)
    sets = {"challenge": data.challenge, "defects": data.defects, "test": data.test}
    document = {
        "sixring": version("sixring"),
        "scale": scale,
        "seed": seed,
        "data": {name: _contents(patches) for name, patches in sets.items()},
        "trainings": [_training(one, sets[one.job.data], data.test) for one in outcomes],
        "results": results(kinds, data.test, seed),
        "comparisons": comparisons(kinds, data.test, seed),
        "code": code,
        "latent": None if latent is None else latent.document(),
    }
    return {name: _as_read(value) for name, value in document.items()}


def _contents(patches: PatchSet) -> dict[str, Any]:
    """Say what a set holds."""
    labels = labels_of(patches)
    names, numbers = np.unique(patches.details["defect"][labels == DEFECT], return_counts=True)
    return {
        "perfect": int(np.sum(labels == PERFECT)),
        "defects": int(np.sum(labels == DEFECT)),
        "micrographs": len(np.unique(patches.groups)),
        "shape": list(patches.images.shape[1:]),
        "kinds": dict(zip(names.tolist(), numbers.tolist(), strict=True)),
        "dose": _range(patches, "dose"),
        "sampling": _range(patches, "sampling"),
    }


def _range(patches: PatchSet, column: str) -> list[float]:
    values = patches.details[column]
    return [float(values.min()), float(values.max())]


def _training(outcome: Outcome, source: PatchSet, test: PatchSet) -> dict[str, Any]:
    job, learned = outcome.job, outcome.training_labels
    offered, tested = labels_of(source), labels_of(test)
    last = outcome.history[-1]
    kept = next(row for row in outcome.history if row["epoch"] == outcome.best_epoch)
    return {
        "name": job.name,
        "question": job.question,
        "variant": job.variant,
        "model": job.model,
        "seed": job.seed,
        "perfect": int(np.sum(offered == PERFECT)) if job.perfect is None else job.perfect,
        "defects": int(np.sum(offered == DEFECT)) if job.defects is None else job.defects,
        # Autoencoders are shown none.
        "learned_defects": 0 if job.model in AUTOENCODERS else int(np.sum(learned == DEFECT)),
        "epochs": len(outcome.history),
        "best_epoch": outcome.best_epoch,
        "settings": dict(job.settings),
        **{
            name: _finite(last.get(name))
            for name in ("training_loss", "validation_loss", "validation_auc")
        },
        **{
            f"kept_{name}": _finite(kept.get(name)) for name in ("training_loss", "validation_loss")
        },
        "training_auc": roc_auc(outcome.training_scores, learned) if np.ptp(learned) else None,
        "auc": {name: roc_auc(scores, tested) for name, scores in outcome.scores.items()},
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _as_read(value: object) -> object:
    """Return a value as it is when it has been written and read again: tuples are lists."""
    if isinstance(value, dict):
        return {key: _as_read(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_read(item) for item in value]
    return value
