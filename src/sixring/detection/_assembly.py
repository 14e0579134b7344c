"""From the likeliest structure to atoms, bonds and rings."""

from __future__ import annotations

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
        An atom that wasn't seen lies in the middle of its three rings, and has the probability
        of the least likely one that was. The rings are those that others lie all round.
    """
    atom_of, positions, elements, probability = _atoms(reading, seen)
    extra = {edge: len(positions) + k for k, edge in enumerate(reading.on_edge)}
    lying = list(reading.on_edge.values())
    positions = np.concatenate([positions, seen.atoms[lying]])
    elements += tuple(seen.elements[k] for k in lying)
    probability = np.concatenate([probability, seen.atom_probability[lying]])
    vertices = np.flatnonzero(reading.closed)
    rings = _rings(reading, atom_of, extra, seen.rings)
    members = np.array([len(ring) for ring in rings], np.int64)
    column = np.clip(members, SMALLEST, LARGEST) - SMALLEST
    return Structure(
        positions=positions,
        elements=elements,
        atom_probability=probability,
        bonds=_bonds(reading, atom_of, extra),
        rings=rings,
        centres=seen.rings[vertices],
        ring_probability=seen.ring_probability[vertices] * seen.sizes[vertices, column],
    )


def _atoms(
    reading: Reading, seen: Sightings
) -> tuple[NDArray[np.int64], NDArray[np.float64], tuple[str, ...], NDArray[np.float64]]:
    """Return the atom of each triangle, and the atoms: two triangles may share one."""
    first = np.arange(len(reading.atom))
    for edge in reading.shared:
        one, other = reading.made.sides[edge]
        first[max(one, other)] = first[min(one, other)]
    kept, atom_of = np.unique(first, return_inverse=True)
    of = reading.atom[kept]
    found = of >= 0
    positions = seen.rings[reading.made.triangles[kept]].mean(axis=1)
    positions[found] = seen.atoms[of[found]]
    elements = np.full(len(kept), "C", dtype="U2")
    elements[found] = np.array(seen.elements, dtype="U2")[of[found]]
    probability = np.full(len(kept), seen.atom_probability.min(initial=1.0))
    probability[found] = seen.atom_probability[of[found]]
    return atom_of.astype(np.int64), positions, tuple(elements.tolist()), probability


def _bonds(
    reading: Reading, atom_of: NDArray[np.int64], extra: dict[int, int]
) -> NDArray[np.int64]:
    ends = atom_of[reading.made.sides]
    direct = np.ones(len(ends), bool)
    direct[[*extra, *reading.shared]] = False
    over = [(end, atom) for edge, atom in extra.items() for end in ends[edge]]
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
