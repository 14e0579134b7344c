"""Places that are masked because the rings in them can't be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sixring.types import Mask, Region

__all__ = ["REACH", "blur_round"]

REACH = 10.0
"""Angstrom round a ring in which the others tell whether it can be read: sixty of them."""
_AROUND = 4.0
"""Masked around each ring that can't, angstrom."""


def blur_round(mask: Mask, centres: NDArray[np.float64], step: float) -> Mask:
    """Turn what is clear round some rings to blur.

    Parameters
    ----------
    mask : Mask
        What can't be judged for other reasons.
    centres : ndarray of float64, shape (r, 2)
        Centres of the rings that can't be read, row and col in pixels of the mask.
    step : float
        Angstrom along the side of such a pixel.

    Returns
    -------
    Mask
        The same one where there are no such rings.
    """
    if len(centres) == 0:
        return mask
    away = np.ones(mask.regions.shape, bool)
    last: NDArray[np.intp] = np.array(away.shape) - 1
    rows, cols = np.clip(np.rint(centres).astype(np.intp), 0, last).T
    away[rows, cols] = False
    near = ndimage.distance_transform_edt(away) < _AROUND / step
    regions = mask.regions.copy()
    regions[near & mask.clear] = Region.BLUR
    return replace(mask, regions=regions)
