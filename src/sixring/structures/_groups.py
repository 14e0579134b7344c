"""From rings to defects: rings other than six that touch, and foreign atoms, belong together.

How many atoms a defect lacks is read off its surroundings. The outline of its rings is walked
once round, and the same walk, turn for turn, is made on a perfect honeycomb: it either comes
back to its start, and then encloses a known number of sites, or stays open by the defect's
Burgers vector. Nothing about the plan by which a structure was made enters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sixring.structures._catalogue import name_defect

__all__ = ["DefectGroup", "group_defects", "ring_centres"]

_CHAINS = frozenset({"dislocation-57", "grain-boundary"})
_HEXAGON_AREA = 1.5 * math.sqrt(3)
"""Area of a ring of the honeycomb whose bonds have length 1."""


@dataclass(frozen=True)
class DefectGroup:
    """Rings other than six, and dopants, that make up one defect."""

    name: str
    """An entry of the catalogue, or ``"unknown"``."""
    position: tuple[float, float]
    """Mean of the ring centres, or of the dopants where there is no ring; the unit and the
    order of the axes are those of the atoms."""
    census: tuple[int, ...]
    """Sizes of the rings other than six, ascending."""
    rings: tuple[int, ...]
    """Indices of these rings."""
    missing_atoms: int | None
    """Sites of the perfect sheet minus atoms; None where the circuit doesn't close, touches the
    border of the sheet or turns by more or less than once."""
    burgers: float | None
    """Length of the Burgers vector in lattice constants; None where it isn't defined."""
    dopants: tuple[str, ...]
    """Chemical symbol of each foreign atom."""
    dopant_atoms: tuple[int, ...]
    """Indices of these atoms."""
    at_edge: bool
    """Whether the defect touches the border of the sheet."""


