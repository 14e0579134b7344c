"""From ring centres to atoms, bonds and rings.

The rings of a sheet of three-coordinated atoms are the dual of a triangulation: a centre is a
vertex, two rings that share a bond are an edge, an atom is a triangle. The Delaunay
triangulation of the centres is that dual wherever the rings are near to regular. Where noise
makes it ambiguous, an edge whose flip gives four sixes is flipped, unless the image shows the
two atoms where the odd rings want them: sixes are what a sheet is made of, and an edge that the
noise may have turned is no evidence of anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError

from sixring.detection._lookup import interpolated

__all__ = [
    "Triangulation",
    "closed_centres",
    "flip_margins",
    "touching",
    "triangulate",
    "with_edges",
]

_LONGEST = 4.4  # angstrom: centres of two rings of nine and ten members
# Where a ring is missing, at the edge of the image or of a hole, the triangulation closes the gap
# with a flat triangle, which makes fives of sixes. Three rings round an atom have a circle
# through their centres of 1.42 angstrom, two nines and a six one of 2.0, a gap one of 2.46.
_WIDEST = 2.2  # angstrom
_CONVINCING = 2.5  # standard deviations that hold four odd rings against four sixes
# Standard deviation of the sum of two opposite angles in a rhombus of two equilateral triangles,
# by that of a vertex over the length of a side: the root of 8 (see the derivation in the tests).
_ANGLE_ERROR = np.sqrt(8.0)


@dataclass(frozen=True, eq=False)
class Triangulation:
    """Ring centres and which of them touch."""

    triangles: NDArray[np.int64]
    """Shape (t, 3): the three rings that meet at each atom."""
    edges: NDArray[np.int64]
    """Shape (e, 2): pairs of rings that share a bond, with a triangle on either side."""
    opposite: NDArray[np.int64]
    """Shape (e, 2): the rings at the two ends of that bond."""
    sides: NDArray[np.int64]
    """Shape (e, 2): the atoms that the bond joins, as indices into `triangles`."""


def triangulate(
    positions: NDArray[np.float64],
    error: NDArray[np.float64],
    atoms: NDArray[np.float32],
    step: float,
) -> Triangulation:
    """Find which rings touch.

    Parameters
    ----------
    positions : ndarray of float64, shape (n, 2)
        Ring centres in pixels.
    error : ndarray of float64, shape (n,)
        Their standard deviations in pixels.
    atoms : ndarray of float32, shape (rows, cols)
        The denoised image, atoms bright.
    step : float
        Angstrom per pixel.

    Returns
    -------
    Triangulation
        Empty where there are too few centres.
    """
    triangles = touching(positions, step, longest=_LONGEST, widest=_WIDEST)
    made = with_edges(triangles)
    margins = flip_margins(made, positions, error)
    degree = np.bincount(triangles.ravel(), minlength=len(positions))
    closed = closed_centres(made, degree)
    doubtful = np.flatnonzero(margins < _CONVINCING)
    for edge in doubtful[np.argsort(margins[doubtful])]:
        ends, beyond = made.edges[edge], made.opposite[edge]
        if not closed[[*ends, *beyond]].all():
            continue
        before = np.abs(degree[ends] - 6).sum() + np.abs(degree[beyond] - 6).sum()
        after = np.abs(degree[ends] - 7).sum() + np.abs(degree[beyond] - 5).sum()
        flipped = [(*beyond, ends[0]), (*beyond, ends[1])]
        now = [triangles[k] for k in made.sides[edge]]
        if after <= before - 4 and _light(atoms, positions, flipped) > _light(
            atoms, positions, now
        ):
            # Only edges all of whose rings become sixes are flipped, and so no two of them share
            # a triangle.
            triangles[made.sides[edge]] = flipped
            degree[ends] -= 1
            degree[beyond] += 1
    return with_edges(triangles)


def touching(
    positions: NDArray[np.float64], step: float, *, longest: float, widest: float
) -> NDArray[np.int64]:
    """Find the threes of rings that may meet at an atom, by the Delaunay triangulation.

    Parameters
    ----------
    positions : ndarray of float64, shape (n, 2)
        Ring centres in pixels.
    step : float
        Angstrom per pixel.
    longest, widest : float
        Longest side of a triangle, and largest radius of the circle through its corners, angstrom.

    Returns
    -------
    ndarray of int64, shape (t, 3)
        None where there are too few centres.
    """
    triangles = _delaunay(positions)
    ends = positions[triangles] * step
    sides = np.linalg.norm(ends - np.roll(ends, 1, axis=1), axis=2)
    u, v = ends[:, 1] - ends[:, 0], ends[:, 2] - ends[:, 0]
    twice_area = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    radius = sides.prod(axis=1) / np.maximum(2 * twice_area, 1e-9)
    near: NDArray[np.bool_] = (sides.max(axis=1, initial=0.0) < longest) & (radius < widest)
    return triangles[near]


def _light(
    atoms: NDArray[np.float32],
    positions: NDArray[np.float64],
    triangles: Sequence[Sequence[int] | NDArray[np.int64]],
) -> float:
    """Intensity where two triangles of ring centres have their atoms."""
    middles = np.array([positions[np.asarray(triangle)].mean(axis=0) for triangle in triangles])
    return float(interpolated(atoms, middles).sum())


def flip_margins(
    made: Triangulation, positions: NDArray[np.float64], error: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How safely each edge is an edge.

    An edge is Delaunay while the two angles opposite to it sum to less than 180 degrees.

    Parameters
    ----------
    made : Triangulation
        Edges and what lies opposite to them.
    positions : ndarray of float64, shape (n, 2)
        Ring centres.
    error : ndarray of float64, shape (n,)
        Their standard deviations, in the same unit.

    Returns
    -------
    ndarray of float64, shape (e,)
        What is left to 180 degrees, in standard deviations of that sum by noise.
    """
    if len(made.edges) == 0:
        return np.empty(0)
    a, b = positions[made.edges[:, 0]], positions[made.edges[:, 1]]
    angles = np.zeros(len(a))
    for k in range(2):
        corner = positions[made.opposite[:, k]]
        u, v = a - corner, b - corner
        cross = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
        angles += np.arctan2(cross, (u * v).sum(axis=1))
    length = np.linalg.norm(a - b, axis=1)
    four = np.concatenate([made.edges, made.opposite], axis=1)
    typical = np.sqrt((error[four] ** 2).mean(axis=1))
    margins: NDArray[np.float64] = (np.pi - angles) / (
        _ANGLE_ERROR * np.maximum(typical, 1e-9) / np.maximum(length, 1e-9)
    )
    return margins


