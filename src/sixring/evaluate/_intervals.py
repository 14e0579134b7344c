"""Metrics of patches with their intervals: one set of draws for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.evaluate._bootstrap import Interval, Resampling, bounds, obstacle
from sixring.evaluate._checks import Judged
from sixring.evaluate._estimate import Estimate, exact_proportion, score_auc
from sixring.evaluate._ranking import Metric, metrics, plain_metrics, rank

__all__ = ["Settings", "Summary", "estimate", "summarise"]


@dataclass(frozen=True)
class Settings:
    """What the metrics are stated for, and how their intervals are made."""

    prevalence: float
    """Share of defects for which precision is stated."""
    false_alarm_rate: float
    """At which recall is stated."""
    threshold: float | None
    """From which score a patch is called defect."""
    resamples: int
    """Resamples of the bootstrap."""
    interval: Interval
    """How intervals follow from the resamples."""
    seed: int
    """Of the draws."""


@dataclass(frozen=True, eq=False)
class Summary:
    """The metrics of some patches."""

    estimates: dict[Metric, Estimate]
    """Without a threshold, only those that need none."""
    recalls: NDArray[np.float64]
    """Recall at the further rates that were asked for, shape (k,)."""
    recall_ends: NDArray[np.float64]
    """Ends of its intervals, shape (k, 2); NaN where there are none."""


def summarise(
    patches: Judged, settings: Settings, rates: NDArray[np.float64] | None = None
) -> Summary:
    """Work out the metrics and, where the groups allow it, their intervals.

    Parameters
    ----------
    patches : Judged
        What is judged.
    settings : Settings
        How.
    rates : ndarray, optional
        Shape (k,): false-alarm rates at which recall is wanted, for a ROC curve with its band.
    """
    ranking = rank(patches, settings.threshold)

    def weighted(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return metrics(
            ranking,
            weights,
            prevalence=settings.prevalence,
            false_alarm_rate=settings.false_alarm_rate,
            rates=rates,
        )

    values = plain_metrics(
        ranking,
        prevalence=settings.prevalence,
        false_alarm_rate=settings.false_alarm_rate,
        rates=rates,
    )
    reason = obstacle(patches)
    ends = np.full((len(values), 2), np.nan)
    if not reason:
        draws = Resampling.of(patches, settings.resamples, settings.seed)
        ends = bounds(
            np.concatenate([weighted(part) for part in draws]),
            values,
            settings.interval,
            units=min(patches.groups_with(True), patches.groups_with(False)),
            jackknife=lambda: weighted(draws.left_out()),
        )
    unit = "groups" if patches.group_names else "patches"
    how = (
        f"bootstrap over {patches.n_groups} {unit}, {settings.resamples} resamples, "
        f"{settings.interval}"
    )
    wanted = [m for m in Metric if settings.threshold is not None or m < Metric.HITS]
    estimates = {
        metric: estimate(metric, float(values[metric]), ends[metric], patches, how)
        for metric in wanted
    }
    return Summary(estimates, values[len(Metric) :], ends[len(Metric) :])


def estimate(
    metric: Metric, value: float, ends: NDArray[np.float64], patches: Judged, how: str
) -> Estimate:
    """Put a value and the ends of its interval together, or find others where there are none.

    Parameters
    ----------
    metric : Metric
        Which one it is.
    value : float
        What was measured.
    ends : ndarray
        Shape (2,), from :func:`~sixring.evaluate._bootstrap.bounds`.
    patches : Judged
        What was judged.
    how : str
        How the interval was made; ignored where the groups allow none.
    """
    reason = obstacle(patches)
    if reason:
        return Estimate(value, how=reason)
    if np.isfinite(ends).all():
        return Estimate(value, float(ends[0]), float(ends[1]), how)
    # Nothing varies between resamples where the classes are wholly apart, yet the next
    # micrograph may bring the first mistake: one trial a group tells how likely that is.
    n_defect, n_perfect = patches.groups_with(True), patches.groups_with(False)
    if metric == Metric.AUC:
        low, high = score_auc(value, n_defect, n_perfect)
        how = f"score interval for {n_defect} and {n_perfect} groups: all resamples agree"
        return Estimate(value, low, high, how)
    if metric == Metric.AVERAGE_PRECISION or value not in (0, 1):
        return Estimate(value, how="no interval: all resamples agree")
    trials = n_perfect if metric == Metric.ALARMS else n_defect
    low, high = exact_proportion(int(value) * trials, trials)
    how = f"Clopper-Pearson, one trial for each of {trials} groups: all resamples agree"
    return Estimate(value, low, high, how)
