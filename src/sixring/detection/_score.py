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
    score = np.zeros(shape, np.float32)
    width = max(_WIDTH / step, 0.5)
    reach = int(np.ceil(_REACH * width))
    for (row, col), height in zip(positions, scores, strict=True):
        top, left = max(0, round(row) - reach), max(0, round(col) - reach)
        part = score[top : max(0, round(row) + reach + 1), left : max(0, round(col) + reach + 1)]
        rows, cols = np.ogrid[top : top + part.shape[0], left : left + part.shape[1]]
        bump = height * np.exp(-((rows - row) ** 2 + (cols - col) ** 2) / (2 * width**2))
        np.maximum(part, bump, out=part)
    return score
