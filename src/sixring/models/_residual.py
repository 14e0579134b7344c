"""What a reconstruction leaves over, as scores and as a loss."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

__all__ = ["local_residual", "mean_residual", "square_distance"]

_BOX = 5
"""Side, in pixels, of the box over which a residual is averaged: about an atom at 0.2 A/px."""


def mean_residual(patches: Tensor, reconstructed: Tensor) -> Tensor:
    """Return the squared residual averaged over each patch, shape (n,)."""
    return ((reconstructed - patches) ** 2).mean(dim=(1, 2, 3))


def local_residual(patches: Tensor, reconstructed: Tensor) -> Tensor:
    """Return the largest squared residual over a box anywhere in each patch, shape (n,).

    The mean over the patch is noise and pose rather than defect: a defect changes a few atoms.
    """
    pooled = functional.avg_pool2d((reconstructed - patches) ** 2, _BOX, stride=1)
    return pooled.amax(dim=(1, 2, 3))


def square_distance(patches: Tensor, reconstructed: Tensor) -> Tensor:
    """Return the squared L2 distance between each patch and its reconstruction, shape (n,)."""
    return ((reconstructed - patches) ** 2).sum(dim=(1, 2, 3))
