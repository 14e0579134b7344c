"""PNG and JPEG, which have no pixel size (their dots per inch are those of a printer)."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from sixring.io._signal import Signal, describe

__all__ = ["read_raster"]

# Pillow's modes whose numbers aren't intensities.
_TABLE_OR_INK = frozenset({"P", "PA", "CMYK", "YCbCr", "LAB", "HSV"})


def read_raster(path: Path) -> list[Signal]:
    """Read the first picture of a PNG or JPEG file."""
    from PIL import Image

    with warnings.catch_warnings():
        # An image from a large camera is no attack; far larger ones are still refused.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path) as picture:
            direct = picture.mode not in _TABLE_OR_INK
            pixels = np.asarray(picture if direct else picture.convert("RGB"))
    return [describe(pixels, channels=pixels.ndim == 3)]