def ring_centres(
    positions: NDArray[np.float64], rings: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Return the mean of the corners of each ring, shape (n, 2)."""
    if not rings:
        return np.empty((0, 2))
    length = np.array([len(r) for r in rings])
    start = np.concatenate([[0], np.cumsum(length)[:-1]])
    corners = np.concatenate(rings)
    centres: NDArray[np.float64] = (
        np.add.reduceat(positions[corners], start, axis=0) / length[:, None]
    )
    return centres


def group_defects(
    positions: NDArray[np.float64],
    elements: Sequence[str],
    bonds: NDArray[np.int64],
    rings: Sequence[NDArray[np.int64]],
) -> tuple[DefectGroup, ...]:
    """Collect rings other than six, and foreign atoms, into named defects.

    Two rings that share an atom belong together, and so do a foreign atom and every ring other
    than six that it is in, and two foreign atoms that are bonded. Defects whose circuits don't
    close are dislocations, or the halves of one; those with no more than one six between them are
    one chain.

    Parameters
    ----------
    positions : ndarray, shape (n, 2)
        Atoms in any unit.
    elements : sequence of str
        n chemical symbols; all but ``"C"`` are dopants.
    bonds : ndarray, shape (m, 2)
        Pairs of atoms.
    rings : sequence of ndarray
        The rings as :func:`planar_faces` gives them for these atoms and bonds.

    Returns
    -------
    tuple of DefectGroup
        In the order of their first ring, those of dopants alone last.
    """
    graph = _Graph.of(positions, elements, bonds, rings)
    groups = []
    loose = []
    for parts in graph.touching():
        group = graph.measure(parts)
        if group.burgers == 0 or (group.at_edge and not set(group.census) <= {5, 7}):
            groups.append(group)
        else:
            loose.append((parts, group))
    for parts, numbers in graph.chains([parts for parts, _ in loose]):
        chain = graph.measure(parts)
        # A dipole of dislocations closes like a Stone-Wales defect, but isn't one.
        is_chain = chain.name in _CHAINS or len(numbers) == 1
        groups += [chain] if is_chain else [loose[k][1] for k in numbers]
    n = len(rings)
    return tuple(sorted(groups, key=lambda g: g.rings[:1] or (n + g.dopant_atoms[0],)))


@dataclass(frozen=True, eq=False)
class _Parts:
    """What a defect is made of."""

    rings: NDArray[np.int64]
    """Its rings other than six."""
    dopants: NDArray[np.int64]
    """Its foreign atoms."""
    links: NDArray[np.int64]
    """The sixes that hold a chain together."""


@dataclass(frozen=True, eq=False)
class _Graph:
    positions: NDArray[np.float64]
    elements: NDArray[np.str_]
    bonds: NDArray[np.int64]
    sizes: NDArray[np.int64]
    centres: NDArray[np.float64]
    start: NDArray[np.int64]
    """First atom of each half-edge, all rings in a row."""
    end: NDArray[np.int64]
    ring: NDArray[np.int64]
    """Ring of each half-edge."""
    is_dopant: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        positions: NDArray[np.float64],
        elements: Sequence[str],
        bonds: NDArray[np.int64],
        rings: Sequence[NDArray[np.int64]],
    ) -> _Graph:
        sizes = np.array([len(r) for r in rings], dtype=np.int64)
        empty = np.empty(0, dtype=np.int64)
        symbols = np.asarray(elements, dtype=np.str_)
        return cls(
            positions=positions,
            elements=symbols,
            bonds=bonds,
            sizes=sizes,
            centres=ring_centres(positions, rings),
            start=np.concatenate([empty, *rings]),
            end=np.concatenate([empty, *(np.roll(r, -1) for r in rings)]),
            ring=np.repeat(np.arange(len(rings)), sizes),
            is_dopant=symbols != "C",
        )

    def touching(self) -> list[_Parts]:
        """Return the defects: connected parts of odd rings and dopants."""
        n = len(self.sizes)
        odd = self.sizes[self.ring] != 6
        bonded = self.is_dopant[self.bonds].all(axis=1)
        part = _components(
            np.concatenate([self.ring[odd], n + self.bonds[bonded, 0]]),
            n + np.concatenate([self.start[odd], self.bonds[bonded, 1]]),
            n + len(self.positions),
        )
        rings, dopants = np.flatnonzero(self.sizes != 6), np.flatnonzero(self.is_dopant)
        nodes = np.concatenate([rings, n + dopants])
        nodes = nodes[np.argsort(part[nodes], kind="stable")]
        cuts = np.flatnonzero(np.diff(part[nodes])) + 1
        none = np.empty(0, dtype=np.int64)
        return [_Parts(p[p < n], p[p >= n] - n, none) for p in np.split(nodes, cuts) if len(p)]

    def chains(self, members: list[_Parts]) -> list[tuple[_Parts, list[int]]]:
        """Join defects that a six touches, and say which ones went into each chain."""
        owner_of_ring = np.full(len(self.sizes), -1)
        for number, parts in enumerate(members):
            owner_of_ring[parts.rings] = number
        owner_of_atom = np.full(len(self.positions), -1)
        mine = owner_of_ring[self.ring] >= 0
        owner_of_atom[self.start[mine]] = owner_of_ring[self.ring[mine]]

        owner = owner_of_atom[self.start]
        touched = (owner >= 0) & (self.sizes[self.ring] == 6)
        pairs = np.unique(np.column_stack([self.ring[touched], owner[touched]]), axis=0)
        between = np.bincount(pairs[:, 0], minlength=len(self.sizes)) > 1
        pairs = pairs[between[pairs[:, 0]]]
        n = len(members)
        part = _components(pairs[:, 1], n + pairs[:, 0], n + len(self.sizes))
        chains = []
        for label in np.unique(part[:n]):
            numbers = np.flatnonzero(part[:n] == label).tolist()
            chains.append(
                (
                    _Parts(
                        np.concatenate([members[k].rings for k in numbers]),
                        np.concatenate([members[k].dopants for k in numbers]),
                        np.flatnonzero(between & (part[n:] == label)),
                    ),
                    numbers,
                )
            )
        return chains

    def measure(self, parts: _Parts) -> DefectGroup:
        """Describe the defect that is made of these parts."""
        rings, dopants = parts.rings, parts.dopants
        census = tuple(int(s) for s in np.sort(self.sizes[rings]))
        symbols = tuple(str(e) for e in self.elements[dopants])
        bonds = tuple(int((self.bonds == atom).sum()) for atom in dopants)
        # A dopant may hold together rings that touch in nothing else: its sixes count.
        around = self.ring[np.isin(self.start, dopants)]
        patch = np.unique(np.concatenate([rings, around, parts.links]))
        missing, burgers, at_edge = self._walk_round(patch)
        where = self.centres[rings] if len(rings) else self.positions[dopants]
        position = where.mean(axis=0)
        return DefectGroup(
            name=name_defect(
                census,
                missing_atoms=missing,
                dopants=symbols,
                dopant_neighbours=bonds,
                burgers=burgers,
                at_edge=at_edge,
            ),
            position=(float(position[0]), float(position[1])),
            census=census,
            rings=tuple(int(r) for r in np.sort(rings)),
            missing_atoms=missing,
            burgers=burgers,
            dopants=symbols,
            dopant_atoms=tuple(int(d) for d in dopants),
            at_edge=at_edge,
        )

    def _walk_round(self, patch: NDArray[np.int64]) -> tuple[int | None, float | None, bool]:
        """Return missing atoms, length of the Burgers vector, and whether the border is met."""
        n = len(self.positions)
        mine = np.isin(self.ring, patch)
        start, end = self.start[mine], self.end[mine]
        forth, back = start * n + end, end * n + start
        rim = ~np.isin(back, forth)
        if not np.isin(back[rim], self.start * n + self.end).all() or not rim.any():
            return None, None, True
        outline = _outer_cycle(start[rim], end[rim], self.positions)
        if outline is None:
            return None, None, False
        inside = _strictly_inside(self.positions, outline)
        turns = self._turns(outline, inside, np.concatenate([forth, back]))
        if turns is None or turns.sum() != 6:
            return None, None, False

        corners = np.cumsum(np.exp(1j * np.pi / 3 * np.cumsum(turns)))
        gap = abs(corners[-1]) / math.sqrt(3)
        if gap > 0.1:
            return None, float(gap), False
        area = 0.5 * float(np.imag(np.conj(corners) * np.roll(corners, -1)).sum())
        hexagons = round(area / _HEXAGON_AREA)
        outward, inward = int((turns > 0).sum()), int((turns < 0).sum())
        sites = (6 * hexagons - outward - 2 * inward) // 3
        return sites - int(inside.sum()), 0.0, False

    def _turns(
        self,
        outline: NDArray[np.int64],
        inside: NDArray[np.bool_],
        patch_bonds: NDArray[np.int64],
    ) -> NDArray[np.int64] | None:
        """Return +1 for each corner with a bond to the outside and -1 for each without."""
        n = len(self.positions)
        i, j = np.concatenate([self.bonds, self.bonds[:, ::-1]]).T
        on_outline = np.zeros(n, dtype=bool)
        on_outline[outline] = True
        leaving = on_outline[i] & ~inside[j]
        leaving[leaving] = ~np.isin(i[leaving] * n + j[leaving], patch_bonds)
        outward = np.bincount(i[leaving], minlength=n)[outline]
        if outward.max() > 1:
            return None
        turns: NDArray[np.int64] = 2 * outward - 1
        return turns


def _components(a: NDArray[np.int64], b: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Label the connected parts of the graph of n nodes whose edges are a-b."""
    links = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n, n))
    labels: NDArray[np.int64] = connected_components(links, directed=False)[1]
    return labels


def _outer_cycle(
    start: NDArray[np.int64], end: NDArray[np.int64], positions: NDArray[np.float64]
) -> NDArray[np.int64] | None:
    """Order the rim's half-edges into the cycle that encloses the others, None if it pinches."""
    if len(np.unique(start)) < len(start):
        return None
    onward = dict(zip(start.tolist(), end.tolist(), strict=True))
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


def _strictly_inside(
    positions: NDArray[np.float64], outline: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which atoms lie inside the polygon of some atoms, these themselves left out."""
    polygon = positions[outline]
    inside = ((positions > polygon.min(axis=0)) & (positions < polygon.max(axis=0))).all(axis=1)
    inside[outline] = False
    x, y = positions[inside, :, None].transpose(1, 0, 2)
    (x0, y0), (x1, y1) = polygon.T, np.roll(polygon, -1, axis=0).T
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        right = x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    enclosed: NDArray[np.bool_] = inside.copy()
    enclosed[inside] = (crosses & right).sum(axis=1) % 2 == 1
    return enclosed
