"""Which part of a specimen is clear, dirty, empty or double: read off the atoms."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sixring.types import Region

__all__ = ["RegionMap"]

_STEP = 0.4
"""Distance of the map's points in angstrom."""
_FAR = 3.0
"""What is farther than this from every atom of a layer isn't covered by it, in angstrom."""
_BREADTH = 1.0
"""A layer ends this far beyond its last atoms, in angstrom."""
_MARGIN = 2 * _FAR


class RegionMap:
    """The regions of a rectangle, and what lies outside."""

    def __init__(
        self,
        size: tuple[float, float],
        sheet: NDArray[np.float64],
        lying: NDArray[np.float64],
        second: NDArray[np.float64],
    ) -> None:
        """Map the rectangle [0, width] x [0, height], given the x, y of each layer's atoms."""
        width, height = size
        self._shape = (
            math.ceil((height + 2 * _MARGIN) / _STEP) + 1,
            math.ceil((width + 2 * _MARGIN) / _STEP) + 1,
        )
        regions = np.full(self._shape, Region.VACUUM, dtype=np.uint8)
        regions[self._closed(sheet)] = Region.CLEAR
        regions[self._closed(second)] = Region.BILAYER
        regions[self._closed(lying)] = Region.CONTAMINATION
        self._regions = regions

    def at(self, points: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return the region of each point, shape (..., 2), x and y in angstrom."""
        nearest = self._nearest(points)
        regions: NDArray[np.uint8] = self._regions[nearest[..., 1], nearest[..., 0]]
        return regions

    def _nearest(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return column, row of the map's point that is nearest, its border for those outside."""
        nearest = np.rint((np.asarray(points) + _MARGIN) / _STEP).astype(np.int64)
        return np.clip(nearest, 0, np.array(self._shape[::-1]) - 1)

    def _closed(self, atoms: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return where a layer is: its atoms grown until they close, and shrunk again."""
        if len(atoms) == 0:
            return np.zeros(self._shape, dtype=bool)
        empty = np.ones(self._shape, dtype=bool)
        column, row = self._nearest(atoms).T
        empty[row, column] = False
        near = _distance(empty) <= _FAR
        if near.all():
            return near
        closed: NDArray[np.bool_] = _distance(near) > _FAR - _BREADTH
        return closed


def _distance(background: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how far each point is from the nearest False, in angstrom."""
    distance: NDArray[np.float64] = ndimage.distance_transform_edt(background, sampling=_STEP)
    return distance
