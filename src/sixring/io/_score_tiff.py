"""The map of scores as TIFF, with a calibration that ImageJ shows."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sixring.io._imagej import imagej_tiff

__all__ = ["write_score_tiff"]


def write_score_tiff(
    path: str | os.PathLike[str], score: NDArray[np.floating], sampling: float | None
) -> None:
    """Write a map of scores as 32-bit floats.

    Parameters
    ----------
    path : str or path
        The file; written plainly, so call this within `file_appears_whole` or
        `folder_appears_whole`.
    score : ndarray
        Shape (rows, cols).
    sampling : float or None
        Angstrom per pixel, written in nanometres as ImageJ does; None leaves it uncalibrated.
    """
    Path(path).write_bytes(imagej_tiff(score, sampling))
