"""What the two supervised networks share: a score that is a logit, its loss, its symmetry."""

from __future__ import annotations

from abc import abstractmethod
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from sixring.models._views import symmetric_views
from sixring.models.network import Trainable, normalise

__all__ = ["Classifier", "bent", "classifier_head"]


class Classifier(Trainable):
    """A network whose score is the logit of a patch to have a defect.

    Parameters
    ----------
    symmetric : bool
        Whether the score is the mean logit of a patch and its turns and mirror images.
    """

    scores: ClassVar = ("logit",)

    def __init__(self, symmetric: bool) -> None:
        super().__init__()
        self.symmetric = symmetric

    @abstractmethod
    def logits(self, patches: Tensor) -> Tensor:
        """Compute the logits of normalised patches as they are, shape (n,)."""

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the logit."""
        if not self.symmetric:
            return {"logit": self.logits(patches)}
        views = symmetric_views(patches)
        logits = self.logits(torch.cat(views))
        return {"logit": logits.unflatten(0, (len(views), -1)).mean(dim=0)}

    def watched(self, images: Tensor) -> Tensor:
        """Compute the logit of the patches as they are."""
        return self.logits(normalise(images))

    def objective(self, patches: Tensor, labels: Tensor) -> Tensor:
        """Compute the cross-entropy of each patch."""
        return functional.binary_cross_entropy_with_logits(
            self.logits(patches), labels.to(patches.dtype), reduction="none"
        )


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
