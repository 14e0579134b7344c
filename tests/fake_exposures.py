"""Images of small specimens that need no microscope: noise, and a dark spot at every defect.

The functions are at the top of a module, so that worker processes find them too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from quick_samples import PRESET, quick_sample
from sixring.simulate import Simulated
from training._sources import Source

__all__ = ["spotted"]

_WIDTH = 5.0
_DEPTH = 40.0


def spotted(source: Source, number: int, rng: np.random.Generator) -> list[Simulated]:
    """Return images of one specimen in which its defects are plain to see."""
    made = quick_sample(PRESET, rng).simulated
    rows, cols = np.indices(made.image.shape)
    dip = np.zeros(made.image.shape)
    for defect in made.defects:
        square = (rows - defect.position[0]) ** 2 + (cols - defect.position[1]) ** 2
        dip += _DEPTH * np.exp(-square / (2 * _WIDTH**2))
    return [
        replace(made, image=rng.poisson(np.maximum(100 - dip, 1)).astype(np.float32))
        for _ in range(number)
    ]
