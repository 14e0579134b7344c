"""Patches of graphene by hand: every atom a round Gaussian, the noise white."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sixring.structures import BOND, LATTICE_CONSTANT, stamps

WIDTH = 0.45
"""Standard deviation of an atom's image, in angstrom."""
VECTORS = LATTICE_CONSTANT * np.array([[1.0, 0.0], [0.5, np.sqrt(3) / 2]])


def atoms(variant: str = "") -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x, y of atoms about a ring's centre, perfect or with a defect, and their weights."""
    cells = np.stack(np.meshgrid(np.arange(-9, 10), np.arange(-9, 10)), -1).reshape(-1, 2)
    centres = cells @ VECTORS
    up = np.array([0.0, BOND])
    sheet = np.concatenate([centres - up, centres + up])
    if not variant:
        return sheet, np.ones(len(sheet))
    stamp = stamps()[variant]
    far = np.linalg.norm(sheet[:, None] - stamp.sites, axis=2).min(axis=1) > 0.1
    moved = (stamp.sites + stamp.shift[:, :2])[~stamp.gone]
    positions = np.concatenate([sheet[far], moved, stamp.atoms[:, :2]]) - stamp.middle
    weights = [1.0] * (far.sum() + len(moved)) + [1.0 if e == "C" else 1.9 for e in stamp.elements]
    return positions, np.array(weights)


def patch(
    variant: str = "",
    *,
    side: int = 48,
    sampling: float = 0.2,
    angle: float = 0.0,
    place: tuple[float, float] = (0.0, 0.0),
) -> NDArray[np.float64]:
    """Return a patch without noise; the angle is in degrees, the place x, y in angstrom."""
    positions, weights = atoms(variant)
    turn = np.deg2rad(angle)
    cos, sin = np.cos(turn), np.sin(turn)
    positions = positions @ np.array([[cos, sin], [-sin, cos]]) + place
    axis = (np.arange(side) - (side - 1) / 2) * sampling
    x, y = (np.exp(-((axis[:, None] - positions[:, k]) ** 2) / (2 * WIDTH**2)) for k in (0, 1))
    image: NDArray[np.float64] = (y * weights) @ x.T
    return image


def patches(
    variants: list[str],
    *,
    noise: float = 0.15,
    seed: int = 0,
    side: int = 48,
    sampling: float = 0.2,
) -> NDArray[np.float32]:
    """Return a noisy patch for each defect, perfect where it is "", in a random pose."""
    rng = np.random.default_rng(seed)
    images = [
        patch(
            variant,
            side=side,
            sampling=sampling,
            angle=rng.uniform(0, 360),
            place=tuple(rng.uniform(-1.5, 1.5, 2)),
        )
        for variant in variants
    ]
    return (np.array(images) + noise * rng.normal(size=(len(images), side, side))).astype(
        np.float32
    )
