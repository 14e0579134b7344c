"""Contamination: light atoms lying on the sheet over irregular patches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError

__all__ = ["Patch"]


@dataclass(frozen=True)
class Patch:
    """An irregular patch of carbon and hydrogen on the sheet."""

    position: tuple[float, float]
    """x, y of its middle in angstrom."""
    radius: float
    """Its mean radius in angstrom."""
    density: float = 0.5
    """Atoms per angstrom^2; the sheet itself has 0.38."""

    def __post_init__(self) -> None:
        if not (self.radius > 0 and self.density > 0):
            raise UsageError(f"contamination needs a positive radius and density, not {self}")

    def draw(self, rng: np.random.Generator) -> DrawnPatch:
        """Draw the outline and the atoms of one such patch."""
        waves = np.arange(2, 6)
        shape = DrawnPatch(
            self.position,
            self.radius,
            rng.normal(0.0, 0.35 / waves),
            rng.uniform(0.0, 2 * np.pi, waves.shape),
            np.empty((0, 2)),
        )
        half = 2 * self.radius
        number = rng.poisson(self.density * (2 * half) ** 2)
        atoms = np.asarray(self.position) + rng.uniform(-half, half, (number, 2))
        return DrawnPatch(
            shape.position, shape.radius, shape.swing, shape.phase, atoms[shape.covers(atoms)]
        )


@dataclass(frozen=True, eq=False)
class DrawnPatch:
    """A patch whose outline and atoms have been drawn."""

    position: tuple[float, float]
    radius: float
    swing: NDArray[np.float64]
    """Relative amplitudes of the radius's waves round the patch, from two a turn on."""
    phase: NDArray[np.float64]
    """Their phases."""
    atoms: NDArray[np.float64]
    """Shape (n, 2): x, y in angstrom."""

    def covers(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points, shape (..., 2), x and y in angstrom, lie under the patch."""
        offset = points - np.asarray(self.position)
        angle = np.arctan2(offset[..., 1], offset[..., 0])
        waves = np.arange(2, 2 + len(self.swing))
        radius = 1 + (self.swing * np.cos(angle[..., None] * waves + self.phase)).sum(axis=-1)
        inside: NDArray[np.bool_] = np.hypot(offset[..., 0], offset[..., 1]) < self.radius * radius
        return inside
