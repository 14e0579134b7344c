"""What the training makes small: the surprise at what a patch holds, and where."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from sixring.models.resnet import log_mean_exp
from training._cut import OTHER_KIND

__all__ = ["VIEWS", "losses", "turned"]

VIEWS = 8
"""Of a square patch: turned by quarters, and mirrored."""
_NEAR = 6.0
"""A defect may be seen this far beside its middle, along each axis, in pixels."""


def turned(
    images: NDArray[np.float32], places: NDArray[np.float32], view: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Turn and mirror patches and what is in them.

    Parameters
    ----------
    images : ndarray, shape (n, side, side)
        The patches.
    places : ndarray, shape (n, 2)
        Row, col of the defects.
    view : int
        From 0, which leaves them as they are, to 7.

    Returns
    -------
    tuple of ndarray
        The same for this view.
    """
    last = images.shape[1] - 1
    if view & 1:
        images, places = images.transpose(0, 2, 1), places[:, ::-1]
    for axis, bit in ((0, 2), (1, 4)):
        if view & bit:
            images = np.flip(images, axis + 1)
            places = np.where(np.arange(2) == axis, last - places, places)
    return np.ascontiguousarray(images), np.ascontiguousarray(places, np.float32)


def losses(maps: Tensor, kinds: Tensor, places: Tensor, *, side: int) -> Tensor:
    r"""Return minus the logarithm of the probability of what each patch holds.

    The network's evidence :math:`a_k(x)` is the log odds of each hypothesis, a defect of the kind k
    at the position x, against a perfect patch, but for the number N of positions. So

    .. math:: P(\mathrm{perfect}) = \frac{1}{1 + Z}, \quad
        P(k, x) = \frac{e^{a_k(x)} / N}{1 + Z}, \quad Z = \sum_k \frac{1}{N} \sum_x e^{a_k(x)}

    Whoever knows the place learns from it, pixel by pixel, what a label alone would take far more
    patches to tell. All hypotheses within a neighbourhood of the place count as true.

    Parameters
    ----------
    maps : Tensor, shape (n, kinds, rows, cols)
        The evidence that the network finds in patches.
    kinds : Tensor, shape (n,)
        As in :class:`~training._cut.Patches`.
    places : Tensor, shape (n, 2)
        Row, col of the defects.
    side : int
        Rows and columns of a patch.

    Returns
    -------
    Tensor, shape (n,)
        In nats.
    """
    logits = torch.logsumexp(log_mean_exp(maps), dim=1)
    defect = (kinds >= 0).nonzero().flatten()
    true = maps[defect].masked_fill(~_true(kinds[defect], places[defect], side, maps), -torch.inf)
    # Of all hypotheses, those that are true; each has the share 1 / N beforehand.
    evidence = torch.logsumexp(true.flatten(1), dim=1) - np.log(maps[0, 0].numel())
    return functional.softplus(logits).index_add(0, defect, -evidence)


def _true(kinds: Tensor, places: Tensor, side: int, maps: Tensor) -> Tensor:
    """Return which hypotheses are true, shape (n, kinds, rows, cols); at least one of each."""
    rows = maps.shape[2]
    # Each halving keeps the even rows, so that they stand for pixels this far apart.
    centres = torch.arange(rows, dtype=places.dtype) * (side / rows)
    distance = (centres - places[..., None]).abs()
    nearest = distance.amin(dim=2, keepdim=True)
    near = distance <= nearest.clamp(min=_NEAR)
    there = near[:, 0, :, None] & near[:, 1, None, :]
    named = torch.arange(maps.shape[1]) == kinds[:, None]
    named |= (kinds == OTHER_KIND)[:, None]
    return named[:, :, None, None] & there[:, None]
