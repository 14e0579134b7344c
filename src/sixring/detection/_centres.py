"""Ring centres: maxima of the denoised image in the band of the rings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError

from sixring.detection._lookup import interpolated
from sixring.detection._peaks import local_maxima
from sixring.lattice import Canvas, LocalView
from sixring.types import Contrast

__all__ = ["Centres", "find_centres"]

_APART = 1.1  # angstrom: two five-rings side by side are 1.95 apart
_SHALLOW = 0.12  # of the usual depth between two rings
# Nearer than two five-rings, a deeper valley is needed: an eight-ring may show two tops.
_CLOSE, _SHALLOW_CLOSE = 1.75, 0.4  # angstrom; of the usual depth
_DOUBTFUL = 1.0  # noise amplitudes
_FARTHEST = 0.7  # angstrom: half the radius of a six
_FREQUENCY = 0.50  # cycles per angstrom: the middle of the rings' band


@dataclass(frozen=True, eq=False)
class Centres:
    """Candidates for ring centres."""

    positions: NDArray[np.float64]
    """Shape (n, 2): row, col on the canvas."""
    error: NDArray[np.float64]
    """Shape (n,): standard deviation of a coordinate by noise, pixels of the canvas."""


def find_centres(canvas: Canvas, view: LocalView, contrast: Contrast) -> Centres:
    """Find the centres of all rings, whatever their size.

    Two maxima with hardly a valley between them are one large ring; a valley that the noise
    alone may have dug isn't one.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling.
    view : LocalView
        Its local view.
    contrast : {"bright", "dark"}
        Whether atoms are brighter or darker than ring centres.

    Returns
    -------
    Centres
        Positions and their errors.
    """
    step = canvas.sampling
    image = view.rings if contrast == "dark" else -view.rings
    positions, heights = local_maxima(image, _APART / step)
    kept = heights > 0
    positions, heights = positions[kept], heights[kept]
    noise = interpolated(view.noise, positions)
    positions = positions[_separate(image, positions, heights, noise, step)]
    # The gradient of the noise over the curvature of the top is the error of its position, in
    # the direction in which the top is the flattest.
    curvature = np.maximum(_least_curvature(image, positions), 1e-12)
    slope = interpolated(view.noise, positions) * 2 * np.pi * _FREQUENCY * step / np.sqrt(2)
    # A flat top has no bound by that, but stays inside its ring.
    return Centres(positions, np.minimum(slope / curvature, _FARTHEST / step))


def _least_curvature(
    image: NDArray[np.float32], positions: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Smaller curvature of a top, positive where it is one, shape (n,)."""
    rows, cols = np.clip(np.rint(positions).astype(np.intp), 1, np.array(image.shape) - 2).T
    along = 2 * image[rows, cols] - image[rows - 1, cols] - image[rows + 1, cols]
    across = 2 * image[rows, cols] - image[rows, cols - 1] - image[rows, cols + 1]
    mixed = (
        image[rows - 1, cols + 1]
        + image[rows + 1, cols - 1]
        - image[rows - 1, cols - 1]
        - image[rows + 1, cols + 1]
    ) / 4
    least: NDArray[np.float64] = (along + across) / 2 - np.hypot((along - across) / 2, mixed)
    return least


def _separate(
    image: NDArray[np.float32],
    positions: NDArray[np.float64],
    heights: NDArray[np.float64],
    noise: NDArray[np.float64],
    step: float,
) -> NDArray[np.bool_]:
    """Tell which maxima stand by themselves, shape (n,)."""
    kept = np.ones(len(positions), bool)
    if len(positions) < 4:
        return kept
    try:
        triangles = Delaunay(positions).simplices
    except QhullError:
        return kept  # all on a line: nothing to tell apart
    edges = np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    edges = np.unique(edges, axis=0)
    along = np.linspace(0.25, 0.75, 7)[:, None, None]
    path = positions[edges[:, 0]] * (1 - along) + positions[edges[:, 1]] * along
    valley = interpolated(image, path.reshape(-1, 2)).reshape(7, -1).min(axis=0)
    depth = heights[edges].min(axis=1) - valley
    usual = float(np.median(depth))
    length = np.linalg.norm(positions[edges[:, 0]] - positions[edges[:, 1]], axis=1) * step
    least = usual * np.where(length < _CLOSE, _SHALLOW_CLOSE, _SHALLOW)
    shallow = depth < np.maximum(least, _DOUBTFUL * noise[edges].max(axis=1))
    # Where everything is shallow, there is nothing but noise, and the mask says so.
    for a, b in edges[shallow & (depth < 0.6 * usual)]:
        lower = a if heights[a] < heights[b] else b
        if kept[a] and kept[b]:
            kept[lower] = False
    return kept
