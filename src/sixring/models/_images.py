"""Arrays of patches, checked, and brought to numbers that 32 bits hold well."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError

__all__ = ["SMALLEST_PATCH", "as_patches"]

SMALLEST_PATCH = 8
"""Fewest pixels a side of a patch."""
_AT_ONCE = 1024
"""Patches that are handled in 64 bits at a time."""


def as_patches(
    images: ArrayLike, shape: tuple[int, int] | None = None, *, scaled: bool = True
) -> NDArray[np.float32]:
    """Check patches, and scale each to the range 0 to 1.

    The networks take gain and offset away themselves; the scaling only keeps currents of 1e-12
    and offsets of 1e9 from drowning in 32 bits on the way there.

    Parameters
    ----------
    images : array_like, shape (n, rows, cols)
        Patches of any real dtype.
    shape : tuple of int, optional
        The rows and columns that they must have.
    scaled : bool, optional
        Whether they are scaled: counts, as counts, aren't.

    Returns
    -------
    ndarray of float32, shape (n, rows, cols)
        The patches.

    Raises
    ------
    UsageError
        If they aren't an array of finite real numbers of this shape, or one of them is constant.
    """
    array = _as_array(images)
    _check_shape(array, shape)
    patches = np.empty(array.shape, dtype=np.float32)
    for start in range(0, len(array), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        in_range = _scale(array[part].astype(np.float64), start)
        patches[part] = in_range if scaled else array[part]
    return patches


def _as_array(images: ArrayLike) -> NDArray[np.generic]:
    try:
        array = np.asarray(images)
    except ValueError as error:
        raise UsageError("the patches must all have one size, and these differ") from error
    if array.dtype.kind not in "iuf":
        raise UsageError(f"the patches must be real numbers, not {array.dtype}")
    return array


def _check_shape(array: NDArray[np.generic], shape: tuple[int, int] | None) -> None:
    if array.ndim != 3:
        hint = ": pass image[None] for a single one" if array.ndim == 2 else ""
        raise UsageError(
            f"the patches must be an array of shape (n, rows, cols), not {array.shape}{hint}"
        )
    rows, cols = array.shape[1:]
    if shape is not None and (rows, cols) != shape:
        raise UsageError(
            f"the model takes patches of {shape[0]}x{shape[1]} pixels, not {rows}x{cols}"
        )
    if min(rows, cols) < SMALLEST_PATCH:
        raise UsageError(
            f"patches must have at least {SMALLEST_PATCH} pixels a side, not {rows}x{cols}"
        )


def _scale(part: NDArray[np.float64], start: int) -> NDArray[np.float64]:
    finite = np.isfinite(part).all(axis=(1, 2))
    if not finite.all():
        raise UsageError(f"patch {start + int(np.argmin(finite))} has pixels that aren't finite")
    # Divided before anything is subtracted: the difference of two huge numbers may overflow.
    largest = np.abs(part).max(axis=(1, 2), keepdims=True)
    part = part / np.where(largest > 0, largest, 1.0)
    low = part.min(axis=(1, 2), keepdims=True)
    span = part.max(axis=(1, 2), keepdims=True) - low
    if not (span > 0).all():
        index = start + int(np.argmin(span.ravel()))
        raise UsageError(f"patch {index} is constant: there is nothing to judge in it")
    scaled: NDArray[np.float64] = (part - low) / span
    return scaled
