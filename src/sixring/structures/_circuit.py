"""How many atoms a group of rings lacks, and its Burgers vector, read off its outline.

The outline is walked once round, and the same walk, turn for turn, is made on a perfect
honeycomb: it either comes back to its start, and then encloses a known number of sites, or stays
open by the Burgers vector. Nothing about the plan by which a structure was made enters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Circuit", "RingGraph", "ring_centres"]

_HEXAGON_AREA = 1.5 * math.sqrt(3)
"""Area of a ring of the honeycomb whose bonds have length 1."""


def ring_centres(
    positions: NDArray[np.float64], rings: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Return the mean of each ring's corners.

    Parameters
    ----------
    positions : ndarray, shape (n, 2)
        Atoms in any unit.
    rings : sequence of m ndarray
        The atoms of each ring.

    Returns
    -------
    ndarray, shape (m, 2)
        In the unit of the atoms.
    """
    if not rings:
        return np.empty((0, 2))
    length = np.array([len(r) for r in rings])
    first = np.concatenate([[0], np.cumsum(length)[:-1]])
    sums = np.add.reduceat(positions[np.concatenate(rings)], first, axis=0)
    centres: NDArray[np.float64] = sums / length[:, None]
    return centres


@dataclass(frozen=True)
class Circuit:
    """What walking round a group of rings tells."""

    missing_atoms: int | None = None
    """Sites of the perfect sheet minus atoms; None where the walk doesn't close."""
    burgers: float | None = None
    """Length of the Burgers vector in lattice constants, 0 for a walk that closes; None where
    the group touches the border, pinches, or turns the walk by more or less than once."""
    at_edge: bool = False
    """Whether the group touches the border of the sheet."""


