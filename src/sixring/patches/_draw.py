"""Random numbers from one generator, wherever the patches lie."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["Draw"]


class Draw:
    """Draws on the generator's device and hands over on that of the patches.

    So a generator of the CPU gives the same numbers whether or not there is an accelerator.

    Parameters
    ----------
    generator : Generator
        Where all numbers come from.
    device : device
        Where they are needed.
    """

    def __init__(self, generator: torch.Generator, device: torch.device) -> None:
        self._generator = generator
        self._device = device

    def uniform(self, shape: Sequence[int], low: float, high: float) -> Tensor:
        """Draw numbers spread evenly over [low, high)."""
        return low + (high - low) * self._rand(shape)

    def log_uniform(self, shape: Sequence[int], low: float, high: float) -> Tensor:
        """Draw numbers whose logarithms are spread evenly."""
        return low * (high / low) ** self._rand(shape)

    def normal(self, shape: Sequence[int]) -> Tensor:
        """Draw normal numbers of mean 0 and variance 1."""
        drawn = torch.randn(tuple(shape), generator=self._generator, device=self._generator.device)
        return drawn.to(self._device)

    def chosen(self, count: int, share: float) -> Tensor:
        """Choose each of `count` with the probability `share`: a mask."""
        return self._rand((count,)) < share

    def binomial(self, counts: Tensor, probability: Tensor) -> Tensor:
        """Draw how many of `counts` remain where each does with this probability."""
        device = self._generator.device
        drawn = torch.binomial(counts.to(device), probability.to(device), generator=self._generator)
        return drawn.to(self._device)

    def _rand(self, shape: Sequence[int]) -> Tensor:
        drawn = torch.rand(tuple(shape), generator=self._generator, device=self._generator.device)
        return drawn.to(self._device)
