"""The map of scores as TIFF, with a calibration that ImageJ shows."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["write_score_tiff"]

_ANGSTROM_IN_NM = 10.0


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
    import tifffile

    per_nm = None if sampling is None else _ANGSTROM_IN_NM / sampling
    # Made in memory, because on a full disk tifffile's own writing hides the reason.
    buffer = BytesIO()
    tifffile.imwrite(
        buffer,
        np.asarray(score, dtype=np.float32),
        imagej=True,
        resolution=None if per_nm is None else (per_nm, per_nm),
        metadata={"axes": "YX"} if per_nm is None else {"axes": "YX", "unit": "nm"},
    )
    Path(path).write_bytes(buffer.getvalue())
