"""Images without noise of the lattice, perfect or with one defect, under fixed conditions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sixring.limit._poses import CELL, Pose
from sixring.simulate import (
    HRTEM,
    Conditions,
    exit_wave,
    expected_electrons,
    hrtem_intensity,
    hrtem_reach,
    stem_reach,
    stem_signal,
)
from sixring.structures import perfect_sheet

__all__ = ["Scene"]

_MARGIN = 6.0
"""The sheet goes so much farther than atoms that are seen, angstrom."""
_FLAT = np.eye(2)


@dataclass(frozen=True, eq=False)
class Scene:
    """Where the lattice lies under a microscope; the image's middle is the origin."""

    conditions: Conditions
    """The microscope's, at a dose of 1 electron per angstrom^2."""
    orientation: float
    """Direction of a zigzag row in degrees, from the columns' axis towards increasing rows."""
    offset: NDArray[np.float64]
    """Shape (2,): x, y of the centre of one ring, angstrom."""
    side: int
    """Rows and columns of an image, even so that its middle is that of a smaller one."""

    @classmethod
    def drawn(cls, conditions: Conditions, side: int, rng: np.random.Generator) -> Self:
        """Return a scene whose lattice lies anywhere, in any orientation."""
        orientation = float(rng.uniform(0.0, 60.0))
        return cls(conditions, orientation, rng.uniform(-0.5, 0.5, 2) @ CELL, side)

    def image(
        self, pose: Pose | None = None, deformation: NDArray[np.float64] = _FLAT
    ) -> NDArray[np.float64]:
        """Form the image of one defect in the lattice, or of none.

        Parameters
        ----------
        pose : Pose, optional
            The defect, at its place in the lattice.
        deformation : ndarray, shape (2, 2), optional
            What x, y are multiplied by after all else: a strain or a turn.

        Returns
        -------
        ndarray, shape (side, side)
            Expected electrons per pixel at a dose of 1 electron per angstrom^2.

        Raises
        ------
        UsageError
            If the field is too large for one wave, or abTEM isn't installed.
        """
        sites = self._sites
        flat = np.column_stack([sites, np.zeros(len(sites))])
        elements: tuple[str, ...] = ("C",) * len(sites)
        if pose is not None:
            beyond = np.linalg.norm(sites - pose.centre, axis=1) >= pose.radius
            flat = np.concatenate([flat[beyond], pose.positions])
            elements = ("C",) * int(beyond.sum()) + pose.elements
        seen = np.column_stack([self.placed(flat[:, :2]) @ deformation.T, flat[:, 2]])
        return self._exposed(seen, elements)

    def placed(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points of the lattice, shape (n, 2), lie in the image, angstrom."""
        placed: NDArray[np.float64] = points @ self._turn.T + self.offset
        return placed

    def in_lattice(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points of the image, shape (n, 2), lie in the lattice: the inverse."""
        found: NDArray[np.float64] = (points - self.offset) @ self._turn
        return found

    def pixels(self, cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how many rows and columns an image moves with translations of the lattice."""
        by = cells @ CELL @ self._turn.T / self.conditions.sampling
        moved: NDArray[np.float64] = by[..., ::-1]
        return moved

    @property
    def _turn(self) -> NDArray[np.float64]:
        c, s = math.cos(math.radians(self.orientation)), math.sin(math.radians(self.orientation))
        return np.array([[c, -s], [s, c]])

    @cached_property
    def _sites(self) -> NDArray[np.float64]:
        """The perfect lattice, as far as it is seen in any orientation, shape (n, 2)."""
        conditions = self.conditions
        reach = hrtem_reach(conditions) if isinstance(conditions, HRTEM) else stem_reach(conditions)
        half = self.side * conditions.sampling / 2 + reach + _MARGIN
        width = 2 * (math.sqrt(2) * half + float(np.linalg.norm(self.offset)))
        return perfect_sheet(width, width).positions - width / 2

    def _exposed(
        self, positions: NDArray[np.float64], elements: tuple[str, ...]
    ) -> NDArray[np.float64]:
        conditions, shape = self.conditions, (self.side, self.side)
        corner = -(self.side - 1) / 2 * conditions.sampling
        if not isinstance(conditions, HRTEM):
            signal = stem_signal(
                positions, elements, conditions, shape=shape, origin=(corner, corner)
            )
            return expected_electrons(signal, conditions)
        wave = exit_wave(
            positions,
            elements,
            energy=conditions.energy,
            shape=shape,
            sampling=conditions.sampling,
            origin=(corner, corner),
            margin=hrtem_reach(conditions),
        )
        return conditions.dose * conditions.sampling**2 * hrtem_intensity(wave, conditions)
