"""Patches brought to another size of the pixels."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError

__all__ = ["rescaled"]


def rescaled(images: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Interpolate patches on pixels of another size.

    Parameters
    ----------
    images : ndarray, shape (n, rows, cols)
        Patches, at least one, finite.
    factor : float
        New pixels for each old one along a side. Below 1 the patches are smoothed before, so
        that what the new pixels can't hold isn't folded back.

    Returns
    -------
    ndarray of float32
        Shape (n, rows * factor, cols * factor), rounded; each shows the same field.

    Raises
    ------
    UsageError
        If the factor isn't a positive number, or leaves less than a pixel.
    """
    from skimage.transform import resize

    if not (math.isfinite(factor) and factor > 0):
        raise UsageError(f"the factor must be a positive number, not {factor:g}")
    shape = tuple(round(side * factor) for side in images.shape[1:])
    if min(shape) < 1:
        raise UsageError(
            f"patches of {images.shape[1]}x{images.shape[2]} pixels times {factor:g} leave nothing"
        )
    # In the range 0 to 1, so that huge offsets don't drown what is interpolated.
    low, high = float(images.min()), float(images.max())
    span = (high - low) or 1.0
    scaled = (images.astype(np.float64) - low) / span
    new = resize(
        scaled, (len(images), *shape), order=3, mode="reflect", anti_aliasing=factor < 1, clip=False
    )
    resized: NDArray[np.float32] = (low + span * new).astype(np.float32)
    return resized
