"""Which patches come in which step: a function of seed and epoch alone."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Sampler

from sixring.patches import balanced_order

__all__ = ["Draw", "EpochOrder", "seed_of"]

Draw = tuple[int, ...]
"""What random numbers are drawn for: a purpose, and such as epoch and step; two numbers at least,
as the order of an epoch is drawn with its number alone."""


def seed_of(seed: int, draw: Draw) -> int:
    """Return the seed of one draw, which no other draw of the training shares."""
    state = np.random.SeedSequence(seed, spawn_key=draw).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(1))  # torch takes 63 bits everywhere


class EpochOrder(Sampler[Tensor]):
    """The patches of each step of an epoch; a resumed training asks for its epoch and gets it.

    Parameters
    ----------
    labels : ndarray, shape (n,)
        Class of each patch.
    batch_size : int
        Patches in a step.
    balanced : bool
        Whether both classes come equally often.
    seed : int
        Of the training.
    """

    def __init__(
        self, labels: NDArray[np.int8], *, batch_size: int, balanced: bool, seed: int
    ) -> None:
        self._labels = labels
        self._batch_size = batch_size
        self._balanced = balanced
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch, counted from 0; Lightning calls this."""
        self._epoch = epoch

    def __len__(self) -> int:
        """Return the number of steps."""
        return math.ceil(len(self._labels) / self._batch_size)

    def __iter__(self) -> Iterator[Tensor]:
        """Go through the steps: the indices of the patches in each."""
        # What is told apart by labels is drawn equally often.
        told_apart = self._labels if self._balanced else np.zeros_like(self._labels)
        order = balanced_order(told_apart, seed=self._seed, epoch=self._epoch)
        yield from torch.from_numpy(order).split(self._batch_size)
