"""The micrograph as an 8-bit picture."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

    from sixring.types import Detection

__all__ = ["display_levels", "image_data_uri"]

_PERCENTILES = (0.5, 99.5)
_SMALLEST_CLEAR_SHARE = 0.05
_LONGEST_SIDE = 2048
_LARGEST_PNG = 4_500_000
_JPEG_QUALITY = 90


def display_levels(detection: Detection) -> NDArray[np.uint8]:
    """Stretch the contrast of the image between its 0.5 and 99.5 % quantiles.

    The quantiles are those of the clear area, where there is enough of it: the sheet is what is
    to be seen, and contamination is often many times as bright.

    Returns
    -------
    ndarray of uint8
        Shape (rows, cols).
    """
    image = detection.micrograph.image
    clear = detection.mask.clear
    judged = image[clear] if clear.mean() >= _SMALLEST_CLEAR_SHARE else image
    low, high = np.percentile(judged, _PERCENTILES)
    if not high > low:
        low, high = float(image.min()), float(image.max())
    stretched = (image - low) / (high - low)
    levels: NDArray[np.uint8] = np.rint(255 * np.clip(stretched, 0, 1)).astype(np.uint8)
    return levels


def image_data_uri(levels: NDArray[np.uint8]) -> str:
    """Encode a grey picture for embedding in HTML.

    Parameters
    ----------
    levels : ndarray of uint8
        Shape (rows, cols).

    Returns
    -------
    str
        A ``data:`` address of a PNG, or of a JPEG where the PNG would be over 4.5 MB. A picture
        of over 2048 pixels a side is made smaller.
    """
    from PIL import Image

    picture = Image.fromarray(levels)
    if max(picture.size) > _LONGEST_SIDE:
        picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
    kind, content = "png", _encode(picture, "PNG", optimize=True)
    if len(content) > _LARGEST_PNG:
        kind, content = "jpeg", _encode(picture, "JPEG", quality=_JPEG_QUALITY)
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _encode(picture: Image.Image, format_name: str, **options: int | bool) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, format=format_name, **options)
    return buffer.getvalue()
