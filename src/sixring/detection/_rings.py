"""Rings, with their sizes and how sure these are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from sixring.detection._atoms import Sites
from sixring.detection._centres import Centres
from sixring.detection._foreign import ForeignAtoms
from sixring.detection._graph import Triangulation, flip_margins
from sixring.structures import neighbours, planar_faces, ring_centres

__all__ = ["GAP", "Structure", "assemble"]

GAP = 0.5
"""Probability of a ring that no centre stands for and that no vacant site explains: a gap between
the centres that were found, because there is a hole, or noise."""

_LARGEST = 40  # members; what is larger is the outside
_RECONSTRUCTED = 2.1  # angstrom: second neighbours in a six are 2.46 apart, bonds at most 1.8


@dataclass(frozen=True, eq=False)
class Structure:
    """Atoms, bonds and rings; positions in pixels of the canvas."""

    positions: NDArray[np.float64]
    """Shape (a, 2)."""
    elements: tuple[str, ...]
    """a chemical symbols."""
    atom_probability: NDArray[np.float64]
    """Shape (a,)."""
    bonds: NDArray[np.int64]
    """Shape (b, 2)."""
    rings: list[NDArray[np.int64]]
    """r arrays of atoms, in order."""
    centres: NDArray[np.float64]
    """Shape (r, 2)."""
    ring_probability: NDArray[np.float64]
    """Shape (r,)."""

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Members of each ring, shape (r,)."""
        return np.array([len(ring) for ring in self.rings], np.int64)


def assemble(
    centres: Centres, made: Triangulation, sites: Sites, foreign: ForeignAtoms, step: float
) -> Structure:
    """Put rings together from occupied sites.

    A ring's probability is that of none of the edges that decide on its size being turned by
    noise: each edge's margin to the flip is Gaussian with the error of the centres. Two rings
    that merge round a vacant site also need the site to be vacant.

    Parameters
    ----------
    centres : Centres
        Candidates for ring centres.
    made : Triangulation
        Which of them touch.
    sites : Sites
        Atoms, some of them vacant.
    foreign : ForeignAtoms
        Dopants; those that belong to no site become atoms without bonds.
    step : float
        Angstrom per pixel.

    Returns
    -------
    Structure
        Occupied sites that belong to a ring or not, their bonds, and all closed rings.
    """
    number = np.cumsum(sites.occupied) - 1
    joined = sites.stands_for[made.sides]
    kept = sites.occupied[joined].all(axis=1) & (joined[:, 0] != joined[:, 1])
    bonds = np.unique(np.sort(number[joined[kept]], axis=1), axis=0)
    positions = sites.positions[sites.occupied]
    bonds = np.concatenate([bonds, _reconstructed(positions, bonds, step)])
    triangles = made.triangles[sites.occupied]
    rings = [ring for ring in planar_faces(positions, bonds) if len(ring) <= _LARGEST]

    safe = log_ndtr(flip_margins(made, centres.positions, centres.error))
    # Where four rings meet at a dopant, turning the edge between its two sites changes nothing.
    safe[joined[:, 0] == joined[:, 1]] = 0
    log_probability = np.zeros(len(centres.positions))
    # An edge decides on the size of the rings that it joins and of the two opposite to it.
    for pairs in (made.edges, made.opposite):
        for column in range(2):
            np.add.at(log_probability, pairs[:, column], safe)
    degree = np.bincount(made.triangles.ravel(), minlength=len(centres.positions))
    double = np.flatnonzero(sites.stands_for != np.arange(len(made.triangles)))
    counted_twice = np.concatenate(
        [
            np.empty(0, np.int64),
            *(
                np.intersect1d(made.triangles[site], made.triangles[sites.stands_for[site]])
                for site in double
            ),
        ]
    )
    members = degree - np.bincount(counted_twice, minlength=len(degree))
    middle = ring_centres(positions, rings)
    probability = np.ones(len(rings))
    # How many of a ring's atoms each centre is a vertex of: a centre that has them all, and no
    # others, is the ring's own.
    size = np.array([len(ring) for ring in rings], np.int64)
    corners = np.concatenate([np.empty(0, np.int64), *rings])
    pairs = np.repeat(np.arange(len(rings)), size)[:, None] * len(degree) + triangles[corners]
    keys, votes = np.unique(pairs, return_counts=True)
    ring, vertex = np.divmod(keys, len(degree))
    all_of_it = votes == size[ring]
    alone = np.bincount(ring[all_of_it], minlength=len(rings)) == 1
    own = all_of_it & alone[ring] & (votes == members[vertex])
    middle[ring[own]] = centres.positions[vertex[own]]
    probability[ring[own]] = np.exp(log_probability[vertex[own]])

    meeting = np.split(np.argsort(made.triangles, axis=None) // 3, np.cumsum(degree)[:-1])
    first = np.searchsorted(ring, np.arange(len(rings) + 1))
    for k in np.setdiff1d(np.arange(len(rings)), ring[own]):
        shared = vertex[first[k] : first[k + 1]][votes[first[k] : first[k + 1]] >= 2]
        near = np.unique(np.concatenate([np.empty(0, np.intp), *(meeting[v] for v in shared)]))
        inside = near[np.isin(made.triangles[near], shared).all(axis=1)]
        probability[k] = _of_merged(inside, sites)
    adrift = sites.adrift
    return Structure(
        positions=np.concatenate([positions, foreign.positions[adrift]]),
        elements=(*sites.elements[sites.occupied].tolist(), *(foreign.elements[k] for k in adrift)),
        atom_probability=np.concatenate(
            [sites.probability[sites.occupied], foreign.probability[adrift]]
        ),
        bonds=bonds,
        rings=rings,
        centres=middle,
        ring_probability=probability,
    )


def _reconstructed(
    positions: NDArray[np.float64], bonds: NDArray[np.int64], step: float
) -> NDArray[np.int64]:
    """Find the bonds by which atoms beside a vacancy make up for the one that they lost.

    Returns
    -------
    ndarray of int64, shape (m, 2)
        Pairs of two-coordinated atoms nearer than any two in a six, each atom once.
    """
    loose = np.flatnonzero(np.bincount(bonds.ravel(), minlength=len(positions)) == 2)
    pairs = loose[neighbours(positions[loose], _RECONSTRUCTED / step)]
    length = np.linalg.norm(positions[pairs[:, 0]] - positions[pairs[:, 1]], axis=1)
    bonded: dict[int, set[int]] = {}
    for one, other in bonds.tolist():
        bonded.setdefault(one, set()).add(other)
        bonded.setdefault(other, set()).add(one)
    taken: set[int] = set()
    found = []
    for pair in np.sort(pairs, axis=1)[np.argsort(length)].tolist():
        one, other = pair
        # Two atoms with a neighbour in common would close a ring of three.
        apart = other not in bonded[one] and bonded[one].isdisjoint(bonded[other])
        if apart and taken.isdisjoint(pair):
            found.append(pair)
            taken.update(pair)
    return np.array(found, np.int64).reshape(-1, 2)


def _of_merged(inside: NDArray[np.int64], sites: Sites) -> float:
    """Probability of a ring round vacant sites: that of the least surely vacant of them."""
    vacant = inside[~sites.occupied[inside]]
    if len(vacant) == 0:
        return GAP  # as likely as not
    return float(1 - sites.probability[vacant].max())
