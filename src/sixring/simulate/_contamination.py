"""Contamination: light atoms lying on the sheet over irregular patches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.structures import Outline, draw_outline

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
        outline = draw_outline(self.position, self.radius, rng)
        half = 2 * self.radius
        number = rng.poisson(self.density * (2 * half) ** 2)
        atoms = np.asarray(self.position) + rng.uniform(-half, half, (number, 2))
        return DrawnPatch(outline, atoms[outline.covers(atoms)])


@dataclass(frozen=True, eq=False)
class DrawnPatch:
    """A patch whose outline and atoms have been drawn."""

    outline: Outline
    """Where it is."""
    atoms: NDArray[np.float64]
    """Shape (n, 2): x, y in angstrom."""

    def covers(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points, shape (..., 2), x and y in angstrom, lie under the patch."""
        return self.outline.covers(points)
