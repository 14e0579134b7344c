"""How a network is trained, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sixring.models import Settings, choice, number, text, whole

__all__ = ["WITHOUT_DESCENT", "Training"]

WITHOUT_DESCENT = ("validation",)
"""The settings that mean something also to a model that isn't trained by descent."""


@dataclass(frozen=True)
class Training(Settings):
    """Settings of the training."""

    epochs: int = whole(50, least=1)
    """Passes over the training patches, unless the training stops early."""
    batch_size: int = whole(64, least=1)
    """Patches in a step."""
    learning_rate: float = number(2e-3, above=0)
    """Step width of Adam, where it is largest."""
    schedule: Literal["cosine", "constant"] = choice("cosine", "constant")
    """Whether the step width grows at first and then falls to nothing, or stays."""
    weight_decay: float = number(0.02, least=0)
    """Pull of the weights to zero, as AdamW has it."""
    patience: int = whole(20, least=0)
    """Epochs without a better value of `monitor` after which the training stops; 0 for never."""
    monitor: Literal["loss", "auc"] = choice("loss", "auc")
    """What is watched on the validation part; the weights of its best epoch are kept."""
    validation: float = number(0.2, above=0, below=1)
    """Share of each class that is held out to watch the training, by whole groups."""
    imbalance: Literal["balanced", "weights", "focal", "none"] = choice(
        "balanced", "weights", "focal", "none"
    )
    """What a supervised model does about rare defects: draw both classes equally often, weight
    the loss by class, weight it by how wrong a patch is still judged (Lin et al. 2017,
    arXiv:1708.02002), or nothing."""
    focal_exponent: float = number(2.0, least=0)
    """How strongly ``imbalance="focal"`` leaves out what is judged right already."""
    device: Literal["auto", "cpu", "gpu"] = choice("auto", "cpu", "gpu")
    """Where the training runs; ``"auto"`` takes a GPU where there is one."""
    start: str = text("")
    """A trained model of the same architecture whose weights the training starts from: its folder,
    or the name of one that the package carries. Where it is empty, they are drawn at random."""
