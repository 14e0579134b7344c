"""Places where no ring was found: holes, or places that can't be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from sixring.detection._lookup import interpolated
from sixring.detection._rings import GAP, Structure
from sixring.lattice import LocalView
from sixring.types import Mask, Region

__all__ = ["judge_gaps", "mask_gaps"]

_REACH = 1.0  # angstrom: standard deviation of the neighbourhood that is looked at
_TILED = 2.4  # angstrom: no place in a six or a seven is farther from the centre
_BESIDE = 3.5  # angstrom: rings so near to a gap are cut by it
_NARROW = 1.5  # angstrom: narrower gaps between rings are left to them


def judge_gaps(structure: Structure, view: LocalView, step: float) -> Structure:
    """Tell holes from noise among the gaps between the rings that were found.

    In the middle of a hole there is nothing in the band of the rings; noise fills it as it fills
    any other place. In simulated holes of 6 to 24 atoms the amplitude is 0.05 to 0.40 of the
    sheet's, in gaps that noise tears 0.34 to 1.8.

    Parameters
    ----------
    structure : Structure
        Rings, positions on the canvas.
    view : LocalView
        The local view of that canvas.
    step : float
        Angstrom per pixel of the canvas.

    Returns
    -------
    Structure
        The probability of each gap to be a hole is one less the amplitude in it over the sheet's.
    """
    gaps = structure.ring_probability == GAP
    if not gaps.any():
        return structure
    amplitude = np.sqrt(ndimage.gaussian_filter(view.rings**2, _REACH / step))
    inside = interpolated(amplitude, structure.centres[gaps]) / float(np.median(amplitude))
    probability = structure.ring_probability.copy()
    probability[gaps] = np.clip(1 - inside, 0, 1)
    return replace(structure, ring_probability=probability)


def mask_gaps(
    mask: Mask,
    centres: NDArray[np.float64],
    holes: NDArray[np.float64],
    sizes: NDArray[np.int64],
    sampling: float,
) -> Mask:
    """Mask the places where no ring was found: their area mustn't count as judged.

    Parameters
    ----------
    mask : Mask
        What can't be judged for other reasons.
    centres : ndarray of float64, shape (n, 2)
        Candidates for ring centres, row and col in pixels.
    holes : ndarray of float64, shape (h, 2)
        Centres of large rings.
    sizes : ndarray of int64, shape (h,)
        Their members.
    sampling : float
        Angstrom per pixel.

    Returns
    -------
    Mask
        With clear area turned to blur where no ring is, and to border beside it.
    """
    if len(centres) == 0:
        return replace(mask, regions=np.where(mask.clear, np.uint8(Region.BLUR), mask.regions))
    rows, cols = np.nonzero(mask.clear)
    away, _ = cKDTree(centres).query(np.column_stack([rows, cols]))
    bare = np.zeros(mask.regions.shape, bool)
    bare[rows, cols] = away * sampling > _TILED
    # The radius of a regular ring of n bonds is 1.42 / (2 sin(pi / n)).
    for hole, size in zip(holes, sizes, strict=True):
        _cover(bare, hole, (0.71 / np.sin(np.pi / size) + _NARROW) / sampling)
    if not bare.any():
        return mask
    away_from_gap = ndimage.distance_transform_edt(~bare) * sampling
    regions = mask.regions.copy()
    regions[(away_from_gap < _BESIDE) & mask.clear] = Region.BORDER
    regions[(away_from_gap < _NARROW) & mask.clear] = Region.BLUR
    return replace(mask, regions=regions)


def _cover(bare: NDArray[np.bool_], centre: NDArray[np.float64], radius: float) -> None:
    """Take a disc out of the bare places."""
    low = np.maximum(np.floor(centre - radius).astype(np.intp), 0)
    high = np.maximum(np.ceil(centre + radius).astype(np.intp) + 1, 0)
    part = bare[low[0] : high[0], low[1] : high[1]]
    rows, cols = np.ogrid[low[0] : low[0] + part.shape[0], low[1] : low[1] + part.shape[1]]
    part &= np.hypot(rows - centre[0], cols - centre[1]) > radius
