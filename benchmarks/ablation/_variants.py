"""What is left out, or made otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sixring.simulate import Distribution, Simulated
from training._expose import Expose, exposures
from training._sources import Source
from training.detector._plan import Plan, Weighing

__all__ = ["VARIANTS", "Variant", "unspoilt"]

_CAMERA: dict[str, Distribution] = {
    "mtf": 1.0,
    "offset": 0.0,
    "read_noise": 0.0,
    "dead": 0.0,
    "hot": 0.0,
}
_SCAN: dict[str, Distribution] = {
    "background": 0.0,
    "jitter": 0.0,
    "flyback": 0.0,
    "drift_row": 0.0,
    "drift_col": 0.0,
    "offset": 0.0,
    "read_noise": 0.0,
}


def unspoilt(source: Source, number: int, rng: np.random.Generator) -> list[Simulated]:
    """Image a specimen with counting noise alone: no camera's, no errors of the scan."""
    hrtem = source.preset.mode == "hrtem"
    preset = (
        source.preset.changed(camera=_CAMERA) if hrtem else source.preset.changed(conditions=_SCAN)
    )
    return exposures(replace(source, preset=preset), number, rng)


@dataclass(frozen=True)
class Variant:
    """One way to train."""

    name: str
    """Of its folder."""
    told: str
    """In the table."""
    weighing: Weighing = field(default_factory=Weighing)
    """What counts how much in the loss."""
    channels: tuple[int, ...] | None = None
    """Of the network, where it has others."""
    blocks: tuple[int, ...] | None = None
    """The same."""
    expose: Expose = exposures
    """What makes its images."""

    def plan(self, base: Plan) -> Plan:
        """Return the plan, changed as this variant wants it."""
        return replace(
            base,
            weighing=self.weighing,
            channels=self.channels or base.channels,
            blocks=self.blocks or base.blocks,
        )


VARIANTS = (
    Variant("whole", "as shipped, but for the length of the training"),
    Variant("rings", "rings alone: no heads for atoms and areas", Weighing(shares=(1, 1, 0, 0, 0))),
    Variant("no-area", "no head for areas", Weighing(shares=(1, 1, 1, 1, 0))),
    Variant("no-rarity", "rings other than six, and silicon, count like all", Weighing(rare=1.0)),
    Variant("no-dose", "images of few electrons count like all", Weighing(least=1.0)),
    Variant("half", "half as many channels", channels=(16, 24, 32)),
    Variant("near", "sees half as far", blocks=(1, 1, 1)),
    Variant(
        "counting",
        "learns from counting noise alone: no camera, no errors of the scan",
        expose=unspoilt,
    ),
)
"""The first is what all others are compared with."""
