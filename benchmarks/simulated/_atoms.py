"""The atoms that were found against those that are there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from benchmarks.matching import at
from benchmarks.simulated._scoring import Area, share

__all__ = ["AtomErrors", "score_atoms"]

_WITHIN = 0.71  # angstrom: half a bond


@dataclass(frozen=True)
class AtomErrors:
    """How far the atoms that were found are from the true ones."""

    squares: float = 0.0
    """Sum of the squared distances, square angstrom."""
    found: int = 0
    """True atoms that were found."""
    true: int = 0
    """True atoms where a clean sheet was judged."""
    false: int = 0
    """Atoms found, where the detection judges, that aren't there."""

    def __add__(self, other: AtomErrors) -> AtomErrors:
        """Pool two."""
        return AtomErrors(
            self.squares + other.squares,
            self.found + other.found,
            self.true + other.true,
            self.false + other.false,
        )

    @property
    def rms(self) -> float:
        """Root of the mean squared distance, angstrom; NaN where none was found."""
        return math.sqrt(share(self.squares, self.found))

    @property
    def precision(self) -> float:
        """Share of the atoms found that are there; NaN where none was found."""
        return share(self.found, self.found + self.false)

    @property
    def recall(self) -> float:
        """Share of the true atoms that were found; NaN where none is there."""
        return share(self.found, self.true)


def score_atoms(true: NDArray[np.float64], found: NDArray[np.float64], area: Area) -> AtomErrors:
    """Pair atoms that are each other's nearest, and measure their distances.

    Parameters
    ----------
    true, found : ndarray of float64, shape (n, 2) and (m, 2)
        Positions in pixels.
    area : Area
        What counts.

    Returns
    -------
    AtomErrors
        Of pairs no farther apart than 0.71 angstrom, half a bond.
    """
    counted, reported = at(area.clean & area.judged, true), at(area.judged, found)
    if len(true) == 0 or len(found) == 0:
        return AtomErrors(true=int(counted.sum()), false=int(reported.sum()))
    nearest = np.asarray(cKDTree(found).query(true)[1])
    back = np.asarray(cKDTree(true).query(found)[1])
    distance = np.linalg.norm(found[nearest] - true, axis=1) * area.sampling
    paired = (back[nearest] == np.arange(len(true))) & (distance <= _WITHIN)
    kept = counted & paired
    alone = np.ones(len(found), bool)
    alone[nearest[paired]] = False
    return AtomErrors(
        squares=float((distance[kept] ** 2).sum()),
        found=int(kept.sum()),
        true=int(counted.sum()),
        false=int((reported & alone).sum()),
    )
