"""Corruption: a classifier that is shown perfect patches, and the same with artificial defects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from sixring.models._corrupt import corrupted
from sixring.models._settings import Settings, whole, wholes
from sixring.models.network import Trainable, normalise
from sixring.models.resnet import ResNet, ResNetConfig

__all__ = ["Corruption", "CorruptionConfig"]


@dataclass(frozen=True)
class CorruptionConfig(Settings):
    """The layers of the classifier, which is a small ResNet."""

    stem: int = whole(8, least=1)
    """Channels of the first convolution, which sees the patch in its full size."""
    kernel: int = whole(7, least=1)
    """Side of its kernel in pixels."""
    channels: tuple[int, ...] = wholes((16, 32), least=1)
    """Channels each time that the image has been halved."""
    blocks: tuple[int, ...] = wholes((1, 2), least=1)
    """Residual blocks at each of these sizes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.resnet()

    def resnet(self) -> ResNetConfig:
        """Return the settings of the ResNet."""
        return ResNetConfig(
            stem=self.stem, kernel=self.kernel, channels=self.channels, blocks=self.blocks
        )


class Corruption(Trainable):
    """The logit of a patch to have been corrupted.

    It learns from perfect patches alone, but sees defects that are made of them: generic ones,
    of which no kind of defect is known to it (after Zavrtanik et al. 2021, arXiv:2108.07610, and
    Li et al. 2021, arXiv:2104.04015).

    Parameters
    ----------
    config : CorruptionConfig
        The layers.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If the patch is too small to be halved so often.
    """

    config_type = CorruptionConfig
    scores: ClassVar = ("corrupted",)
    any_size: ClassVar = True

    def __init__(self, config: CorruptionConfig, shape: tuple[int, int]) -> None:
        super().__init__()
        self.judge = ResNet(config.resnet(), shape)

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the logit."""
        return {"corrupted": self.judge.outputs(patches)["logit"]}

    def objective(self, patches: Tensor, labels: Tensor) -> Tensor:
        """Compute the mean cross-entropy of each patch and of the same corrupted."""
        changed = normalise(corrupted(patches).squeeze(1))
        truth = torch.zeros(2, len(patches), device=patches.device)
        truth[1] = 1.0
        both = self.judge.objective(torch.cat([patches, changed]), truth.flatten())
        losses: Tensor = both.unflatten(0, (2, -1)).mean(dim=0)
        return losses
