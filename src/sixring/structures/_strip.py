"""The strip along a tilt boundary: from the library where it has the angle, else made."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.errors import UsageError
from sixring.structures._boundary import tilt_boundary
from sixring.structures._honeycomb import honeycomb, rotation
from sixring.structures._library import library
from sixring.structures._relaxed import Relaxed
from sixring.structures._sheet import LATTICE_CONSTANT

__all__ = ["Strip", "boundary_strip", "require_boundary"]

_HALF = 22.0
"""Half the width of a strip that isn't taken from the library, in angstrom."""
_SAME_ANGLE = 0.1
"""The library's boundaries stand for angles this near, in degrees."""
_MADE = (5.0, 32.3)
"""Angles of the boundaries that can be made without the library, in degrees."""


@dataclass(frozen=True, eq=False)
class Strip:
    """A boundary along y, as long as it is needed."""

    atoms: NDArray[np.float64]
    """Shape (n, 3): in angstrom."""
    half: float
    """Half its width; what lies at its sides is perfect."""
    grains: tuple[tuple[NDArray[np.float64], float], ...]
    """For the grains at -x and at +x: a ring's centre and the direction of a zigzag row."""


def boundary_strip(angle: float, x: float, span: tuple[float, float], along: float) -> Strip:
    """Make the strip along a symmetric tilt boundary.

    Parameters
    ----------
    angle : float
        Misorientation in degrees; the zigzag rows lie at plus and minus half of it.
    x : float
        Where the boundary lies, in angstrom.
    span : tuple of float
        The least and the greatest y that it has to reach.
    along : float
        Where one of its periods begins, as a share of the period, 0 to 1; without meaning for
        a strip that isn't the library's.
    """
    bottom, top = span
    entry = _of_library(angle)
    if entry is None:
        return _made(angle, x, span)
    period = entry.period
    assert period is not None
    start = np.array([x, along * period, 0.0])
    first = math.floor((bottom - start[1] - entry.positions[:, 1].max()) / period)
    last = math.ceil((top - start[1] - entry.positions[:, 1].min()) / period)
    steps = np.arange(first, last + 1)[:, None, None] * np.array([0.0, period, 0.0])
    atoms = (entry.positions + start + steps).reshape(-1, 3)
    grains = tuple((np.array([g.x, g.y]) + start[:2], g.orientation) for g in entry.grains)
    return Strip(atoms, entry.radius, grains)


def require_boundary(angle: float) -> None:
    """Refuse an angle of which no boundary can be made."""
    if not (_MADE[0] <= angle <= _MADE[1]) and _of_library(angle) is None:
        angles = sorted(e.angle for e in library().values() if e.angle is not None)
        others = ", ".join(f"{a:.1f}" for a in angles if not _MADE[0] <= a <= _MADE[1])
        raise UsageError(
            f"boundary must be {_MADE[0]:g} to {_MADE[1]:g} degrees"
            + (f", or one of {others}" if others else "")
            + f", not {angle:g}"
        )


def _of_library(angle: float) -> Relaxed | None:
    """Return the library's boundary of an angle, where it has one."""
    for entry in library().values():
        if entry.angle is not None and abs(entry.angle - angle) <= _SAME_ANGLE:
            return entry
    return None


def _made(angle: float, x: float, span: tuple[float, float]) -> Strip:
    """Make a strip of the bonds' force field, and find the lattices that it goes over into."""
    bottom, top = span
    size = np.array([2 * _HALF + 20, top - bottom + 20])
    middle = np.array([x, (bottom + top) / 2])
    points = tilt_boundary(size[0], size[1], angle).positions - size / 2
    inner = np.abs(points[:, 1]) < size[1] / 2 - 5
    grains = []
    for side, turn in ((-1, angle / 2), (1, -angle / 2)):
        far = side * points[:, 0]
        outer = points[inner & (far > _HALF - 5) & (far < _HALF + 5)]
        grains.append((_ring_centre(outer, turn) + middle, turn))
    kept = points[inner & (np.abs(points[:, 0]) < _HALF)] + middle
    return Strip(np.column_stack([kept, np.zeros(len(kept))]), _HALF, tuple(grains))


def _ring_centre(points: NDArray[np.float64], orientation: float) -> NDArray[np.float64]:
    """Return a ring's centre of the perfect lattice that some atoms lie on.

    The structure factor of graphene's first orders about a ring's centre is negative.
    """
    a = LATTICE_CONSTANT
    direct = np.array([[a, 0.0], [a / 2, a * math.sqrt(3) / 2]]) @ rotation(orientation).T
    waves = np.linalg.inv(direct)
    phase = np.angle(-np.exp(2j * np.pi * points @ waves).sum(axis=0)) / (2 * np.pi)
    centre: NDArray[np.float64] = phase @ direct
    # Where one sublattice has more atoms than the other, that is a little off.
    low, high = points.min(axis=0) - a, points.max(axis=0) + a
    sites, _ = honeycomb(low, high, orientation=orientation, offset=centre)
    _, nearest = cKDTree(sites).query(points)
    centre += (points - sites[nearest]).mean(axis=0)
    return centre
