"""What a reconstruction leaves over, as scores and as a loss."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

__all__ = ["local_residual", "mean_residual", "square_distance"]

_GRAIN = 3
"""Side, in pixels, of the box that averages a residual twice before it is squared. The noise,
which differs from pixel to pixel, is lost there; the residual of an atom, six pixels wide at
0.2 A/px, is not."""


def mean_residual(patches: Tensor, reconstructed: Tensor) -> Tensor:
    """Return the squared residual averaged over each patch, shape (n,)."""
    return ((reconstructed - patches) ** 2).mean(dim=(1, 2, 3))


def local_residual(patches: Tensor, reconstructed: Tensor) -> Tensor:
    """Return the largest smoothed squared residual anywhere in each patch, shape (n,).

    The mean over the patch is noise rather than defect: noise is in every pixel, a defect changes
    a few atoms. So the residual is smoothed to the size of an atom, squared, and averaged over
    windows of half the patch's shorter side, of which the largest average counts.
    """
    residual = reconstructed - patches
    for _ in range(2):
        residual = functional.avg_pool2d(residual, _GRAIN, stride=1)
    window = min(patches.shape[-2:]) // 2
    return functional.avg_pool2d(residual**2, window, stride=1).amax(dim=(1, 2, 3))


def square_distance(patches: Tensor, reconstructed: Tensor) -> Tensor:
    """Return the squared L2 distance between each patch and its reconstruction, shape (n,)."""
    return ((reconstructed - patches) ** 2).sum(dim=(1, 2, 3))
