"""Points at sub-pixel positions, laid into a grid so that their Fourier transform is known."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["REACH", "SPREAD", "lay_out"]

SPREAD = 1.0
"""Width, in pixels, of the Gaussian that carries a point's sub-pixel position into the grid."""
REACH = 6
"""Pixels to each side of a point that this Gaussian covers: what is left out is below 1e-7."""


def lay_out(
    positions: NDArray[np.float64], weights: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Lay each point into a grid as a Gaussian that integrates to its weight.

    The transform of the grid is that of the points times ``exp(-2 (pi SPREAD f)^2)``, `f` in
    cycles per pixel: dividing by this gives back the points, each exactly where it lies, up to
    frequencies at which the Gaussian's alias shows.

    Parameters
    ----------
    positions : ndarray, shape (n, 2)
        Along the first and the second axis, in pixels; points nearer than `REACH` to the border
        of the grid are left out.
    weights : ndarray, shape (n,)
        The integral of each point.
    shape : tuple of int
        Of the grid.

    Returns
    -------
    ndarray, shape `shape`
    """
    nearest = np.rint(positions).astype(np.int64)
    fits = ((nearest >= REACH) & (nearest < np.array(shape) - REACH)).all(axis=1)
    positions, nearest, weights = positions[fits], nearest[fits], weights[fits]
    window = np.arange(-REACH, REACH + 1)
    away = nearest[:, :, None] + window - positions[:, :, None]
    gauss = np.exp(-(away**2) / (2 * SPREAD**2)) / (math.sqrt(2 * math.pi) * SPREAD)
    gauss[:, 0] *= weights[:, None]
    values = gauss[:, 0, :, None] * gauss[:, 1, None, :]
    rows = nearest[:, 0, None, None] + window[:, None]
    cols = nearest[:, 1, None, None] + window[None, :]
    flat = (rows * shape[1] + cols).ravel()
    grid: NDArray[np.float64] = np.zeros(shape)
    np.add.at(grid.reshape(-1), flat, values.ravel())
    return grid
