"""Intensities without a unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["standardised"]


def standardised(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale to mean 0 and standard deviation 1, so that squares fit float32 whatever the unit.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        Finite intensities.

    Returns
    -------
    ndarray of float32, shape (rows, cols)
        Zero everywhere, where the image is constant.
    """
    values = image.astype(np.float64)
    values -= values.mean()
    spread = values.std()
    if spread > 0:
        values /= spread
    scaled: NDArray[np.float32] = values.astype(np.float32)
    return scaled
