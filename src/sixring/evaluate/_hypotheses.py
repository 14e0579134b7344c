"""All that a defect may look like, where its place, its orientation or its kind isn't known."""

from __future__ import annotations

from copy import copy
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from sixring.errors import UsageError
from sixring.evaluate._ideal import check_dose_factor, check_means, check_nuisances, ideal_observer
from sixring.evaluate._nuisances import projected

__all__ = ["Hypotheses"]

_FAINTEST = 1e-6
"""Of the mean count: a pixel is taken to have at least as many electrons, so that each image is
possible whatever is counted."""
_BLOCK = 2**21
"""Most counts that are worked on at once."""


class Hypotheses:
    """Images without noise of a perfect sheet and of every defect that might be in it.

    The best detector then goes by the logarithm of the mean of the likelihood ratios of the
    defects to the perfect sheet, weighted with how often each occurs (Barrett and Myers,
    Foundations of Image Science, 2004, chapter 13). The ratios are those of Poisson counts.

    Parameters
    ----------
    perfect : array_like, shape (rows, cols)
        Mean electrons in each pixel where there is no defect: an image without noise, times the
        dose and the area of a pixel.
    defects : array_like, shape (n, rows, cols)
        The same for every defect at every place, in every orientation.
    weights : array_like, shape (n,), optional
        How often each occurs, relative to the others; equally often where nothing is given.
    nuisances : array_like, shape (k, rows, cols), optional
        How `perfect` changes with what isn't known of it, in any unit: its derivatives by shift,
        strain, gain or offset. What they explain is left out of every likelihood ratio.

    Raises
    ------
    UsageError
        If the arrays don't fit together, or hold what can't be a mean, a weight or a derivative.

    Notes
    -----
    With nuisances, the logarithm of each ratio of means is taken, weighted with the square root
    of the counts of the perfect sheet, less its projection on the derivatives divided by that
    root: to first order, a change of a nuisance then leaves the statistic as it is. It remains
    the likelihood ratio of a Poisson image, that of the defect without what a nuisance could
    imitate.
    """

    def __init__(
        self,
        perfect: ArrayLike,
        defects: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        nuisances: ArrayLike | None = None,
    ) -> None:
        zero = check_means(perfect, "perfect")
        ones = check_means(defects, "defects", stack=True)
        if ones.shape[1:] != zero.shape:
            raise UsageError(
                f"defects: images of {ones.shape[1:]} can't be compared with a perfect one of "
                f"{zero.shape}"
            )
        if not zero.any():
            raise UsageError("perfect: not one electron is expected: give the means at some dose")
        floor = _FAINTEST * zero.mean()
        self.perfect: NDArray[np.float64] = np.maximum(zero, floor)
        """Mean electrons of the perfect sheet, shape (rows, cols)."""
        self.defects: NDArray[np.float64] = np.maximum(ones, floor)
        """Mean electrons of the defects, shape (n, rows, cols)."""
        self.weights = _weights(weights, len(ones))
        """How often each occurs, shape (n,); their sum is 1."""
        self.nuisances = None if nuisances is None else check_nuisances(nuisances, zero.shape)
        """Derivatives of the perfect image, shape (k, rows, cols), or None."""
        self._logs = np.log(self.defects / self.perfect).reshape(len(ones), -1)
        if self.nuisances is not None:
            root = np.sqrt(self.perfect)
            whitened = projected(self._logs * root.ravel(), self.nuisances / root)
            self._logs = whitened / root.ravel()
        self._offsets = np.expm1(self._logs) @ self.perfect.ravel()

    def __len__(self) -> int:
        """Return the number of defects."""
        return len(self.defects)

    def at_dose(self, factor: float) -> Self:
        """Return the same images for `factor` times the dose.

        Raises
        ------
        UsageError
            If `factor` isn't positive and finite.
        """
        check_dose_factor(factor)
        # What is known of the ratios doesn't depend on the dose.
        scaled = copy(self)
        scaled.perfect = self.perfect * factor
        scaled.defects = self.defects * factor
        scaled._offsets = self._offsets * factor
        return scaled

    def detectabilities(self) -> NDArray[np.float64]:
        """Return d' of each defect where it alone is looked for at its place, shape (n,)."""
        return np.array(
            [
                ideal_observer(self.perfect, defect, nuisances=self.nuisances).detectability
                for defect in self.defects
            ]
        )

    def log_ratios(self, counts: ArrayLike) -> NDArray[np.float64]:
        """Return the best detector's statistic.

        Parameters
        ----------
        counts : array_like, shape (m, rows, cols)
            Electrons counted.

        Returns
        -------
        ndarray, shape (m,)
            Logarithm of the weighted mean of the likelihood ratios: higher where a defect is
            likelier.

        Raises
        ------
        UsageError
            If the counts aren't images of this shape, or one is negative or not finite.
        """
        images = check_means(counts, "counts", stack=True)
        if images.shape[1:] != self.perfect.shape:
            raise UsageError(
                f"counts: images of {images.shape[1:]} can't be compared with means of "
                f"{self.perfect.shape}"
            )
        return np.concatenate([self._log_ratios(images[part]) for part in self._parts(len(images))])

    def drawn(self, draws: int, rng: np.random.Generator, *, defect: bool) -> NDArray[np.float64]:
        """Return the statistic of images with Poisson noise that are drawn.

        Parameters
        ----------
        draws : int
            How many images.
        rng : numpy.random.Generator
            Where the defects and the counts come from.
        defect : bool
            Whether each shows one of the defects, drawn by weight, or a perfect sheet.

        Returns
        -------
        ndarray, shape (draws,)
            As of :meth:`log_ratios`. The images themselves aren't kept.
        """
        shown = rng.choice(len(self), size=draws, p=self.weights) if defect else None
        found = np.empty(draws)
        for part in self._parts(draws):
            means = self.perfect if shown is None else self.defects[shown[part]]
            size = (part.stop - part.start, *self.perfect.shape)
            found[part] = self._log_ratios(rng.poisson(means, size=size))
        return found

    def _parts(self, images: int) -> list[slice]:
        """Return slices of so many images that can be worked on at once."""
        step = max(1, _BLOCK // self.perfect.size)
        return [slice(k, min(k + step, images)) for k in range(0, images, step)]

    def _log_ratios(self, counts: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
        flat = counts.reshape(len(counts), -1).astype(np.float64)
        each = flat @ self._logs.T - self._offsets
        found: NDArray[np.float64] = logsumexp(each, axis=1, b=self.weights)
        return found


def _weights(weights: ArrayLike | None, n: int) -> NDArray[np.float64]:
    if weights is None:
        return np.full(n, 1 / n)
    given = np.asarray(weights)
    if given.shape != (n,):
        raise UsageError(f"weights: {n} defects need {n} weights, not an array of {given.shape}")
    if given.dtype.kind not in "fiu":
        raise UsageError(f"weights: real numbers are needed, not {given.dtype}")
    values = given.astype(np.float64)
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        raise UsageError(
            f"weights: {values[wrong[0]]:g} at index {wrong[0]} isn't a number of at least 0"
        )
    if not values.any():
        raise UsageError("weights: all are 0: one of the defects must occur")
    shares: NDArray[np.float64] = values / values.sum()
    return shares
