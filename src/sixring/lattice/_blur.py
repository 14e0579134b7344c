"""Averaging over wide neighbourhoods at a cost that doesn't grow with their width."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

__all__ = ["blur"]


def blur(image: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """Convolve an image with a Gaussian.

    The cosine transform continues an image by its reflection, so that this is
    :func:`scipy.ndimage.gaussian_filter`, the tails of the Gaussian included. A blurred image
    may be less than the least of the image by rounding.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        Any intensities.
    width : float
        Standard deviation of the Gaussian in pixels.

    Returns
    -------
    ndarray of float32, shape (rows, cols)
        The average round each pixel.
    """
    down, across = (
        np.exp(-0.5 * (np.pi * width * np.arange(n) / n) ** 2).astype(np.float32)
        for n in image.shape
    )
    spectrum = fft.dctn(image, workers=-1)
    spectrum *= down[:, None]
    spectrum *= across
    blurred: NDArray[np.float32] = fft.idctn(spectrum, overwrite_x=True, workers=-1)
    return blurred
