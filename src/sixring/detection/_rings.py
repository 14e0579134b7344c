"""Rings, with their sizes and how sure these are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from sixring.detection._atoms import Sites
from sixring.detection._centres import Centres
from sixring.detection._graph import Triangulation, flip_margins
from sixring.structures import planar_faces, ring_centres

__all__ = ["Structure", "assemble"]

_LARGEST = 40  # members; what is larger is the outside


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


def assemble(centres: Centres, made: Triangulation, sites: Sites) -> Structure:
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

    Returns
    -------
    Structure
        Occupied sites that belong to a ring or not, their bonds, and all closed rings.
    """
    number = np.cumsum(sites.occupied) - 1
    kept = sites.occupied[made.sides].all(axis=1)
    bonds = number[made.sides[kept]]
    positions = sites.positions[sites.occupied]
    triangles = made.triangles[sites.occupied]
    rings = [ring for ring in planar_faces(positions, bonds) if len(ring) <= _LARGEST]

    safe = log_ndtr(flip_margins(made, centres.positions, centres.error))
    log_probability = np.zeros(len(centres.positions))
    # An edge decides on the size of the rings that it joins and of the two opposite to it.
    for pairs in (made.edges, made.opposite):
        for column in range(2):
            np.add.at(log_probability, pairs[:, column], safe)
    middle = ring_centres(positions, rings)
    probability = np.ones(len(rings))
    for k, ring in enumerate(rings):
        vertices, counts = np.unique(triangles[ring], return_counts=True)
        own = vertices[counts == counts.max()]
        if len(own) == 1 and counts.max() == len(ring):
            middle[k] = centres.positions[own[0]]
            probability[k] = np.exp(log_probability[own[0]])
        else:
            probability[k] = _of_merged(ring, triangles, vertices, counts, made, sites)
    return Structure(
        positions=positions,
        elements=tuple(str(symbol) for symbol in sites.elements[sites.occupied]),
        atom_probability=sites.probability[sites.occupied],
        bonds=bonds,
        rings=rings,
        centres=middle,
        ring_probability=probability,
    )


def _of_merged(
    ring: NDArray[np.int64],
    triangles: NDArray[np.int64],
    vertices: NDArray[np.int64],
    counts: NDArray[np.int64],
    made: Triangulation,
    sites: Sites,
) -> float:
    """Probability of a ring round vacant sites: that of the least surely vacant of them."""
    inside = vertices[counts >= 2]
    vacant = ~sites.occupied & np.isin(made.triangles, inside).all(axis=1)
    if not vacant.any():
        return 0.5  # a gap of the triangulation: as likely as not
    return float(1 - sites.probability[vacant].max())
