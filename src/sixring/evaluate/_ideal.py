"""The best that any detector could do, from images without noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from sixring.errors import UsageError

__all__ = ["IdealObserver", "detectability", "efficiency", "ideal_observer"]


@dataclass(frozen=True)
class IdealObserver:
    """How well a known defect at a known place can be told from a perfect sheet."""

    detectability: float
    """d': distance of the two means of the best statistic, in its standard deviations."""
    auc: float
    """Area under its ROC curve."""

    def at_dose(self, factor: float) -> IdealObserver:
        """Return the same for `factor` times the dose: the square of d' grows in proportion.

        Raises
        ------
        UsageError
            If `factor` isn't positive and finite.
        """
        if not (np.isfinite(factor) and factor > 0):
            raise UsageError(f"factor: a positive number is needed, not {factor}")
        return _observer(self.detectability * float(np.sqrt(factor)))

    def factor_for(self, auc: float) -> float:
        """Return how many times the dose gives an `auc` between 0.5 and 1, such as 0.99.

        Raises
        ------
        UsageError
            If `auc` isn't between 0.5 and 1, or the images are the same.
        """
        if not 0.5 < auc < 1:
            raise UsageError(f"auc: a value between 0.5 and 1 is needed, not {auc}")
        if self.detectability == 0:
            raise UsageError("factor_for: the images are the same, and no dose tells them apart")
        return (detectability(auc) / self.detectability) ** 2


def ideal_observer(perfect: ArrayLike, defect: ArrayLike) -> IdealObserver:
    """Work out the bound for counts of Poisson statistics, the defect and its place known.

    The best statistic is the logarithm of the likelihood ratio. For small differences it is
    normal with the same variance for both images, and ``d'^2 = sum((l1 - l0)^2 / ((l1 + l0) / 2))``
    over the pixels, with means l0 of the perfect and l1 of the defective image (Barrett and Myers,
    Foundations of Image Science, 2004, chapter 13); ``AUC = Phi(d' / sqrt 2)``.

    Parameters
    ----------
    perfect, defect : array_like
        Mean electrons in each pixel, shape (rows, cols): images without noise, times the dose
        and the area of a pixel.

    Returns
    -------
    IdealObserver
        With 0.5 for images that are the same.

    Raises
    ------
    UsageError
        If the shapes differ, a mean is negative or not finite.
    """
    zero, one = _means(perfect, "perfect"), _means(defect, "defect")
    if zero.shape != one.shape:
        raise UsageError(
            f"defect: an image of {one.shape} can't be compared with a perfect one of {zero.shape}"
        )
    mean = (zero + one) / 2
    # Where neither image has electrons there is nothing to tell.
    squares = np.divide((one - zero) ** 2, mean, out=np.zeros_like(mean), where=mean > 0)
    return _observer(float(np.sqrt(squares.sum())))


def detectability(auc: float) -> float:
    """Return d' of a detector from its AUC: ``sqrt 2`` times the normal quantile of it.

    Raises
    ------
    UsageError
        If `auc` isn't between 0 and 1.
    """
    if not 0 <= auc <= 1:
        raise UsageError(f"auc: a value between 0 and 1 is needed, not {auc}")
    return float(np.sqrt(2) * ndtri(auc))


def efficiency(auc: float, ideal_auc: float) -> float:
    """Return the square of the ratio of both detectabilities.

    It is the share of the electrons from which the ideal observer would do as well as the
    detector does with all of them.

    Parameters
    ----------
    auc : float
        Of the detector; 0 efficiency at 0.5 and below.
    ideal_auc : float
        Of the ideal observer on the same images, over 0.5 and under 1.

    Returns
    -------
    float
        0 to 1, unless chance or a leak makes it more.

    Raises
    ------
    UsageError
        If an AUC is out of range; at an ideal AUC of 1 the ratio can't be told.
    """
    if not 0.5 < ideal_auc < 1:
        raise UsageError(f"ideal_auc: a value between 0.5 and 1 is needed, not {ideal_auc}")
    return float((max(detectability(auc), 0.0) / detectability(ideal_auc)) ** 2)


def _observer(distance: float) -> IdealObserver:
    return IdealObserver(distance, float(ndtr(distance / np.sqrt(2))))


def _means(image: ArrayLike, name: str) -> NDArray[np.float64]:
    given = np.asarray(image)
    if given.dtype.kind not in "fiu" or given.ndim != 2 or given.size == 0:
        raise UsageError(
            f"{name}: an image of real numbers is needed, not {given.dtype} of {given.shape}"
        )
    means = given.astype(np.float64)
    wrong = ~(np.isfinite(means) & (means >= 0))
    if wrong.any():
        row, col = np.argwhere(wrong)[0]
        raise UsageError(
            f"{name}: a mean number of electrons can't be {means[row, col]:g}, "
            f"as at row {row}, col {col}"
        )
    return means
