"""Images of lattices with known answers, for the tests of the lattice and of what uses it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.lattice import GRAPHENE, Canvas, LocalView, find_lattice, find_mask, look, prepare
from sixring.types import Contrast, Grain, Lattice, Mask, Micrograph, Mode, Region

__all__ = [
    "Analysis",
    "analyse",
    "apart",
    "as_micrograph",
    "covered",
    "honeycomb",
    "noisy",
    "overlap",
    "reflections",
    "zigzag",
]


class Analysis(NamedTuple):
    """Everything that the lattice room says about a micrograph."""

    lattice: Lattice
    canvas: Canvas
    view: LocalView
    mask: Mask


def analyse(micrograph: Micrograph) -> Analysis:
    """Go through the stages of the lattice room in their order."""
    lattice = find_lattice(micrograph)
    canvas = prepare(micrograph.image, lattice.sampling_from_lattice)
    view = look(canvas)
    return Analysis(lattice, canvas, view, find_mask(canvas, view, lattice))


def as_micrograph(
    image: NDArray[np.floating], sampling: float | None = None, mode: Mode | None = None
) -> Micrograph:
    return Micrograph(image.astype(np.float32), sampling, mode)


def reflections(
    sampling: float, orientation: float, deformation: ArrayLike = ((1, 0), (0, 1))
) -> NDArray[np.float64]:
    """First-order reflections in cycles per pixel, upright on the zigzag rows; shape (3, 2)."""
    angle = np.deg2rad(orientation + 90) + 2 * np.pi / 3 * np.arange(3)
    ideal = np.stack([np.sin(angle), np.cos(angle)], axis=1) * 2 / (np.sqrt(3) * GRAPHENE)
    # A crystal stretched by F has reciprocal vectors g F^-1, so that g . x stays what it was.
    turned: NDArray[np.float64] = ideal @ np.linalg.inv(np.asarray(deformation, float)) * sampling
    return turned


def honeycomb(
    shape: tuple[int, int],
    sampling: float,
    *,
    orientation: float = 0.0,
    deformation: ArrayLike = ((1, 0), (0, 1)),
    centre: tuple[float, float] = (0.0, 0.0),
    contrast: Contrast = "dark",
) -> NDArray[np.float64]:
    """Three waves: graphene of which only the first order is seen, a ring's centre at `centre`.

    The largest value is 3 with dark atoms and the least is -3 with bright ones.
    """
    rows, cols = np.indices(shape) - np.reshape(centre, (2, 1, 1))
    waves = reflections(sampling, orientation, deformation)
    image: NDArray[np.float64] = sum(
        (np.cos(2 * np.pi * (g[0] * rows + g[1] * cols)) for g in waves), np.zeros(shape)
    )
    return image if contrast == "dark" else -image


def noisy(image: NDArray[np.float64], deviation: float, seed: int = 0) -> NDArray[np.float64]:
    """Add white noise."""
    return image + np.random.default_rng(seed).normal(0.0, deviation, image.shape)


def zigzag(grain: Grain) -> float:
    """Direction of a grain's zigzag rows, degrees in [0, 60)."""
    row, col = grain.reciprocal.T
    return float(np.rad2deg(np.angle((np.exp(6j * np.arctan2(row, col))).sum()) / 6) + 90) % 60


def apart(one: float, other: float) -> float:
    """Angle between two directions that repeat every 60 degrees."""
    return abs((one - other + 30) % 60 - 30)


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Intersection over union; 1 where both are empty."""
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 1.0


def covered(mask: Mask, *regions: Region) -> NDArray[np.bool_]:
    """Where the mask is one of these regions."""
    inside: NDArray[np.bool_] = np.isin(mask.regions, regions)
    return inside
