"""Rings that no others lie all round: beside holes and the edges of what is shown, and holes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.detection._cells import AREAS, to_cells
from sixring.detection._lookup import nearest
from sixring.detection._reading import Reading
from sixring.detection._rings import Structure
from sixring.detection._sightings import LARGEST, SMALLEST, Sightings
from sixring.structures import neighbours, planar_faces, ring_centres
from sixring.types import Region

__all__ = ["with_edges_closed"]

_BOND = 1.85  # angstrom: atoms at an edge are bonded if they are nearer
_BONDS = 3
_LIKELY = 0.5  # least probability of an atom that belongs to no three rings
_OWN = 0.8  # angstrom: a ring's centre isn't farther from the middle of its atoms
_LARGEST_HOLE = 40  # members; what is larger is the outside


def with_edges_closed(
    structure: Structure,
    reading: Reading,
    seen: Sightings,
    area: NDArray[np.uint8],
    step: float,
) -> Structure:
    """Close the rings at edges by the atoms that were seen there, and find the holes.

    The triangulation says which atoms a ring has where other rings lie all round it. At an edge
    there are atoms that belong to one ring or two: with bonds to their neighbours, they close the
    rings there, and the faces without a ring are holes where the network saw none.

    Parameters
    ----------
    structure : Structure
        What follows from the triangulation.
    reading : Reading
        The triangulation.
    seen : Sightings
        What it was read from.
    area : ndarray of uint8, shape (cell rows, cell cols)
        Classes of areas.
    step : float
        Angstrom per pixel of the canvas.

    Returns
    -------
    Structure
        With the atoms, bonds and rings that were added at the end, and with the foreign atoms for
        which the rings have no place. A hole is as likely as the atoms round it.
    """
    loose = _loose(reading, seen)
    old = len(structure.positions)
    positions = np.concatenate([structure.positions, seen.atoms[loose]])
    probability = np.concatenate([structure.atom_probability, seen.atom_probability[loose]])
    bonds = np.concatenate(
        [structure.bonds, _new_bonds(positions, structure.bonds, old, _BOND / step)]
    )
    known = {frozenset(ring.tolist()) for ring in structure.rings}
    faces = [
        face
        for face in planar_faces(positions, bonds)
        if len(face) <= _LARGEST_HOLE and frozenset(face.tolist()) not in known
    ]
    foreign = np.array([seen.elements[k] != "C" for k in loose], bool)
    if not (faces or foreign.any()):
        return structure
    middles = ring_centres(positions, faces)
    vacuum = nearest(area, to_cells(middles)) == AREAS.index(Region.VACUUM)
    centres, ring_probability = middles.copy(), np.zeros(len(faces))
    of_open = np.flatnonzero(~reading.closed)
    away, own = map(
        np.asarray, cKDTree(seen.rings[of_open]).query(middles, distance_upper_bound=_OWN / step)
    )
    for k, face in enumerate(faces):
        if np.isfinite(away[k]):
            ring = of_open[own[k]]
            column = np.clip(len(face), SMALLEST, LARGEST) - SMALLEST
            centres[k] = seen.rings[ring]
            ring_probability[k] = seen.ring_probability[ring] * seen.sizes[ring, column]
        elif vacuum[k]:
            ring_probability[k] = probability[face].mean()
    told = np.flatnonzero(np.isfinite(away) | vacuum)
    added = [faces[k] for k in told]
    kept = np.zeros(len(positions), bool)
    kept[:old] = True
    # A foreign atom for which the rings leave no place is there all the same.
    kept[old:] = foreign
    kept[np.concatenate([np.empty(0, np.int64), *added])] = True
    number = np.cumsum(kept) - 1
    elements = (*structure.elements, *(seen.elements[k] for k in loose))
    return replace(
        structure,
        positions=positions[kept],
        elements=tuple(np.array(elements, dtype="U2")[kept].tolist()),
        atom_probability=probability[kept],
        bonds=number[bonds[kept[bonds].all(axis=1)]],
        rings=[*structure.rings, *(number[face] for face in added)],
        centres=np.concatenate([structure.centres, centres[told]]),
        ring_probability=np.concatenate([structure.ring_probability, ring_probability[told]]),
    )


def _loose(reading: Reading, seen: Sightings) -> NDArray[np.intp]:
    """Find the atoms that were seen and belong to no three rings, nor on an edge of two."""
    free = seen.atom_probability >= _LIKELY
    free[reading.atom[reading.atom >= 0]] = False
    free[[k for k in (*reading.on_edge.values(), *reading.shared.values()) if k >= 0]] = False
    return np.flatnonzero(free)


def _new_bonds(
    positions: NDArray[np.float64], bonds: NDArray[np.int64], old: int, reach: float
) -> NDArray[np.int64]:
    """Bond the atoms from the number `old` on to their neighbours, the nearest first."""
    degree = np.bincount(bonds.ravel(), minlength=len(positions))
    free = np.flatnonzero(degree < _BONDS)
    pairs = free[neighbours(positions[free], reach)]
    pairs = pairs[pairs.max(axis=1, initial=0) >= old]
    length = np.linalg.norm(positions[pairs[:, 0]] - positions[pairs[:, 1]], axis=1)
    made = []
    for one, other in pairs[np.argsort(length, kind="stable")].tolist():
        if degree[one] < _BONDS and degree[other] < _BONDS:
            degree[[one, other]] += 1
            made.append((min(one, other), max(one, other)))
    return np.array(made, np.int64).reshape(-1, 2)
