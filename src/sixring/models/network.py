"""What every network is to the engine that trains it and to the graph that it is saved as.

Every model is a :class:`Network`. Those whose parameters are found by descent are a
:class:`Trainable`; the others take what they need from the patches at once, in ``settle``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn

from sixring.models._settings import Settings

__all__ = ["Network", "Trainable", "normalise"]

_FAINTEST = 1e-12
"""Added to the spread of a patch, so that a constant one becomes zero and not a NaN."""


class Network(nn.Module, ABC):
    """A network that scores patches, higher where a defect is likelier.

    What it has learned is in its buffers and parameters, whose shapes follow from its settings
    and the shape of a patch, so that a saved model can be made again.
    """

    config_type: ClassVar[type[Settings]]
    """The settings of the architecture; a network is made from them and a shape."""
    scores: ClassVar[tuple[str, ...]]
    """The outputs that are scores, the default one first."""
    views: ClassVar[tuple[str, ...]] = ()
    """The other outputs: codes, reconstructions."""
    any_size: ClassVar[bool] = False
    """Whether what is learned on patches of one size scores those of any other."""

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Compute every output.

        Parameters
        ----------
        images : Tensor, shape (n, rows, cols)
            Patches as they were recorded.

        Returns
        -------
        dict of Tensor
            The scores, shape (n,), and the views.
        """
        return self.outputs(normalise(images))

    @abstractmethod
    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the scores and views of normalised patches, shape (n, 1, rows, cols)."""

    def settle(self, batches: Iterable[Tensor]) -> None:
        """Learn what isn't learned by descent: nothing, or all that there is to be learned.

        It is called once, after the training if there is one; of torch's random numbers it may
        draw, as they are seeded before.

        Parameters
        ----------
        batches : iterable of Tensor, each of shape (n, rows, cols)
            The training patches, the perfect ones alone for one-class models.

        Raises
        ------
        UsageError
            If the patches are too few for what is to be learned.
        """


class Trainable(Network):
    """A network whose parameters are found by descent, along the gradient of a loss."""

    def watched(self, images: Tensor) -> Tensor:
        """Compute the default score, or what stands for it while a training is watched.

        Parameters
        ----------
        images : Tensor, shape (n, rows, cols)
            Patches as they were recorded.

        Returns
        -------
        Tensor, shape (n,)
            Higher where a defect is likelier.
        """
        score: Tensor = self(images)[self.scores[0]]
        return score

    def losses(self, images: Tensor, labels: Tensor) -> Tensor:
        """Compute what training makes small.

        Parameters
        ----------
        images : Tensor, shape (n, rows, cols)
            Patches as they were recorded.
        labels : Tensor, shape (n,)
            0 perfect, 1 defect.

        Returns
        -------
        Tensor, shape (n,)
            The loss of each patch.
        """
        return self.objective(normalise(images), labels)

    @abstractmethod
    def objective(self, patches: Tensor, labels: Tensor) -> Tensor:
        """Compute the loss of each normalised patch, shape (n,)."""


def normalise(images: Tensor) -> Tensor:
    """Take away each patch's mean and divide by its spread, the mean absolute deviation.

    Gain and offset of the recording drop out. The mean absolute deviation is less in the power
    of a few bright pixels than the standard deviation, and ONNX has it, unlike a median.

    Parameters
    ----------
    images : Tensor, shape (n, rows, cols)
        Patches as they were recorded.

    Returns
    -------
    Tensor, shape (n, 1, rows, cols)
        Patches of mean 0 and spread 1; constant ones become 0.
    """
    patches = images.unsqueeze(1)
    patches = patches - patches.mean(dim=(2, 3), keepdim=True)
    return patches / (torch.abs(patches).mean(dim=(2, 3), keepdim=True) + _FAINTEST)
