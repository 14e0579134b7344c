"""One simulated image of a preset, and everything that it follows from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sixring.simulate._conditions import Conditions
from sixring.simulate._folder import plain
from sixring.simulate._presets import Preset, draw
from sixring.simulate._record import record
from sixring.simulate._simulated import Simulated
from sixring.structures import Plan, grow

__all__ = ["Make", "Sample", "sample"]


@dataclass(frozen=True, eq=False)
class Sample:
    """An image, and what was drawn for it."""

    plan: Plan
    """What the specimen was to be like."""
    conditions: Conditions
    """How it was imaged."""
    simulated: Simulated
    """The image and its truth."""

    def drawn(self) -> dict[str, Any]:
        """Return every parameter as plain data."""
        mode = self.conditions.mode
        return {
            "specimen": plain(asdict(self.plan)),
            "conditions": {"mode": mode, **plain(asdict(self.conditions))},
        }


Make = Callable[[Preset, np.random.Generator], Sample]
"""What makes an image of a preset, such as :func:`sample`."""


def sample(preset: Preset, rng: np.random.Generator) -> Sample:
    """Draw a specimen and conditions, and record the image.

    Parameters
    ----------
    preset : Preset
        What to draw from.
    rng : numpy.random.Generator
        Where everything random comes from.

    Returns
    -------
    Sample
        The image, its truth, and what was drawn.

    Raises
    ------
    UsageError
        If abTEM isn't installed, or the defects that were drawn don't go into the sheet.
    """
    plan, conditions = draw(preset, rng)
    simulated = record(grow(plan, rng), conditions, shape=preset.shape, rng=rng)
    return Sample(plan, conditions, simulated)
