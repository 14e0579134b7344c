"""From rings to defects: rings other than six that touch, and foreign atoms, belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sixring.structures._catalogue import name_defect
from sixring.structures._circuit import RingGraph

__all__ = ["CHAINS", "DefectGroup", "group_defects"]

CHAINS = frozenset({"dislocation-57", "grain-boundary"})
"""Defects that may be of any length: they are the lattice's own, not holes or faults in it."""
_IN_CHAINS = frozenset({4, 5, 7, 8})  # sizes of the rings of a boundary that dirt may cut off


@dataclass(frozen=True)
class DefectGroup:
    """Rings other than six, and foreign atoms, that make up one defect."""

    name: str
    """An entry of the catalogue, or ``"unknown"``."""
    position: tuple[float, float]
    """Mean of the ring centres, or of the dopants where there is no ring; the unit and the
    order of the axes are those of the atoms."""
    census: tuple[int, ...]
    """Sizes of the rings other than six, ascending."""
    rings: tuple[int, ...]
    """Indices of these rings, ascending."""
    missing_atoms: int | None
    """Sites of the perfect sheet minus atoms, dopants counted as atoms; None where that can't be
    told, as for a dislocation or at the border."""
    burgers: float | None
    """Length of the Burgers vector in lattice constants; None where there is no such walk."""
    dopants: tuple[str, ...]
    """Chemical symbol of each foreign atom."""
    dopant_atoms: tuple[int, ...]
    """Indices of these atoms."""
    at_edge: bool
    """Whether the defect touches the border of the sheet."""


def group_defects(
    positions: NDArray[np.float64],
    elements: Sequence[str],
    bonds: NDArray[np.int64],
    rings: Sequence[NDArray[np.int64]],
) -> tuple[DefectGroup, ...]:
    """Collect rings other than six, and foreign atoms, into named defects.

    Two rings that share an atom belong together, and so do a foreign atom and every ring other
    than six that it is in, and two foreign atoms that are bonded. Groups round which a walk
    doesn't close are dislocations, or parts of one; those with no more than one six between them
    are one chain.

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
    graph = RingGraph.of(positions, bonds, rings)
    symbols = np.asarray(elements, dtype=np.str_)
    groups = []
    loose = []
    for parts in _touching(graph, symbols, bonds):
        group = _describe(graph, symbols, parts)
        if group.burgers == 0 or (group.at_edge and not set(group.census) <= _IN_CHAINS):
            groups.append(group)
        else:
            loose.append((parts, group))
    for parts, numbers in _chains(graph, [parts for parts, _ in loose]):
        chain = _describe(graph, symbols, parts)
        # A dipole of dislocations closes like a Stone-Wales defect, but isn't one.
        groups += [chain] if chain.name in CHAINS else [loose[k][1] for k in numbers]
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


def _touching(
    graph: RingGraph, symbols: NDArray[np.str_], bonds: NDArray[np.int64]
) -> list[_Parts]:
    """Return the connected parts of odd rings and dopants."""
    n = len(graph.sizes)
    is_dopant = symbols != "C"
    odd = graph.sizes[graph.ring] != 6
    bonded = is_dopant[bonds].all(axis=1)
    part = _components(
        np.concatenate([graph.ring[odd], n + bonds[bonded, 0]]),
        n + np.concatenate([graph.start[odd], bonds[bonded, 1]]),
        n + len(symbols),
    )
    nodes = np.concatenate([np.flatnonzero(graph.sizes != 6), n + np.flatnonzero(is_dopant)])
    none = np.empty(0, dtype=np.int64)
    return [
        _Parts(nodes[k][nodes[k] < n], nodes[k][nodes[k] >= n] - n, none)
        for k in _by_label(part[nodes])
    ]


def _chains(graph: RingGraph, members: list[_Parts]) -> list[tuple[_Parts, list[int]]]:
    """Join groups that one six touches, and say which ones went into each chain."""
    owner_of_atom = np.full(len(graph.positions), -1)
    for number, parts in enumerate(members):
        owner_of_atom[graph.start[graph.half_edges(parts.rings)]] = number
    owner = owner_of_atom[graph.start]
    touched = (owner >= 0) & (graph.sizes[graph.ring] == 6)
    pairs = np.unique(np.column_stack([graph.ring[touched], owner[touched]]), axis=0)
    between = np.bincount(pairs[:, 0], minlength=len(graph.sizes)) > 1
    pairs = pairs[between[pairs[:, 0]]]
    n = len(members)
    part = _components(pairs[:, 1], n + pairs[:, 0], n + len(graph.sizes))
    links = np.flatnonzero(between)
    chains = []
    for numbers in _by_label(part[:n]):
        joined = _Parts(
            np.concatenate([members[k].rings for k in numbers]),
            np.concatenate([members[k].dopants for k in numbers]),
            links[part[n + links] == part[numbers[0]]],
        )
        chains.append((joined, numbers.tolist()))
    return chains


def _describe(graph: RingGraph, symbols: NDArray[np.str_], parts: _Parts) -> DefectGroup:
    rings, dopants = parts.rings, parts.dopants
    patch = np.concatenate([rings, parts.links])
    if len(dopants):
        # A dopant may hold together rings that touch in nothing else: its sixes count.
        patch = np.concatenate([patch, graph.ring[np.isin(graph.start, dopants)]])
    circuit = graph.walk_round(np.unique(patch))
    census = tuple(np.sort(graph.sizes[rings]).tolist())
    elements = tuple(symbols[dopants].tolist())
    where = graph.centres[rings] if len(rings) else graph.positions[dopants]
    first, second = where.mean(axis=0).tolist()
    return DefectGroup(
        name=name_defect(
            census,
            missing_atoms=circuit.missing_atoms,
            dopants=elements,
            dopant_neighbours=graph.degree[dopants].tolist(),
            burgers=circuit.burgers,
            at_edge=circuit.at_edge,
        ),
        position=(first, second),
        census=census,
        rings=tuple(np.sort(rings).tolist()),
        missing_atoms=circuit.missing_atoms,
        burgers=circuit.burgers,
        dopants=elements,
        dopant_atoms=tuple(dopants.tolist()),
        at_edge=circuit.at_edge,
    )


def _components(a: NDArray[np.int64], b: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Label the connected parts of the graph of n nodes whose edges are a-b."""
    links = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n, n))
    return connected_components(links, directed=False)[1].astype(np.int64)


def _by_label(labels: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the indices of each label that occurs."""
    order = np.argsort(labels, kind="stable")
    if len(order) == 0:
        return []
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
