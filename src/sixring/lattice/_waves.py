"""The lattice as three waves: their local amplitudes and what their phases say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sixring.lattice._canvas import Canvas
from sixring.lattice._spectrum import flatten
from sixring.types import Grain

__all__ = ["grain_amplitude", "ring_centre_sign"]

_EVEN = 5.0  # angstrom over which brightness and contrast are evened out
_REACH = 6.0  # angstrom: standard deviation of the neighbourhood that a wave is followed in


def ring_centre_sign(canvas: Canvas, grains: tuple[Grain, ...]) -> float:
    """Tell bright ring centres from bright atoms.

    Three waves at 120 degrees add up to a triangular lattice of maxima or to its negative, a
    honeycomb, according to the sum of their phases. The sum depends neither on the origin nor
    on a slowly varying displacement, so that it can be averaged over a strained image.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling.
    grains : tuple of Grain
        The lattice's orientations, in cycles per pixel of the micrograph.

    Returns
    -------
    float
        Mean cosine of the phase sum, -1 to 1: positive where ring centres are bright, negative
        where atoms are, near zero where aberrations or noise leave it open.
    """
    even = flatten(canvas.image, _EVEN / canvas.sampling)
    total, scale = 0.0, 0.0
    for grain in grains:
        waves = _demodulate(even, grain.reciprocal / canvas.zoom, _REACH / canvas.sampling)
        product = waves.prod(axis=0)
        # The cube root weighs a place by its mean amplitude, so that a few strong places, such
        # as a dopant, don't outvote the rest.
        strength = np.abs(product)
        total += float((product.real / np.maximum(strength, 1e-30) ** (2 / 3)).sum())
        scale += float((strength ** (1 / 3)).sum())
    return total / scale if scale > 0 else 0.0


def grain_amplitude(canvas: Canvas, grain: Grain, reach: float) -> NDArray[np.float32]:
    """Map the amplitude of a grain's weakest wave.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling.
    grain : Grain
        One orientation, in cycles per pixel of the micrograph.
    reach : float
        Standard deviation of the neighbourhood in angstrom.

    Returns
    -------
    ndarray of float32, shape (rows, cols) of the canvas
        Amplitude in units of the canvas.
    """
    even = flatten(canvas.image, _EVEN / canvas.sampling)
    waves = _demodulate(even, grain.reciprocal / canvas.zoom, reach / canvas.sampling)
    weakest: NDArray[np.float32] = np.abs(waves).min(axis=0)
    return weakest


def _demodulate(
    image: NDArray[np.float32], reciprocal: NDArray[np.float64], reach: float
) -> NDArray[np.complex64]:
    """Shift each reflection to zero frequency and average; shape (3, rows, cols)."""
    rows, cols = (np.arange(n) for n in image.shape)
    waves = np.empty((3, *image.shape), np.complex64)
    for k, (row, col) in enumerate(reciprocal):
        carrier = np.outer(np.exp(-2j * np.pi * row * rows), np.exp(-2j * np.pi * col * cols))
        mixed = image * carrier.astype(np.complex64)
        waves[k].real = ndimage.gaussian_filter(mixed.real, reach, mode="constant")
        waves[k].imag = ndimage.gaussian_filter(mixed.imag, reach, mode="constant")
    return waves
