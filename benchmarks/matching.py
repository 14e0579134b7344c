"""One-to-one matching of what was found to what is there, and looking values up in images."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

__all__ = ["at", "match"]

Value = TypeVar("Value", bound=np.generic)


def match(
    true: NDArray[np.float64], found: NDArray[np.float64], within: float
) -> list[tuple[int, int]]:
    """Pair up as many points as lie within a distance of one another, each at most once.

    Of the ways to pair as many, the one with the smallest sum of distances is taken (the
    Hungarian method; Kuhn, Naval Research Logistics 2 83 (1955)).

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
    cost = np.where(distance <= within, distance, 2 * within * (len(true) + len(found)))
    rows, cols = linear_sum_assignment(cost)
    return [(int(i), int(j)) for i, j in zip(rows, cols, strict=True) if distance[i, j] <= within]


def at(image: NDArray[Value], positions: NDArray[np.float64]) -> NDArray[Value]:
    """Look up the pixels nearest to positions.

    Parameters
    ----------
    image : ndarray, shape (rows, cols)
        Any values.
    positions : ndarray of float64, shape (n, 2)
        Row, col in pixels; the nearest pixel of the edge where they lie outside.

    Returns
    -------
    ndarray, shape (n,)
        The values there.
    """
    rows, cols = np.clip(np.rint(positions).astype(np.intp), 0, np.array(image.shape) - 1).T
    values: NDArray[Value] = image[rows, cols]
    return values
