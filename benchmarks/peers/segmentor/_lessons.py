"""Crops of the detector's training as AtomAI wants them: images between 0 and 1, and masks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.detection._canonical import CANONICAL, MOST
from sixring.detection._cells import CELL
from training.detector._crops import Crops
from training.detector._targets import OFFSET_STEP

__all__ = ["Lessons", "lessons", "unit"]

_RADIUS = 0.3
"""Of the disc round an atom, angstrom: as large as it may be for each cell that has a part of it to
know of the atom."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """What is learned from."""

    images: NDArray[np.float32]
    """Shape (n, side, side): from 0 to 1."""
    masks: NDArray[np.uint8]
    """Shape (n, side, side): 1 where there is an atom."""


def unit(images: NDArray[np.floating]) -> NDArray[np.float32]:
    """Bring canonical images between 0 and 1, all by the same scale."""
    return ((images / MOST + 1) / 2).astype(np.float32)


def lessons(crops: Crops) -> Lessons:
    """Make lessons of crops.

    Parameters
    ----------
    crops : Crops
        With the truth of each cell.

    Returns
    -------
    Lessons
        Of each pixel whether an atom is within 0.3 angstrom.
    """
    classes, offset = (
        np.repeat(np.repeat(of_cells, CELL, axis=-2), CELL, axis=-1)
        for of_cells in (crops.atoms, crops.atom_offset)
    )
    way = offset * OFFSET_STEP
    rows, cols = classes.shape[1:]
    # Offsets lead from the middle of a cell, whose pixels lie beside it.
    beside = (np.arange(CELL) - (CELL - 1) / 2) * CANONICAL
    way[:, 0] -= np.tile(beside, rows // CELL)[:, None]
    way[:, 1] -= np.tile(beside, cols // CELL)
    near = np.hypot(way[:, 0], way[:, 1]) < _RADIUS
    return Lessons(unit(crops.images), ((classes > 0) & near).astype(np.uint8))
