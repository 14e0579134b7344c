"""What a network says can't be judged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sixring.detection._cells import AREAS, CELL
from sixring.lattice import Canvas, border
from sixring.types import Mask, Region

__all__ = ["at_pixels", "seen_mask"]

_LEAST = {Region.CONTAMINATION: 25.0, Region.VACUUM: 100.0, Region.BILAYER: 100.0}
"""Square angstrom of a region: a smaller one is chance, or a hole that has a ring round it."""
_CUT = 0.25
"""Share of it that is enough at the edge of the image, beyond which the region goes on."""


def seen_mask(area: NDArray[np.uint8], step: float) -> Mask:
    """Map the area that can't be judged.

    Parameters
    ----------
    area : ndarray of uint8, shape (cell rows, cell cols)
        Classes of areas.
    step : float
        Angstrom along the side of a cell.

    Returns
    -------
    Mask
        Of the cells: the network's contamination, vacuum and bilayer, specks left out, and the
        border beside what hides the sheet.
    """
    regions = np.array(AREAS, np.uint8)[area]
    for region in AREAS[1:]:
        regions[_specks(regions == region, step, _LEAST[region])] = Region.CLEAR
    regions[border(regions, step) & (regions == Region.CLEAR)] = Region.BORDER
    return Mask(regions)


def at_pixels(mask: Mask, canvas: Canvas) -> Mask:
    """Bring a mask of the cells of a canvas to the pixels of the micrograph."""
    step = canvas.zoom / CELL
    rows, cols = map(_nearest, canvas.shape, mask.regions.shape, (step, step))
    return Mask(mask.regions[np.ix_(rows, cols)])


def _specks(region: NDArray[np.bool_], step: float, smallest: float) -> NDArray[np.bool_]:
    """Find the parts of a region that are smaller than so many square angstrom."""
    labels, count = ndimage.label(region)
    least = np.full(count + 1, smallest)
    least[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] *= _CUT
    small = np.bincount(labels.ravel(), minlength=count + 1) * step**2 < least
    small[0] = False
    specks: NDArray[np.bool_] = small[labels]
    return specks


def _nearest(number: int, others: int, step: float) -> NDArray[np.intp]:
    """Return the nearest of so many others to each of a number of pixels, `step` of them long."""
    along = np.rint((np.arange(number) + 0.5) * step - 0.5).astype(np.intp)
    kept: NDArray[np.intp] = np.clip(along, 0, others - 1)
    return kept
