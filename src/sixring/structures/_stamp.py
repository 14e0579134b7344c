"""What a relaxed defect does to the perfect sheet: which sites move, go, and come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.structures._bonds import bonds_of
from sixring.structures._faces import planar_faces
from sixring.structures._honeycomb import honeycomb, rotation
from sixring.structures._library import library
from sixring.structures._relaxed import Relaxed
from sixring.structures._sheet import BOND

__all__ = ["Stamp", "stamps", "variants"]

_SAME = 0.6
"""An atom this near to a site, in angstrom, is the site's own, displaced."""


@dataclass(frozen=True, eq=False)
class Stamp:
    """A point defect as a change of the perfect sheet.

    Lengths are in angstrom from a ring's centre, the zigzag rows along x.
    """

    variant: str
    """The entry of the library."""
    sites: NDArray[np.float64]
    """Shape (k, 2): the sites of the perfect sheet that it touches."""
    shift: NDArray[np.float64]
    """Shape (k, 3): how far each of them moves."""
    gone: NDArray[np.bool_]
    """Shape (k,): which of them go."""
    atoms: NDArray[np.float64]
    """Shape (p, 3): the atoms that come instead."""
    elements: tuple[str, ...]
    """p chemical symbols."""
    host: NDArray[np.int64]
    """Shape (p,): of the sites that go, the one next to each atom, whose displacement by other
    defects it shares."""
    middle: NDArray[np.float64]
    """Shape (2,): mean of the atoms of its foreign atoms and rings other than six."""
    core: float
    """All of those atoms are within this distance of the middle; a bond at least."""


@cache
def variants(name: str) -> tuple[str, ...]:
    """Return the point defects of the library that a name stands for: its variants, or itself."""
    return tuple(
        entry.variant
        for entry in library().values()
        if entry.anchor is not None and entry.census + entry_dopants(entry) != ()
        if name in (entry.variant, entry.name)
    )


def entry_dopants(entry: Relaxed) -> tuple[str, ...]:
    """Return the elements of an entry other than carbon, one for each atom."""
    return tuple(element for element in entry.elements if element != "C")


@cache
def stamps() -> Mapping[str, Stamp]:
    """Return the stamp of every point defect of the library, by its variant."""
    return MappingProxyType(
        {
            variant: _stamp_of(entry)
            for variant, entry in library().items()
            if variant in variants(variant)
        }
    )


def _stamp_of(entry: Relaxed) -> Stamp:
    """Hold an entry against the perfect lattice that surrounds it."""
    (grain,) = entry.grains
    reach = np.full(2, entry.radius)
    sites, _ = honeycomb(-reach, reach, orientation=grain.orientation, offset=(grain.x, grain.y))
    sites = sites[np.linalg.norm(sites, axis=1) < entry.radius]
    positions = entry.positions
    foreign = np.array([element != "C" for element in entry.elements])

    far, atom = (np.asarray(v) for v in cKDTree(positions[:, :2]).query(sites))
    site = np.asarray(cKDTree(sites).query(positions[:, :2])[1])
    kept = (far < _SAME) & (site[atom] == np.arange(len(sites))) & ~foreign[atom]
    shift = np.zeros((len(sites), 3))
    shift[kept] = positions[atom[kept]]
    shift[kept, :2] -= sites[kept]
    comes = np.ones(len(positions), dtype=bool)
    comes[atom[kept]] = False
    gone = np.flatnonzero(~kept)

    members = _odd_atoms(entry, foreign)
    middle = positions[members, :2].mean(axis=0)
    core = max(BOND, float(np.linalg.norm(positions[members, :2] - middle, axis=1).max()))

    origin = np.array([grain.x, grain.y])
    turn = rotation(-grain.orientation)

    def from_ring(points: NDArray[np.float64]) -> NDArray[np.float64]:
        turned: NDArray[np.float64] = (points - origin) @ turn.T
        return turned

    shift[:, :2] = shift[:, :2] @ turn.T
    return Stamp(
        variant=entry.variant,
        sites=from_ring(sites),
        shift=shift,
        gone=~kept,
        atoms=np.column_stack([from_ring(positions[comes, :2]), positions[comes, 2]]),
        elements=tuple(e for e, c in zip(entry.elements, comes, strict=True) if c),
        host=gone[cKDTree(sites[gone]).query(positions[comes, :2])[1]],
        middle=from_ring(middle),
        core=core,
    )


def _odd_atoms(entry: Relaxed, foreign: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which atoms are foreign, or in a ring other than six."""
    members = foreign.copy()
    bonds = bonds_of(entry.positions, entry.elements)
    for ring in planar_faces(entry.positions[:, :2], bonds):
        if len(ring) != 6:
            members[ring] = True
    return members
