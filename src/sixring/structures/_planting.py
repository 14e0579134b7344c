"""Defects put into a sheet: their cores replace sites, their far fields add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.structures._ground import Ground
from sixring.structures._packing import Placement

__all__ = ["planted"]

_SAME = 0.5
"""A stamp's site is an atom of the ground where they are this near, in angstrom."""


def planted(
    ground: Ground, placements: Sequence[Placement]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Put defects into the ground.

    Parameters
    ----------
    ground : Ground
        Carbon atoms.
    placements : sequence of Placement
        What goes where.

    Returns
    -------
    positions : ndarray, shape (n, 3)
        In the ground's frame; the ground's atoms in their order, then those of the cores.
    elements : tuple of str
        n chemical symbols.
    """
    n = len(ground.sites)
    # One row more than there are atoms, for sites of a stamp that lie beyond the border.
    shift = np.zeros((n + 1, 3))
    gone = np.zeros(n + 1, dtype=bool)
    tree = cKDTree(ground.sites[:, :2])
    cores: list[NDArray[np.float64]] = []
    hosts: list[NDArray[np.int64]] = []
    elements = ["C"] * n
    for placement in placements:
        stamp = placement.stamp
        turn = np.eye(3)
        turn[:2, :2] = placement.matrix
        turn[2, 2] = placement.up
        sites = stamp.sites @ placement.matrix.T + placement.centre
        atom = np.asarray(tree.query(sites, distance_upper_bound=_SAME)[1])
        shift[atom] += stamp.shift @ turn.T
        gone[atom] |= stamp.gone
        cores.append(stamp.atoms @ turn.T + [*placement.centre, 0.0])
        hosts.append(atom[stamp.host])
        elements += stamp.elements
    shift[n] = 0.0
    moved = ground.sites + shift[:n]
    came = [core + shift[host] for core, host in zip(cores, hosts, strict=True)]
    positions = np.concatenate([moved[~gone[:n]], *came])
    staying = np.flatnonzero(~gone[:n])
    return positions, ("C",) * len(staying) + tuple(elements[n:])