def _delaunay(positions: NDArray[np.float64]) -> NDArray[np.int64]:
    none = np.empty((0, 3), np.int64)
    if len(positions) < 3:
        return none
    try:
        return Delaunay(positions).simplices.astype(np.int64)
    except QhullError:
        return none  # all on a line


def with_edges(triangles: NDArray[np.int64]) -> Triangulation:
    """Pair up the triangles that share an edge.

    Parameters
    ----------
    triangles : ndarray of int64, shape (t, 3)
        Threes of rings.

    Returns
    -------
    Triangulation
        With the edges that have a triangle on either side.
    """
    pairs = np.sort(triangles[:, [1, 2, 2, 0, 0, 1]].reshape(-1, 2), axis=1)
    corner = triangles.reshape(-1)
    owner = np.repeat(np.arange(len(triangles)), 3)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs, corner, owner = pairs[order], corner[order], owner[order]
    first = np.flatnonzero((pairs[:-1] == pairs[1:]).all(axis=1))
    return Triangulation(
        triangles=triangles,
        edges=pairs[first],
        opposite=np.stack([corner[first], corner[first + 1]], axis=1),
        sides=np.stack([owner[first], owner[first + 1]], axis=1),
    )


def closed_centres(made: Triangulation, degree: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which centres have triangles all round, shape (n,).

    Parameters
    ----------
    made : Triangulation
        Of n centres.
    degree : ndarray of int64, shape (n,)
        Triangles at each.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    shared = np.bincount(made.edges.ravel(), minlength=len(degree))
    closed: NDArray[np.bool_] = (shared == degree) & (degree > 0)
    return closed
