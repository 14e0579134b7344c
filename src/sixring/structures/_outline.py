"""Irregular closed outlines: of dirt, of holes in a sheet, of a second layer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["Outline", "covered", "draw_outline", "draw_outlines", "grid_over"]

_ROUGHNESS = 0.35
"""Standard deviation of a wave's relative amplitude, times its number of periods a turn."""
_SHORTEST = 12.0
"""No wave of an outline is shorter than this, in angstrom, where it has more than a few."""
_LEAST_RADIUS = 0.1
"""An outline's radius is nowhere less than this share of its mean."""


@dataclass(frozen=True, eq=False)
class Outline:
    """A closed curve whose radius is a sum of waves round its middle."""

    position: tuple[float, float]
    """x, y of its middle in angstrom."""
    radius: float
    """Its mean radius in angstrom."""
    swing: NDArray[np.float64]
    """Relative amplitudes of the radius's waves round the outline, from two a turn on."""
    phase: NDArray[np.float64]
    """Their phases."""

    def covers(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points, shape (..., 2), x and y in angstrom, lie inside."""
        offset = points - np.asarray(self.position)
        reach = self.radius * (1 + np.abs(self.swing).sum())
        inside: NDArray[np.bool_] = np.hypot(offset[..., 0], offset[..., 1]) < reach
        inside[inside] = self.depth(points[inside]) < self.radius
        return inside

    def grown(self, by: float) -> Outline:
        """Return the outline with a mean radius that is larger by so much, in angstrom."""
        return replace(self, radius=max(self.radius + by, 0.0))

    def depth(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean radius at which the outline would go through each point."""
        offset = points - np.asarray(self.position)
        angle = np.arctan2(offset[..., 1], offset[..., 0])
        shape = np.ones(angle.shape)
        for wave, (swing, phase) in enumerate(zip(self.swing, self.phase, strict=True), start=2):
            shape += swing * np.cos(angle * wave + phase)
        depth: NDArray[np.float64] = np.hypot(offset[..., 0], offset[..., 1]) / np.maximum(
            shape, _LEAST_RADIUS
        )
        return depth


def draw_outline(
    position: tuple[float, float], radius: float, rng: np.random.Generator, *, waves: int = 4
) -> Outline:
    """Draw the waves of an outline; with each period halved its amplitude is halved too."""
    periods = np.arange(2, 2 + waves)
    return Outline(
        position,
        radius,
        rng.normal(0.0, _ROUGHNESS / periods),
        rng.uniform(0.0, 2 * np.pi, periods.shape),
    )


def draw_outlines(
    size: tuple[float, float], share: float, radius: float, rng: np.random.Generator
) -> tuple[Outline, ...]:
    """Draw outlines until they cover a share of a rectangle.

    Parameters
    ----------
    size : tuple of float
        Width and height of the rectangle [0, width] x [0, height] in angstrom.
    share : float
        Of its area, 0 to 1.
    radius : float
        Mean of the outlines' radii in angstrom; they vary by 30 % to either side, and the last
        is as small as it has to be. With ``inf`` one outline covers the whole share.
    rng : numpy.random.Generator
        Where everything random comes from.

    Returns
    -------
    tuple of Outline
        The middle of each lies in the rectangle, where none of those before it does.
    """
    points, _ = grid_over(size)
    left = round(share * len(points))
    nominal = min(radius, math.sqrt(share * size[0] * size[1] / math.pi))
    waves = 4 + min(20, int(2 * math.pi * nominal / _SHORTEST) // 2)
    outlines = []
    while left > 0:
        middle = points[rng.integers(len(points))]
        wanted = min(radius * rng.uniform(0.7, 1.3), 2 * math.hypot(*size) / _LEAST_RADIUS)
        outline = draw_outline((float(middle[0]), float(middle[1])), wanted, rng, waves=waves)
        inside = outline.covers(points)
        if inside.sum() > left:
            depth = outline.depth(points)
            outline = replace(outline, radius=float(np.partition(depth, left)[left]))
            inside = outline.covers(points)
        outlines.append(outline)
        points = points[~inside]
        left -= int(inside.sum())
    return tuple(outlines)


def grid_over(size: tuple[float, float]) -> tuple[NDArray[np.float64], float]:
    """Return points that stand evenly over a rectangle, shape (n, 2), and their distance."""
    step = max(1.0, math.sqrt(size[0] * size[1]) / 200)
    x, y = (np.arange(step / 2, length, step) for length in size)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2), step


def covered(outlines: tuple[Outline, ...], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points, shape (n, 2), lie inside any of the outlines."""
    inside = np.zeros(len(points), dtype=bool)
    for outline in outlines:
        inside[~inside] = outline.covers(points[~inside])
    return inside
