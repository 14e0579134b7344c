"""Where point defects go: at random, and no nearer to each other than they may be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.structures._ground import Ground
from sixring.structures._honeycomb import rotation
from sixring.structures._stamp import Stamp

__all__ = ["BORDER", "Placement", "greatest_number", "pack"]

BORDER = 4.0
"""A defect's core is at least this far from what isn't perfect sheet, in angstrom."""
_FILLED = 0.36
"""Discs put down at random, one after another, jam when they fill 0.547 of a plane (Feder, J.
Theor. Biol. 87, 237, 1980); up to this share they go in nearly always."""
_PLACES = 1.0
"""So much farther apart they come to lie because only the lattice's points will do, in
angstrom."""
_ATTEMPTS = 20
_CHUNK = 256


@dataclass(frozen=True, eq=False)
class Placement:
    """A stamp, and how it is put down."""

    stamp: Stamp
    """What is planted."""
    centre: NDArray[np.float64]
    """Shape (2,): the ring's centre on which the stamp's origin comes to lie."""
    matrix: NDArray[np.float64]
    """Shape (2, 2): turns and mirrors the stamp."""
    up: int
    """1, or -1 where the heights change their sign."""

    @property
    def middle(self) -> NDArray[np.float64]:
        """Where the defect's middle comes to lie."""
        middle: NDArray[np.float64] = self.centre + self.matrix @ self.stamp.middle
        return middle


def greatest_number(
    size: tuple[float, float], vacuum: float, shares: Mapping[Stamp, float], spacing: float
) -> int:
    """Estimate how many defects can be put down at random.

    Parameters
    ----------
    size : tuple of float
        Width and height of the sheet in angstrom.
    vacuum : float
        Share of it that is no sheet.
    shares : mapping of Stamp to float
        How often each is drawn; the values add up to 1.
    spacing : float
        Least distance between two cores in angstrom.

    Returns
    -------
    int
        0 where the sheet is too small for the largest of them.
    """
    cores = np.array([stamp.core for stamp in shares])
    weights = np.array(list(shares.values()))
    largest = float(cores.max())
    inner = [length - 2 * (largest + BORDER) for length in size]
    if min(inner) < 0:
        return 0
    mean = float(weights @ cores)
    spread = math.sqrt(float(weights @ (cores - mean) ** 2))

    def number(core: float) -> int:
        # Mean square of the least distance of two, and the area in which their discs lie.
        apart = (2 * core + spacing + _PLACES) ** 2 + 2 * spread**2
        area = math.prod(length + math.sqrt(apart) for length in inner) * (1 - vacuum)
        return max(1, int(_FILLED * area / (math.pi / 4 * apart)))

    # Where few are drawn, they may all be large ones.
    return number(min(mean + 2 * spread / math.sqrt(number(mean)), largest))


def pack(
    ground: Ground, drawn: Sequence[Stamp], spacing: float, rng: np.random.Generator
) -> list[Placement]:
    """Put stamps down on rings of perfect lattice.

    Parameters
    ----------
    ground : Ground
        Its `room` says how far each ring is from what isn't perfect sheet.
    drawn : sequence of Stamp
        What is to be put down.
    spacing : float
        Least distance between two cores in angstrom.
    rng : numpy.random.Generator
        Where everything random comes from.

    Returns
    -------
    list of Placement
        The largest first.

    Raises
    ------
    UsageError
        If they don't all go in after several attempts.
    """
    ordered = sorted(drawn, key=lambda stamp: -stamp.core)
    most = 0
    for _ in range(_ATTEMPTS):
        placed = _attempt(ground, ordered, spacing, rng)
        if len(placed) == len(ordered):
            return placed
        most = max(most, len(placed))
    area = ground.frame.size[0] * ground.frame.size[1] / 100
    raise UsageError(
        f"{len(ordered)} defects can't be packed into this sheet with a spacing of {spacing:g} "
        f"angstrom: {most} ({most / area:.2g} per nm^2) were the most that fitted; lower number, "
        "density, vacuum or spacing"
    )


def _attempt(
    ground: Ground, ordered: Sequence[Stamp], spacing: float, rng: np.random.Generator
) -> list[Placement]:
    """Put down as many as fit, each at a random one of the places that are left to it."""
    placed: list[Placement] = []
    middles = np.empty((len(ordered), 2))
    cores = np.array([stamp.core for stamp in ordered])
    for stamp in ordered:
        operation = rotation(60.0 * int(rng.integers(6))) @ np.diag([rng.choice([-1.0, 1.0]), 1.0])
        up = int(rng.choice([-1, 1]))
        n = len(placed)
        reach = stamp.core + BORDER + float(np.linalg.norm(stamp.middle))
        candidates = rng.permutation(np.flatnonzero(ground.room >= reach))
        for start in range(0, len(candidates), _CHUNK):
            rings = candidates[start : start + _CHUNK]
            middle = ground.centres[rings] + _turned(
                ground.orientation[rings], operation @ stamp.middle
            )
            apart = np.linalg.norm(middle[:, None] - middles[None, :n], axis=2)
            free = (apart >= cores[:n] + stamp.core + spacing).all(axis=1)
            if free.any():
                ring = rings[int(free.argmax())]
                matrix = rotation(float(ground.orientation[ring])) @ operation
                placed.append(Placement(stamp, ground.centres[ring], matrix, up))
                middles[n] = placed[-1].middle
                break
        else:
            break
    return placed


def _turned(orientation: NDArray[np.float64], vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one vector turned by each of many angles in degrees."""
    c, s = np.cos(np.radians(orientation)), np.sin(np.radians(orientation))
    x, y = vector
    return np.column_stack([c * x - s * y, s * x + c * y])
