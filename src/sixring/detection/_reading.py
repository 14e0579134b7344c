"""The likeliest structure of what was seen: which rings touch, and where their atoms are.

The rings of a sheet of three-coordinated atoms are the dual of a triangulation of their centres,
and a ring's size is the number of its triangles. Two kinds of atoms aren't triangles. One with two
bonds, as beside a vacancy, lies on an edge: it adds to the sizes of the two rings that share it.
One with four, as silicon in a divacancy, stands for the two triangles of an edge: it takes one away
from each. What is sought is the triangulation, with such atoms on its edges, whose sizes are the
likeliest by what was seen of each ring. Where it has been found, two things that weren't seen are
supposed if they make it likelier still: an atom with two bonds, and that three foreign atoms round
a triangle are bonded to each other, with no atom between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import log_ndtr

from sixring.detection._graph import (
    Triangulation,
    closed_centres,
    flip_margins,
    touching,
    with_edges,
)
from sixring.detection._sightings import LARGEST, SMALLEST, Sightings

__all__ = ["Reading", "read"]

_ERROR = 0.15  # angstrom: of a ring's centre, along each axis
_LONGEST, _WIDEST = 4.6, 2.3  # angstrom: sides and circumcircle of three rings round an atom
_MATCHED = 0.8  # angstrom: an atom isn't farther from the middle of its three rings
_ON_EDGE = 1.6  # angstrom: nor one with two bonds from the middle of its edge
_SHARED = 1.0  # angstrom: nor one with four bonds from the two triangles that it stands for
_UNSEEN = 1.0  # nats that speak against an atom, as it would often have been seen
_RARE = -7.0  # logarithm of the probability of what is thought to be impossible
_SWEEPS = 20
_DEGREES = 24  # more rings than touch any


@dataclass(frozen=True, eq=False)
class Reading:
    """A triangulation of ring centres, and what lies on its edges."""

    made: Triangulation
    """Which rings touch."""
    closed: NDArray[np.bool_]
    """Shape (n,): whether other rings lie all round a ring, so that its size is known."""
    sizes: NDArray[np.int64]
    """Shape (n,): atoms of each ring that is closed."""
    atom: NDArray[np.int64]
    """Shape (t,): which atom that was seen is that of each triangle, -1 for none."""
    on_edge: dict[int, int]
    """Atoms with two bonds, by the edge on which they lie: which one that was seen it is, -1 for
    one that is supposed."""
    shared: dict[int, int]
    """Atoms with four bonds, by the edge for both of whose triangles they stand."""
    vacant: dict[int, tuple[int, int, int]]
    """Triangles without an atom, with those three round them whose atoms are bonded."""


def read(seen: Sightings, step: float) -> Reading:
    """Find the likeliest structure.

    Parameters
    ----------
    seen : Sightings
        Rings and atoms.
    step : float
        Angstrom per pixel.

    Returns
    -------
    Reading
        Found by going uphill: from the Delaunay triangulation, edges are turned as long as that
        makes all together likelier.
    """
    triangles = touching(seen.rings, step, longest=_LONGEST, widest=_WIDEST)
    log_sizes = _log_sizes(seen)
    error = np.full(len(seen.rings), _ERROR / step)
    for _ in range(_SWEEPS):
        reading = _with_atoms(triangles, seen, log_sizes, step)
        gains = _gains(reading, seen.rings, log_sizes, error)
        turned = _apart(reading.made, gains)
        if len(turned) == 0:
            break
        triangles = _turn(reading.made, turned)
    _suppose(reading, log_sizes)
    _bond_foreign(reading, seen, log_sizes)
    return reading


def _log_sizes(seen: Sightings) -> NDArray[np.float64]:
    """Return the log-probability of each ring to have so many atoms, shape (n, degrees)."""
    found = np.full((len(seen.rings), _DEGREES), _RARE)
    logs = np.log(np.maximum(seen.sizes, np.exp(_RARE)))
    found[:, SMALLEST : LARGEST + 1] = logs
    # The classes at both ends have the smaller and the larger rings too: three silicon atoms make
    # a ring of three.
    found[:, SMALLEST - 1] = logs[:, 0]
    found[:, LARGEST + 1 :] = logs[:, -1:]
    return found


def _with_atoms(
    triangles: NDArray[np.int64], seen: Sightings, log_sizes: NDArray[np.float64], step: float
) -> Reading:
    """Give each triangle its atom, and put those that are left on edges where that is likelier."""
    made = with_edges(triangles)
    degree = np.bincount(triangles.ravel(), minlength=len(seen.rings))
    closed = closed_centres(made, degree)
    middles = seen.rings[triangles].mean(axis=1)
    reading = Reading(made, closed, degree.astype(np.int64), np.full(len(middles), -1), {}, {}, {})
    if len(made.edges) == 0 or len(seen.atoms) == 0:
        return reading
    foreign = np.array([element != "C" for element in seen.elements])
    ends = middles[made.sides]
    _share(reading, np.flatnonzero(foreign), ends, seen.atoms, log_sizes, step)
    taken = np.zeros(len(seen.atoms), bool)
    taken[list(reading.shared.values())] = True
    # A foreign atom isn't left over because carbon was seen beside it.
    busy = taken | ~foreign
    _match(reading.atom, middles, seen.atoms, busy, _MATCHED / step)
    taken |= busy & foreign
    _match(reading.atom, middles, seen.atoms, taken, _MATCHED / step)
    left = np.flatnonzero(~taken & ~foreign)
    _lay(reading, left, ends.mean(axis=1), seen.atoms, log_sizes, step)
    return reading


def _share(
    reading: Reading,
    atoms: NDArray[np.intp],
    ends: NDArray[np.float64],
    positions: NDArray[np.float64],
    log_sizes: NDArray[np.float64],
    step: float,
) -> None:
    """Let foreign atoms stand for two triangles where that is likelier."""
    tree = cKDTree(ends.mean(axis=1))
    for atom in atoms:
        away, near = tree.query(positions[atom], k=min(6, len(ends)))
        for edge in np.atleast_1d(near)[np.argsort(np.atleast_1d(away))]:
            far = np.linalg.norm(ends[edge] - positions[atom], axis=1).max() * step
            if far < _SHARED and _resize(reading, int(edge), -1, log_sizes):
                reading.shared[int(edge)] = int(atom)
                reading.atom[reading.made.sides[edge]] = atom
                break


def _match(
    atom_of: NDArray[np.int64],
    middles: NDArray[np.float64],
    positions: NDArray[np.float64],
    taken: NDArray[np.bool_],
    reach: float,
) -> None:
    """Pair the triangles that have no atom with the atoms near them, the nearest first."""
    free = np.flatnonzero(atom_of < 0)
    near = cKDTree(middles[free]).sparse_distance_matrix(
        cKDTree(positions), reach, output_type="ndarray"
    )
    for row in near[np.argsort(near["v"], kind="stable")]:
        triangle, atom = free[row["i"]], row["j"]
        if atom_of[triangle] < 0 and not taken[atom]:
            atom_of[triangle] = atom
            taken[atom] = True


def _lay(
    reading: Reading,
    atoms: NDArray[np.intp],
    middles: NDArray[np.float64],
    positions: NDArray[np.float64],
    log_sizes: NDArray[np.float64],
    step: float,
) -> None:
    """Lay atoms that belong to no triangle on edges where that is likelier."""
    tree = cKDTree(middles)
    for atom in atoms:
        near = tree.query_ball_point(positions[atom], _ON_EDGE / step)
        for edge in sorted(near, key=lambda k: np.linalg.norm(middles[k] - positions[atom])):
            free = edge not in reading.on_edge and edge not in reading.shared
            if free and _resize(reading, edge, 1, log_sizes):
                reading.on_edge[edge] = int(atom)
                break


def _suppose(reading: Reading, log_sizes: NDArray[np.float64]) -> None:
    """Suppose atoms with two bonds that weren't seen, the likeliest first."""
    ends = reading.made.edges
    sizes = np.minimum(reading.sizes[ends], _DEGREES - 2)
    each = log_sizes[ends, sizes + 1] - log_sizes[ends, sizes]
    gains = np.where(reading.closed[ends], each, 0.0).sum(axis=1)
    # Of several edges that would do, the one to a ring that isn't closed and wants to be large.
    large = np.where(reading.closed[ends], 0.0, each).sum(axis=1)
    for edge in np.lexsort((-large, -gains))[: int((gains > _UNSEEN).sum())].tolist():
        free = edge not in reading.on_edge and edge not in reading.shared
        if free and _resize(reading, edge, 1, log_sizes, least=_UNSEEN):
            reading.on_edge[edge] = -1


