"""Scores sorted once, and every metric that follows from their order, for many weights at once.

A resample of the bootstrap is a weight for each patch: how often its group was drawn. The sums
that the metrics need are then cumulative sums along the sorted scores, and nothing is sorted
again. Weights of one give the metrics themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sixring.evaluate._checks import Judged

__all__ = ["Metric", "Ranking", "metrics", "plain_metrics", "rank"]

Weights = NDArray[np.float64]


class Metric(IntEnum):
    """The columns of :func:`metrics`; recall along the ROC curve comes after them."""

    AUC = 0
    """Area under the ROC curve."""
    AVERAGE_PRECISION = 1
    """Area under the precision-recall curve, by steps."""
    RECALL = 2
    """Share of the defects that are found at the fixed false-alarm rate."""
    HITS = 3
    """Share of the defects at or above the threshold; NaN without one."""
    ALARMS = 4
    """Share of the perfect patches at or above the threshold; NaN without one."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """The patches of both classes, highest score first."""

    defects: NDArray[np.int64]
    """Indices of the defect patches, shape (n1,)."""
    perfects: NDArray[np.int64]
    """Indices of the perfect patches, shape (n0,)."""
    above: NDArray[np.int64]
    """For each defect the number of perfect patches with a higher score, shape (n1,)."""
    not_below: NDArray[np.int64]
    """For each defect the number of perfect patches with its score or a higher one."""
    last_tie: NDArray[np.int64]
    """For each defect the place of the last defect with the same score, shape (n1,)."""
    alarmed: tuple[int, int] | None
    """How many defects and how many perfect patches reach the threshold."""


def rank(patches: Judged, threshold: float | None = None) -> Ranking:
    """Sort the patches."""
    order = np.argsort(-patches.scores, kind="stable")
    defects = order[patches.defect[order]]
    perfects = order[~patches.defect[order]]
    # Ascending, as searchsorted wants them.
    high, low = -patches.scores[defects], -patches.scores[perfects]
    return Ranking(
        defects=defects,
        perfects=perfects,
        above=np.searchsorted(low, high, side="left"),
        not_below=np.searchsorted(low, high, side="right"),
        last_tie=np.searchsorted(high, high, side="right") - 1,
        alarmed=None
        if threshold is None
        else (
            int(np.searchsorted(high, -threshold, side="right")),
            int(np.searchsorted(low, -threshold, side="right")),
        ),
    )


def metrics(
    ranking: Ranking,
    weights: Weights,
    *,
    prevalence: float,
    false_alarm_rate: float,
    rates: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Work out the metrics for each of several sets of weights.

    Parameters
    ----------
    ranking : Ranking
        From :func:`rank`.
    weights : ndarray
        Shape (b, n): how often each patch counts, whole numbers.
    prevalence : float
        Share of defects for which precision is stated.
    false_alarm_rate : float
        At which recall is stated: the share of perfect patches that may be called defect.
    rates : ndarray, optional
        Shape (k,): further false-alarm rates at which recall is wanted, for a ROC curve.

    Returns
    -------
    ndarray
        Shape (b, 5 + k): the columns of :class:`Metric`, then recall at each of `rates`. A row
        whose weights leave a class empty is NaN.
    """
    of_defects = weights[:, ranking.defects]
    found = np.cumsum(of_defects, axis=1)
    alarms = np.cumsum(weights[:, ranking.perfects], axis=1)
    total, perfect = found[:, -1:].copy(), alarms[:, -1:].copy()
    total[total == 0] = np.nan
    perfect[perfect == 0] = np.nan
    alarms = np.concatenate([np.zeros((len(weights), 1)), alarms], axis=1)
    above = alarms[:, ranking.above] / perfect
    not_below = alarms[:, ranking.not_below] / perfect
    shares = of_defects / total

    columns = np.full((len(weights), len(Metric)), np.nan)
    columns[:, Metric.AUC] = 1 - np.sum(shares * (above + not_below), axis=1) / 2
    recall = found[:, ranking.last_tie] / total
    true = prevalence * recall
    # Nothing is found, and nothing weighs, where both terms are zero.
    called = np.maximum(true + (1 - prevalence) * not_below, np.finfo(float).tiny)
    columns[:, Metric.AVERAGE_PRECISION] = np.sum(shares * true / called, axis=1)
    if ranking.alarmed is not None:
        hits, false = ranking.alarmed
        columns[:, Metric.HITS] = np.sum(shares[:, :hits], axis=1)
        columns[:, Metric.ALARMS] = alarms[:, false] / perfect[:, 0]
    wanted = np.array([false_alarm_rate]) if rates is None else np.r_[false_alarm_rate, rates]
    recalls = _recall_at(wanted, found / total, not_below)
    columns[:, Metric.RECALL] = recalls[:, 0]
    # Sums of shares miss 1 by a last binary digit.
    table: Weights = np.clip(np.concatenate([columns, recalls[:, 1:]], axis=1), 0, 1)
    table[np.isnan(total[:, 0] + perfect[:, 0])] = np.nan
    return table


def plain_metrics(
    ranking: Ranking,
    *,
    prevalence: float,
    false_alarm_rate: float,
    rates: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Work out the metrics of the patches themselves: :func:`metrics` for weights of one."""
    n = len(ranking.defects) + len(ranking.perfects)
    values: Weights = metrics(
        ranking,
        np.ones((1, n)),
        prevalence=prevalence,
        false_alarm_rate=false_alarm_rate,
        rates=rates,
    )[0]
    return values


def _recall_at(rates: NDArray[np.float64], found: Weights, alarms: Weights) -> Weights:
    """Return the highest recall of a threshold with at most `rates` false alarms.

    `found` and `alarms` of shape (b, n1) grow along the sorted defects: at the score of each, the
    share of the defects down to it and the share of the perfect patches not below it.
    """
    found = np.concatenate([np.zeros((len(found), 1)), found], axis=1)
    recalls = np.empty((len(found), len(rates)))
    for row, (reached, false) in enumerate(zip(found, alarms, strict=True)):
        # 29 false alarms among 100 are a rate of 0.29, whatever the last binary digit.
        recalls[row] = reached[np.searchsorted(false, rates + 1e-12, side="right")]
    return recalls
