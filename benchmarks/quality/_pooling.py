"""The AUC of the best detector over several conditions, from images with a defect alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import t as student

from sixring.evaluate import Estimate

__all__ = ["pooled_auc"]

_RESAMPLES = 2000
_SEED = 0
_TAILS = np.array([0.025, 0.975])
_NEAREST = 1e-15
"""How near to 0 or 1 an AUC can be told from it."""


def pooled_auc(statistics: NDArray[np.float64]) -> Estimate:
    """Find the AUC of the best detector on patches of all conditions together.

    The statistic ``s`` is the logarithm of the likelihood ratio of defect to perfect, so that
    perfect patches with it are ``exp(-s)`` times as frequent as defective ones (Siegmund,
    Sequential Analysis, 1985, chapter 2), under each of the conditions and so over all of them.
    The chance that a perfect patch has the higher one of two is then the mean of
    ``exp(-max(s, s')) / 2`` over pairs of images with a defect: no image of a perfect sheet is
    needed, and an AUC is known however near to 1 it is.

    Parameters
    ----------
    statistics : ndarray, shape (conditions, draws)
        Of images with a defect, as many under each of the conditions, which are equally likely.

    Returns
    -------
    Estimate
        The AUC. Its interval is made by drawing the conditions again, on the scale of log odds
        and with Student's t; there is none for a single one.
    """
    conditions, draws = statistics.shape
    means = _pair_means(statistics)
    value = 1 - means.mean() / 2
    if conditions == 1:
        return Estimate(float(value), how="no interval: one condition alone")
    rng = np.random.default_rng(_SEED)
    drawn = rng.multinomial(conditions, np.full(conditions, 1 / conditions), _RESAMPLES)
    shares = drawn / conditions
    resampled = 1 - np.einsum("bi,ij,bj->b", shares, means, shares) / 2
    inner = float(np.clip(value, _NEAREST, 1 - _NEAREST))
    error = resampled.std(ddof=1) / (inner * (1 - inner))
    ends = expit(logit(inner) + student.ppf(_TAILS, conditions - 1) * error)
    how = f"bootstrap over {conditions} conditions with {draws} draws each, log odds"
    return Estimate(float(value), float(ends[0]), float(ends[1]), how)


def _pair_means(statistics: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of exp(-max) over pairs of draws of every two conditions.

    Of one and the same condition no draw is paired with itself.
    """
    conditions, draws = statistics.shape
    order = np.argsort(statistics, axis=None)
    is_of = np.eye(conditions)[order // draws]
    before = np.cumsum(is_of, axis=0) - is_of
    rarity = np.exp(-statistics.ravel()[order])
    later = (is_of * rarity[:, None]).T @ before
    pairs = np.full((conditions, conditions), float(draws**2))
    np.fill_diagonal(pairs, draws * (draws - 1))
    means: NDArray[np.float64] = (later + later.T) / pairs
    return means
