"""CNN B: two convolutions with a maximum between them, three fully connected layers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor, nn

from sixring.errors import UsageError
from sixring.models._settings import Settings, flag, number, whole, wholes
from sixring.models._supervised import Classifier, bent, classifier_head

__all__ = ["CNNB", "CNNBConfig"]


@dataclass(frozen=True)
class CNNBConfig(Settings):
    """The layers of CNN B."""

    channels: tuple[int, int] = wholes((16, 64), least=1, count=2)
    """Channels of the two convolutions."""
    kernels: tuple[int, int] = wholes((9, 5), least=1, count=2)
    """Sides of the convolutions' kernels in pixels; the patch shrinks by them."""
    pool: int = whole(4, least=1)
    """Side of the squares whose maximum is taken between them, in pixels."""
    batch_norm: bool = flag(True)
    """Whether what a convolution gives is normalised; without it, a training on noisy patches
    may never leave its start."""
    hidden: tuple[int, int] = wholes((128, 32), least=1, count=2)
    """Nodes of the first two fully connected layers; the third has one."""
    layer_norm: bool = flag(True)
    """Whether these nodes are normalised, each patch by itself. On noisy patches a training may
    take ten epochs to get off its start all the same."""
    dropout: float = number(0.2, least=0, below=1)
    """Share of these nodes that a training step leaves out."""
    symmetric: bool = flag(True)
    """Whether the score is the mean logit of a patch and its turns and mirror images, which show
    the same defect: it takes eight times as long and errs less."""


class CNNB(Classifier):
    """Conv2d, MaxPool2d, Conv2d, three fully connected layers, one logit.

    Parameters
    ----------
    config : CNNBConfig
        The layers.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If the patch is too small for the kernels.
    """

    config_type = CNNBConfig

    def __init__(self, config: CNNBConfig, shape: tuple[int, int]) -> None:
        super().__init__(config.symmetric)
        large, small = config.kernels
        left = tuple((side - large + 1) // config.pool - small + 1 for side in shape)
        if min(left) < 1:
            raise UsageError(
                f"cnn-b with kernels = [{large}, {small}] and pool = {config.pool} needs patches "
                f"of at least {small * config.pool + large - 1} pixels a side, not "
                f"{shape[0]}x{shape[1]}"
            )
        first, second = config.channels
        self.convolutions = nn.Sequential(
            *bent(nn.Conv2d(1, first, large), config.batch_norm),
            nn.MaxPool2d(config.pool),
            *bent(nn.Conv2d(first, second, small), config.batch_norm),
        )
        self.head = classifier_head(
            second * math.prod(left), config.hidden, config.dropout, config.layer_norm
        )

    def logits(self, patches: Tensor) -> Tensor:
        """Compute the logits of normalised patches as they are, shape (n,)."""
        logits: Tensor = self.head(self.convolutions(patches))
        return logits
