"""Crops of the detector's training as AtomAI wants them: images between 0 and 1, and masks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.detection._canonical import CANONICAL, MOST
from sixring.detection._cells import CELL, TEN
from training.detector._crops import Crops
from training.detector._targets import OFFSET_STEP

__all__ = ["BACKGROUND", "Lessons", "lessons", "unit"]

BACKGROUND = TEN
"""Class of what is no ring, the last one; those before it are 4 to 9 members, and ten and more."""
_RADIUS = 0.6
"""Of the disc round a ring's centre, angstrom: as large as a cell's ring may be away from its
middle, less half a cell."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """What is learned from."""

    images: NDArray[np.float32]
    """Shape (n, side, side): from 0 to 1."""
    masks: NDArray[np.uint8]
    """Shape (n, side, side): a class for each pixel."""


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
        Of each pixel the ring within 0.6 angstrom.
    """
    classes, offset = (
        np.repeat(np.repeat(of_cells, CELL, axis=-2), CELL, axis=-1)
        for of_cells in (crops.rings, crops.ring_offset)
    )
    way = offset * OFFSET_STEP
    rows, cols = classes.shape[1:]
    # Offsets lead from the middle of a cell, whose pixels lie beside it.
    beside = (np.arange(CELL) - (CELL - 1) / 2) * CANONICAL
    way[:, 0] -= np.tile(beside, rows // CELL)[:, None]
    way[:, 1] -= np.tile(beside, cols // CELL)
    near = np.hypot(way[:, 0], way[:, 1]) < _RADIUS
    masks = np.where((classes > 0) & near, classes - 1, BACKGROUND).astype(np.uint8)
    return Lessons(unit(crops.images), masks)
