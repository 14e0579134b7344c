"""How many patches of each kind a data set still needs, and for which of its parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["SPLITS", "Quotas", "Taken"]

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Taken:
    """What a data set takes of one micrograph's patches: the first so many of each kind."""

    split: str
    """The part that the whole micrograph goes to."""
    defect: int
    perfect: int


class Quotas:
    """The patches still needed.

    Parameters
    ----------
    n : int
        Patches in all.
    ratio : float
        Perfect patches for each defect patch.
    shares : sequence of float
        Of train, validation and test; they add up to 1.
    """

    def __init__(self, n: int, ratio: float, shares: Sequence[float]) -> None:
        of_all = [math.fsum(shares[: k + 1]) for k in range(len(shares))]
        defect = max(1, round(n / (1 + ratio)))
        self._total = np.array(
            [_portions(defect, of_all), _portions(n - defect, of_all)], dtype=np.int64
        )
        self._left = self._total.copy()

    @property
    def filled(self) -> bool:
        """Whether nothing is needed any more."""
        return not self._left.any()

    @property
    def done(self) -> int:
        """Patches that there are."""
        return int((self._total - self._left).sum())

    def take(self, defect: int, perfect: int) -> Taken:
        """Take what is needed of a micrograph's patches, for the part that lacks most.

        Parameters
        ----------
        defect, perfect : int
            Patches that the micrograph gives.

        Returns
        -------
        Taken
            What is taken; both numbers are 0 where the data set is full.
        """
        lacking = self._left.sum(axis=0) / np.maximum(self._total.sum(axis=0), 1)
        split = int(lacking.argmax())
        taken = np.minimum([defect, perfect], self._left[:, split])
        self._left[:, split] -= taken
        return Taken(SPLITS[split], int(taken[0]), int(taken[1]))


def _portions(number: int, of_all: Sequence[float]) -> list[int]:
    """Divide a whole number in shares that are given as running sums."""
    ends = [round(number * share) for share in of_all]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
