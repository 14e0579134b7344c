"""Costs of the simulator, each measured in a fresh process."""

from __future__ import annotations

import json
from dataclasses import dataclass

from benchmarks.speed._measure import run_python

__all__ = ["IMAGES", "STREAMS", "ImageCost", "StreamCost", "measure_image", "measure_stream"]

STREAMS = (("challenge", 20.0), ("challenge", 1.0), ("stem", 20.0), ("stem", 1.0))
"""Presets, and perfect patches for each defect patch; the first of each preset is the default."""
IMAGES = ("challenge", "stem")
"""Presets, of which large images are made."""


@dataclass(frozen=True)
class StreamCost:
    """What a stream of patches gave, with two workers, once structures and profiles were there."""

    preset: str
    ratio: float
    """Perfect patches for each defect patch."""
    micrographs: float
    """Of 512 x 512 pixels, a second."""
    patches: float
    """A second."""
    busy: float
    """Seconds of processor time for each second from the start to the end of the stream."""


@dataclass(frozen=True)
class ImageCost:
    """What a micrograph of 1024 x 1024 pixels with 30 defects cost."""

    preset: str
    first: float
    """Seconds from the first import until the image and its truth are there."""
    next: float
    """Seconds for another in the same process."""
    peak: float
    """Most memory, in MB."""


def measure_stream(preset: str, ratio: float) -> StreamCost:
    """Stream patches with two workers, for a while.

    Parameters
    ----------
    preset : str
        What is drawn.
    ratio : float
        Perfect patches for each defect patch.

    Returns
    -------
    StreamCost
        Of a fresh process and its workers.
    """
    answer = run_python("-m", "benchmarks.speed._simulation_task", "stream", preset, str(ratio))
    return StreamCost(preset, ratio, **json.loads(answer))


def measure_image(preset: str) -> ImageCost:
    """Make two large micrographs.

    Parameters
    ----------
    preset : str
        What is drawn, but for the size and the number of defects.

    Returns
    -------
    ImageCost
        Of a fresh process.
    """
    answer = run_python("-m", "benchmarks.speed._simulation_task", "image", preset)
    return ImageCost(preset, **json.loads(answer))
