"""Atoms that scatter much more than their neighbours: dopants."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree
from scipy.special import ndtr

from sixring.detection._lookup import interpolated
from sixring.detection._peaks import local_maxima
from sixring.lattice import Canvas
from sixring.types import Contrast, Mode

__all__ = ["ForeignAtoms", "calm", "find_foreign_atoms"]

# A difference of Gaussians that an atom fills: about its own width in a good microscope, less
# the surroundings. Angstrom.
_ATOM, _SURROUNDINGS = 0.45, 2.0
_SHARP = 0.2  # angstrom: standard deviation of a sharper look
# Times that a peak may be higher in it; a Gaussian atom of 0.3 angstrom grows 2.3-fold, a point
# of one pixel 4-fold and more.
_NARROW = 3.0
_APART = 1.0  # angstrom: least distance of two atoms
# A peak is foreign where it is so many times as high as the median peak, and so many robust
# standard deviations above it. On low doses the noise sets the second, on high ones the first
# keeps ordinary variation of carbon out.
_TIMES, _DEVIATIONS = 1.6, 6.5
# Above their surroundings, nitrogen stands 1.8 to 2.4 times as high as carbon in simulated dark
# fields, silicon 12 to 13; in real ones silicon has 11.6 and more.
_NITROGEN = 5.0
_CROWD = 5  # as many bright peaks within the radius below are contamination, not dopants
_CROWD_RADIUS = 8.0  # angstrom
_WIDTHS = np.linspace(0.35, 1.25, 10)  # angstrom: standard deviations tried for a foreign atom
_FIT = 1.8  # angstrom: radius of the fit


@dataclass(frozen=True, eq=False)
class ForeignAtoms:
    """Atoms that aren't carbon."""

    positions: NDArray[np.float64]
    """Shape (n, 2): row, col on the canvas."""
    contrast: NDArray[np.float64]
    """Shape (n,): height of each over the median of all atoms."""
    probability: NDArray[np.float64]
    """Shape (n,): that the height is beyond the threshold and not there by the spread of the
    others."""
    elements: tuple[str, ...]
    """n chemical symbols: what the height makes of it."""


def find_foreign_atoms(canvas: Canvas, contrast: Contrast, mode: Mode) -> ForeignAtoms:
    """Find atoms by their intensity against all others.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling.
    contrast : {"bright", "dark"}
        Whether atoms are brighter or darker than their surroundings.
    mode : {"hrtem", "stem"}
        In a dark field nitrogen and silicon differ in height; in HRTEM nitrogen isn't seen.

    Returns
    -------
    ForeignAtoms
        None of them where bright peaks crowd, as they do in contamination.
    """
    step = canvas.sampling
    image = canvas.image if contrast == "bright" else -canvas.image
    atoms = ndimage.gaussian_filter(image, _ATOM / step)
    blurred = ndimage.gaussian_filter(image, _SURROUNDINGS / step)
    atoms -= blurred
    positions, heights = local_maxima(atoms, _APART / step)
    median = float(np.median(heights)) if len(heights) else 0.0
    spread = 1.4826 * float(np.median(np.abs(heights - median))) if len(heights) else 0.0
    threshold = max(_TIMES * median, median + _DEVIATIONS * spread)
    high = heights > threshold
    # A hot pixel, or a few electrons by chance, is narrower than any atom: looked at sharply it
    # grows more than an atom does.
    sharp = ndimage.gaussian_filter(image, _SHARP / step) - blurred
    high &= interpolated(sharp, positions) < _NARROW * heights
    # Not only what passes counts towards a crowd: contamination has peaks of every height.
    raised = positions[heights > median + 0.5 * (threshold - median)]
    if high.any():
        crowd = cKDTree(raised).query_ball_point(
            positions[high], _CROWD_RADIUS / step, return_length=True
        )
        high[np.flatnonzero(high)[crowd >= _CROWD]] = False
    times = heights[high] / max(median, 1e-12)
    return ForeignAtoms(
        positions=positions[high],
        contrast=times,
        probability=ndtr((heights[high] - threshold) / max(spread, 1e-12)),
        elements=tuple("N" if mode == "stem" and k < _NITROGEN else "Si" for k in times),
    )


def calm(canvas: Canvas, foreign: ForeignAtoms, contrast: Contrast) -> Canvas:
    """Bring foreign atoms down to the height of carbon.

    Their rings and their neighbours are then found like any others, and what they scatter isn't
    taken for contamination.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling.
    foreign : ForeignAtoms
        The atoms to lower.
    contrast : {"bright", "dark"}
        Whether atoms are brighter or darker than their surroundings.

    Returns
    -------
    Canvas
        With a Gaussian taken off at each of the atoms, fitted to it.
    """
    if len(foreign.positions) == 0:
        return canvas
    image = canvas.image.copy() if contrast == "bright" else -canvas.image
    for k in np.argsort(-foreign.contrast):
        _lower(image, foreign.positions[k], float(foreign.contrast[k]), canvas.sampling)
    return replace(canvas, image=image if contrast == "bright" else -image)


def _lower(
    image: NDArray[np.float32], position: NDArray[np.float64], contrast: float, step: float
) -> None:
    """Take the excess of one atom off an image in place."""
    reach = int(np.ceil(4 * _WIDTHS[-1] / step))
    low = np.maximum(np.rint(position).astype(np.intp) - reach, 0)
    high = np.minimum(np.rint(position).astype(np.intp) + reach + 1, image.shape)
    part = image[low[0] : high[0], low[1] : high[1]]
    rows, cols = np.ogrid[low[0] : high[0], low[1] : high[1]]
    squared = ((rows - position[0]) ** 2 + (cols - position[1]) ** 2) * step**2
    near = squared < _FIT**2
    best_error, best = np.inf, np.zeros_like(part)
    for width in _WIDTHS:
        bump = np.exp(-squared / (2 * width**2)).astype(np.float32)
        design = np.stack([bump[near], np.ones(int(near.sum()), np.float32)], axis=1)
        solution, residual, *_ = np.linalg.lstsq(design, part[near], rcond=None)
        error = float(residual[0]) if len(residual) else 0.0
        if error < best_error and solution[0] > 0:
            best_error, best = error, solution[0] * bump
    part -= (1 - 1 / contrast) * best
