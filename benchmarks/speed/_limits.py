"""What detection and simulation may cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.speed._measure import Cost
from benchmarks.speed._simulation import ImageCost, StreamCost

__all__ = ["Limit", "check_detection", "check_simulation"]

# By pixels a side, with results written: seconds, MB.
_WRITTEN = {512: (2.0, 1500.0), 2048: (15.0, 1500.0), 4096: (40.0, 2000.0)}
_IMPORT = 0.5  # seconds
_PATCHES = {"challenge": 300.0, "stem": 1000.0}  # a second
_BUSY = 1.8  # of two cores
_IMAGE_SECONDS, _IMAGE_PEAK = 15.0, 2000.0  # MB
_DEARER = 1.25  # a pixel of a larger image over one of the next smaller: caches, and chance


@dataclass(frozen=True)
class Limit:
    """A limit and what was measured."""

    what: str
    measured: float
    limit: float
    unit: str
    least: bool = False
    """Whether the limit is the least allowed, not the most."""

    @property
    def kept(self) -> bool:
        """Whether the measured value is within the limit."""
        return self.measured >= self.limit if self.least else self.measured <= self.limit


def check_detection(costs: Sequence[Cost], import_seconds: float) -> list[Limit]:
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
        Those of 512, 2048 and 4096 pixels a side only where that was measured, that of growth for
        each size and the next larger.
    """
    limits = [Limit("`import sixring`", import_seconds, _IMPORT, "s")]
    for cost in costs:
        if cost.pixels in _WRITTEN:
            seconds, peak = _WRITTEN[cost.pixels]
            size = f"{cost.pixels} x {cost.pixels}, results written"
            limits.append(Limit(f"{size}: time", cost.seconds, seconds, "s"))
            limits.append(Limit(f"{size}: peak memory", cost.peak, peak, "MB"))
    ordered = sorted(costs, key=lambda cost: cost.pixels)
    for small, large in pairwise(ordered):
        growth = large.seconds / small.seconds / (large.megapixels / small.megapixels)
        what = f"time from {small.pixels} to {large.pixels} pixels a side, over the area's growth"
        limits.append(Limit(what, growth, _DEARER, "times"))
    return limits


def check_simulation(streams: Sequence[StreamCost], images: Sequence[ImageCost]) -> list[Limit]:
    """Hold what the simulator cost against what is promised.

    Parameters
    ----------
    streams : sequence of StreamCost
        Of each preset the first is held against the limits.
    images : sequence of ImageCost
        One for each preset.

    Returns
    -------
    list of Limit
        Of the presets for which something is promised.
    """
    limits = []
    first = {stream.preset: stream for stream in reversed(streams)}
    for preset, least in _PATCHES.items():
        if preset in first:
            stream = first[preset]
            limits.append(
                Limit(f"stream of {preset}: patches", stream.patches, least, "/s", least=True)
            )
            limits.append(
                Limit(f"stream of {preset}: cores busy", stream.busy, _BUSY, "", least=True)
            )
    for image in images:
        name = f"micrograph of {image.preset}"
        limits.append(Limit(f"{name}: time of the first", image.first, _IMAGE_SECONDS, "s"))
        limits.append(Limit(f"{name}: peak memory", image.peak, _IMAGE_PEAK, "MB"))
    return limits
