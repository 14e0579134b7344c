"""Few vectors that lie near all of many."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["coreset"]

_PROJECTED = 16
"""Dimensions in which distances are measured; enough for choosing (Johnson and Lindenstrauss)."""


def coreset(vectors: Tensor, wanted: int) -> Tensor:
    """Choose vectors one after another, each the farthest from those that there are.

    This greedy choice leaves no vector more than twice as far from its nearest as the best choice
    would (k-centre: Gonzalez 1985, 10.1016/0304-3975(85)90224-5). Distances are those of a random
    projection, as in PatchCore (Roth et al. 2021, arXiv:2106.08265, algorithm 1).

    Parameters
    ----------
    vectors : Tensor, shape (n, dimensions)
        What is chosen from.
    wanted : int
        How many are chosen, if there are so many.

    Returns
    -------
    Tensor of int, shape (min(n, wanted),)
        Their indices, without repetition.
    """
    size = vectors.shape[1]
    if size > _PROJECTED:
        vectors = vectors @ torch.randn(size, _PROJECTED, dtype=vectors.dtype)
    nearest = torch.full((len(vectors),), torch.inf, dtype=vectors.dtype)
    chosen = [int(torch.randint(len(vectors), ()))]
    while len(chosen) < min(wanted, len(vectors)):
        square = ((vectors - vectors[chosen[-1]]) ** 2).sum(dim=1)
        nearest = torch.minimum(nearest, square)
        nearest[chosen[-1]] = -1.0  # equal vectors aren't chosen twice
        chosen.append(int(nearest.argmax()))
    return torch.tensor(chosen)