@dataclass(frozen=True, eq=False)
class RingGraph:
    """Atoms, bonds and rings with their half-edges: each ring's bonds in its own direction."""

    positions: NDArray[np.float64]
    """Atoms, shape (n, 2)."""
    sizes: NDArray[np.int64]
    """Members of each ring."""
    centres: NDArray[np.float64]
    """Mean of each ring's corners."""
    start: NDArray[np.int64]
    """First atom of each half-edge, the rings one after another."""
    end: NDArray[np.int64]
    """Second atom of each half-edge."""
    ring: NDArray[np.int64]
    """Ring of each half-edge."""
    beyond: NDArray[np.int64]
    """Ring on the other side of each half-edge, -1 at the border of the sheet."""
    bond_end: NDArray[np.int64]
    """The atoms bonded to each atom, the atoms one after another."""
    degree: NDArray[np.int64]
    """Number of bonds of each atom."""

    @classmethod
    def of(
        cls,
        positions: NDArray[np.float64],
        bonds: NDArray[np.int64],
        rings: Sequence[NDArray[np.int64]],
    ) -> RingGraph:
        """Build the graph of rings that :func:`planar_faces` found."""
        n = len(positions)
        empty = np.empty(0, dtype=np.int64)
        sizes = np.array([len(r) for r in rings], dtype=np.int64)
        start = np.concatenate([empty, *rings])
        end = np.roll(start, -1)
        last = np.cumsum(sizes) - 1
        end[last] = start[last - sizes + 1]
        ring = np.repeat(np.arange(len(rings)), sizes)
        forth, back = start * n + end, end * n + start
        order = np.argsort(forth)
        at = np.minimum(np.searchsorted(forth, back, sorter=order), max(len(forth) - 1, 0))
        beyond = np.where(forth[order[at]] == back, ring[order[at]], -1)
        i, j = np.concatenate([bonds, bonds[:, ::-1]]).T
        return cls(
            positions=positions,
            sizes=sizes,
            centres=ring_centres(positions, rings),
            start=start,
            end=end,
            ring=ring,
            beyond=beyond,
            bond_end=j[np.argsort(i, kind="stable")],
            degree=np.bincount(i, minlength=n),
        )

    def half_edges(self, rings: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the indices of the half-edges of some rings."""
        first = np.cumsum(self.sizes) - self.sizes
        return _ranges(first[rings], self.sizes[rings])

    def walk_round(self, rings: NDArray[np.int64]) -> Circuit:
        """Walk round a group of rings.

        Parameters
        ----------
        rings : ndarray of int
            Indices of the rings, each once. What they enclose counts as theirs.

        Returns
        -------
        Circuit
            The atoms that the group lacks and its Burgers vector.
        """
        mine = self.half_edges(rings)
        rim = mine[~np.isin(self.beyond[mine], rings)]
        if len(rim) == 0 or (self.beyond[rim] < 0).any():
            return Circuit(at_edge=True)
        outline = _outer_cycle(self.start[rim], self.end[rim], self.positions)
        if outline is None:
            return Circuit()
        inside = _enclosed(self.positions, outline)
        turns = self._turns(outline, inside, mine)
        if turns is None or turns.sum() != 6:
            return Circuit()

        corners = np.cumsum(np.exp(1j * np.pi / 3 * np.cumsum(turns)))
        burgers = float(abs(corners[-1])) / math.sqrt(3)
        if burgers > 0.1:
            return Circuit(burgers=burgers)
        area = 0.5 * float(np.imag(np.conj(corners) * np.roll(corners, -1)).sum())
        # Each hexagon has six corners; a site inside is shared by three of them, a corner of the
        # outline by one where the walk turns left and by two where it turns right.
        left, right = int((turns > 0).sum()), int((turns < 0).sum())
        sites = (6 * round(area / _HEXAGON_AREA) - left - 2 * right) // 3
        return Circuit(missing_atoms=sites - len(inside), burgers=0.0)

    def _turns(
        self, outline: NDArray[np.int64], inside: NDArray[np.int64], mine: NDArray[np.int64]
    ) -> NDArray[np.int64] | None:
        """Return 1 for each corner of the outline with a bond that leaves, -1 for the others."""
        n = len(self.positions)
        first = np.cumsum(self.degree) - self.degree
        i = np.repeat(outline, self.degree[outline])
        j = self.bond_end[_ranges(first[outline], self.degree[outline])]
        start, end = self.start[mine], self.end[mine]
        own = np.concatenate([start * n + end, end * n + start])
        leaves = ~np.isin(i * n + j, own) & ~np.isin(j, inside)
        corner = np.repeat(np.arange(len(outline)), self.degree[outline])
        leaving = np.bincount(corner[leaves], minlength=len(outline))
        if leaving.max() > 1:
            return None
        turns: NDArray[np.int64] = 2 * leaving - 1
        return turns


def _ranges(first: NDArray[np.int64], length: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return first, first + 1, ... of each length, one after another."""
    before = np.cumsum(length) - length
    ranges: NDArray[np.int64] = np.arange(length.sum()) + np.repeat(first - before, length)
    return ranges


def _outer_cycle(
    start: NDArray[np.int64], end: NDArray[np.int64], positions: NDArray[np.float64]
) -> NDArray[np.int64] | None:
    """Order the rim's half-edges into the cycle that encloses the others, None if it pinches."""
    onward = dict(zip(start.tolist(), end.tolist(), strict=True))
    if len(onward) < len(start):
        return None
    best: NDArray[np.int64] | None = None
    largest = 0.0
    while onward:
        first, at = onward.popitem()
        cycle = [first]
        while at != first:
            cycle.append(at)
            at = onward.pop(at)
        x, y = positions[cycle].T
        area = float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
        if area > largest:
            largest, best = area, np.array(cycle)
    return best


def _enclosed(positions: NDArray[np.float64], outline: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the atoms inside the polygon that some atoms make, these themselves left out."""
    polygon = positions[outline]
    box = ((positions > polygon.min(axis=0)) & (positions < polygon.max(axis=0))).all(axis=1)
    near = np.setdiff1d(np.flatnonzero(box), outline)
    x, y = positions[near].T[:, :, None]
    (x0, y0), (x1, y1) = polygon.T, np.roll(polygon, -1, axis=0).T
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses &= x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    enclosed: NDArray[np.int64] = near[crosses.sum(axis=1) % 2 == 1]
    return enclosed
