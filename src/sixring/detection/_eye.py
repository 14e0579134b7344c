"""The trained network: from an image to what it says of each cell."""

from __future__ import annotations

from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sixring.detection._cells import CELL, HEADS, CellMaps
from sixring.detection._description import Description, read_description
from sixring.detection._tiles import tiles
from sixring.errors import ReadError
from sixring.graphs import (
    INPUT,
    OUTPUT_PREFIX,
    Digest,
    Runtime,
    SchemaError,
    check_graph,
    content_of,
)
from sixring.lattice import Canvas

__all__ = ["DOCUMENT", "GRAPH", "SHIPPED", "Eye", "TrainedEye", "eye_in"]

SHIPPED = Path(str(files("sixring").joinpath("data", "detector")))
"""The folder of the detector that the package carries."""

DOCUMENT, GRAPH = "detector.json", "detector.onnx"
"""Files of the folder."""
_CLASSES = ("rings", "atoms")
"""Heads whose channels are logits of classes."""
_LARGEST = {DOCUMENT: 2**20, GRAPH: 2**26}
"""Most bytes of each that are read."""
_CORE = 1024
"""Pixels along the side of a tile without its surroundings: the larger, the less is computed
twice, and the more memory it takes."""


class Eye(Protocol):
    """What sees rings, atoms and areas."""

    @property
    def description(self) -> Description:
        """What is known about it."""

    def maps(self, canvas: Canvas) -> CellMaps:
        """Say what is in a canonical image; a last row or column of half a cell is left out."""


class TrainedEye:
    """A network in a folder of plain files, which are read when it is first used.

    Parameters
    ----------
    folder : Path
        With ``detector.json`` and ``detector.onnx``.
    core : int, optional
        Pixels along the side of a tile without its surroundings.
    """

    def __init__(self, folder: Path, *, core: int = _CORE) -> None:
        self._folder = folder
        self._core = core

    @cached_property
    def description(self) -> Description:
        """What is known about it.

        Raises
        ------
        ReadError
            If the document is missing, or not one that this version can use.
        """
        path = self._folder / DOCUMENT
        try:
            return read_description(self._content(DOCUMENT))
        except SchemaError as error:
            raise ReadError(
                f"{path}: doesn't describe a detector ({error}): the folder is damaged"
            ) from error

    @cached_property
    def _runtime(self) -> Runtime:
        path = self._folder / GRAPH
        graph = self._content(GRAPH)
        if Digest.of(graph) != self.description.graph:
            raise ReadError(
                f"{path}: isn't the file that was saved with {DOCUMENT}: the folder is damaged"
            )
        check_graph(graph, str(path))
        runtime = Runtime(graph, str(path))
        inputs, outputs = runtime.signature
        named = tuple(OUTPUT_PREFIX + name for name in HEADS)
        if [given[0] for given in inputs] != [INPUT] or outputs != named:
            raise ReadError(
                f"{path}: has other inputs or outputs than a detector: the folder is damaged"
            )
        return runtime

    def _content(self, name: str) -> bytes:
        return content_of(self._folder / name, largest=_LARGEST[name], what="a detector")

    def maps(self, canvas: Canvas) -> CellMaps:
        """Say what is in an image, tile by tile.

        Parameters
        ----------
        canvas : Canvas
            As :func:`~sixring.detection._canonical.canonical` makes it.

        Returns
        -------
        CellMaps
            The same, to rounding, as if the image went through the network as a whole.

        Raises
        ------
        ReadError
            If the folder isn't that of a detector.
        """
        described, runtime = self.description, self._runtime
        rows, cols = canvas.image.shape
        multiple = described.multiple
        # Beyond its edge the network takes an image to be zero.
        image = np.pad(canvas.image, ((0, -rows % multiple), (0, -cols % multiple)))
        shape = (image.shape[0] // CELL, image.shape[1] // CELL)
        found = {
            name: np.empty((channels, *shape), np.float32)
            for name, channels in HEADS.items()
            if name != "area"
        }
        area = np.empty(shape, np.uint8)
        core = max(self._core // multiple, 1) * multiple
        for tile in tiles(
            (image.shape[0], image.shape[1]), core=core, margin=described.reach, multiple=multiple
        ):
            said = runtime.run(np.ascontiguousarray(image[tile.shown])[None], tuple(HEADS))
            there, here = _cells(tile.core), _within(tile.core, tile.shown)
            for name, into in found.items():
                values = said[name][0][:, *here]
                into[:, *there] = _softmax(values) if name in _CLASSES else values
            area[there] = said["area"][0][:, *here].argmax(axis=0)
        whole = np.s_[..., : rows // CELL, : cols // CELL]
        return CellMaps(area=area[whole], **{name: maps[whole] for name, maps in found.items()})


def _cells(pixels: tuple[slice, slice]) -> tuple[slice, slice]:
    down, across = (slice(part.start // CELL, part.stop // CELL) for part in pixels)
    return down, across


def _within(core: tuple[slice, slice], shown: tuple[slice, slice]) -> tuple[slice, slice]:
    """Return where the cells of a core are among those that are shown."""
    down, across = (
        slice((inner.start - outer.start) // CELL, (inner.stop - outer.start) // CELL)
        for inner, outer in zip(core, shown, strict=True)
    )
    return down, across


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities of classes along the first axis."""
    found: NDArray[np.float32] = logits - logits.max(axis=0)
    np.exp(found, out=found)
    found /= found.sum(axis=0)
    return found


@cache
def eye_in(folder: Path) -> TrainedEye:
    """Return the detector in a folder: it is read once for all images."""
    return TrainedEye(folder)
