"""Small images moved by parts of a pixel, and laid into others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

__all__ = ["laid"]


def laid(
    image: NDArray[np.float64], shift: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Move an image that fades towards its border, and cut it about the same middle.

    Parameters
    ----------
    image : ndarray, shape (rows, cols)
        An even number of each; without frequencies that its pixels can't hold.
    shift : ndarray, shape (2,)
        Rows and columns by which it moves.
    shape : tuple of int
        Of what is returned, an even number of rows and columns.

    Returns
    -------
    ndarray, shape `shape`
        Zero where the image doesn't reach.
    """
    whole = np.rint(shift).astype(np.int64)
    rows, cols = image.shape
    part = shift - whole
    phase = fft.fftfreq(rows)[:, None] * part[0] + fft.rfftfreq(cols)[None, :] * part[1]
    moved = fft.irfft2(fft.rfft2(image) * np.exp(-2j * np.pi * phase), s=image.shape)
    out = np.zeros(shape)
    # Where the image's first pixel comes to lie in what is returned.
    corner = (np.array(shape) - image.shape) // 2 + whole
    start = np.maximum(corner, 0)
    stop = np.minimum(corner + image.shape, shape)
    if (start < stop).all():
        inner = tuple(slice(a, b) for a, b in zip(start, stop, strict=True))
        outer = tuple(slice(a, b) for a, b in zip(start - corner, stop - corner, strict=True))
        out[inner] = moved[outer]
    return out
