"""Tilt grain boundaries, made from the ring centres rather than from the atoms.

The centres of graphene's rings form a triangular lattice. Two such lattices, turned against each
other and pushed together, are triangulated; every triangle is an atom with three neighbours and
every point a ring with as many members as it has neighbours. So whatever comes out is a closed
network, and where the two lattices don't fit it holds fives and sevens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from sixring.errors import UsageError
from sixring.structures._relax import relax
from sixring.structures._sheet import LATTICE_CONSTANT, Sheet, remove_atoms, remove_loose_atoms

__all__ = ["tilt_boundary"]

_MARGIN = 3 * LATTICE_CONSTANT
"""How much wider than the sheet the lattices of points are, on every side."""
_STRIP = 10.0
"""Points and atoms this near to the boundary move, in angstrom."""


def tilt_boundary(width: float, height: float, angle: float) -> Sheet:
    """Make two grains that meet in a symmetric tilt boundary of 5-7 pairs.

    The boundary runs along y through the middle; zigzag rows lie at plus and minus half the
    angle from the x axis. Its dislocations are as far apart as Read and Shockley's
    a / (2 sin(angle / 2)) demands: at 21.8 degrees one six lies between two pairs, at 32.2
    degrees the pairs touch.

    Parameters
    ----------
    width, height : float
        Extent along x and y in angstrom.
    angle : float
        Misorientation in degrees, from 5 to 32.3.

    Returns
    -------
    Sheet
        Relaxed near the boundary: the most even of a few ways to lay the grains side by side.

    Raises
    ------
    UsageError
        If the angle is outside its range, or the sheet is narrower than 30 angstrom or lower
        than a dislocation's distance.
    """
    if not 5 <= angle <= 32.3:
        raise UsageError(f"a tilt boundary is made at 5 to 32.3 degrees, not {angle:g}")
    spacing = LATTICE_CONSTANT / (2 * math.sin(math.radians(angle) / 2))
    if width < 30 or height < spacing:
        raise UsageError(
            f"a boundary of {angle:g} degrees needs a sheet of at least 30 x {spacing:.0f} "
            f"angstrom, not {width:g} x {height:g}"
        )
    size = np.array([width, height])
    drafts = [_draft(size, math.radians(angle), shift) for shift in (0.0, 0.25, 0.5, 0.75)]
    best = min(drafts, key=lambda d: d.misfit)
    return _atoms_of(best.points, size)


@dataclass(frozen=True, eq=False)
class _Draft:
    points: NDArray[np.float64]
    misfit: tuple[int, float]
    """Number of rings that aren't five, six or seven; spread of the rings' distances."""


def _draft(size: NDArray[np.float64], angle: float, shift: float) -> _Draft:
    """Push two lattices of ring centres together and let the seam settle."""
    # The right lattice is the mirror image of the left one. A point within a quarter of a row
    # of the mirror coincides with its image, so that no two rings come too near.
    left = _lattice(size, angle / 2, shift)
    middle = size[0] / 2
    off = left[:, 0] - middle
    seam = left[np.abs(off) <= LATTICE_CONSTANT / 4]
    left = left[off < -LATTICE_CONSTANT / 4]
    points = np.concatenate([left, seam * [0, 1] + [middle, 0], left * [-1, 1] + [2 * middle, 0]])
    off = np.abs(points[:, 0] - middle)
    strip, far = points[off < 2 * _STRIP], points[off >= 2 * _STRIP]
    return _settled(strip, far, size)


def _settled(
    strip: NDArray[np.float64], far: NDArray[np.float64], size: NDArray[np.float64]
) -> _Draft:
    """Move the points of the strip until they are as far apart as ring centres are."""
    near_seam = np.abs(strip[:, 0] - size[0] / 2) < _STRIP
    high = np.abs(strip[:, 1] - size[1] / 2)
    free = near_seam & (high < size[1] / 2 + _MARGIN / 2)
    judged = near_seam & (high < size[1] / 2)
    for _ in range(40):
        pairs = _edges(strip)
        step = strip[pairs[:, 1]] - strip[pairs[:, 0]]
        length = np.linalg.norm(step, axis=1)
        near = length < 1.5 * LATTICE_CONSTANT
        pull = (1 - LATTICE_CONSTANT / length[near])[:, None] * step[near]
        move = np.zeros_like(strip)
        for axis in range(2):
            move[:, axis] += np.bincount(pairs[near, 0], pull[:, axis], minlength=len(strip))
            move[:, axis] -= np.bincount(pairs[near, 1], pull[:, axis], minlength=len(strip))
        strip = strip + np.where(free[:, None], 0.15 * move, 0.0)
    pairs = _edges(strip)
    degree = np.bincount(pairs.ravel(), minlength=len(strip))[judged]
    length = np.linalg.norm(strip[pairs[:, 1]] - strip[pairs[:, 0]], axis=1)
    spread = float(length[np.all(judged[pairs], axis=1)].std())
    wild = int(((degree < 5) | (degree > 7)).sum())
    return _Draft(np.concatenate([strip, far]), (wild, spread))


def _lattice(size: NDArray[np.float64], turn: float, shift: float) -> NDArray[np.float64]:
    """Return ring centres with a zigzag row at `turn`, moved along x by a share of a row."""
    n = math.ceil((math.hypot(*size) + 4 * _MARGIN) / LATTICE_CONSTANT)
    i, j = (v.ravel() for v in np.meshgrid(np.arange(-n, n + 1), np.arange(-n, n + 1)))
    x, y = LATTICE_CONSTANT * (i + j / 2), LATTICE_CONSTANT * math.sqrt(3) / 2 * j
    c, s = math.cos(turn), math.sin(turn)
    points = np.column_stack([c * x - s * y, s * x + c * y]) + size / 2
    points[:, 0] += shift * LATTICE_CONSTANT
    kept: NDArray[np.float64] = points[
        ((points > -_MARGIN) & (points < size + _MARGIN)).all(axis=1)
    ]
    return kept


def _edges(points: NDArray[np.float64]) -> NDArray[np.int64]:
    triangles = Delaunay(points).simplices.astype(np.int64)
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    n = len(points)
    # One number for each pair: to sort these is several times faster than to sort rows.
    once = np.unique(pairs.min(axis=1) * n + pairs.max(axis=1))
    return np.column_stack([once // n, once % n])


def _atoms_of(points: NDArray[np.float64], size: NDArray[np.float64]) -> Sheet:
    """Put an atom into every triangle, bond those with a common side, and relax them."""
    mesh = Delaunay(points)
    atoms = points[mesh.simplices].mean(axis=1)
    number = np.repeat(np.arange(len(atoms)), 3)
    other = mesh.neighbors.ravel()
    once = number < other
    bonds = np.column_stack([number[once], other[once]]).astype(np.int64)
    sheet = Sheet(atoms, ("C",) * len(atoms), bonds[np.lexsort((bonds[:, 1], bonds[:, 0]))])
    outside = ((atoms < 0) | (atoms > size)).any(axis=1)
    sheet = remove_loose_atoms(remove_atoms(sheet, np.flatnonzero(outside).tolist()))
    border = ((sheet.positions < 2) | (sheet.positions > size - 2)).any(axis=1)
    near = np.abs(sheet.positions[:, 0] - size[0] / 2) < 1.5 * _STRIP
    return relax(sheet, near & ~border)
