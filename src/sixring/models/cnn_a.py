"""CNN A: three blocks of convolution and maximum, three fully connected layers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor, nn

from sixring.errors import UsageError
from sixring.models._settings import Settings, flag, number, whole, wholes
from sixring.models._supervised import Classifier, bent, classifier_head

__all__ = ["CNNA", "CNNAConfig"]


@dataclass(frozen=True)
class CNNAConfig(Settings):
    """The layers of CNN A."""

    channels: tuple[int, int, int] = wholes((16, 32, 64), least=1, count=3)
    """Channels of the three convolutions."""
    kernel: int = whole(5, least=1)
    """Side of the convolutions' kernels in pixels, odd."""
    batch_norm: bool = flag(True)
    """Whether a block normalises what its convolution gives; without it, a training on noisy
    patches may never leave its start."""
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

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kernel % 2 == 0:
            raise UsageError(f"kernel must be odd, or a patch would shrink, not {self.kernel}")


class CNNA(Classifier):
    """Three blocks of Conv2d and MaxPool2d, three fully connected layers, one logit.

    Parameters
    ----------
    config : CNNAConfig
        The layers.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If the patch is too small for three blocks.
    """

    config_type = CNNAConfig

    def __init__(self, config: CNNAConfig, shape: tuple[int, int]) -> None:
        super().__init__(config.symmetric)
        left = (shape[0] // 8, shape[1] // 8)
        if min(left) < 1:
            raise UsageError(
                f"cnn-a needs patches of at least 8 pixels a side, not {shape[0]}x{shape[1]}"
            )
        blocks: list[nn.Module] = []
        for entering, leaving in zip((1, *config.channels), config.channels, strict=False):
            convolution = nn.Conv2d(entering, leaving, config.kernel, padding=config.kernel // 2)
            blocks += [*bent(convolution, config.batch_norm), nn.MaxPool2d(2)]
        self.blocks = nn.Sequential(*blocks)
        self.head = classifier_head(
            config.channels[-1] * math.prod(left), config.hidden, config.dropout, config.layer_norm
        )

    def logits(self, patches: Tensor) -> Tensor:
        """Compute the logits of normalised patches as they are, shape (n,)."""
        logits: Tensor = self.head(self.blocks(patches))
        return logits
