"""The score map: where a defect is likelier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["score_map"]

_WIDTH = 1.0  # angstrom: a ring's influence falls off with this standard deviation
_REACH = 3.0  # standard deviations


def score_map(
    shape: tuple[int, int],
    positions: NDArray[np.float64],
    scores: NDArray[np.float64],
    step: float,
) -> NDArray[np.float32]:
    """Draw scored positions as Gaussians and take the highest at each pixel.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    positions : ndarray of float64, shape (n, 2)
        Row, col in pixels.
    scores : ndarray of float64, shape (n,)
        Height of each, 0 to 1.
    step : float
        Angstrom per pixel.

    Returns
    -------
    ndarray of float32, shape (rows, cols)
        0 where nothing is near.
    """
    width = max(_WIDTH / step, 0.5)
    reach = int(np.ceil(_REACH * width))
    nearest = np.rint(positions).astype(np.intp)
    seen = ((nearest >= -reach) & (nearest < np.array(shape) + reach)).all(axis=1)
    positions, nearest, scores = positions[seen], nearest[seen], scores[seen]
    # A Gaussian is the product of one along the rows and one along the columns.
    pixels = nearest[:, :, None] + np.arange(-reach, reach + 1)
    bumps = np.exp(-((pixels - positions[:, :, None]) ** 2) / (2 * width**2)).astype(np.float32)
    bumps[:, 0] *= scores[:, None]
    # A margin, so that those at the edge need no clipping.
    margin = 2 * reach
    score = np.zeros((shape[0] + 2 * margin, shape[1] + 2 * margin), np.float32)
    corners = (nearest + margin - reach).tolist()
    side = 2 * reach + 1
    for (top, left), (down, across) in zip(corners, bumps, strict=True):
        part = score[top : top + side, left : left + side]
        np.maximum(part, down[:, None] * across, out=part)
    return np.ascontiguousarray(score[margin:-margin, margin:-margin])
