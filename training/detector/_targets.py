"""What the network has to say of a simulated image, cell by cell: the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from skimage.draw import polygon

from sixring.detection._canonical import CANONICAL
from sixring.detection._cells import (
    AREAS,
    ATOM_WITHIN,
    BORDER,
    CELL,
    RING_WITHIN,
    SILICON,
    SIX,
    TEN,
)
from sixring.lattice import GRAPHENE, Canvas
from sixring.simulate import STEM, Simulated
from sixring.types import Region

__all__ = [
    "AREAS",
    "ATOM_WITHIN",
    "CELL",
    "OFFSET_STEP",
    "RING_WITHIN",
    "SILICON",
    "SIX",
    "TEN",
    "Targets",
    "apparent_sampling",
    "ring_class",
    "targets",
]

OFFSET_STEP = 1 / 160
"""Angstrom: offsets are whole multiples of it, so that 0.79 is the largest."""
_LARGEST = 14
"""Members of a ring that is still one; a larger one is a hole."""
_BREADTH = 1.0
"""A sheet ends this far beyond its last atoms, angstrom."""
_DISPLACED = 0.1
"""Nor where the fly-back of a scan displaces the probe by more, angstrom: the truth doesn't follow
it."""


@dataclass(frozen=True, eq=False)
class Targets:
    """What is true of each cell."""

    rings: NDArray[np.uint8]
    """Shape (rows, cols): classes of rings."""
    ring_offset: NDArray[np.int8]
    """Shape (2, rows, cols): steps of :data:`OFFSET_STEP`; 0 where there is no ring."""
    atoms: NDArray[np.uint8]
    """Shape (rows, cols): classes of atoms."""
    atom_offset: NDArray[np.int8]
    """Shape (2, rows, cols)."""
    area: NDArray[np.uint8]
    """Shape (rows, cols): classes of areas."""
    judged: NDArray[np.bool_]
    """Shape (rows, cols): whether rings and atoms can be known there: where a sheet is clear, or
    there is none, away from the border."""

    def window(self, corner: tuple[int, int], side: int) -> Targets:
        """Cut out a square.

        Parameters
        ----------
        corner : tuple of int
            Row, col of its first cell.
        side : int
            Rows and columns in cells.

        Returns
        -------
        Targets
            Nothing is judged near its border.
        """
        row, col = corner
        inside = np.s_[..., row : row + side, col : col + side]
        cut = {name: value[inside] for name, value in vars(self).items()}
        return Targets(**{**cut, "judged": cut["judged"] & _inner((side, side))})


def _inner(shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which cells are farther than 3 angstrom from the border, of the canonical image."""
    edge = round(BORDER / CANONICAL / CELL)
    judged = np.zeros(shape, bool)
    judged[edge:-edge, edge:-edge] = True
    return judged


def apparent_sampling(simulated: Simulated) -> float:
    """Return the sampling as the lattice in the image says it, strain and drift included.

    Parameters
    ----------
    simulated : Simulated
        With its truth.

    Returns
    -------
    float
        Angstrom per pixel at which the median hexagon has the area that it has in graphene; that
        of the microscope, where there is none.
    """
    rings, atoms = simulated.rings, simulated.atoms
    sixes = [rings.corners[k] for k in np.flatnonzero(rings.sizes == 6)]
    if not sixes:
        return simulated.sampling
    row, col = np.moveaxis(atoms.positions[np.array(sixes)], -1, 0)
    doubled = row * np.roll(col, -1, axis=1) - col * np.roll(row, -1, axis=1)
    area = np.median(np.abs(doubled.sum(axis=1))) / 2
    return float(np.sqrt(np.sqrt(3) / 2 * GRAPHENE**2 / area))


