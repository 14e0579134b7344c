"""What a network saw, before anything is made of it: places where rings and atoms seem to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST", "SMALLEST", "Sightings"]

SMALLEST, LARGEST = 4, 10
"""Sizes of rings that are told apart; the largest stands for all beyond it too."""


@dataclass(frozen=True, eq=False)
class Sightings:
    """Rings and atoms that were seen, each by itself."""

    rings: NDArray[np.float64]
    """Shape (n, 2): row, col of each ring's centre in pixels of the canvas."""
    ring_probability: NDArray[np.float64]
    """Shape (n,): that there is a ring, 0 to 1."""
    sizes: NDArray[np.float64]
    """Shape (n, 7): probability of each size from :data:`SMALLEST` to :data:`LARGEST`, if there
    is a ring; each row sums to 1."""
    atoms: NDArray[np.float64]
    """Shape (m, 2): row, col of each atom in pixels of the canvas."""
    elements: tuple[str, ...]
    """m chemical symbols."""
    atom_probability: NDArray[np.float64]
    """Shape (m,): that there is an atom, 0 to 1."""
