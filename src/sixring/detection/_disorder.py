"""Places where what was found is no sheet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from sixring.detection._lookup import nearest
from sixring.types import Mask, Region

__all__ = ["REACH", "hidden_round", "mask_disorder"]

REACH = 10.0
"""Angstrom round a ring in which the others are looked at: sixty of them."""
# Mean distance of a ring's size from six, 2 at the most, over the disc. A grain boundary through
# the middle has 0.28, a closed loop of twelve 5-7 pairs 0.40; noise and moire have 0.5 to 1.
_DISORDER = 0.42
_AROUND = 4.0  # angstrom: masked around each ring in a disordered place


def mask_disorder(
    mask: Mask, centres: NDArray[np.float64], sizes: NDArray[np.int64], sampling: float
) -> Mask:
    """Mask the places where odd rings crowd as they do in no sheet.

    Parameters
    ----------
    mask : Mask
        What can't be judged for other reasons.
    centres : ndarray of float64, shape (r, 2)
        Ring centres, row and col in pixels.
    sizes : ndarray of int64, shape (r,)
        Ring sizes.
    sampling : float
        Angstrom per pixel.

    Returns
    -------
    Mask
        With clear area turned to blur where rings are disordered.
    """
    seen = np.flatnonzero(nearest(mask.clear, centres))
    if len(seen) == 0:
        return mask
    oddness = np.abs(sizes[seen] - 6)
    # A ring counts once where it is one off six, and twice where it is more.
    everything, odd, odder = (
        cKDTree(centres[seen[oddness >= least]]).query_ball_point(
            centres[seen], REACH / sampling, return_length=True
        )
        for least in range(3)
    )
    disorder = (odd + odder) / everything
    wild = centres[seen[disorder > _DISORDER]]
    if len(wild) == 0:
        return mask
    regions = mask.regions.copy()
    regions[hidden_round(wild, mask.regions.shape, sampling) & mask.clear] = Region.BLUR
    return replace(mask, regions=regions)


def hidden_round(
    centres: NDArray[np.float64], shape: tuple[int, ...], sampling: float
) -> NDArray[np.bool_]:
    """Return the pixels near some rings, at least one, that are hidden as they can't be read."""
    away = np.ones(shape, bool)
    last = np.array(shape) - 1
    rows, cols = np.clip(np.rint(centres).astype(np.intp), 0, last).T
    away[rows, cols] = False
    hidden: NDArray[np.bool_] = ndimage.distance_transform_edt(away) < _AROUND / sampling
    return hidden
