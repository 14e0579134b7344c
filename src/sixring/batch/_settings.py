"""What is asked of every file of a batch."""

from __future__ import annotations

from dataclasses import dataclass

from sixring.errors import UsageError
from sixring.types import Mode

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """How the micrographs are read and judged, see :func:`sixring.detect`."""

    sampling: float | None = None
    """Angstrom per pixel for every file, or None for what each file says."""
    mode: Mode | None = None
    """How the images were recorded, or None to let each file or image tell."""
    detector: str = "learned"
    """Name of the detector, or the folder of a trained network."""
    min_probability: float = 0.5
    """Defects below this probability are left out."""
    lattice_sampling: bool = False
    """Whether the lattice's own sampling replaces the one that is given."""

    def __post_init__(self) -> None:
        if not 0 <= self.min_probability <= 1:
            raise UsageError(
                f"the least probability must lie between 0 and 1, not {self.min_probability:g}"
            )
