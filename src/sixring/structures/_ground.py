"""What specimens are grown on: one perfect grain, or two with the boundary between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.structures._honeycomb import honeycomb
from sixring.structures._sheet import BOND
from sixring.structures._strip import boundary_strip

__all__ = ["Frame", "Ground", "single_grain", "two_grains"]

_MARGIN = 5.0
"""The ground is this much larger than the specimen, on every side, in angstrom."""
_SEAM = 7.0
"""Nothing is planted this near to a boundary, in angstrom."""


@dataclass(frozen=True, eq=False)
class Frame:
    """How the ground, unstrained and about the origin, lies in the specimen's rectangle."""

    size: tuple[float, float]
    """Width and height of the specimen in angstrom."""
    matrix: NDArray[np.float64]
    """Shape (2, 2): turns the ground and strains it."""

    def placed(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points of the ground, shape (n, 2), come to lie."""
        placed: NDArray[np.float64] = points @ self.matrix.T + np.array(self.size) / 2
        return placed

    def room(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far points of the ground come to lie inside the border."""
        placed = self.placed(points)
        room: NDArray[np.float64] = np.minimum(placed, self.size - placed).min(axis=1)
        return room

    def box(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return opposite corners of what the ground has to fill."""
        half = np.array(self.size) / 2 + _MARGIN
        corners = np.array([[x, y] for x in (-1, 1) for y in (-1, 1)]) * half
        own = corners @ np.linalg.inv(self.matrix).T
        return own.min(axis=0), own.max(axis=0)


@dataclass(frozen=True, eq=False)
class Ground:
    """Carbon atoms before anything is planted among them."""

    frame: Frame
    """How it lies in the specimen."""
    sites: NDArray[np.float64]
    """Shape (n, 3): the atoms in angstrom, about the origin, unstrained."""
    centres: NDArray[np.float64]
    """Shape (m, 2): the centres of rings in perfect lattice."""
    orientation: NDArray[np.float64]
    """Shape (m,): direction of a zigzag row there, degrees."""
    room: NDArray[np.float64]
    """Shape (m,): how far the border is, or a grain boundary, in angstrom."""


def single_grain(frame: Frame, offset: NDArray[np.float64]) -> Ground:
    """Lay out perfect graphene, a zigzag row along x.

    Parameters
    ----------
    frame : Frame
        How it is to lie in the specimen.
    offset : ndarray, shape (2,)
        Where a ring's centre lies.
    """
    sites, centres = honeycomb(*frame.box(), offset=offset)
    sites = sites[frame.room(sites) > -_MARGIN]
    room = frame.room(centres)
    shown = room > 0
    return Ground(
        frame,
        np.column_stack([sites, np.zeros(len(sites))]),
        centres[shown],
        np.zeros(int(shown.sum())),
        room[shown],
    )


def two_grains(frame: Frame, angle: float, x: float, along: float) -> Ground:
    """Lay out two grains that meet in a symmetric tilt boundary along y.

    Parameters
    ----------
    frame : Frame
        How they are to lie in the specimen.
    angle : float
        Misorientation in degrees; the zigzag rows lie at plus and minus half of it.
    x : float
        Where the boundary lies, in angstrom.
    along : float
        How far along the boundary it begins, as a share of its period, 0 to 1.
    """
    low, high = frame.box()
    strip = boundary_strip(angle, x, (low[1], high[1]), along)
    tree = cKDTree(strip.atoms[:, :2])
    sites, centres, orientation = [strip.atoms], [], []
    for side, (centre, turn) in zip((-1, 1), strip.grains, strict=True):
        grain, rings = honeycomb(low, high, orientation=turn, offset=centre)
        # The strip goes over into the grains; where both have an atom, one is enough.
        grain = grain[side * (grain[:, 0] - x) > strip.half - BOND]
        grain = grain[tree.query(grain)[0] > BOND / 2]
        sites.append(np.column_stack([grain, np.zeros(len(grain))]))
        rings = rings[side * (rings[:, 0] - x) > _SEAM]
        centres.append(rings)
        orientation.append(np.full(len(rings), turn))
    atoms, rings = np.concatenate(sites), np.concatenate(centres)
    turns = np.concatenate(orientation)
    atoms = atoms[frame.room(atoms[:, :2]) > -_MARGIN]
    room = np.minimum(frame.room(rings), np.abs(rings[:, 0] - x) - _SEAM)
    shown = room > 0
    return Ground(frame, atoms, rings[shown], turns[shown], room[shown])
