"""Curves over all thresholds, single metrics, and the counts at one threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError
from sixring.evaluate._checks import Judged, check_share, judged
from sixring.evaluate._ranking import Metric, plain_metrics, rank

__all__ = [
    "Confusion",
    "OperatingPoints",
    "average_precision",
    "confusion",
    "count",
    "operating_points",
    "points_of",
    "recall_at",
    "roc_auc",
]


@dataclass(frozen=True, eq=False)
class OperatingPoints:
    """What each threshold gives: the ROC and the precision-recall curve in one table."""

    threshold: NDArray[np.float64]
    """Shape (k,): infinity, where nothing is called defect, then every score, descending."""
    recall: NDArray[np.float64]
    """Shape (k,): share of the defects at or above the threshold."""
    false_alarm_rate: NDArray[np.float64]
    """Shape (k,): share of the perfect patches at or above the threshold."""
    precision: NDArray[np.float64]
    """Shape (k,): share of defects among what is called defect, at `prevalence`; 1 at first."""
    prevalence: float
    """Share of defects that precision is stated for."""


@dataclass(frozen=True)
class Confusion:
    """How many patches were called what."""

    threshold: float
    """Patches with this score or a higher one are called defect."""
    hits: int
    """Defects called defect."""
    misses: int
    """Defects called perfect."""
    false_alarms: int
    """Perfect patches called defect."""
    passes: int
    """Perfect patches called perfect."""

    @property
    def recall(self) -> float:
        """Share of the defects that are called defect."""
        return self.hits / (self.hits + self.misses)

    @property
    def false_alarm_rate(self) -> float:
        """Share of the perfect patches that are called defect."""
        return self.false_alarms / (self.false_alarms + self.passes)


def operating_points(
    scores: ArrayLike, labels: ArrayLike, prevalence: float | None = None
) -> OperatingPoints:
    """Return recall, false-alarm rate and precision at every threshold.

    Parameters
    ----------
    scores : array_like
        Shape (n,): higher where a defect is likelier.
    labels : array_like
        Shape (n,): 0 perfect, 1 defect.
    prevalence : float, optional
        Share of defects that precision is stated for; that of `labels` if None.

    Raises
    ------
    UsageError
        If the arguments don't fit together, or a class is missing.
    """
    patches = judged(scores, labels)
    return points_of(patches, _prevalence(patches, prevalence))


def points_of(patches: Judged, prevalence: float) -> OperatingPoints:
    """Return what :func:`operating_points` does, for patches that have been checked."""
    order = np.argsort(-patches.scores, kind="stable")
    values, defect = patches.scores[order], patches.defect[order]
    last = np.r_[np.flatnonzero(np.diff(values)), len(values) - 1]
    recall = np.r_[0.0, np.cumsum(defect)[last] / defect.sum()]
    alarms = np.r_[0.0, np.cumsum(~defect)[last] / (~defect).sum()]
    called = prevalence * recall + (1 - prevalence) * alarms
    precision = np.ones_like(called)
    precision[1:] = prevalence * recall[1:] / called[1:]
    return OperatingPoints(np.r_[np.inf, values[last]], recall, alarms, precision, prevalence)


def roc_auc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Return the area under the ROC curve: how often a defect outscores a perfect patch.

    Ties count one half (Mann and Whitney). Arguments and errors as in :func:`operating_points`.
    """
    return _metric(Metric.AUC, scores, labels)


def average_precision(
    scores: ArrayLike, labels: ArrayLike, prevalence: float | None = None
) -> float:
    """Return the precision at each step of recall, averaged over the steps.

    Arguments and errors as in :func:`operating_points`.
    """
    return _metric(Metric.AVERAGE_PRECISION, scores, labels, prevalence=prevalence)


def recall_at(scores: ArrayLike, labels: ArrayLike, false_alarm_rate: float = 0.01) -> float:
    """Return the highest recall of any threshold with at most `false_alarm_rate`.

    With fewer than ``1 / false_alarm_rate`` perfect patches, none may be called defect.
    Arguments and errors as in :func:`operating_points`.
    """
    rate = check_share(false_alarm_rate, "false_alarm_rate")
    return _metric(Metric.RECALL, scores, labels, false_alarm_rate=rate)


def confusion(scores: ArrayLike, labels: ArrayLike, threshold: float) -> Confusion:
    """Count what is called what at `threshold`.

    Raises
    ------
    UsageError
        If the arguments don't fit together, a class is missing, or the threshold isn't a number.
    """
    return count(judged(scores, labels), threshold)


def count(patches: Judged, threshold: float) -> Confusion:
    """Return what :func:`confusion` does, for patches that have been checked."""
    if not np.isfinite(threshold):
        raise UsageError(f"threshold: a finite score is needed, not {threshold}")
    called = patches.scores >= threshold
    return Confusion(
        float(threshold),
        hits=int(np.sum(called & patches.defect)),
        misses=int(np.sum(~called & patches.defect)),
        false_alarms=int(np.sum(called & ~patches.defect)),
        passes=int(np.sum(~called & ~patches.defect)),
    )


def _metric(
    metric: Metric,
    scores: ArrayLike,
    labels: ArrayLike,
    *,
    prevalence: float | None = None,
    false_alarm_rate: float = 0.01,
) -> float:
    patches = judged(scores, labels)
    values = plain_metrics(
        rank(patches),
        prevalence=_prevalence(patches, prevalence),
        false_alarm_rate=false_alarm_rate,
    )
    return float(values[metric])


def _prevalence(patches: Judged, stated: float | None) -> float:
    if stated is None:
        return float(patches.defect.mean())
    return check_share(stated, "prevalence")
