"""A plain search for ring centres: what any detector has to beat.

A difference of two Gaussians, its local extrema, and the number of each one's neighbours in their
Delaunay triangulation. It knows no noise, mends nothing and masks nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import Delaunay, QhullError

__all__ = ["PlainRings", "plain_search"]

_NARROW, _WIDE = 0.45, 2.5  # angstrom: standard deviations of the two Gaussians
_APART = 0.8  # angstrom: an extremum is the highest so far around


class PlainRings(NamedTuple):
    """Rings as the plain search sees them."""

    centres: NDArray[np.float64]
    """Shape (n, 2): row, col in pixels."""
    sizes: NDArray[np.int64]
    """Shape (n,): the neighbours of each."""


def plain_search(image: NDArray[np.float32], sampling: float) -> PlainRings:
    """Take local extrema for ring centres and count their neighbours.

    Both contrasts are tried, and the one with the larger share of sixes is kept.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        Intensities.
    sampling : float
        Angstrom per pixel.

    Returns
    -------
    PlainRings
        Also along the border of the image, where the numbers of neighbours mean nothing.
    """
    values = image.astype(np.float64)
    band = ndimage.gaussian_filter(values, _NARROW / sampling) - ndimage.gaussian_filter(
        values, _WIDE / sampling
    )
    found = [_rings(sign * band, _APART / sampling) for sign in (1, -1)]
    return max(found, key=_share_of_sixes)


def _share_of_sixes(rings: PlainRings) -> float:
    return float(np.mean(rings.sizes == 6)) if len(rings.sizes) else 0.0


def _rings(band: NDArray[np.float64], apart: float) -> PlainRings:
    reach = int(np.ceil(apart))
    disc = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) <= apart
    highest = ndimage.maximum_filter(band, footprint=disc, mode="nearest")
    centres = np.argwhere((band == highest) & (band > 0)).astype(np.float64)
    return PlainRings(centres, _neighbours(centres))


def _neighbours(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Count the Delaunay neighbours of each point."""
    if len(points) < 4:
        return np.zeros(len(points), np.int64)
    try:
        starts, _ = Delaunay(points).vertex_neighbor_vertices
    except QhullError:
        return np.zeros(len(points), np.int64)  # all on a line
    return np.diff(starts).astype(np.int64)
