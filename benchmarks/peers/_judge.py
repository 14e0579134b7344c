"""From raw scores to numbers, the same way for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers._data import Course, labels_of
from sixring.evaluate import Estimate, compare_repeats, evaluate_repeats
from sixring.patches import DEFECT, PatchSet

__all__ = ["described", "judge", "leads"]

Row = dict[str, Any]
Scores = NDArray[np.float64]


def described(patches: PatchSet) -> Row:
    """Return how many patches of each kind there are."""
    defect = int((labels_of(patches) == DEFECT).sum())
    return {
        "perfect": len(patches) - defect,
        "defect": defect,
        "micrographs": len(np.unique(patches.groups)),
    }


def judge(course: Course, scores: Sequence[Mapping[str, Scores]]) -> Row:
    """Return the AUC on each test set, and on each range of doses where a set has many.

    Parameters
    ----------
    course : Course
        What was scored.
    scores : sequence of mapping
        Of each training, by test set.

    Returns
    -------
    dict
        ``value``, ``low`` and ``high`` by column: the mean over the trainings, and its 95 %
        interval, for other micrographs and, where there are several, other trainings.
    """
    found = {}
    for name, patches in course.tests.items():
        repeats = evaluate_repeats(
            [one[name] for one in scores],
            labels_of(patches),
            groups=patches.groups,
            details={
                column: patches.details[column]
                for column in ("dose",)
                if course.by_dose and column in patches.details
            },
        )
        found[name] = _plain(repeats.auc)
        for part in repeats.parts:
            found[f"{part.value} e/A^2"] = _plain(part.auc)
    return found


def leads(course: Course, rows: Sequence[Row], scores: Mapping[str, Any]) -> list[Row]:
    """Hold the best of sixring's models against the best peer on each test set.

    Parameters
    ----------
    course : Course
        What was scored.
    rows : sequence of dict
        With ``name``, ``is_own`` and ``auc``, None for a model without scores.
    scores : mapping
        Those of each training of each model, by its name.

    Returns
    -------
    list of dict
        Of each set: ``own``, ``peer``, and their ``difference`` with its interval. Empty where one
        side has no scores.
    """
    found = []
    for name, patches in course.tests.items():
        best = {}
        for is_own in (True, False):
            side = [row for row in rows if row["is_own"] is is_own and row["auc"]]
            if not side:
                return []
            best[is_own] = max(side, key=lambda row: row["auc"][name]["value"])
        own, peer = best[True], best[False]
        compared = compare_repeats(
            [one[name] for one in scores[own["name"]]],
            [one[name] for one in scores[peer["name"]]],
            labels_of(patches),
            patches.groups,
        )
        found.append(
            {
                "set": name,
                "own": own["title"],
                "peer": peer["title"],
                "difference": _plain(compared.difference),
            }
        )
    return found


def _plain(estimate: Estimate) -> Row:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
