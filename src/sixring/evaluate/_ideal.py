"""The best that any detector could do, from images without noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from sixring.errors import UsageError
from sixring.evaluate._nuisances import projected

__all__ = [
    "IdealObserver",
    "check_dose_factor",
    "check_means",
    "check_nuisances",
    "detectability",
    "efficiency",
    "ideal_observer",
]


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
        check_dose_factor(factor)
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


def ideal_observer(
    perfect: ArrayLike, defect: ArrayLike, *, nuisances: ArrayLike | None = None
) -> IdealObserver:
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
    nuisances : array_like, optional
        Shape (k, rows, cols): how `perfect` changes with what isn't known of it, in any unit,
        such as its derivatives by shift, strain, gain or offset. A difference that they explain
        isn't counted.

    Returns
    -------
    IdealObserver
        With 0.5 for images that are the same.

    Raises
    ------
    UsageError
        If the shapes differ, a mean is negative or not finite, or a nuisance isn't finite.
    """
    zero, one = check_means(perfect, "perfect"), check_means(defect, "defect")
    if zero.shape != one.shape:
        raise UsageError(
            f"defect: an image of {one.shape} can't be compared with a perfect one of {zero.shape}"
        )
    mean = (zero + one) / 2
    # Where neither image has electrons there is nothing to tell.
    whitening = np.divide(1, np.sqrt(mean), out=np.zeros_like(mean), where=mean > 0)
    signal = ((one - zero) * whitening).reshape(1, -1)
    if nuisances is not None:
        signal = projected(signal, check_nuisances(nuisances, zero.shape) * whitening)
    return _observer(float(np.linalg.norm(signal)))


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


def check_means(images: ArrayLike, name: str, *, stack: bool = False) -> NDArray[np.float64]:
    """Return an image of mean electrons, or a stack of some, or raise UsageError."""
    given = np.asarray(images)
    if given.dtype.kind not in "fiu" or given.ndim != 2 + stack or given.size == 0:
        what = "images of real numbers are needed, shape (n, rows, cols)"
        what = what if stack else "an image of real numbers is needed"
        raise UsageError(f"{name}: {what}, not {given.dtype} of {given.shape}")
    means = given.astype(np.float64)
    wrong = ~(np.isfinite(means) & (means >= 0))
    if wrong.any():
        *number, row, col = np.argwhere(wrong)[0]
        of_it = f" of image {number[0]}" if number else ""
        raise UsageError(
            f"{name}: a mean number of electrons can't be {means[*number, row, col]:g}, "
            f"as at row {row}, col {col}{of_it}"
        )
    return means


def check_nuisances(nuisances: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return derivatives of an image of `shape`, or raise UsageError."""
    given = np.asarray(nuisances)
    if given.dtype.kind not in "fiu" or given.ndim != 3 or given.shape[1:] != shape:
        raise UsageError(
            f"nuisances: derivatives of an image of {shape} are needed, not {given.dtype} of "
            f"{given.shape}"
        )
    derivatives = given.astype(np.float64)
    wrong = np.flatnonzero(~np.isfinite(derivatives).all(axis=(1, 2)))
    if len(wrong):
        raise UsageError(f"nuisances: derivative {wrong[0]} isn't finite everywhere")
    return derivatives


def check_dose_factor(factor: float) -> None:
    """Raise UsageError for what can't be a ratio of doses."""
    if not (np.isfinite(factor) and factor > 0):
        raise UsageError(f"factor: a positive number is needed, not {factor}")
