"""A large image in overlapping parts, each with all that its middle depends on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

__all__ = ["Tile", "tiles"]


@dataclass(frozen=True)
class Tile:
    """A part of an image."""

    core: tuple[slice, slice]
    """Rows and columns that belong to this tile alone."""
    shown: tuple[slice, slice]
    """The core and its surroundings, as far as the image goes."""


def tiles(shape: tuple[int, int], *, core: int, margin: int, multiple: int) -> Iterator[Tile]:
    """Divide an image into tiles.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the image, multiples of `multiple`.
    core : int
        Most rows and columns of a core. All are about equally large, so that no sliver is left
        that costs as much as its surroundings.
    margin : int
        Rows and columns round a core that are shown at least, but for the edges of the image.
    multiple : int
        Where cores and what is shown begin and end.

    Yields
    ------
    Tile
        By rows; the cores cover the image, each pixel once.
    """
    around = multiple * math.ceil(margin / multiple)
    along = [_parts(length // multiple, core // multiple) for length in shape]
    for spans in product(*along):
        cores, shown = [], []
        for (start, stop), length in zip(spans, shape, strict=True):
            start, stop = start * multiple, stop * multiple
            cores.append(slice(start, stop))
            shown.append(slice(max(start - around, 0), min(stop + around, length)))
        yield Tile((cores[0], cores[1]), (shown[0], shown[1]))


def _parts(length: int, most: int) -> list[tuple[int, int]]:
    """Divide a length into as few parts as there can be, all about equally long."""
    number = math.ceil(length / most)
    ends = [k * length // number for k in range(number + 1)]
    return list(pairwise(ends))
