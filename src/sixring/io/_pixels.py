"""From the pixels of a file to a grey image of 32-bit floats that can be judged."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.recfunctions import structured_to_unstructured
from numpy.typing import NDArray

from sixring.errors import ImageError

__all__ = ["grey_frames", "grey_image"]

_GREY_WITHIN = 2
"""Levels by which the channels of a grey pixel may differ (JPEG rounds)."""
_LEAST_STEPS = 1000
"""Steps of a 32-bit float that the contrast has to span, or the image is rescaled."""
_TINY = 1e-30
"""Intensities all below this would lose their digits as 32-bit floats."""


def grey_image(pixels: NDArray[Any], source: str) -> tuple[NDArray[np.float32], list[str]]:
    """Turn the pixels of one frame into an image.

    Parameters
    ----------
    pixels : ndarray
        Shape (rows, cols) or (rows, cols, channels), or with fields R, G, B: any real type and
        byte order.
    source : str
        The file as the user named it.

    Returns
    -------
    image : ndarray of float32
        Shape (rows, cols), finite and not constant.
    notes : list of str
        What had to be decided.

    Raises
    ------
    ImageError
        If the image is coloured or constant, or has pixels that aren't finite.
    """
    if pixels.dtype.names is not None:
        pixels = structured_to_unstructured(pixels)
    notes: list[str] = []
    if pixels.ndim == 3:
        pixels, notes = _grey(pixels, source)
    _require_finite(pixels, source)
    low, high = pixels.min(), pixels.max()
    if low == high:
        raise ImageError(
            f"{source}: the image is constant, all {pixels.size} pixels are {float(low):g}: "
            "check that the right file or frame was exported"
        )
    image, rescaled = _as_float32(pixels)
    return image, [*notes, *rescaled]


def grey_frames(pixels: NDArray[Any], source: str) -> tuple[NDArray[np.float32], list[str]]:
    """Turn the pixels of a stack into images; unlike in a micrograph, one may be constant.

    Parameters
    ----------
    pixels : ndarray
        Shape (frames, rows, cols) or (frames, rows, cols, channels), or with fields R, G, B: any
        real type and byte order.
    source : str
        The file as the user named it.

    Returns
    -------
    images : ndarray of float32
        Shape (frames, rows, cols), finite. Where they are rescaled, all are by the same.
    notes : list of str
        What had to be decided.

    Raises
    ------
    ImageError
        If the images are coloured, or one has pixels that aren't finite.
    """
    if pixels.dtype.names is not None:
        pixels = structured_to_unstructured(pixels)
    notes: list[str] = []
    if pixels.ndim == 4:
        pixels, notes = _grey(pixels, source)
    for index, frame in enumerate(pixels):
        _require_finite(frame, source if len(pixels) == 1 else f"{source}[{index}]")
    images, rescaled = _as_float32(pixels)
    return images, [*notes, *rescaled]


def _grey(pixels: NDArray[Any], source: str) -> tuple[NDArray[Any], list[str]]:
    count = pixels.shape[-1]
    has_alpha = count in (2, 4)
    colours = pixels[..., : count - has_alpha]
    notes = []
    if has_alpha and pixels[..., -1].min() != pixels[..., -1].max():
        notes.append("the image's transparency was left out")
    if colours.shape[-1] == 1:
        return colours[..., 0], notes
    wide = colours.astype(np.float64)
    difference = wide.max(axis=-1) - wide.min(axis=-1)
    full = (
        1.0 if colours.dtype.kind in "biu" else max(float(np.ptp(wide)), np.finfo(float).tiny) / 255
    )
    coloured = float(np.mean(difference > _GREY_WITHIN * full))
    if coloured > 0:
        raise ImageError(
            f"{source}: a colour picture ({coloured:.2%} of the pixels are coloured), not a "
            "micrograph: export the grey data without colours or labels"
        )
    return colours[..., 0] if not difference.any() else wide.mean(axis=-1), [
        *notes,
        "a grey image stored in colour: its one intensity was taken",
    ]


def _require_finite(pixels: NDArray[Any], source: str) -> None:
    if pixels.dtype.kind != "f":
        return
    bad = int(np.count_nonzero(~np.isfinite(pixels)))
    if bad:
        nan = int(np.count_nonzero(np.isnan(pixels)))
        raise ImageError(
            f"{source}: {bad} of {pixels.size} pixels aren't finite ({nan} NaN, {bad - nan} "
            "infinite): replace them, or crop the image"
        )


def _as_float32(pixels: NDArray[Any]) -> tuple[NDArray[np.float32], list[str]]:
    """Convert, rescaling what 32-bit floats can't hold: beyond 3e38, or a faint contrast."""
    if pixels.dtype.kind in "bu" and pixels.dtype.itemsize <= 2:
        return pixels.astype(np.float32), []
    # Divided in long double, so that neither 64-bit integers nor the largest floats overflow.
    low, high = np.longdouble(pixels.min()), np.longdouble(pixels.max())
    largest = max(abs(low), abs(high))
    step = np.finfo(np.float32).eps * largest
    fits = largest < np.finfo(np.float32).max
    if fits and (low == high or (largest > _TINY and high - low > _LEAST_STEPS * step)):
        return pixels.astype(np.float32), []
    scaled = pixels.astype(np.longdouble) / largest
    scaled -= scaled.min()
    image = (scaled / (scaled.max() or 1)).astype(np.float32)
    return image, [
        f"intensities from {low:.6g} to {high:.6g} don't fit 32-bit floats: rescaled to 0 to 1"
    ]
