"""The noise of patches: how strong it is, and what a lower dose makes of it."""

from __future__ import annotations

import math

from kornia.filters import gaussian_blur2d, get_gaussian_kernel1d
from torch import Tensor

from sixring.errors import UsageError
from sixring.patches._draw import Draw

__all__ = ["blurred", "noise_level", "thinned"]


def noise_level(batch: Tensor) -> Tensor:
    """Estimate the standard deviation of white noise.

    The mean modulus of the second difference along both axes, which a lattice hardly has
    (J. Immerkaer, Computer Vision and Image Understanding 64, 300 (1996),
    doi:10.1006/cviu.1996.0060). Noise that a camera has smoothed is underestimated.

    Parameters
    ----------
    batch : Tensor
        Shape (n, 1, rows, cols), at least 3 pixels a side.

    Returns
    -------
    Tensor
        Shape (n, 1, 1, 1).
    """
    across = batch[..., :-2] - 2 * batch[..., 1:-1] + batch[..., 2:]
    both = across[..., :-2, :] - 2 * across[..., 1:-1, :] + across[..., 2:, :]
    # The squares of the nine weights add up to 36.
    return both.abs().mean(dim=(1, 2, 3), keepdim=True) * math.sqrt(math.pi / 2) / 6


def blurred(batch: Tensor, width: Tensor) -> tuple[Tensor, Tensor]:
    """Blur patches by Gaussians.

    Parameters
    ----------
    batch : Tensor
        Shape (n, 1, rows, cols).
    width : Tensor
        Standard deviations in pixels, shape (n,), positive.

    Returns
    -------
    batch : Tensor
        The same shape; mirrored at the edge.
    kept : Tensor
        Share of the variance of white noise that is left, shape (n, 1, 1, 1).
    """
    # A mirrored edge must be wider than what is mirrored there.
    widest = min(batch.shape[-2:]) - 1
    radius = min(max(1, math.ceil(3 * float(width.max()))), widest)
    size = 2 * radius + 1
    widths = width[:, None].expand(-1, 2)
    kept = (
        get_gaussian_kernel1d(size, width[:, None])
        .square()
        .sum(dim=-1)
        .square()[:, None, None, None]
    )
    return gaussian_blur2d(batch, (size, size), widths), kept


def thinned(batch: Tensor, share: Tensor, draw: Draw) -> Tensor:
    """Draw the counts of a lower dose, scaled up to the old mean.

    Each electron is kept with the same probability: of a Poisson variable that makes another
    one, so with mean m the result has the mean m and the variance m / share.

    Parameters
    ----------
    batch : Tensor
        Counts, shape (n, 1, rows, cols).
    share : Tensor
        Share of the dose that is kept, above 0 to 1, shape (n, 1, 1, 1).
    draw : Draw
        Where the numbers come from.

    Returns
    -------
    Tensor
        The same shape.

    Raises
    ------
    UsageError
        If there are intensities that aren't whole, or are negative.
    """
    wrong = (batch < 0) | (batch != batch.floor())
    if bool(wrong.any()):
        value = float(batch[wrong][0])
        raise UsageError(
            f"counts is set, but a patch has the intensity {value:g}: "
            "give whole numbers of electrons, unscaled, or don't set it"
        )
    return draw.binomial(batch, share.expand_as(batch).contiguous()) / share
