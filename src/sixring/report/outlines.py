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
    from skimage.measure import find_contours

    # A frame of outside closes the outlines that run into the edge of the image.
    framed = np.pad(inside, 1).astype(np.float32)
    tolerance = max(_TOLERANCE_PX, max(regions.shape) * _TOLERANCE_SHARE)
    outlines = [_straightened(line, tolerance) - 1 for line in find_contours(framed, 0.5)]
    # A speck of a pixel or two can be straightened to a line: nothing to fill.
    return [outline for outline in outlines if len(outline) > 3]


def _straightened(line: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """Leave out the points of a line that lie no farther from what is left than the tolerance.

    Douglas and Peucker 1973, Cartographica 10, 112. scikit-image has it too, but beside it loads
    half of SciPy, which would take a fifth of the time of a small image.
    """
    kept = np.zeros(len(line), bool)
    kept[[0, -1]] = True
    open_ends = [(0, len(line) - 1)]
    while open_ends:
        start, end = open_ends.pop()
        if end - start < 2:
            continue
        distance = _from_segment(line[start + 1 : end], line[start], line[end])
        farthest = int(distance.argmax())
        if distance[farthest] > tolerance:
            middle = start + 1 + farthest
            kept[middle] = True
            open_ends += [(start, middle), (middle, end)]
    return line[kept]


def _from_segment(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the distance of points from the straight line between two others, or from its ends."""
    along = end - start
    length2 = float(along @ along)
    if length2 == 0:  # a closed outline begins where it ends
        return np.asarray(np.linalg.norm(points - start, axis=1))
    share = np.clip((points - start) @ along / length2, 0, 1)
    return np.asarray(np.linalg.norm(points - start - share[:, None] * along, axis=1))
