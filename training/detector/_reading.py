"""From maps to points: each cell votes for the place that it points to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from sixring.detection._canonical import CANONICAL
from training.detector._targets import CELL

__all__ = ["Points", "read"]

_CELL = CELL * CANONICAL
"""Side of a cell, angstrom."""
_BLUR = 0.7
"""Votes are gathered with a Gaussian of this standard deviation, cells."""
_LEAST = 0.3
"""Share of the votes of a perfect disc that a point has at least."""


@dataclass(frozen=True, eq=False)
class Points:
    """Rings or atoms that were read off maps."""

    positions: NDArray[np.float64]
    """Shape (n, 2): row, col in angstrom from the middle of the first cell."""
    classes: NDArray[np.int64]
    """Shape (n,): the likeliest class that isn't none."""
    votes: NDArray[np.float64]
    """Shape (n,): about 1 for a certain one."""

    def only(self, kind: int) -> Points:
        """Return those of a class."""
        return Points(*(column[self.classes == kind] for column in vars(self).values()))


def read(
    probability: NDArray[np.float32], offset: NDArray[np.float32], *, within: float, apart: float
) -> Points:
    """Find points.

    Parameters
    ----------
    probability : ndarray, shape (classes, rows, cols)
        Of the classes, of which the first is none.
    offset : ndarray, shape (2, rows, cols)
        From the middle of each cell to the point, angstrom.
    within : float
        Radius of the disc of cells that belong to a point, angstrom.
    apart : float
        Least distance of two points, angstrom.

    Returns
    -------
    Points
        The more votes of two that are too near to one another stay.
    """
    shape = probability.shape[1:]
    cells = np.indices(shape).reshape(2, -1) * _CELL
    there = cells + offset.reshape(2, -1)
    target = np.clip(np.rint(there / _CELL), 0, np.array(shape)[:, None] - 1).astype(np.int64)
    index = np.ravel_multi_index((target[0], target[1]), shape)
    weight = 1.0 - probability[0].ravel().astype(np.float64)

    def gathered(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(index, values, minlength=weight.size).reshape(shape).astype(np.float64)
        smooth: NDArray[np.float64] = ndimage.gaussian_filter(sums, _BLUR, mode="constant")
        return smooth

    votes = gathered(weight)
    # A Gaussian gives its peak 1 / (2 pi s^2) of all votes, were they all for one cell.
    perfect = np.pi * within**2 / _CELL**2 / (2 * np.pi * _BLUR**2)
    high = (votes == ndimage.maximum_filter(votes, 3)) & (votes >= _LEAST * perfect)
    peaks = np.argwhere(high)
    found = votes[high]
    row, col = (gathered(weight * along)[high] / found for along in there)
    kinds = [gathered(each.ravel().astype(np.float64))[high] for each in probability[1:]]
    positions = np.stack([row, col], axis=1).reshape(len(peaks), 2)
    kept = _apart(positions, found, apart)
    return Points(positions[kept], 1 + np.argmax(kinds, axis=0)[kept], found[kept] / perfect)


def _apart(
    positions: NDArray[np.float64], votes: NDArray[np.float64], apart: float
) -> NDArray[np.int64]:
    """Return which points stay, the ones with the most votes first."""
    kept = np.ones(len(positions), bool)
    near: dict[int, list[int]] = {}
    for a, b in cKDTree(positions).query_pairs(apart):
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    order = np.argsort(-votes, kind="stable")
    for k in order.tolist():
        if kept[k]:
            kept[near.get(k, [])] = False
    stay: NDArray[np.int64] = order[kept[order]]
    return stay
