"""From the likeliest structure to atoms, bonds and rings."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sixring.detection._reading import Reading
from sixring.detection._rings import Structure
from sixring.detection._sightings import LARGEST, SMALLEST, Sightings

__all__ = ["assembled"]


def assembled(reading: Reading, seen: Sightings) -> Structure:
    """Put atoms, bonds and rings together.

    Parameters
    ----------
    reading : Reading
        Which rings touch, and what lies on the edges.
    seen : Sightings
        What it was read from.

    Returns
    -------
    Structure
        An atom that wasn't seen lies in the middle of its three rings, or of its two, and has the
        probability of the least likely one that was. The rings are those that others lie all
        round, and then those of three foreign atoms, which are as likely as these.
    """
    atom_of, positions, elements, probability = _atoms(reading, seen)
    extra = {edge: len(positions) + k for k, edge in enumerate(reading.on_edge)}
    lying = _on_edges(reading, seen)
    positions = np.concatenate([positions, lying[0]])
    elements += lying[1]
    probability = np.concatenate([probability, lying[2]])
    vertices = np.flatnonzero(reading.closed)
    rings = _rings(reading, atom_of, extra, seen.rings)
    threes = [atom_of[list(triangles)] for triangles in reading.vacant.values()]
    members = np.array([len(ring) for ring in rings], np.int64)
    column = np.clip(members, SMALLEST, LARGEST) - SMALLEST
    return Structure(
        positions=positions,
        elements=elements,
        atom_probability=probability,
        bonds=_bonds(reading, atom_of, extra),
        rings=[*rings, *threes],
        centres=np.concatenate(
            [seen.rings[vertices], *(positions[three].mean(axis=0)[None] for three in threes)]
        ),
        ring_probability=np.append(
            seen.ring_probability[vertices] * seen.sizes[vertices, column],
            [probability[three].min() for three in threes],
        ),
    )


def _atoms(
    reading: Reading, seen: Sightings
) -> tuple[NDArray[np.int64], NDArray[np.float64], tuple[str, ...], NDArray[np.float64]]:
    """Return the atom of each triangle, -1 for none, and the atoms: two triangles may share one."""
    first = np.arange(len(reading.atom))
    for edge in reading.shared:
        one, other = reading.made.sides[edge]
        first[max(one, other)] = first[min(one, other)]
    there = np.ones(len(first), bool)
    there[list(reading.vacant)] = False
    kept, number = np.unique(first[there], return_inverse=True)
    atom_of = np.full(len(first), -1)
    atom_of[there] = number
    of = reading.atom[kept]
    found = of >= 0
    positions = seen.rings[reading.made.triangles[kept]].mean(axis=1)
    positions[found] = seen.atoms[of[found]]
    elements = np.full(len(kept), "C", dtype="U2")
    elements[found] = np.array(seen.elements, dtype="U2")[of[found]]
    probability = np.full(len(kept), seen.atom_probability.min(initial=1.0))
    probability[found] = seen.atom_probability[of[found]]
    return atom_of, positions, tuple(elements.tolist()), probability


def _on_edges(
    reading: Reading, seen: Sightings
) -> tuple[NDArray[np.float64], tuple[str, ...], NDArray[np.float64]]:
    """Return positions, elements and probabilities of the atoms on edges, in their order."""
    positions = seen.rings[reading.made.edges[list(reading.on_edge)]].mean(axis=1)
    of = np.array(list(reading.on_edge.values()), np.int64)
    found = of >= 0
    positions[found] = seen.atoms[of[found]]
    probability = np.full(len(of), seen.atom_probability.min(initial=1.0))
    probability[found] = seen.atom_probability[of[found]]
    return positions, tuple(seen.elements[k] if k >= 0 else "C" for k in of), probability


def _bonds(
    reading: Reading, atom_of: NDArray[np.int64], extra: dict[int, int]
) -> NDArray[np.int64]:
    ends = atom_of[reading.made.sides]
    direct = np.ones(len(ends), bool)
    direct[[*extra, *reading.shared]] = False
    direct &= (ends >= 0).all(axis=1)
    over = [(end, atom) for edge, atom in extra.items() for end in ends[edge]]
    over += [
        (atom_of[one], atom_of[other])
        for triangles in reading.vacant.values()
        for one, other in combinations(triangles, 2)
    ]
    bonds = np.concatenate([ends[direct], np.array(over, np.int64).reshape(-1, 2)])
    return np.unique(np.sort(bonds, axis=1), axis=0)


def _rings(
    reading: Reading,
    atom_of: NDArray[np.int64],
    extra: dict[int, int],
    centres: NDArray[np.float64],
) -> list[NDArray[np.int64]]:
    """Return the atoms of each closed ring in order, turning from the rows to the columns."""
    made = reading.made
    # Round a centre its neighbours and its triangles take turns; an atom on the edge to a
    # neighbour lies between the two triangles of that edge.
    on = np.array(list(extra), np.int64)
    ring = np.concatenate([made.triangles.ravel(), made.edges[on].ravel()])
    atom = np.concatenate([np.repeat(atom_of, 3), np.repeat([*extra.values()], 2)]).astype(np.int64)
    towards = np.concatenate(
        [
            np.repeat(centres[made.triangles].mean(axis=1), 3, axis=0),
            centres[made.edges[on][:, ::-1]].reshape(-1, 2),
        ]
    )
    ring, atom, towards = (column[atom >= 0] for column in (ring, atom, towards))
    step = towards - centres[ring]
    order = np.lexsort((np.arctan2(step[:, 1], step[:, 0]), ring))
    ring, atom = ring[order], atom[order]
    # An atom that stands for two triangles comes twice in a row.
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    before = np.arange(-1, len(ring) - 1)
    before[first] = np.append(first[1:], len(ring)) - 1
    once = atom != atom[before]
    ring, atom = ring[once], atom[once]
    starts = np.searchsorted(ring, np.flatnonzero(reading.closed), side="left")
    stops = np.searchsorted(ring, np.flatnonzero(reading.closed), side="right")
    return [atom[start:stop] for start, stop in zip(starts, stops, strict=True)]
