"""From a file or an array to all its images, where `read` takes one micrograph."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sixring.errors import ImageError, UsageError
from sixring.io._arrays import array_signal
from sixring.io._border import third_party
from sixring.io._choose import choose_signal
from sixring.io._formats import find_format
from sixring.io._pixels import grey_frames
from sixring.io._signal import Signal

__all__ = ["read_frames"]

_STACK = "images"
"""An array of this name in an NPZ file goes before all others."""


def read_frames(
    source: str | os.PathLike[str] | NDArray[Any], name: str | None = None
) -> tuple[NDArray[np.float32], list[str]]:
    """Read all images of a file or an array.

    Parameters
    ----------
    source : str, path or ndarray
        Any file that `read` takes, or an array of shape (rows, cols) or (..., rows, cols), of
        any real type. Of an NPZ file the array ``images`` is taken, or else every array of two
        or more dimensions.
    name : str, optional
        What messages call it; the path as given, or ``"array"``, if None.

    Returns
    -------
    images : ndarray of float32
        Shape (n, rows, cols), finite; some may be constant.
    notes : list of str
        What had to be decided while reading, in plain words.

    Raises
    ------
    UsageError
        If `source` is of another type.
    ReadError
        If the file is missing, empty, damaged or of an unknown format.
    ImageError
        If there is no image, or they are of several sizes, under 32 pixels a side, complex,
        coloured, or not finite: the message says which.

    Examples
    --------
    >>> import numpy as np
    >>> images, notes = read_frames(np.arange(2 * 48 * 48).reshape(2, 48, 48))
    >>> images.shape, images.dtype, notes
    ((2, 48, 48), dtype('float32'), [])
    """
    if isinstance(source, np.ndarray):
        name = name or "array"
        return _grey(_images([array_signal(source)], name), name)
    if not isinstance(source, str | os.PathLike):
        raise UsageError(f"can't read a {type(source).__name__}: give a path or a NumPy array")
    path = Path(source)
    name = name or os.fspath(source)
    form, notes = find_format(path, name)
    with third_party(name, form.name) as remarks:
        # Read here, where a file that is cut off shows.
        stack = _images(form.read(path), name)
    images, about_pixels = _grey(stack, name)
    return images, [*notes, *about_pixels, *remarks]


def _images(signals: list[Signal], name: str) -> list[NDArray[Any]]:
    candidates = [signal for signal in signals if signal.name == _STACK] or signals
    choose_signal(candidates, name)  # raises where none is an image, and says why
    chosen = [signal for signal in candidates if not signal.fault]
    sizes = list(dict.fromkeys(signal.size for signal in chosen))
    if len(sizes) > 1:
        (rows, cols), (other_rows, other_cols) = sizes[:2]
        raise ImageError(
            f"{name}: its images are of {len(sizes)} sizes, such as {rows} by {cols} and "
            f"{other_rows} by {other_cols} pixels: give images of one size"
        )
    return [signal.load_all() for signal in chosen]


def _grey(stacks: list[NDArray[Any]], name: str) -> tuple[NDArray[np.float32], list[str]]:
    images, notes = zip(*(grey_frames(stack, name) for stack in stacks), strict=True)
    return np.concatenate(images), list(dict.fromkeys(note for some in notes for note in some))
