"""Structures of the library as a network would see them, with known rings and atoms."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sixring.detection._sightings import LARGEST, SMALLEST, Sightings
from sixring.structures import bonds_of, library, planar_faces, ring_centres

STEP = 0.2
"""Angstrom per pixel."""
_OUTSIDE = 14


class Sighted(NamedTuple):
    """A structure, and what is seen of it."""

    seen: Sightings
    sizes: NDArray[np.int64]
    """Shape (n,): true members of each ring that is seen."""
    rings: list[NDArray[np.int64]]
    """Their atoms."""


def sure(sizes: NDArray[np.int64], probability: float = 0.94) -> NDArray[np.float64]:
    """Return the probabilities of sizes that are as good as known, shape (n, 7)."""
    count = LARGEST - SMALLEST + 1
    found = np.full((len(sizes), count), (1 - probability) / (count - 1))
    found[np.arange(len(sizes)), np.clip(sizes, SMALLEST, LARGEST) - SMALLEST] = probability
    return found


def sighted(variant: str, *, noise: float = 0.0, seed: int = 0) -> Sighted:
    """See an entry of the library; `noise` is that of the ring centres in angstrom."""
    rng = np.random.default_rng(seed)
    entry = library()[variant]
    flat = entry.positions[:, :2]
    faces = planar_faces(flat, bonds_of(entry.positions, entry.elements))
    rings = [ring for ring in faces if len(ring) < _OUTSIDE]
    sizes = np.array([len(ring) for ring in rings], np.int64)
    centres = ring_centres(flat, rings)
    seen = Sightings(
        rings=(centres + rng.normal(0, noise, centres.shape)) / STEP,
        ring_probability=np.ones(len(rings)),
        sizes=sure(sizes),
        atoms=(flat + rng.normal(0, noise / 2, flat.shape)) / STEP,
        elements=entry.elements,
        atom_probability=np.full(len(flat), 0.9),
    )
    return Sighted(seen, sizes, rings)


def without_atom(seen: Sightings, number: int) -> Sightings:
    """Leave one atom out of what is seen."""
    kept = np.arange(len(seen.atoms)) != number
    return replace(
        seen,
        atoms=seen.atoms[kept],
        elements=tuple(np.array(seen.elements)[kept].tolist()),
        atom_probability=seen.atom_probability[kept],
    )


def without_ring(seen: Sightings, number: int) -> Sightings:
    """Leave one ring out of what is seen."""
    kept = np.arange(len(seen.rings)) != number
    return replace(
        seen,
        rings=seen.rings[kept],
        ring_probability=seen.ring_probability[kept],
        sizes=seen.sizes[kept],
    )
