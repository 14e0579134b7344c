"""TIFF as ImageJ writes it, with a pixel size that it shows."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray

__all__ = ["imagej_tiff"]

_ANGSTROM_IN_NM = 10.0


def imagej_tiff(pixels: NDArray[np.floating], sampling: float | None, info: str = "") -> bytes:
    """Encode an image as 32-bit floats.

    Parameters
    ----------
    pixels : ndarray
        Shape (rows, cols).
    sampling : float or None
        Angstrom per pixel, written in nanometres; None leaves it uncalibrated.
    info : str, optional
        Text for ImageJ's Info.

    Returns
    -------
    bytes
        The file. Encoded in memory, because on a full disk tifffile's own writing hides the
        reason.
    """
    import tifffile

    per_nm = None if sampling is None else _ANGSTROM_IN_NM / sampling
    metadata = {"axes": "YX"}
    if per_nm is not None:
        metadata["unit"] = "nm"
    if info:
        metadata["Info"] = info
    buffer = BytesIO()
    tifffile.imwrite(
        buffer,
        np.asarray(pixels, dtype=np.float32),
        imagej=True,
        resolution=None if per_nm is None else (per_nm, per_nm),
        metadata=metadata,
    )
    return buffer.getvalue()
