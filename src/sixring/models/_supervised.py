"""What the two supervised networks share: a score that is a logit, and its loss."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

__all__ = ["bent", "classifier_head", "logit_losses"]


def bent(convolution: nn.Conv2d, batch_norm: bool) -> list[nn.Module]:
    """Return a convolution with its rectifier, and between them a batch normalisation if asked."""
    between = [nn.BatchNorm2d(convolution.out_channels)] if batch_norm else []
    return [convolution, *between, nn.ReLU()]


def classifier_head(
    entering: int, widths: tuple[int, int], dropout: float, layer_norm: bool
) -> nn.Sequential:
    """Return three fully connected layers to one logit."""
    layers: list[nn.Module] = [nn.Flatten()]
    for before, width in pairwise((entering, *widths)):
        layers += [
            nn.Linear(before, width),
            *([nn.LayerNorm(width)] if layer_norm else []),
            nn.ReLU(),
            nn.Dropout(dropout),
        ]
    return nn.Sequential(*layers, nn.Linear(widths[-1], 1), nn.Flatten(0))


def logit_losses(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the cross-entropy of each patch, shape (n,)."""
    return functional.binary_cross_entropy_with_logits(
        logits, labels.to(logits.dtype), reduction="none"
    )
