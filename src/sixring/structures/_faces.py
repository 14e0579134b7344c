"""The rings of a planar graph: atoms are its nodes, bonds its edges, rings its bounded faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

__all__ = ["neighbours", "planar_faces"]


def neighbours(positions: NDArray[np.float64], cutoff: float) -> NDArray[np.int64]:
    """Bond every pair of atoms that is nearer than a cutoff.

    Parameters
    ----------
    positions : ndarray, shape (n, 2)
        Positions in any unit.
    cutoff : float
        The longest bond, in the same unit.

    Returns
    -------
    ndarray, shape (m, 2)
        Pairs of indices, the smaller first, in ascending order.
    """
    if len(positions) < 2:
        return np.empty((0, 2), dtype=np.int64)
    pairs = cKDTree(positions).query_pairs(cutoff, output_type="ndarray").astype(np.int64)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def planar_faces(
    positions: NDArray[np.float64], bonds: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Find the rings: the bounded faces of a graph that is drawn in the plane.

    Each bond is two half-edges. The half-edge that follows u-v in its face is the one that
    leaves v next to u in clockwise order; this permutation of the half-edges falls into cycles,
    one a face. All faces are walked at once, so the cost is a few sorts.

    Parameters
    ----------
    positions : ndarray, shape (n, 2)
        Positions in any unit; (x, y) and (row, col) give the same rings.
    bonds : ndarray, shape (m, 2)
        Pairs of indices. Bonds shouldn't cross: where they do, what comes out are faces of
        the rotation system, which needn't be rings.

    Returns
    -------
    list of ndarray
        The atoms of each ring in order, turning from the first axis towards the second. Chains
        that end nowhere belong to no ring, and parts that hang together by nothing are treated
        each alone: a flake inside a hole doesn't change the hole's ring.
    """
    bonds = _without_loose_ends(np.asarray(bonds, dtype=np.int64).reshape(-1, 2), len(positions))
    if len(bonds) == 0:
        return []
    start = np.concatenate([bonds[:, 0], bonds[:, 1]])
    end = np.concatenate([bonds[:, 1], bonds[:, 0]])
    following = _following(positions, start, end)

    half_edges = len(start)
    links = coo_array(
        (np.ones(half_edges, dtype=np.int8), (np.arange(half_edges), following)),
        shape=(half_edges, half_edges),
    )
    n_faces, face = connected_components(links, directed=True, connection="weak")
    a, b = positions[start], positions[end]
    area = np.bincount(face, a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], minlength=n_faces)
    length = np.bincount(face, minlength=n_faces)
    first = np.full(n_faces, half_edges)
    np.minimum.at(first, face, np.arange(half_edges))

    # The outer face of each component runs the other way round.
    bounded = area > 0
    length, at = length[bounded], first[bounded]
    offset = np.concatenate([[0], np.cumsum(length)])
    corners = np.empty(offset[-1], dtype=np.int64)
    slot = offset[:-1].copy()
    left = length.copy()
    while len(at):
        corners[slot] = start[at]
        left -= 1
        go_on = left > 0
        at, slot, left = following[at[go_on]], slot[go_on] + 1, left[go_on]
    return np.split(corners, offset[1:-1]) if len(length) else []


def _without_loose_ends(bonds: NDArray[np.int64], n_atoms: int) -> NDArray[np.int64]:
    """Remove the bonds of chains that end nowhere, again and again until none is left."""
    bonds = bonds[bonds[:, 0] != bonds[:, 1]]
    while len(bonds):
        degree = np.bincount(bonds.ravel(), minlength=n_atoms)
        kept = (degree[bonds] > 1).all(axis=1)
        if kept.all():
            break
        bonds = bonds[kept]
    return bonds


def _following(
    positions: NDArray[np.float64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return for each half-edge the next one of the face at its left."""
    step = positions[end] - positions[start]
    order = np.lexsort((np.arctan2(step[:, 1], step[:, 0]), start))
    # Rank k in `order` is preceded by k - 1 round the same atom, and the first by the last.
    degree = np.bincount(start[order])
    last = np.cumsum(degree) - 1
    first = last - degree + 1
    before = np.arange(-1, len(order) - 1)
    has_bonds = degree > 0
    before[first[has_bonds]] = last[has_bonds]
    clockwise = np.empty_like(order)
    clockwise[order] = order[before]
    # The two halves of a bond lie half the list apart.
    opposite = (np.arange(len(start)) + len(start) // 2) % len(start)
    following: NDArray[np.int64] = clockwise[opposite]
    return following
