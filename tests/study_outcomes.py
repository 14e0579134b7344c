"""Data and trainings of a study, made by hand: no network has seen any of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sixring.patches import PatchSet
from sixring.study._data import StudyData
from sixring.study._plan import Job
from sixring.study._training import Outcome

__all__ = ["hand_data", "labelled", "outcome"]

_KINDS = ("SV", "SW", "flower")


def labelled(n: int, micrographs: int = 12, *, seed: int = 0) -> PatchSet:
    """Return n patches without an image in them, every fourth a defect.

    All patches of a micrograph have its dose; every third defect is of the same kind.
    """
    generator = np.random.default_rng(seed)
    labels = (np.arange(n) % 4 == 0).astype(np.int8)
    numbers = np.sort(generator.integers(micrographs, size=n))
    doses = np.geomspace(1000, 9900, micrographs)
    kinds = [_KINDS[i // 4 % 3] if label else "" for i, label in enumerate(labels)]
    return PatchSet(
        images=np.zeros((n, 8, 8), np.float32),
        labels=labels,
        groups=np.char.add("m", numbers.astype(str)),
        names=tuple(map(str, range(n))),
        details={
            "defect": np.array(kinds),
            "dose": doses[numbers],
            "sampling": np.full(n, 0.2),
            "mode": np.full(n, "hrtem"),
        },
    )


def hand_data() -> StudyData:
    """Return three sets that differ in size."""
    return StudyData(labelled(200), labelled(80), labelled(240, seed=1), np.array([1, 2, 0, 4]))


def outcome(
    question: str,
    model: str,
    distance: float,
    *,
    variant: str = "",
    seed: int = 0,
    scores: dict[str, NDArray[np.float32]] | None = None,
    test: PatchSet | None = None,
    **changes: Any,  # noqa: ANN401 - fields of a job or of an outcome
) -> Outcome:
    """Return a training whose score is N(0, 1), and larger by `distance` for defects.

    What is random about it follows from `seed` and `model`.
    """
    test = hand_data().test if test is None else test
    assert test.labels is not None
    generator = np.random.default_rng([seed, *model.encode()])
    score = generator.normal(size=len(test)) + distance * test.labels
    job = Job(
        question=question,  # type: ignore[arg-type]
        variant=variant,
        model=model,
        seed=seed,
        data=changes.pop("data", "challenge"),
        perfect=changes.pop("perfect", 120),
        defects=changes.pop("defects", 30),
        settings={"epochs": 2, "channels": (4, 8), **changes.pop("settings", {})},
    )
    learned = np.repeat([0, 1], [90, 20]).astype(np.int8)
    values: dict[str, Any] = {
        "history": [
            {"epoch": 1, "training_loss": 0.5, "validation_loss": 0.6, "validation_auc": 0.7},
            {"epoch": 2, "training_loss": 0.3, "validation_loss": 0.65, "validation_auc": 0.75},
        ],
        "best_epoch": 1,
        "training_scores": learned.astype(np.float32),
        "training_labels": learned,
        **changes,
    }
    return Outcome(
        job=job,
        folder=Path("nowhere"),
        scores=scores or {"logit": score.astype(np.float32)},
        snapshots={},
        **values,
    )
