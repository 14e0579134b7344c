"""The points of perfect graphene: where its atoms lie, and the middles of its rings."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sixring.structures._sheet import BOND, LATTICE_CONSTANT

__all__ = ["honeycomb", "rotation"]


def rotation(angle: float) -> NDArray[np.float64]:
    """Return the matrix that turns by an angle in degrees from the x axis towards the y axis."""
    turn = math.radians(angle)
    return np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])


def honeycomb(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    *,
    orientation: float = 0.0,
    offset: NDArray[np.float64] | tuple[float, float] = (0.0, 0.0),
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """List the sites and ring centres of graphene in a rectangle.

    Parameters
    ----------
    low, high : ndarray, shape (2,)
        Opposite corners in angstrom.
    orientation : float
        Direction of a zigzag row in degrees.
    offset : array-like, shape (2,)
        Where one of the ring centres lies.

    Returns
    -------
    sites, centres : ndarray, shapes (n, 2) and (m, 2)
        x, y in angstrom.
    """
    turn = rotation(orientation)
    corners = np.array([[x, y] for x in (low[0], high[0]) for y in (low[1], high[1])])
    # As the lattice has it: rows of centres along x.
    own = (corners - offset) @ turn
    (left, bottom), (right, top) = own.min(axis=0), own.max(axis=0)
    row = LATTICE_CONSTANT * math.sqrt(3) / 2
    j = np.arange(math.floor(bottom / row) - 1, math.ceil(top / row) + 2)
    i = np.arange(math.floor(left / LATTICE_CONSTANT) - 1, math.ceil(right / LATTICE_CONSTANT) + 2)
    x = LATTICE_CONSTANT * (i[None, :] + (j[:, None] % 2) / 2)
    y = np.broadcast_to(row * j[:, None], x.shape)
    centres = np.column_stack([x.ravel(), y.ravel()])
    up = np.array([0.0, BOND])
    sites = np.stack([centres - up, centres + up], axis=1).reshape(-1, 2)

    def kept(points: NDArray[np.float64]) -> NDArray[np.float64]:
        points = points @ turn.T + offset
        inside: NDArray[np.float64] = points[((points >= low) & (points <= high)).all(axis=1)]
        return inside

    return kept(sites), kept(centres)