def ring_class(sizes: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the classes of rings of so many members."""
    classes: NDArray[np.uint8] = (np.clip(sizes, 4, 10) - 3).astype(np.uint8)
    return classes


def targets(simulated: Simulated, canvas: Canvas) -> Targets:
    """Say what is where in the canonical image of a simulated one.

    Parameters
    ----------
    simulated : Simulated
        With its truth.
    canvas : Canvas
        What was made of its image.

    Returns
    -------
    Targets
        Of all its cells; a last row or column of pixels that makes no whole cell is left out.
    """
    shape = (canvas.image.shape[0] // CELL, canvas.image.shape[1] // CELL)
    middles = np.indices(shape).reshape(2, -1).T * CELL + (CELL - 1) / 2
    real = simulated.rings.sizes <= _LARGEST
    centres = canvas.from_micrograph(simulated.rings.centres)
    positions = canvas.from_micrograph(simulated.atoms.positions)
    near_ring = _Nearest(middles, centres[real], RING_WITHIN / canvas.sampling)
    near_atom = _Nearest(middles, positions, ATOM_WITHIN / canvas.sampling)
    elements = np.where(np.array(simulated.atoms.elements, "U2") == "Si", SILICON, 1)
    area = _area(simulated, canvas, middles, shape)
    for k in np.flatnonzero(~real):
        hole = _hole(positions[simulated.rings.corners[k]], canvas, shape)
        area[hole & (area == AREAS.index(Region.CLEAR))] = AREAS.index(Region.VACUUM)
    unsettled = canvas.from_micrograph(np.array([[0.0, _unsettled(simulated)]]))[0, 1]
    hidden = np.isin(area, [AREAS.index(Region.CONTAMINATION), AREAS.index(Region.BILAYER)])
    settled = middles[:, 1].reshape(shape) >= unsettled
    return Targets(
        rings=near_ring.classes(ring_class(simulated.rings.sizes[real])).reshape(shape),
        ring_offset=near_ring.offsets(canvas.sampling).reshape(2, *shape),
        atoms=near_atom.classes(elements.astype(np.uint8)).reshape(shape),
        atom_offset=near_atom.offsets(canvas.sampling).reshape(2, *shape),
        area=area,
        judged=~hidden & _inner(shape) & settled,
    )


class _Nearest:
    """The nearest of some points to each cell."""

    def __init__(
        self, middles: NDArray[np.float64], points: NDArray[np.float64], within: float
    ) -> None:
        # Where none is near, the search gives the index after the last: that of a point nowhere.
        self._points = np.concatenate([points, np.zeros((1, 2))])
        self._middles = middles
        index = cKDTree(points).query(middles, distance_upper_bound=within)[1]
        self._index: NDArray[np.int64] = np.asarray(index)
        self._there = self._index < len(points)

    def classes(self, of_points: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the class of the nearest point, 0 where there is none."""
        return np.append(of_points, np.uint8(0))[self._index]

    def offsets(self, sampling: float) -> NDArray[np.int8]:
        """Return the way to the nearest point, shape (2, n), in steps."""
        way = np.where(self._there[:, None], self._points[self._index] - self._middles, 0.0)
        steps: NDArray[np.int8] = np.rint(way.T * sampling / OFFSET_STEP).astype(np.int8)
        return steps


def _area(
    simulated: Simulated, canvas: Canvas, middles: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.uint8]:
    """Return the classes of areas, of the pixel that is nearest to the middle of each cell."""
    regions = simulated.mask.regions
    pixels = np.rint(canvas.to_micrograph(middles)).astype(np.int64)
    row, col = np.clip(pixels, 0, np.array(regions.shape) - 1).T
    classes = np.zeros(max(Region) + 1, np.uint8)
    classes[list(AREAS)] = np.arange(len(AREAS))
    area: NDArray[np.uint8] = classes[regions[row, col]].reshape(shape)
    return area


def _hole(
    corners: NDArray[np.float64], canvas: Canvas, shape: tuple[int, int]
) -> NDArray[np.bool_]:
    """Return the cells inside a ring that is a hole, but for the breadth of its atoms."""
    cells = (corners - (CELL - 1) / 2) / CELL
    inside = np.zeros(shape, bool)
    inside[polygon(cells[:, 0], cells[:, 1], shape)] = True
    found = np.argwhere(inside)
    if len(found):
        distance = np.asarray(cKDTree(cells).query(found)[0])
        near = found[distance * CELL * canvas.sampling <= _BREADTH]
        inside[near[:, 0], near[:, 1]] = False
    return inside


def _unsettled(simulated: Simulated) -> float:
    """Return the column of the micrograph from which on the probe is where it should be."""
    conditions = simulated.conditions
    if not isinstance(conditions, STEM) or abs(conditions.flyback) <= _DISPLACED:
        return 0.0
    return conditions.flyback_length * float(np.log(abs(conditions.flyback) / _DISPLACED))
