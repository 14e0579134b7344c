"""A simulated image and the truth in its pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.simulate._conditions import Conditions
from sixring.types import Atoms, Defect, Mask, Micrograph, Mode, Rings

__all__ = ["Simulated"]


@dataclass(frozen=True, eq=False)
class Simulated:
    """A simulated micrograph and what is truly in it."""

    image: NDArray[np.float32]
    """Counts, shape (rows, cols)."""
    expected: NDArray[np.float32]
    """The expectation of the electrons counted, before the detector's gain, offset and faults."""
    atoms: Atoms
    """The sheet's atoms in the image, and those outside that a ring inside has."""
    rings: Rings
    """The rings whose centre lies in the image."""
    defects: tuple[Defect, ...]
    """The defects whose position lies in the image."""
    mask: Mask
    """Contamination, vacuum and bilayer."""
    sampling: float
    """Angstrom per pixel."""
    mode: Mode
    """The kind of microscope."""
    dose: float
    """Electrons per angstrom^2."""
    conditions: Conditions | None = None
    """Everything that shaped the image; None for linear imaging."""

    @property
    def micrograph(self) -> Micrograph:
        """The image as a reader would give it, without the truth."""
        return Micrograph(
            self.image,
            self.sampling,
            self.mode,
            source="simulation",
            dose=self.dose,
            energy=None if self.conditions is None else self.conditions.energy,
        )
