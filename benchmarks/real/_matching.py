"""One-to-one matching of what was found to what is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

__all__ = ["at", "match"]


def match(
    true: NDArray[np.float64], found: NDArray[np.float64], within: float
) -> list[tuple[int, int]]:
    """Pair up as many points as lie within a distance of one another, each at most once.

    Parameters
    ----------
    true, found : ndarray of float64, shape (n, 2) and (m, 2)
        Positions in one unit.
    within : float
        The largest distance of a pair, in that unit.

    Returns
    -------
    list of tuple of int
        Indices into `true` and `found`.
    """
    if len(true) == 0 or len(found) == 0:
        return []
    distance = cdist(true, found)
    # A pair too far apart costs more than all the near ones together.
    cost = np.where(distance <= within, distance, 1e3 * within * (len(true) + len(found)))
    rows, cols = linear_sum_assignment(cost)
    return [(int(i), int(j)) for i, j in zip(rows, cols, strict=True) if distance[i, j] <= within]


def at(regions: NDArray[np.uint8], positions: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Look up the regions of a mask at the pixels nearest to positions (row, col), shape (n,)."""
    last = np.array(regions.shape) - 1
    rows, cols = np.clip(np.rint(positions).astype(np.intp), 0, last).T
    found: NDArray[np.uint8] = regions[rows, cols]
    return found
