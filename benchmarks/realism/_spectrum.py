"""How an image's power is spread over spatial frequencies, counted in those of its lattice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import gaussian_filter

__all__ = ["EDGES", "PEAKS", "Spectrum", "peak_height", "radial_spectrum", "spectral_difference"]

EDGES = np.round(np.arange(0.1, 4.01, 0.1), 1)
"""Edges of the bins, in the frequency of the lattice's first order (d = 2.13 angstrom)."""
PEAKS = {"first": ((0.9, 1.1), ((0.6, 0.8), (1.3, 1.5))), "second": ((1.6, 1.9), ((1.3, 1.5),))}
"""Where the orders of the lattice lie, and what lies beside them."""
_OF_NYQUIST = 0.9
_SOFT = 1.0
"""Standard deviation of the border of an area, in periods of the first order."""
_LEAST_AREA = 30.0
"""An area smaller than this has no spectrum, in squared periods of the first order."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Mean power over all orientations."""

    density: NDArray[np.float64]
    """Variance for each squared unit of frequency, shape (bins of EDGES,); NaN from 0.9 of
    Nyquist's frequency on."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which bins the image's pixels can show."""
        return np.isfinite(self.density)

    def within(self, bins: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return log10 of the density where `bins`, for a variance of 1 there."""
        density = self.density[bins]
        area = np.pi * np.diff(EDGES**2)[bins]
        shares: NDArray[np.float64] = np.log10(density / (density * area).sum())
        return shares


def radial_spectrum(
    image: NDArray[np.floating], first_order: float, area: NDArray[np.bool_] | None = None
) -> Spectrum | None:
    """Average the power spectrum over all orientations.

    The image is weighted with a Hann window and with the softened area, so that neither its
    border nor the area's adds power of its own.

    Parameters
    ----------
    image : ndarray, shape (rows, cols)
        Intensities.
    first_order : float
        Frequency of the lattice's first order, cycles per pixel.
    area : ndarray of bool, shape (rows, cols), optional
        Which pixels count; all where it isn't given.

    Returns
    -------
    Spectrum or None
        None where the area is too small. The density doesn't depend on the sampling, nor on the
        size of the image but for the breadth of the lattice's peaks.
    """
    weight = np.outer(*(np.hanning(n + 2)[1:-1] for n in image.shape))
    if area is not None:
        if area.sum() * first_order**2 < _LEAST_AREA:
            return None
        weight *= _softened(area, _SOFT / first_order)
    mean = (image * weight).sum() / weight.sum()
    power = np.square(np.abs(fft.fft2((image - mean) * weight)))
    # Parseval: the mean over all frequencies is the weighted variance; a pixel's cell of
    # frequencies, 1 x 1 cycles, is first_order^-2 of the unit.
    density = power / np.square(weight).sum() * first_order**2
    rows, cols = (fft.fftfreq(n) for n in image.shape)
    frequency = np.hypot(rows[:, None], cols) / first_order
    where = np.digitize(frequency.ravel(), EDGES)
    counts = np.bincount(where, minlength=len(EDGES) + 1)[1:-1]
    sums = np.bincount(where, density.ravel(), minlength=len(EDGES) + 1)[1:-1]
    seen = (EDGES[1:] * first_order <= _OF_NYQUIST / 2) & (counts > 0)
    return Spectrum(np.where(seen, sums / np.maximum(counts, 1), np.nan))


def spectral_difference(one: Spectrum, other: Spectrum, *, scaled: bool = True) -> float:
    """Return the root mean square difference of the logarithms of two spectra.

    Parameters
    ----------
    one, other : Spectrum
        Of two images.
    scaled : bool, optional
        Whether each is first divided by its variance over the frequencies that both images have.

    Returns
    -------
    float
        In decades: 0.3 is a factor of 2 in power.
    """
    both = one.known & other.known
    if scaled:
        difference = one.within(both) - other.within(both)
    else:
        difference = np.log10(one.density[both] / other.density[both])
    return float(np.sqrt(np.mean(difference**2)))


def peak_height(spectrum: Spectrum, order: str) -> float | None:
    """Return how far an order of the lattice stands above what lies beside it.

    Parameters
    ----------
    spectrum : Spectrum
        Of an image.
    order : {"first", "second"}
        Reflections at d = 2.13 or at 1.23 angstrom.

    Returns
    -------
    float or None
        Decades; None where the pixels are too large to show the order.
    """
    (low, high), sides = PEAKS[order]
    peak = _mean(spectrum, low, high)
    beside = np.mean([np.log10(_mean(spectrum, *side)) for side in sides])
    height = float(np.log10(peak) - beside)
    return height if np.isfinite(height) else None


def _mean(spectrum: Spectrum, low: float, high: float) -> float:
    inside = (EDGES[:-1] >= low - 1e-9) & (EDGES[1:] <= high + 1e-9)
    area = np.diff(EDGES**2)[inside]
    return float((spectrum.density[inside] * area).sum() / area.sum())


def _softened(area: NDArray[np.bool_], breadth: float) -> NDArray[np.float64]:
    """Let an area's weight rise over its border, from 0 outside to 1 well inside."""
    blurred = gaussian_filter(area.astype(np.float64), breadth, mode="nearest")
    return np.clip(2 * blurred - 1, 0.0, 1.0)
