"""From files to one stack of patches of one size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sixring.errors import ImageError
from sixring.io import read_frames

__all__ = ["Stack", "read_stack", "varied"]


@dataclass(frozen=True, eq=False)
class Stack:
    """Patches and where each comes from."""

    images: NDArray[np.float32]
    """Shape (n, rows, cols)."""
    files: NDArray[np.str_]
    """Shape (n,): what the file of each is called."""
    indices: NDArray[np.int64]
    """Shape (n,): which patch of its file."""
    samplings: NDArray[np.float64]
    """Shape (n,): angstrom per pixel, as the file of each says; NaN where it doesn't."""
    names: tuple[str, ...]
    """The file, with the index where it has several patches."""
    notes: tuple[str, ...]
    """What had to be decided while reading."""


def read_stack(files: Sequence[Path], called: Sequence[str]) -> Stack:
    """Read all patches of some files.

    Parameters
    ----------
    files : sequence of Path
        At least one.
    called : sequence of str
        What tables call each file; messages name the path.

    Returns
    -------
    Stack
        In the order of the files.

    Raises
    ------
    ReadError
        If a file can't be read.
    ImageError
        If what it holds are no patches, or not of the size of those before.
    """
    parts: list[NDArray[np.float32]] = []
    stated: list[float] = []
    said: dict[str, list[str]] = {}
    for file in files:
        frames = read_frames(file)
        images = frames.images
        if parts and images.shape[1:] != parts[0].shape[1:]:
            (rows, cols), (first_rows, first_cols) = images.shape[1:], parts[0].shape[1:]
            raise ImageError(
                f"{file}: {rows} by {cols} pixels, but {files[0]} has {first_rows} by "
                f"{first_cols}: all patches must be of one size"
            )
        parts.append(images)
        stated.append(np.nan if frames.sampling is None else frames.sampling)
        for note in frames.notes:
            said.setdefault(note, []).append(str(file))
    counts = [len(part) for part in parts]
    names = tuple(
        name if count == 1 else f"{name}[{index}]"
        for name, count in zip(called, counts, strict=True)
        for index in range(count)
    )
    images = np.concatenate(parts)
    return Stack(
        images=images,
        files=np.repeat(np.array(called, dtype=np.str_), counts),
        indices=np.concatenate([np.arange(count) for count in counts]),
        samplings=np.repeat(np.array(stated, np.float64), counts),
        names=names,
        notes=(
            *(f"{_listed(sources)}: {note}" for note, sources in said.items()),
            *_about_constant(images, names),
        ),
    )


def varied(images: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Tell patches that show anything from those whose pixels are all the same.

    Parameters
    ----------
    images : ndarray, shape (n, rows, cols)
        Patches, finite.

    Returns
    -------
    ndarray of bool, shape (n,)
        Whether a patch isn't constant.
    """
    shows: NDArray[np.bool_] = images.min(axis=(1, 2)) < images.max(axis=(1, 2))
    return shows


def _about_constant(images: NDArray[np.float32], names: Sequence[str]) -> list[str]:
    constant = ~varied(images)
    if not constant.any():
        return []
    listed = _listed([name for name, is_one in zip(names, constant, strict=True) if is_one])
    return [f"{listed}: constant, all pixels of a patch are the same"]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
