"""The middle of what a preset draws from: one microscope that stands for all of them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from sixring.simulate import HRTEM, STEM, Camera, Conditions, Distribution, Preset

__all__ = ["central_conditions", "undistorted"]

Built = TypeVar("Built")


def central_conditions(preset: Preset, sampling: float) -> Conditions:
    """Return the conditions in the middle of a preset's.

    Parameters
    ----------
    preset : Preset
        What conditions are drawn from.
    sampling : float
        Angstrom per pixel, instead of the preset's.

    Returns
    -------
    HRTEM or STEM
        Means of what is drawn evenly, geometric means of what is drawn evenly in its logarithm,
        and the middle one of several choices, the lower one of two. The dose is 1 electron per
        angstrom^2. A scan isn't distorted: where its rows are displaced at random, there is no
        one image without noise.

    Raises
    ------
    UsageError
        If the sampling can't be.
    """
    values = {**_middles(preset.conditions), "sampling": sampling, "dose": 1.0}
    if preset.mode == "hrtem":
        return _build(HRTEM, {**values, "camera": _build(Camera, _middles(preset.camera))})
    return undistorted(_build(STEM, values))


def undistorted(conditions: Conditions) -> Conditions:
    """Return conditions under which a scan takes every pixel where it should."""
    if isinstance(conditions, HRTEM):
        return conditions
    return replace(conditions, jitter=0.0, flyback=0.0, drift_row=0.0, drift_col=0.0)


def _build(kind: type[Built], values: Mapping[str, object]) -> Built:
    return kind(**values)


def _middles(part: Mapping[str, Distribution]) -> dict[str, float | int | None]:
    return {name: _middle(distribution) for name, distribution in part.items()}


def _middle(distribution: Distribution) -> float | int | None:
    match distribution:
        case {"uniform": [int() | float() as low, int() | float() as high]}:
            return (low + high) / 2
        case {"log-uniform": [int() | float() as low, int() | float() as high]}:
            return math.sqrt(low * high)
        case {"choice": choices}:
            # "none" is no number, and has no place in their order: it counts where it is alone.
            middles = [middle for middle in map(_middle, choices) if middle is not None]
            return statistics.median_low(middles) if middles else None
        case int() | float():
            return distribution
        case "none":
            return None
    raise AssertionError(f"a preset has checked its distributions: {distribution}")
