"""What a sheet holds, in the pixels of an image of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sixring.structures import Sheet, truth
from sixring.types import Atoms, Defect, Rings

__all__ = ["ToPixels", "grid_to_pixels", "truth_in_pixels"]

ToPixels = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From x, y in angstrom to row, col in pixels, both of shape (n, 2); an affine map."""


def grid_to_pixels(origin: tuple[float, float], sampling: float) -> ToPixels:
    """Return the map onto an undistorted image.

    Parameters
    ----------
    origin : tuple of float
        x, y in angstrom of the centre of pixel (0, 0); x runs with columns, y with rows.
    sampling : float
        Angstrom per pixel.

    Returns
    -------
    callable
        From points to pixels.
    """

    def to_pixels(points: NDArray[np.float64]) -> NDArray[np.float64]:
        pixels: NDArray[np.float64] = ((points - np.asarray(origin)) / sampling)[:, ::-1]
        return pixels

    return to_pixels


def truth_in_pixels(
    sheet: Sheet, shape: tuple[int, int], to_pixels: ToPixels
) -> tuple[Atoms, Rings, tuple[Defect, ...]]:
    """Find the atoms, rings and defects of a sheet, and say where in an image they lie.

    Parameters
    ----------
    sheet : Sheet
        What was imaged.
    shape : tuple of int
        Rows and columns of the image.
    to_pixels : callable
        Where a point of the sheet is imaged.

    Returns
    -------
    atoms : Atoms
        Those in the image, and those outside that a ring inside has.
    rings : Rings
        Those whose centre lies in the image.
    defects : tuple of Defect
        Those whose position lies in the image.
    """
    known = truth(sheet)
    positions = to_pixels(sheet.positions)
    centres = to_pixels(known.centres)
    shown = np.flatnonzero(_in_image(centres, shape))

    kept = _in_image(positions, shape)
    for k in shown:
        kept[known.rings[k]] = True
    atom_number = np.cumsum(kept) - 1
    atoms = Atoms(
        positions=positions[kept],
        elements=tuple(e for e, k in zip(sheet.elements, kept, strict=True) if k),
        probability=np.ones(int(kept.sum())),
    )

    ring_number = np.full(len(known.rings), -1)
    ring_number[shown] = np.arange(len(shown))
    defects: list[Defect] = []
    defect_of_ring = np.full(len(shown), -1, dtype=np.int64)
    for group in known.defects:
        position = to_pixels(np.array([group.position]))
        if not _in_image(position, shape)[0]:
            continue
        members = [int(ring_number[r]) for r in group.rings if ring_number[r] >= 0]
        defect_of_ring[members] = len(defects)
        defects.append(
            Defect(
                name=group.name,
                probability=1.0,
                position=(float(position[0, 0]), float(position[0, 1])),
                census=group.census,
                missing_atoms=group.missing_atoms,
                dopants=group.dopants,
                rings=tuple(members),
            )
        )
    rings = Rings(
        centres=centres[shown],
        sizes=known.sizes[shown],
        probability=np.ones(len(shown)),
        corners=tuple(atom_number[known.rings[k]] for k in shown),
        defect=defect_of_ring,
    )
    return atoms, rings, tuple(defects)


def _in_image(points: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = np.all((points > -0.5) & (points < np.array(shape) - 0.5), axis=1)
    return inside
