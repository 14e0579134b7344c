"""What a detection may cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.speed._measure import Cost

__all__ = ["Limit", "check_limits"]

_PIXELS = 2048
_SECONDS = 15.0
_PEAK = 1500.0  # MB
_IMPORT = 0.5  # seconds
_DEARER = 1.25  # a pixel of a larger image over one of the next smaller: caches, and chance


@dataclass(frozen=True)
class Limit:
    """A limit and what was measured."""

    what: str
    measured: float
    limit: float
    unit: str

    @property
    def kept(self) -> bool:
        """Whether the measured value is within the limit."""
        return self.measured <= self.limit


def check_limits(costs: Sequence[Cost], import_seconds: float) -> list[Limit]:
    """Hold what was measured against what is promised.

    Parameters
    ----------
    costs : sequence of Cost
        One for each size.
    import_seconds : float
        Of ``import sixring``.

    Returns
    -------
    list of Limit
        Those of 2048 x 2048 only where that was measured, that of growth for each size and the
        next larger.
    """
    limits = [Limit("`import sixring`", import_seconds, _IMPORT, "s")]
    for cost in costs:
        if cost.pixels == _PIXELS:
            size = f"{_PIXELS} x {_PIXELS}, results written"
            limits.append(Limit(f"{size}: time", cost.seconds, _SECONDS, "s"))
            limits.append(Limit(f"{size}: peak memory", cost.peak, _PEAK, "MB"))
    ordered = sorted(costs, key=lambda cost: cost.pixels)
    for small, large in pairwise(ordered):
        growth = large.seconds / small.seconds / (large.megapixels / small.megapixels)
        what = f"time from {small.pixels} to {large.pixels} pixels a side, over the area's growth"
        limits.append(Limit(what, growth, _DEARER, "times"))
    return limits
