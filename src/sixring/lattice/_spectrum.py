"""The power spectrum of a micrograph, made fit for finding weak reflections."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from sixring.lattice._blur import blur

__all__ = ["excess", "flatten", "power_spectrum"]

_TILE = 512
_CLIP = 1.5


def flatten(image: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Even out brightness and contrast over an image.

    Contamination, dopants and hole edges carry far more power than the lattice. Dividing by the
    local contrast and clipping what still stands out leaves them a fair share only.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        Any intensities.
    scale : float
        Standard deviation of the Gaussian neighbourhood in pixels.

    Returns
    -------
    ndarray of float32, shape (rows, cols)
        Local mean 0, local standard deviation about 1, clipped to 1.5.
    """
    detail = image - blur(image, scale)
    contrast = np.sqrt(np.maximum(blur(detail * detail, scale), 0))
    floor = 1e-3 * float(contrast.max())
    flat: NDArray[np.float32] = np.clip(detail / (contrast + floor), -_CLIP, _CLIP)
    return flat


def power_spectrum(image: NDArray[np.float32]) -> NDArray[np.float64]:
    """Average the power spectra of half-overlapping tiles (Welch 1967).

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        A flattened image.

    Returns
    -------
    ndarray of float64, shape (n, n)
        Power, with zero frequency at ``[n // 2, n // 2]`` and a step of ``1 / n`` cycles per
        pixel. `n` is at least 512, whatever the size of the image.
    """
    sides = [min(_TILE, length) for length in image.shape]
    n = 2 * _TILE if max(sides) > _TILE // 2 else _TILE
    edges = [np.hanning(side + 2)[1:-1] for side in sides]
    window = np.outer(*edges).astype(np.float32)
    power = np.zeros((n, n // 2 + 1))
    for row in _starts(image.shape[0], sides[0]):
        for col in _starts(image.shape[1], sides[1]):
            part = image[row : row + sides[0], col : col + sides[1]]
            power += np.abs(fft.rfft2((part - part.mean()) * window, (n, n))) ** 2
    return _whole_plane(power)


def _starts(length: int, tile: int) -> list[int]:
    """Spread tiles over a side so that they overlap by half at least."""
    count = 1 + int(np.ceil((length - tile) / (tile / 2)))
    return sorted({int(start) for start in np.linspace(0, length - tile, count)})


def _whole_plane(half: NDArray[np.float64]) -> NDArray[np.float64]:
    """Complete the spectrum of a real image from its non-negative column frequencies."""
    n = half.shape[0]
    mirrored = half[(-np.arange(n)) % n, 1 : n // 2][:, ::-1]
    plane = np.concatenate([half, mirrored], axis=1)
    return fft.fftshift(plane)


def excess(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide a power spectrum by its background, the median at each spatial frequency.

    Reflections are sharp and few, so that a median over the circle hardly feels them, while it
    follows the transfer of the microscope, its detector and diffuse scattering.

    Parameters
    ----------
    power : ndarray of float64, shape (n, n)
        Centred power spectrum.

    Returns
    -------
    ndarray of float64, shape (n, n)
        About 1 where there is background only.
    """
    n = power.shape[0]
    rows, cols = np.indices(power.shape) - n // 2
    radius = np.hypot(rows, cols)
    ring = np.minimum(radius.astype(np.intp), n // 2).ravel()
    order = np.argsort(ring, kind="stable")
    bounds = np.searchsorted(ring[order], np.arange(n // 2 + 2))
    values = power.ravel()[order]
    medians = np.array([np.median(values[low:high]) for low, high in pairwise(bounds)])
    medians = ndimage.median_filter(medians, 9, mode="nearest")
    background = np.interp(radius, np.arange(len(medians)) + 0.5, medians)
    ratio: NDArray[np.float64] = power / np.maximum(background, np.finfo(float).tiny)
    return ratio
