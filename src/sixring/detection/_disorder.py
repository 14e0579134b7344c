"""Places where what was found is no sheet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.detection._lookup import nearest
from sixring.detection._unread import REACH, blur_round
from sixring.types import Mask

__all__ = ["mask_disorder"]

# Mean distance of a ring's size from six, 2 at the most, over the disc. A grain boundary through
# the middle has 0.28, a closed loop of twelve 5-7 pairs 0.40; noise and moire have 0.5 to 1.
_DISORDER = 0.42


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
    return blur_round(mask, centres[seen[disorder > _DISORDER]], sampling)
