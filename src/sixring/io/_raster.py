"""PNG and JPEG, which have no pixel size (their dots per inch are those of a printer)."""

from __future__ import annotations

import warnings
from pathlib import Path

from sixring.io._signal import Signal, describe

__all__ = ["read_raster"]


def read_raster(path: Path) -> list[Signal]:
    """Read the first picture of a PNG or JPEG file."""
    import imageio.v3 as iio
    from PIL import Image

    with warnings.catch_warnings():
        # An image from a large camera is no attack; far larger ones are still refused.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        pixels = iio.imread(path, plugin="pillow", index=0)
    return [describe(pixels, channels=pixels.ndim == 3)]