def _bond_foreign(reading: Reading, seen: Sightings, log_sizes: NDArray[np.float64]) -> None:
    """Leave out an atom that wasn't seen between three foreign ones, which are bonded instead."""
    foreign = np.append([element != "C" for element in seen.elements], False)
    made = reading.made
    beside: dict[int, list[int]] = {}
    for one, other in made.sides[(reading.atom[made.sides] < 0).any(axis=1)].tolist():
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    for triangle in np.flatnonzero(reading.atom < 0).tolist():
        round_it = beside.get(triangle, [])
        rings = made.triangles[triangle]
        if len(round_it) < 3 or not reading.closed[rings].all():
            continue
        if len({*reading.atom[round_it].tolist()}) < 3 or not foreign[reading.atom[round_it]].all():
            continue
        sizes = reading.sizes[rings]
        if (log_sizes[rings, sizes - 1] - log_sizes[rings, sizes]).sum() > 0:
            one, two, three = round_it
            reading.vacant[triangle] = (one, two, three)
            reading.sizes[rings] -= 1


def _resize(
    reading: Reading, edge: int, change: int, log_sizes: NDArray[np.float64], *, least: float = 0.0
) -> bool:
    """Change the sizes of the rings of an edge if enough speaks for it, by those that are known."""
    ends = reading.made.edges[edge]
    ends = ends[reading.closed[ends]]
    sizes = reading.sizes[ends]
    gain = (log_sizes[ends, sizes + change] - log_sizes[ends, sizes]).sum()
    if gain > least:
        reading.sizes[ends] += change
    return bool(gain > least)


