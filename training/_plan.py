"""Everything that the model follows from, but the code and the sources."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sixring.errors import UsageError
from sixring.io import file_appears_whole
from training._sources import KINDS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["FULL", "SMALL", "Plan", "hold_to"]

_FILE = "plan.json"


@dataclass(frozen=True)
class Plan:
    """How much is learned from, and how."""

    pieces: int
    """Pieces of the stream; a checkpoint is written after each."""
    specimens: int
    """Specimens of a piece."""
    exposures: int
    """Images of each specimen that is learned from, under different conditions."""
    per_defect: int
    """Patches of each defect in each image."""
    watched: int
    """Specimens of the set on which the training is watched."""
    watch_every: int
    """Pieces after which it is watched."""
    held_out: int
    """Specimens of the set that gives the threshold and the probabilities."""
    exposures_aside: int = 2
    """Images of each specimen that is watched or held out."""
    batch: int = 128
    """Patches in a step."""
    learning_rate: float = 2e-3
    """Step width of AdamW, where it is largest."""
    weight_decay: float = 0.01
    """Pull of the weights to zero."""
    warm_up: float = 0.02
    """Share of the pieces in which the step width grows; then it falls along half a cosine."""
    window: int = 4
    """So many pieces, the latest ones, are learned from together: each patch as often, turned and
    mirrored in other ways."""
    bfloat16: bool = True
    """Whether the network multiplies numbers of 16 bits while it learns. Where the processor has
    instructions for that (AMX) it takes half the time, elsewhere longer."""
    side: int = 48
    """Rows and columns of a patch."""
    stem: int = 16
    """As in the network's settings."""
    channels: tuple[int, ...] = (32, 64)
    """As in the network's settings."""
    blocks: tuple[int, ...] = (1, 2)
    """As in the network's settings."""
    false_alarms: float = 0.01
    """Share of perfect patches that reach the threshold."""
    seed: int = 0
    """Everything random follows from it."""

    @property
    def network(self) -> dict[str, object]:
        """Settings of the network."""
        return {
            "stem": self.stem,
            "channels": self.channels,
            "blocks": self.blocks,
            "kinds": " ".join(KINDS),
        }


FULL = Plan(
    pieces=150,
    specimens=24,
    exposures=8,
    per_defect=5,
    watched=40,
    watch_every=8,
    held_out=300,
)
"""What the shipped model is made by: under four hours on two cores."""
SMALL = Plan(
    pieces=3,
    specimens=2,
    exposures=2,
    per_defect=2,
    watched=3,
    watch_every=1,
    held_out=4,
    batch=32,
    stem=4,
    channels=(8, 16),
    blocks=(1, 1),
)
"""A try-out of a minute, of which nothing is learned."""


def hold_to(plan: DataclassInstance, folder: Path) -> None:
    """Write a plan into a folder, or make sure that it is the one that the folder was made by.

    Parameters
    ----------
    plan : dataclass
        How the model is made now.
    folder : Path
        Made if it isn't there.

    Raises
    ------
    UsageError
        If the folder is of another plan.
    """
    path = folder / _FILE
    # As JSON gives it back, which has no tuples.
    document = json.loads(json.dumps(asdict(plan)))
    if path.exists():
        written = json.loads(path.read_text(encoding="utf-8"))
        for name, value in document.items():
            if written.get(name) != value:
                raise UsageError(
                    f"{folder}: holds a training with {name} = {written.get(name)!r}, and now it "
                    f"is {value!r}: choose another folder"
                )
        return
    folder.mkdir(parents=True, exist_ok=True)
    with file_appears_whole(path) as part:
        part.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
