"""The image at a sampling that the local analysis works well at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["Canvas", "prepare", "resample"]

# Angstrom per pixel. Coarser, and a ring is too few pixels wide to be located; finer, and the
# work grows with nothing to see: graphene has no detail below half an angstrom.
_FINEST = 0.20
_COARSEST = 0.35


@dataclass(frozen=True, eq=False)
class Canvas:
    """An image resampled to a working sampling."""

    image: NDArray[np.float32]
    """Shape (rows, cols) of the canvas."""
    sampling: float
    """Angstrom per pixel of the canvas."""
    zoom: float
    """Pixels of the canvas per pixel of the micrograph."""
    shape: tuple[int, int]
    """Shape of the micrograph."""

    def to_micrograph(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Convert positions (row, col) on the canvas to pixels of the micrograph."""
        return (positions + 0.5) / self.zoom - 0.5

    def from_micrograph(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Convert positions (row, col) in pixels of the micrograph to the canvas."""
        return (positions + 0.5) * self.zoom - 0.5


def prepare(image: NDArray[np.float32], sampling: float) -> Canvas:
    """Resample a micrograph to between 0.20 and 0.35 angstrom per pixel.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        The micrograph.
    sampling : float
        Its sampling in angstrom per pixel.

    Returns
    -------
    Canvas
        With mean 0 and standard deviation 1; not changed otherwise, where its sampling lies in
        that range already.
    """
    working = float(np.clip(sampling, _FINEST, _COARSEST))
    return resample((image - image.mean()) / image.std(), sampling, working)


def resample(image: NDArray[np.float32], sampling: float, working: float) -> Canvas:
    """Resample an image to a sampling, smoothed where that is coarser.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        Any intensities.
    sampling : float
        Its sampling in angstrom per pixel.
    working : float
        That of the canvas, but for what a whole number of pixels makes of it.

    Returns
    -------
    Canvas
        The image itself where the two are equal.
    """
    zoom = sampling / working
    values = image
    if zoom < 1:
        values = ndimage.gaussian_filter(values, 0.4 / zoom)
    if zoom != 1:
        rows, cols = (max(1, round(n * zoom)) for n in image.shape)
        zoom = float(np.sqrt(rows / image.shape[0] * cols / image.shape[1]))
        working = sampling / zoom
        spline = ndimage.spline_filter(values, order=3, mode="reflect", output=np.float32)
        values = ndimage.affine_transform(
            spline,
            np.full(2, 1 / zoom),
            0.5 / zoom - 0.5,
            output_shape=(rows, cols),
            order=3,
            mode="reflect",
            prefilter=False,
            output=np.float32,
        )
    return Canvas(values.astype(np.float32), working, zoom, (image.shape[0], image.shape[1]))