def _gains(
    reading: Reading,
    positions: NDArray[np.float64],
    log_sizes: NDArray[np.float64],
    error: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how much likelier all becomes, in nats, by turning each edge, shape (e,)."""
    made = reading.made
    ends, beyond = made.edges, made.opposite
    known = reading.closed

    def change(rings: NDArray[np.int64], by: int) -> NDArray[np.float64]:
        sizes = reading.sizes[rings]
        each = log_sizes[rings, sizes + by] - log_sizes[rings, sizes]
        summed: NDArray[np.float64] = np.where(known[rings], each, 0.0).sum(axis=1)
        return summed

    margins = flip_margins(made, positions, error)
    gains = change(ends, -1) + change(beyond, 1) + log_ndtr(-margins) - log_ndtr(margins)
    gains[[*reading.on_edge, *reading.shared]] = -np.inf
    gains[~_convex(made, positions)] = -np.inf
    return gains


def _convex(made: Triangulation, positions: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which edges can be turned: those whose two triangles make a convex shape."""
    (a, b), (c, d) = positions[made.edges.T], positions[made.opposite.T]

    def side(p: NDArray[np.float64]) -> NDArray[np.float64]:
        along, to = d - c, p - c
        turned: NDArray[np.float64] = along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]
        return turned

    convex: NDArray[np.bool_] = side(a) * side(b) < 0
    return convex


def _apart(made: Triangulation, gains: NDArray[np.float64]) -> NDArray[np.intp]:
    """Choose the edges that gain most, no two of which change the same ring."""
    chosen: list[int] = []
    busy: set[int] = set()
    better = np.flatnonzero(gains > 0)
    for edge in better[np.argsort(-gains[better], kind="stable")]:
        four = {*made.edges[edge].tolist(), *made.opposite[edge].tolist()}
        if busy.isdisjoint(four):
            busy |= four
            chosen.append(int(edge))
    return np.array(chosen, np.intp)


def _turn(made: Triangulation, edges: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the triangles after edges, no two of the same triangle, have been turned."""
    triangles = made.triangles.copy()
    for end in range(2):
        turned = np.column_stack([made.opposite[edges], made.edges[edges, end]])
        triangles[made.sides[edges, end]] = turned
    return triangles
