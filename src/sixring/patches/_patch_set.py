"""Patches and what is known about each."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError

__all__ = ["DEFECT", "PERFECT", "PatchSet"]

PERFECT = 0
"""Label of a patch of perfect lattice."""
DEFECT = 1
"""Label of a patch with a defect in it."""


@dataclass(frozen=True, eq=False)
class PatchSet:
    """Patches of one size, and a value of each column for each of them."""

    images: NDArray[np.float32]
    """Intensities as recorded, shape (n, rows, cols), finite: normalisation is a model's own."""
    labels: NDArray[np.int8] | None
    """0 perfect, 1 defect, shape (n,); None where unknown."""
    groups: NDArray[np.str_]
    """Micrograph or session of each patch, shape (n,); its file where nothing else is known."""
    names: tuple[str, ...]
    """What to call each patch: its file, with its index where the file has several."""
    details: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    """Further columns, each of shape (n,): ``file`` and ``index`` of each patch; and, where
    known, ``defect`` (its name, empty for perfect), ``dose`` (electrons per square angstrom),
    ``sampling`` (angstrom per pixel), ``mode`` and ``split``."""
    notes: tuple[str, ...] = ()
    """What had to be decided while reading, in plain words."""

    def __post_init__(self) -> None:
        if self.images.ndim != 3:
            raise UsageError(
                f"patches must have the shape (n, rows, cols), not {self.images.shape}: "
                "stack them along the first axis"
            )
        columns: dict[str, Sized] = {"groups": self.groups, "names": self.names, **self.details}
        if self.labels is not None:
            columns["labels"] = self.labels
        for name, column in columns.items():
            if len(column) != len(self.images):
                raise UsageError(
                    f"{name} has {len(column)} values for {len(self.images)} patches: "
                    "give one for each"
                )

    def __len__(self) -> int:
        """Return the number of patches."""
        return len(self.images)

    def take(self, which: ArrayLike) -> PatchSet:
        """Return some of the patches.

        Parameters
        ----------
        which : array_like
            Indices, or a mask of shape (n,).

        Returns
        -------
        PatchSet
            Those patches in the order of `which`.
        """
        chosen = np.arange(len(self))[np.asarray(which)]
        return PatchSet(
            images=self.images[chosen],
            labels=None if self.labels is None else self.labels[chosen],
            groups=self.groups[chosen],
            names=tuple(self.names[index] for index in chosen),
            details={name: column[chosen] for name, column in self.details.items()},
            notes=self.notes,
        )
