"""From a file or an array to all its images, where `read` takes one micrograph."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
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
from sixring.io._sampling import stated_sampling
from sixring.io._signal import Signal

__all__ = ["Frames", "read_frames"]

_STACK = "images"
"""An array of this name in an NPZ file goes before all others."""


@dataclass(frozen=True, eq=False)
class Frames:
    """All images of a file."""

    images: NDArray[np.float32]
    """Shape (n, rows, cols), finite; some may be constant."""
    sampling: float | None
    """Angstrom per pixel, as the file states it for all of them; None where it doesn't."""
    notes: tuple[str, ...]
    """What had to be decided while reading, in plain words."""


def read_frames(source: str | os.PathLike[str] | NDArray[Any], name: str | None = None) -> Frames:
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
    Frames
        The images and what the file says of them.

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
    >>> frames = read_frames(np.arange(2 * 48 * 48).reshape(2, 48, 48))
    >>> frames.images.shape, frames.images.dtype, frames.sampling
    ((2, 48, 48), dtype('float32'), None)
    """
    if isinstance(source, np.ndarray):
        name = name or "array"
        signals = _chosen([array_signal(source)], name)
        return _grey(signals, [signal.load_all() for signal in signals], name)
    if not isinstance(source, str | os.PathLike):
        raise UsageError(f"can't read a {type(source).__name__}: give a path or a NumPy array")
    path = Path(source)
    name = name or os.fspath(source)
    form, notes = find_format(path, name)
    with third_party(name, form.name) as remarks:
        # Read here, where a file that is cut off shows.
        signals = _chosen(form.read(path), name)
        stacks = [signal.load_all() for signal in signals]
    frames = _grey(signals, stacks, name)
    return replace(frames, notes=(*notes, *frames.notes, *remarks))


def _chosen(signals: list[Signal], name: str) -> list[Signal]:
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
    return chosen


def _grey(signals: list[Signal], stacks: list[NDArray[Any]], name: str) -> Frames:
    images, notes = zip(*(grey_frames(stack, name) for stack in stacks), strict=True)
    stated = {stated_sampling(signal) for signal in signals}
    return Frames(
        images=np.concatenate(images),
        sampling=stated.pop() if len(stated) == 1 else None,
        notes=tuple(dict.fromkeys(note for some in notes for note in some)),
    )
