"""Local maxima of an image, to a fraction of a pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["local_maxima"]


def local_maxima(
    image: NDArray[np.float32], apart: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find the local maxima of a smooth image.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        A band-limited image.
    apart : float
        Radius in pixels within which a maximum is the highest.

    Returns
    -------
    positions : ndarray of float64, shape (n, 2)
        Row, col; a parabola through three pixels a side gives the fraction. Pixels of the
        image's edge aren't maxima.
    heights : ndarray of float64, shape (n,)
        Values of the image there.
    """
    reach = int(np.ceil(apart))
    disc = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) <= apart
    # Only the few pixels that no neighbour exceeds are held against all of the disc.
    inner = image[1:-1, 1:-1]
    high = (inner >= image[:-2, 1:-1]) & (inner >= image[2:, 1:-1])
    high &= (inner >= image[1:-1, :-2]) & (inner >= image[1:-1, 2:])
    rows, cols = np.argwhere(high).T + 1
    for down, across in np.argwhere(disc) - reach:
        beside = image[
            np.clip(rows + down, 0, image.shape[0] - 1),
            np.clip(cols + across, 0, image.shape[1] - 1),
        ]
        stands = image[rows, cols] >= beside
        rows, cols = rows[stands], cols[stands]
    middle = image[rows, cols]
    found = np.stack([rows, cols], axis=1).astype(np.float64)
    for axis, (before, after) in enumerate(
        (
            (image[rows - 1, cols], image[rows + 1, cols]),
            (image[rows, cols - 1], image[rows, cols + 1]),
        )
    ):
        curvature = before - 2 * middle + after
        flat = curvature >= 0
        shift = 0.5 * (before - after) / np.where(flat, 1, curvature)
        found[:, axis] += np.where(flat, 0, np.clip(shift, -0.5, 0.5))
    return found, middle.astype(np.float64)
