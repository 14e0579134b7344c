"""The AUC's variance without resampling, and the test of two models on the same patches.

DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837-845, worked out from ranks as in Sun
and Xu (2014), IEEE Signal Process. Lett. 21, 1389-1393; for patches that go together in groups,
Obuchowski (1997), Biometrics 53, 567-578, which is the same where each patch is its own group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from scipy.stats import norm, rankdata

from sixring.errors import UsageError
from sixring.evaluate._bootstrap import obstacle
from sixring.evaluate._checks import Judged, check_scores, judged
from sixring.evaluate._estimate import LEVEL, Estimate, score_auc

__all__ = ["Comparison", "compare_models", "delong", "delong_auc", "delong_covariance"]

_Z = float(norm.ppf((1 + LEVEL) / 2))


@dataclass(frozen=True)
class Comparison:
    """Two models on the same patches."""

    first: float
    """AUC of the first model."""
    second: float
    """AUC of the second model."""
    difference: Estimate
    """The first less the second."""
    z: float | None
    """The difference in standard errors; None where it can't be tested."""
    p_value: float | None
    """Two-sided: how often a difference at least as large is chance where there is none."""


def delong(scores: ArrayLike, labels: ArrayLike, groups: ArrayLike | None = None) -> Estimate:
    """Return the AUC with DeLong's interval, made on the scale of log odds.

    Parameters
    ----------
    scores : array_like
        Shape (n,): higher where a defect is likelier.
    labels : array_like
        Shape (n,): 0 perfect, 1 defect.
    groups : array_like, optional
        Shape (n,): micrograph of each patch; None where the patches are independent.

    Returns
    -------
    Estimate
        Without an interval where one group holds all patches of a class. Where the classes are
        wholly apart, and the variance is zero, the interval is Newcombe's.

    Raises
    ------
    UsageError
        If the arguments don't fit together, or a class is missing.
    """
    return delong_auc(judged(scores, labels, groups))


def delong_auc(patches: Judged) -> Estimate:
    """Return what :func:`delong` does, for patches that have been checked."""
    aucs, covariance = delong_covariance(patches.scores[np.newaxis], patches)
    auc, variance = float(aucs[0]), float(covariance[0, 0])
    reason = obstacle(patches)
    if reason:
        return Estimate(auc, how=reason)
    n_defect, n_perfect = patches.groups_with(True), patches.groups_with(False)
    if not (0 < auc < 1 and variance > 0):
        low, high = score_auc(auc, n_defect, n_perfect)
        return Estimate(auc, low, high, f"score interval for {n_defect} and {n_perfect} groups")
    half = _Z * np.sqrt(variance) / (auc * (1 - auc))
    low, high = expit(logit(auc) + np.array([-half, half]))
    return Estimate(auc, float(low), float(high), f"DeLong, {patches.n_groups} groups, log odds")


def compare_models(
    first: ArrayLike,
    second: ArrayLike,
    labels: ArrayLike,
    groups: ArrayLike | None = None,
) -> Comparison:
    """Compare the AUCs of two models that scored the same patches.

    Parameters
    ----------
    first, second : array_like
        Shape (n,): scores of either model, patch by patch in the same order.
    labels : array_like
        Shape (n,): 0 perfect, 1 defect.
    groups : array_like, optional
        Shape (n,): micrograph of each patch; None where the patches are independent.

    Returns
    -------
    Comparison
        Both AUCs, their difference with its interval, and the test.

    Raises
    ------
    UsageError
        If the arguments don't fit together, or a class is missing.
    """
    patches = judged(first, labels, groups)
    others = check_scores(second, "second")
    if len(others) != len(patches.scores):
        raise UsageError(
            f"second: {len(others)} scores, but the first model has {len(patches.scores)}: "
            "both must score the same patches"
        )
    aucs, covariance = delong_covariance(np.stack([patches.scores, others]), patches)
    difference = float(aucs[0] - aucs[1])
    a, b = float(aucs[0]), float(aucs[1])
    reason = obstacle(patches)
    if reason:
        return Comparison(a, b, Estimate(difference, how=reason), None, None)
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    if variance <= 1e-15:
        if abs(difference) > 1e-12:
            reason = "no interval: neither AUC varies between the patches"
            return Comparison(a, b, Estimate(difference, how=reason), None, None)
        how = "the models put the patches in the same order"
        return Comparison(a, b, Estimate(0.0, 0.0, 0.0, how), 0.0, 1.0)
    error = float(np.sqrt(variance))
    z = difference / error
    how = f"DeLong, {patches.n_groups} groups"
    estimate = Estimate(difference, difference - _Z * error, difference + _Z * error, how)
    return Comparison(a, b, estimate, z, float(2 * norm.sf(abs(z))))


def delong_covariance(
    scores: NDArray[np.float64], patches: Judged
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the AUCs of several models and their covariance.

    Parameters
    ----------
    scores : ndarray
        Shape (k, n): scores of each model.
    patches : Judged
        Labels and groups; its own scores aren't used.

    Returns
    -------
    aucs : ndarray
        Shape (k,).
    covariance : ndarray
        Shape (k, k); NaN where one group holds all patches of a class.
    """
    defect = patches.defect
    n_defect, n_perfect = int(defect.sum()), int((~defect).sum())
    ranks = rankdata(scores, axis=1)
    # The share of the other class that each patch is above (a defect) or below (a perfect one).
    won = (ranks[:, defect] - rankdata(scores[:, defect], axis=1)) / n_perfect
    kept = 1 - (ranks[:, ~defect] - rankdata(scores[:, ~defect], axis=1)) / n_defect
    aucs: NDArray[np.float64] = won.mean(axis=1)
    from_defects = _group_sums(won - aucs[:, np.newaxis], patches.groups[defect], patches)
    from_perfects = _group_sums(kept - aucs[:, np.newaxis], patches.groups[~defect], patches)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = _correction(patches.groups_with(True)) * from_defects @ from_defects.T
        second = _correction(patches.groups_with(False)) * from_perfects @ from_perfects.T
        both = _correction(patches.n_groups) * from_defects @ from_perfects.T
        covariance = (
            first / n_defect**2 + second / n_perfect**2 + (both + both.T) / (n_defect * n_perfect)
        )
    return aucs, covariance


def _correction(groups: int) -> float:
    """Return what makes the spread of so many groups unbiased; NaN for a single one."""
    return groups / (groups - 1) if groups > 1 else np.nan


def _group_sums(
    values: NDArray[np.float64], groups: NDArray[np.int64], patches: Judged
) -> NDArray[np.float64]:
    """Add up values of shape (k, m) by group; shape (k, number of groups)."""
    return np.stack([np.bincount(groups, row, minlength=patches.n_groups) for row in values])
