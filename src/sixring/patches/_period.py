"""The lattice that patches show, if they show one: how long its period is in pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

__all__ = ["lattice_period"]

_SHORTEST = 4.6
"""Shortest period that is looked for, pixels."""
_ACROSS = 1.3
"""Of the longest one, so many fit along a side."""
_FINENESS = 0.015
"""Step from one period to the next, as a share."""
_TURN = np.deg2rad(3.0)
"""Step from one orientation to the next."""
_PADDING = 4
"""The transform is so many times as fine as the patch alone would make it."""
_MOST, _WIDEST = 64, 96
"""Patches that are looked at, and pixels of each along a side."""
_RISE = 0.6, 1.7
"""Least rise of the mean logarithm over its median, for endless patches, and what is added to it
over the square root of their number: a third more than the most that noise reached, white or
blurred, when this was chosen."""


def lattice_period(images: NDArray[np.float32]) -> float | None:
    """Find the period of a hexagonal lattice that patches have in common.

    What counts is the geometric mean of the powers at three reflections 60 degrees from one
    another, at the orientation where it is largest in each patch. Its logarithm is averaged over
    the patches, so that they may lie at any angle. Strong fringes of a single direction can be
    taken for a lattice too.

    Parameters
    ----------
    images : ndarray, shape (n, rows, cols)
        Patches of one sampling, finite, none of them constant.

    Returns
    -------
    float or None
        The lattice constant in pixels; None where no lattice rises clearly above the noise.
    """
    some = _few_and_small(images)
    side = min(some.shape[1:])
    longest = side / _ACROSS
    if longest <= _SHORTEST:
        return None
    powers = _powers(some)
    count = int(np.log(longest / _SHORTEST) / _FINENESS) + 1
    periods = np.geomspace(_SHORTEST, longest, count)
    curve = np.array([_of_hexagon(powers, 2 / (np.sqrt(3) * period)) for period in periods])
    best = int(curve.argmax())
    always, for_one = _RISE
    if curve[best] - np.median(curve) < always + for_one / np.sqrt(len(some)):
        return None
    return float(periods[best])


def _few_and_small(images: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return some of the patches, and the middle of each."""
    some = np.linspace(0, len(images) - 1, min(len(images), _MOST)).round().astype(np.intp)
    rows, cols = (_middle(side) for side in images.shape[1:])
    return images[some][:, rows, cols].astype(np.float64)


def _middle(side: int) -> slice:
    start = max(0, (side - _WIDEST) // 2)
    return slice(start, start + _WIDEST)


def _powers(images: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power of each patch, its mean 1, zero frequency in the middle."""
    rows, cols = images.shape[1:]
    # Without the zeros at the ends of the window.
    window = np.hanning(rows + 2)[1:-1, None] * np.hanning(cols + 2)[1:-1]
    padded = _PADDING * max(rows, cols)
    transform = fft.fft2(_levelled(images, window) * window, (padded, padded))
    power = np.abs(transform) ** 2
    power /= power.mean(axis=(1, 2), keepdims=True)
    shifted: NDArray[np.float64] = fft.fftshift(power, axes=(1, 2))
    return shifted


def _levelled(images: NDArray[np.float64], window: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take off the mean and the slope of each patch as the window shows them."""
    rows, cols = images.shape[1:]
    row, col = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, cols), indexing="ij")
    plane = np.stack([np.ones_like(row), row, col]).reshape(3, -1)
    weighted = plane * window.ravel()
    flat = images.reshape(len(images), -1)
    slopes = np.linalg.solve(weighted @ plane.T, weighted @ flat.T)
    levelled: NDArray[np.float64] = (flat - slopes.T @ plane).reshape(images.shape)
    return levelled


def _of_hexagon(powers: NDArray[np.float64], frequency: float) -> float:
    """Return the mean logarithm of the power at a hexagon, in cycles per pixel from the middle."""
    side = powers.shape[1]
    turns = np.arange(0, np.pi / 3, _TURN)[:, None] + np.arange(3) * np.pi / 3
    rows, cols = (
        np.rint(side // 2 + frequency * along(turns) * side).astype(np.intp)
        for along in (np.sin, np.cos)
    )
    logs = np.log(powers[:, rows, cols] + np.finfo(float).tiny)
    return float(logs.mean(axis=2).max(axis=1).mean())
