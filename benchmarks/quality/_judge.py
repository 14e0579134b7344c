"""From scores to numbers: what each model reaches, beside what any could."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality._ideal import ALL, Ideal
from benchmarks.quality._scores import Scores
from benchmarks.quality._sets import DEFECTS
from sixring.evaluate import Calibration, Estimate, Reliability, delong, efficiency, evaluate
from sixring.evaluate import reliability as reliability_of
from sixring.models import SavedModel
from sixring.patches import DEFECT, PERFECT, PatchSet

__all__ = ["counted_gap", "judge_cell", "judge_challenge", "judge_reliability", "labels_of"]

Row = dict[str, Any]

_FALSE_ALARMS = 0.01
_ENOUGH = 50
"""Patches of a bin, for the share of defects among them to say much."""


def judge_challenge(patches: PatchSet, scores: Scores) -> Row:
    """Return AUC, average precision and recall at 1 % false alarms, each with its interval."""
    found = evaluate(
        scores, labels_of(patches), groups=patches.groups, false_alarm_rate=_FALSE_ALARMS
    )
    return {
        "auc": _plain(found.auc),
        "average_precision": _plain(found.average_precision),
        "recall": _plain(found.recall),
    }


def judge_cell(patches: PatchSet, scores: Scores, ideal: Mapping[str, Ideal]) -> dict[str, Row]:
    """Return AUC and efficiency by kind of defect, each against all perfect patches.

    Parameters
    ----------
    patches : PatchSet
        A test set.
    scores : ndarray, shape (n,)
        Of a model.
    ideal : mapping of Ideal
        By kind; that of all together is :data:`ALL`. Kinds of which there is no patch are left
        out.

    Returns
    -------
    dict
        By kind: ``auc`` with its interval, and ``efficiency``; None where an AUC is 1 or the
        ideal observer sees nothing.
    """
    labels, kinds = labels_of(patches), patches.details["defect"]
    rows = {}
    for kind in (ALL, *DEFECTS):
        among = (labels == PERFECT) | (labels == DEFECT if kind == ALL else kinds == kind)
        if not (labels[among] == DEFECT).any():
            continue
        auc = delong(scores[among], labels[among], patches.groups[among])
        rows[kind] = {
            "auc": _plain(auc),
            "efficiency": _share(auc.value, ideal[kind].unknown.value),
        }
    return rows


def judge_reliability(
    model: SavedModel,
    scores: Scores,
    labels: NDArray[np.int8],
    groups: NDArray[np.str_],
) -> Row | None:
    """Return predicted and observed frequencies at the patches' own share of defects.

    Parameters
    ----------
    model : SavedModel
        Whose calibration makes probabilities of the scores.
    scores, labels, groups : ndarray, shape (n,)
        Of test patches.

    Returns
    -------
    dict or None
        None for a model whose scores have no probabilities.
    """
    document = model.description.calibration
    if document is None:
        return None
    prevalence = float((labels == DEFECT).mean())
    predicted = Calibration.from_document(document).probability(scores, prevalence)
    found = reliability_of(predicted, labels, groups=groups, prevalence=prevalence)
    gap, bins = counted_gap(found)
    return {
        "prevalence": prevalence,
        "largest_gap": gap,
        "bins": bins,
        "error": _plain(found.error),
        "patches": found.patches.tolist(),
        "predicted": _numbers(found.predicted),
        "observed": _numbers(found.observed),
        "low": _numbers(found.low),
        "high": _numbers(found.high),
    }


def counted_gap(found: Reliability) -> tuple[float | None, int]:
    """Return the largest distance of predicted and observed, and over how many bins.

    A bin counts where it holds 50 patches or more; None where none does.
    """
    counts = found.patches >= _ENOUGH
    if not counts.any():
        return None, 0
    gaps = np.abs(found.predicted - found.observed)[counts]
    return float(gaps.max()), int(counts.sum())


def labels_of(patches: PatchSet) -> NDArray[np.int8]:
    """Return the labels, which patches that were read as labelled ones always have."""
    return cast("NDArray[np.int8]", patches.labels)


def _share(auc: float, ideal: float) -> float | None:
    return efficiency(auc, ideal) if auc < 1 and 0.5 < ideal < 1 else None


def _plain(estimate: Estimate) -> Row:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
