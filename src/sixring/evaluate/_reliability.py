"""Whether a probability of 0.3 means three in ten."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError
from sixring.evaluate._bootstrap import Resampling, bounds, check_resampling, obstacle
from sixring.evaluate._checks import Judged, check_probabilities, check_share, judged
from sixring.evaluate._estimate import Estimate

__all__ = ["BINS", "Reliability", "reliability", "reliability_of"]

BINS = 10
"""Bins of equal width that the probabilities are put into."""


@dataclass(frozen=True, eq=False)
class Reliability:
    """Probabilities and how often they came true, in bins of equal width."""

    edges: NDArray[np.float64]
    """Edges of the bins, shape (bins + 1,), from 0 to 1; a bin includes its lower edge."""
    patches: NDArray[np.int64]
    """How many patches are in each bin, shape (bins,)."""
    share: NDArray[np.float64]
    """Share of all patches at `prevalence` that falls into each bin, shape (bins,)."""
    predicted: NDArray[np.float64]
    """Mean probability in each bin, shape (bins,); NaN where a bin is empty."""
    observed: NDArray[np.float64]
    """Share of defects in each bin, shape (bins,); NaN where a bin is empty."""
    low: NDArray[np.float64]
    """Lower ends of the 95 % intervals of `observed`; NaN where there is none."""
    high: NDArray[np.float64]
    """Upper ends; NaN where there is none."""
    prevalence: float
    """Share of defects that all this is stated for."""
    error: Estimate
    """Expected calibration error: mean distance of `predicted` and `observed`, by `share`.

    Chance alone makes it larger than zero, the more so the fewer patches there are.
    """

    @property
    def largest_gap(self) -> float:
        """Largest distance of `predicted` and `observed` in any bin."""
        return float(np.nanmax(np.abs(self.predicted - self.observed)))


def reliability(
    probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    prevalence: float | None = None,
    bins: int = BINS,
    resamples: int = 1000,
    seed: int = 0,
) -> Reliability:
    """Compare probabilities with what came true.

    Parameters
    ----------
    probabilities : array_like
        Shape (n,), 0 to 1: that each patch holds a defect, where a share `prevalence` does.
    labels : array_like
        Shape (n,): 0 perfect, 1 defect.
    groups : array_like, optional
        Shape (n,): micrograph of each patch; None where the patches are independent.
    prevalence : float, optional
        Share of defects that the probabilities are stated for; that of `labels` if None. The
        classes are weighted so that they have it.
    bins : int, optional
        How many bins of equal width.
    resamples : int, optional
        Of the bootstrap over groups.
    seed : int, optional
        Of its draws.

    Raises
    ------
    UsageError
        If the arguments don't fit together, a class is missing, or a probability isn't one.
    """
    patches = judged(check_probabilities(probabilities), labels, groups)
    check_resampling(resamples, "percentile")
    if bins < 2:
        raise UsageError(f"bins: at least 2 are needed, not {bins}")
    if prevalence is None:
        prevalence = float(patches.defect.mean())
    check_share(prevalence, "prevalence")
    return reliability_of(patches, prevalence, bins=bins, resamples=resamples, seed=seed)


def reliability_of(
    patches: Judged, prevalence: float, *, bins: int, resamples: int, seed: int
) -> Reliability:
    """Return what :func:`reliability` does, for checked patches whose scores are probabilities."""
    edges = np.arange(bins + 1) / bins
    places = np.clip(np.searchsorted(edges, patches.scores, side="right") - 1, 0, bins - 1)
    n_groups = patches.n_groups

    def by_group(values: NDArray[np.float64]) -> NDArray[np.float64]:
        flat: NDArray[np.float64] = np.bincount(
            patches.groups * bins + places, values, minlength=n_groups * bins
        ).astype(np.float64)
        return flat.reshape(n_groups, bins)

    # What a group adds to each bin: defects, perfect patches, and their probabilities.
    defect = patches.defect.astype(np.float64)
    sums = np.stack(
        [
            by_group(defect),
            by_group(1 - defect),
            by_group(defect * patches.scores),
            by_group((1 - defect) * patches.scores),
        ]
    )

    def curve(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return columns share, predicted, observed and error, shape (b, 3 * bins + 1)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            totals = counts @ sums
            of_defects = prevalence / totals[0].sum(axis=1, keepdims=True)
            of_perfects = (1 - prevalence) / totals[1].sum(axis=1, keepdims=True)
            true = of_defects * totals[0]
            share = true + of_perfects * totals[1]
            predicted = (of_defects * totals[2] + of_perfects * totals[3]) / share
            observed = true / share
        gap = np.where(share > 0, share * np.abs(predicted - observed), 0.0)
        error = np.where(np.isfinite(share[:, :1]), gap.sum(axis=1, keepdims=True), np.nan)
        return np.concatenate([share, predicted, observed, error], axis=1)

    values = curve(np.ones((1, n_groups)))[0]
    ends = np.full((len(values), 2), np.nan)
    reason = obstacle(patches)
    if not reason:
        draws = Resampling.of(patches, resamples, seed)
        ends = bounds(np.concatenate([curve(part) for part in draws.group_counts()]), values)
    share, predicted, observed = values[:-1].reshape(3, bins)
    low, high = ends[2 * bins : -1].T
    return Reliability(
        edges=edges,
        patches=np.bincount(places, minlength=bins),
        share=share,
        predicted=predicted,
        observed=observed,
        low=low,
        high=high,
        prevalence=prevalence,
        error=_error(float(values[-1]), ends[-1], reason, resamples),
    )


def _error(value: float, ends: NDArray[np.float64], reason: str, resamples: int) -> Estimate:
    if reason:
        return Estimate(value, how=reason)
    if np.isnan(ends).any():
        return Estimate(value, how="no interval: all resamples agree")
    how = f"bootstrap over groups, {resamples} resamples, percentile"
    return Estimate(value, float(ends[0]), float(ends[1]), how)
