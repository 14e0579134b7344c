"""Values of a map at positions."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["interpolated", "nearest"]

Scalar = TypeVar("Scalar", bound=np.generic)


def nearest(values: NDArray[Scalar], positions: NDArray[np.float64]) -> NDArray[Scalar]:
    """Look up the nearest pixels, those of the edge for positions outside.

    Parameters
    ----------
    values : ndarray, shape (rows, cols)
        A map.
    positions : ndarray of float64, shape (n, 2)
        Row, col in its pixels.

    Returns
    -------
    ndarray, shape (n,)
        Of the map's type.
    """
    last = np.array(values.shape) - 1
    rows, cols = np.clip(np.rint(positions).astype(np.intp), 0, last).reshape(-1, 2).T
    found: NDArray[Scalar] = values[rows, cols]
    return found


def interpolated(image: NDArray[Any], positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Interpolate linearly between pixels, shape (n,)."""
    values: NDArray[np.float64] = ndimage.map_coordinates(
        image, positions.T, order=1, mode="nearest", output=np.float64
    )
    return values
