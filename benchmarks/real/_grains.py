"""Which rings lie between two grains, told from the orientations alone and not from the names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.types import Rings

__all__ = ["adjoining_sixes", "between_grains"]

_NEAR, _FAR = 4.0, 12.0  # angstrom from the ring: where the grains beside it are looked at
_TURNED = 4.0  # degrees: more than strain or a point defect turns a lattice
_ENOUGH = 4  # sixes on either side
_DIRECTIONS = 12


def adjoining_sixes(rings: Rings) -> NDArray[np.int64]:
    """Return the pairs of six-rings that share a bond.

    Parameters
    ----------
    rings : Rings
        All rings of an image.

    Returns
    -------
    ndarray of int64, shape (n, 2)
        Indices into `rings`.
    """
    beside: dict[tuple[int, int], int] = {}
    pairs = []
    for ring in np.flatnonzero(rings.sizes == 6).tolist():
        corners = rings.corners[ring]
        for i, j in zip(corners.tolist(), np.roll(corners, -1).tolist(), strict=True):
            # All rings turn the same way, so that a bond's other side has it the other way round.
            other = beside.pop((j, i), None)
            if other is None:
                beside[i, j] = ring
            else:
                pairs.append((other, ring))
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def between_grains(rings: Rings, sampling: float) -> NDArray[np.bool_]:
    """Tell for each ring whether the lattice is turned from one side of it to the other.

    The orientation at a six-ring is the phase of the mean of exp(6 i angle) over the directions
    to the sixes beside it (Halperin and Nelson, Phys. Rev. Lett. 41, 121, 1978). The sixes 4 to 12
    angstrom from a ring are parted by a line through it; where for some direction of the line the
    mean orientations differ by over 4 degrees, the ring lies between two grains.

    Parameters
    ----------
    rings : Rings
        All rings of an image.
    sampling : float
        Angstrom per pixel.

    Returns
    -------
    ndarray of bool, shape (n,)
        False also where fewer than four oriented sixes lie on a side.
    """
    first, second = adjoining_sixes(rings).T
    step = rings.centres[second] - rings.centres[first]
    phase = np.exp(6j * np.arctan2(step[:, 0], step[:, 1]))
    order = np.zeros(len(rings), dtype=np.complex128)
    count = np.zeros(len(rings), dtype=np.int64)
    for end in (first, second):  # seen from the other end a direction turns by 180 degrees
        np.add.at(order, end, phase)
        np.add.at(count, end, 1)
    sixes = np.flatnonzero(count >= 4)
    between = np.zeros(len(rings), dtype=bool)
    if len(sixes) == 0:
        return between
    tree = cKDTree(rings.centres[sixes])
    angles = np.arange(_DIRECTIONS) * np.pi / _DIRECTIONS
    normals = np.stack([np.sin(angles), np.cos(angles)])
    for ring, around in enumerate(tree.query_ball_point(rings.centres, _FAR / sampling)):
        offset = (rings.centres[sixes[around]] - rings.centres[ring]) * sampling
        kept = np.hypot(*offset.T) > _NEAR
        side = offset[kept] @ normals > 0
        local = order[sixes[around]][kept]
        local = local / np.abs(local)
        enough = np.minimum(side.sum(axis=0), (~side).sum(axis=0)) >= _ENOUGH
        turn = np.angle((local @ side) * np.conj(local @ ~side))
        between[ring] = bool((np.abs(np.rad2deg(turn[enough])) > 6 * _TURNED).any())
    return between
