"""Outlines of the mask's regions, as polygons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sixring.types import Region

__all__ = ["region_outlines"]

_TOLERANCE_PX = 0.4
_TOLERANCE_SHARE = 1 / 1500


def region_outlines(regions: NDArray[np.uint8], region: Region) -> list[NDArray[np.float64]]:
    """Trace a region of the mask.

    Parameters
    ----------
    regions : ndarray of uint8
        Values of :class:`~sixring.types.Region`, shape (rows, cols).
    region : Region
        Which to trace.

    Returns
    -------
    list of ndarray
        Closed polygons of shape (n, 2), row and col in pixels; those of holes run the other way
        round, so that both rules of filling (even-odd and non-zero) leave them free. Straightened
        by at most 0.4 pixels or 1/1500 of the image, whichever is more.
    """
    inside = regions == region
    if not inside.any():
        return []
    from skimage.measure import approximate_polygon, find_contours

    # A frame of outside closes the outlines that run into the edge of the image.
    framed = np.pad(inside, 1).astype(np.float32)
    tolerance = max(_TOLERANCE_PX, max(regions.shape) * _TOLERANCE_SHARE)
    outlines = [approximate_polygon(line, tolerance) - 1 for line in find_contours(framed, 0.5)]
    # A speck of a pixel or two can be straightened to a line: nothing to fill.
    return [np.asarray(outline, dtype=float) for outline in outlines if len(outline) > 3]
