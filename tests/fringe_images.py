"""Images without noise: fringes, and the same with a spot at one of several places."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["fringes", "spots"]


def fringes(counts: float, side: int = 24) -> NDArray[np.float64]:
    """Return a lattice of fringes with so many mean electrons a pixel."""
    row, col = np.mgrid[:side, :side] - (side - 1) / 2
    lattice: NDArray[np.float64] = counts * (
        1 + 0.2 * np.cos(row) + 0.2 * np.cos(0.5 * row + 0.9 * col)
    )
    return lattice


def spots(
    perfect: NDArray[np.float64], strength: float, places: int = 9, step: float = 5.0
) -> NDArray[np.float64]:
    """Return images with a spot at each place of a square grid, shape (places, side, side)."""
    side, along = len(perfect), round(places**0.5)
    row, col = np.mgrid[:side, :side] - (side - 1) / 2
    grid = (np.arange(along) - (along - 1) / 2) * step
    return np.array(
        [
            perfect * (1 + strength * np.exp(-((row - r) ** 2 + (col - c) ** 2) / 8))
            for r in grid
            for c in grid
        ]
    )
