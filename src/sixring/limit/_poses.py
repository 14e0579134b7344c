"""The ways in which a defect can lie in the lattice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.errors import UsageError
from sixring.structures import (
    LATTICE_CONSTANT,
    Relaxed,
    bonds_of,
    library,
    planar_faces,
    ring_centres,
    variants,
)

__all__ = ["CELL", "CELL_AREA", "Pose", "cell_of", "defect_names", "poses"]

CELL = LATTICE_CONSTANT * np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)]])
"""The lattice's two translations, x and y in angstrom, zigzag rows along x."""
CELL_AREA = float(np.linalg.det(CELL))
"""Area of a cell, which holds one ring, angstrom^2."""
_SAME = 0.15
"""Atoms that are nearer than this, in angstrom, make the same image."""
_RIM = 6.0
"""So near to the rim of an entry, in angstrom, two poses needn't be compared."""


@dataclass(frozen=True, eq=False)
class Pose:
    """A relaxed defect in one orientation, lengths in angstrom from a ring's centre."""

    positions: NDArray[np.float64]
    """Shape (n, 3): x, y and height of its atoms, zigzag rows along x."""
    elements: tuple[str, ...]
    """n chemical symbols."""
    points: NDArray[np.float64]
    """Shape (p, 2): centres of its rings other than six, and its foreign atoms."""
    centre: NDArray[np.float64]
    """Shape (2,): of the disc that its atoms fill."""
    radius: float
    """Of this disc: beyond it there is perfect lattice."""

    @property
    def middle(self) -> NDArray[np.float64]:
        """Mean of the points, shape (2,)."""
        middle: NDArray[np.float64] = self.points.mean(axis=0)
        return middle

    def moved(self, cells: NDArray[np.float64]) -> Pose:
        """Return it so many translations of the lattice farther, shape (2,)."""
        by = cells @ CELL
        return Pose(
            self.positions + np.append(by, 0.0),
            self.elements,
            self.points + by,
            self.centre + by,
            self.radius,
        )


def defect_names() -> tuple[str, ...]:
    """Return the defects that have an entry of their own, by the names of the catalogue."""
    return tuple(sorted({e.name for e in library().values() if variants(e.variant)}))


@cache
def poses(name: str) -> tuple[tuple[Pose, ...], ...]:
    """Return every way in which a defect can lie in the lattice, up to translations of it.

    Parameters
    ----------
    name : str
        Of the catalogue, which stands for all its variants, or of a variant of the library.

    Returns
    -------
    tuple of tuple of Pose
        For each variant those of its turns by 60 degrees and mirror images, and of these turned
        over, of which no two have their atoms in the same places.

    Raises
    ------
    UsageError
        If there is no such point defect in the library.
    """
    found = variants(name)
    if not found:
        raise UsageError(
            f"the defect {name!r} has no structure of its own: choose from "
            f"{', '.join(defect_names())}"
        )
    return tuple(_distinct(library()[variant]) for variant in found)


def cell_of(point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the translations, in cells, that bring a point nearest to the origin, shape (2,)."""
    nearest = -np.rint(point @ np.linalg.inv(CELL))
    near = nearest + np.array(list(product((-1.0, 0.0, 1.0), repeat=2)))
    chosen: NDArray[np.float64] = near[np.linalg.norm(point + near @ CELL, axis=1).argmin()]
    return chosen


def _distinct(entry: Relaxed) -> tuple[Pose, ...]:
    found: list[Pose] = []
    for pose in _all_poses(entry):
        if not any(_same(pose, other) for other in found):
            found.append(pose)
    return tuple(found)


def _all_poses(entry: Relaxed) -> Iterator[Pose]:
    """Yield an entry in the twelve orientations that leave the lattice as it is, and over."""
    (grain,) = entry.grains
    origin = np.array([grain.x, grain.y, 0.0])
    turn = _turned(-grain.orientation)
    points = np.column_stack([_points(entry), np.zeros(len(_points(entry)))])
    for sixth, mirror, up in product(range(6), (1.0, -1.0), (1.0, -1.0)):
        matrix = np.diag([1.0, 1.0, up]) @ _turned(60.0 * sixth) @ np.diag([mirror, 1.0, 1.0])
        matrix = matrix @ turn
        yield Pose(
            positions=(entry.positions - origin) @ matrix.T,
            elements=entry.elements,
            points=((points - origin) @ matrix.T)[:, :2],
            centre=(-origin @ matrix.T)[:2],
            radius=entry.radius,
        )


def _turned(degrees: float) -> NDArray[np.float64]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _points(entry: Relaxed) -> NDArray[np.float64]:
    """Return what makes a patch one with a defect: odd rings' centres and foreign atoms."""
    bonds = bonds_of(entry.positions, entry.elements)
    rings = planar_faces(entry.positions[:, :2], bonds)
    centres = ring_centres(entry.positions[:, :2], rings)
    odd = [len(ring) != 6 for ring in rings]
    foreign = [element != "C" for element in entry.elements]
    return np.concatenate([centres[odd], entry.positions[foreign, :2]])


def _same(one: Pose, other: Pose) -> bool:
    """Tell whether two poses have all atoms in the same places, but for a translation."""
    cells = cell_of(one.middle - other.middle)
    if np.linalg.norm(one.middle - other.middle + cells @ CELL) > _SAME:
        return False
    moved = one.moved(cells)
    inner = np.linalg.norm(moved.positions[:, :2] - other.middle, axis=1) < one.radius - _RIM
    far, atom = cKDTree(other.positions).query(moved.positions[inner])
    of_one = np.array(one.elements)[inner]
    alike = of_one == np.array(other.elements)[np.asarray(atom)]
    return bool(np.all(np.asarray(far) < _SAME) and np.all(alike))
