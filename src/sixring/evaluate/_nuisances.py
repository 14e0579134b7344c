"""What isn't known of the perfect image, taken out of what is to be detected."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["projected"]

_INDEPENDENT = 1e-9
"""Of the longest: derivatives shorter than this, beside the others, add nothing to them."""


def projected(
    signals: NDArray[np.float64], derivatives: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what of each signal no combination of the derivatives explains.

    Parameters
    ----------
    signals : ndarray, shape (n, pixels)
        In units in which the noise of all pixels is equal.
    derivatives : ndarray, shape (k, rows, cols)
        In the same units; they may depend on one another.

    Returns
    -------
    ndarray, shape (n, pixels)
        At right angles to all derivatives.
    """
    flat = derivatives.reshape(len(derivatives), -1)
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    # Each derivative has a unit of its own, which mustn't decide what is left out.
    unit = np.divide(flat, lengths, out=np.zeros_like(flat), where=lengths > 0)
    _, sizes, basis = np.linalg.svd(unit, full_matrices=False)
    basis = basis[sizes > _INDEPENDENT]
    left: NDArray[np.float64] = signals - (signals @ basis.T) @ basis
    return left
