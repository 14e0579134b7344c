"""Places where the detector itself doubts what it sees."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from sixring.detection._lookup import nearest
from sixring.detection._rings import Structure
from sixring.detection._unread import REACH, blur_round
from sixring.types import Mask

__all__ = ["mask_doubt"]

_SURE = 0.75
"""Mean probability of the sixes round a place. On 40 simulated HRTEM micrographs a fifth of the
other rings were found where it is less, and half from 0.93 on; but on real ones, whose faults
weren't learned, grain boundaries are traced well where it is 0.8."""


def mask_doubt(mask: Mask, structure: Structure, step: float) -> Mask:
    """Mask the places where more defects would be missed than found.

    Where noise, blur or focus hide the atoms, a network that has learned from such images says
    six, as nearly all rings are, but doesn't say it with certainty: the probabilities of the sixes
    tell what can be read, whether defects are there or not.

    Parameters
    ----------
    mask : Mask
        What can't be judged for other reasons.
    structure : Structure
        Rings with their probabilities, centres in pixels of the mask.
    step : float
        Angstrom along the side of such a pixel.

    Returns
    -------
    Mask
        With clear area turned to blur.
    """
    clear = np.flatnonzero(nearest(mask.clear, structure.centres))
    sixes = clear[structure.sizes[clear] == 6]
    pairs = cKDTree(structure.centres[clear]).sparse_distance_matrix(
        cKDTree(structure.centres[sixes]), REACH / step, output_type="ndarray"
    )
    around = np.bincount(pairs["i"], minlength=len(clear))
    total = np.bincount(
        pairs["i"], structure.ring_probability[sixes[pairs["j"]]], minlength=len(clear)
    )
    doubtful = clear[total < _SURE * np.maximum(around, 1)]
    return blur_round(mask, structure.centres[doubtful], step)
