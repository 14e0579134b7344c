"""Whether patches have a sampling that a model knows."""

from __future__ import annotations

__all__ = ["is_known"]

_TOLERANCE = 0.05
"""How far, as a share, a sampling may lie beside what the model has learned from: augmentation
scales by as much."""


def is_known(sampling: float, learned: tuple[float, float]) -> bool:
    """Tell whether a sampling lies among those that a model has learned from, least and largest."""
    low, high = learned
    return low * (1 - _TOLERANCE) <= sampling <= high * (1 + _TOLERANCE)
