"""Everything that the detector follows from, but the code and the sources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["FULL", "SMALL", "Plan", "Weighing"]

_ENTROPY = 6_022_140
"""Of all random numbers, with the plan's seed: no other use is made of it."""


@dataclass(frozen=True)
class Weighing:
    """What counts how much in the loss."""

    rare: float = 10.0
    """A cell of a ring other than six, or of silicon, counts so often, and its offset. The
    network's log odds of these are too large by the logarithm of it, which whoever reads
    probabilities takes off."""
    least: float = 0.2
    """A crop of so few electrons that no detector can learn from it counts so much."""
    shares: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0, 0.5)
    """Of the heads in the sum, in their order."""


@dataclass(frozen=True)
class Plan:
    """How much is learned from, and how."""

    pieces: int
    """Pieces of the stream; a checkpoint is written after each."""
    specimens: int
    """Specimens of a piece."""
    watched: int
    """Specimens of the set on which the training is watched."""
    watch_every: int
    """Pieces after which it is watched."""
    calibrated: int
    """Specimens on which the probabilities are calibrated."""
    exposures: int = 5
    """Images of each specimen, under different conditions."""
    crops: int = 6
    """Crops of each image."""
    side: int = 192
    """Rows and columns of a crop, in pixels of 0.2 angstrom: about twice what the network looks
    to either side, so that few of its cells are near a border."""
    near_defects: float = 0.6
    """Share of the crops that are drawn round a defect."""
    batch: int = 8
    """Crops in a step."""
    learning_rate: float = 2e-3
    """Step width of AdamW, where it is largest."""
    weight_decay: float = 0.01
    """Pull of the weights to zero."""
    warm_up: float = 0.02
    """Share of the pieces in which the step width grows; then it falls along half a cosine."""
    window: int = 4
    """So many pieces, the latest ones, are learned from together: each crop as often, turned and
    mirrored in other ways."""
    bfloat16: bool = True
    """Whether the network multiplies numbers of 16 bits while it learns. Where the processor has
    instructions for that (AMX) it takes half the time, elsewhere longer."""
    threads: int = 2
    """Of the network while it learns. The last digits of the weights follow from their number."""
    weighing: Weighing = Weighing()
    """What counts how much."""
    sampling_error: float = 0.01
    """The sampling that is found in an image is off by up to this, as a share."""
    scale_error: float = 0.3
    """Its scale is off by up to this, as a natural logarithm: dirt and holes change it."""
    channels: tuple[int, ...] = (32, 48, 64)
    """As in the network."""
    blocks: tuple[int, ...] = (1, 2, 2)
    """As in the network."""
    seed: int = 0
    """Everything random follows from it."""

    def draw(self, *key: int) -> np.random.SeedSequence:
        """Return the seed of one of the draws."""
        return np.random.SeedSequence([_ENTROPY, self.seed], spawn_key=key)


FULL = Plan(pieces=200, specimens=8, watched=24, watch_every=20, calibrated=100)
"""What the shipped detector is made by: about two hours on two cores."""
SMALL = Plan(
    pieces=3,
    specimens=1,
    watched=2,
    watch_every=2,
    calibrated=1,
    exposures=2,
    crops=2,
    side=128,
    batch=2,
    channels=(4, 6, 8),
    blocks=(1, 1, 1),
)
"""A try-out of a minute, of which nothing is learned."""
