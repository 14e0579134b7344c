"""What the network says of each cell: its maps, and the classes in them.

A cell is two by two pixels of the canonical image, 0.4 angstrom wide. It belongs to a ring whose
centre is within 0.75 angstrom of its middle, and to an atom within 0.45 angstrom, to the nearest
where there are several: at least the cell that holds the point belongs to it, as no point of a
cell is farther than 0.28 angstrom from its middle. Offsets lead from the middle of the cell to the
point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.types import Region

__all__ = [
    "AREAS",
    "ATOM_WITHIN",
    "BORDER",
    "CELL",
    "HEADS",
    "MULTIPLE",
    "RING_WITHIN",
    "SILICON",
    "SIX",
    "TEN",
    "CellMaps",
    "to_cells",
]

CELL = 2
"""Pixels along a side of a cell."""
MULTIPLE = 8
"""Rows and columns of an image are multiples of this, and so are the corners of tiles."""
HEADS = {"rings": 8, "ring_offset": 2, "atoms": 3, "atom_offset": 2, "area": 4}
"""Channels of the maps."""
RING_WITHIN, ATOM_WITHIN = 0.75, 0.45
"""Angstrom from the middle of a cell."""
BORDER = 3.0
"""Angstrom from the edge of an image: nearer to it the network hasn't learned what is there."""
SIX, TEN = 3, 7
"""Classes of rings: 0 none, 1 to 6 for 4 to 9 members, 7 for ten and more."""
SILICON = 2
"""Classes of atoms: 0 none; 1 carbon, and nitrogen and boron that look like it; 2 silicon."""
AREAS = (Region.CLEAR, Region.CONTAMINATION, Region.VACUUM, Region.BILAYER)
"""Classes of areas, in their order."""


@dataclass(frozen=True, eq=False)
class CellMaps:
    """What a network says of a whole image."""

    rings: NDArray[np.float32]
    """Shape (8, rows, cols): probability of each class of rings; they sum to 1."""
    ring_offset: NDArray[np.float32]
    """Shape (2, rows, cols): from the middle of each cell to the ring's centre, angstrom."""
    atoms: NDArray[np.float32]
    """Shape (3, rows, cols): probability of each class of atoms."""
    atom_offset: NDArray[np.float32]
    """Shape (2, rows, cols): to the atom, angstrom."""
    area: NDArray[np.uint8]
    """Shape (rows, cols): the likeliest class of area."""


def to_cells(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert positions (row, col) in pixels of the canonical image to cells."""
    return (positions - (CELL - 1) / 2) / CELL
