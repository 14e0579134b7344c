"""Patches of real micrographs, and where in them they may lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SIDE", "RealPatches", "windows"]

SIDE = 48
"""Rows and columns of a patch."""


@dataclass(frozen=True, eq=False)
class RealPatches:
    """Patches with what is known of them."""

    images: NDArray[np.float32]
    """Shape (n, 48, 48)."""
    labels: NDArray[np.int64]
    """Shape (n,): 1 where there is a defect, 0 where none is known."""
    groups: NDArray[np.int64]
    """Shape (n,): patches that aren't independent have one number."""


def windows(allowed: NDArray[np.bool_], stride: int) -> NDArray[np.int64]:
    """Return where patches lie that hold nothing but allowed pixels.

    Parameters
    ----------
    allowed : ndarray of bool, shape (rows, cols)
        Which pixels a patch may hold.
    stride : int
        Pixels from one patch to the next.

    Returns
    -------
    ndarray of int64, shape (n, 2)
        First row and column of each patch, on a grid that begins in the first corner.
    """
    summed: NDArray[np.int64] = np.pad(
        np.cumsum(np.cumsum(allowed, axis=0), axis=1), ((1, 0), (1, 0))
    )
    count: NDArray[np.int64] = summed[SIDE:, SIDE:] - summed[:-SIDE, SIDE:] - summed[SIDE:, :-SIDE]
    whole: NDArray[np.bool_] = count + summed[:-SIDE, :-SIDE] == SIDE**2
    found: NDArray[np.int64] = np.argwhere(whole[::stride, ::stride]) * stride
    return found
