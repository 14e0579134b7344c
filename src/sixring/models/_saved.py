"""A trained model as its graph, and as a folder of plain files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import ReadError, UsageError
from sixring.graphs import (
    ANY_SIZE,
    INPUT,
    OUTPUT_PREFIX,
    Digest,
    Runtime,
    SchemaError,
    check_graph,
    content_of,
    read_json,
    read_record,
    shown,
)
from sixring.io import folder_appears_whole
from sixring.models._card import card
from sixring.models._description import FORMAT, Description
from sixring.models._images import as_patches
from sixring.models._registry import MODELS
from sixring.models._weights import check_weights

__all__ = ["SavedModel"]

_DOCUMENT, _GRAPH, _WEIGHTS, _CARD = "model.json", "model.onnx", "weights.safetensors", "CARD.md"
_LARGEST = {_DOCUMENT: 2**20, _GRAPH: 2**30, _WEIGHTS: 2**30, _CARD: 2**20}
"""Most bytes of each file that are read."""


@dataclass(frozen=True)
class _Document:
    """The contents of ``model.json``."""

    format: int
    model: Description
    files: Mapping[str, Digest]


class SavedModel:
    """A trained model that scores patches; PyTorch isn't needed.

    Parameters
    ----------
    description : Description
        What is known about it.
    graph : bytes
        The network as ONNX.
    weights : bytes
        Its numbers as safetensors, for whoever wants the network itself.
    folder : path, optional
        Where it was read from, for messages.

    Raises
    ------
    ReadError
        If the graph or the weights are damaged, or might do more than compute.
    """

    def __init__(
        self,
        description: Description,
        graph: bytes,
        weights: bytes,
        folder: str | PathLike[str] = "",
    ) -> None:
        self.description = description
        """What is known about it."""
        self.graph = graph
        """The network as ONNX."""
        self.weights = weights
        """Its numbers as safetensors."""
        self._source = Path(folder) / _GRAPH
        check_graph(graph, str(self._source))
        check_weights(weights, str(Path(folder) / _WEIGHTS))

    def __reduce__(self) -> tuple[type[SavedModel], tuple[Description, bytes, bytes, Path]]:
        """Leave the runtime out where a copy goes to another process."""
        return type(self), (self.description, self.graph, self.weights, self._source.parent)

    def scores(self, images: ArrayLike) -> dict[str, NDArray[np.float32]]:
        """Compute every score that the model has.

        Parameters
        ----------
        images : array_like, shape (n, rows, cols)
            Patches of any real dtype, as they were recorded.

        Returns
        -------
        dict of ndarray, shape (n,)
            By name, the default first; higher where a defect is likelier.

        Raises
        ------
        UsageError
            If the patches can't be scored: see :meth:`outputs`.
        """
        return self.outputs(images, self.description.scores)

    def outputs(
        self, images: ArrayLike, names: tuple[str, ...] | None = None
    ) -> dict[str, NDArray[np.float32]]:
        """Compute outputs: scores, and views such as codes and reconstructions.

        Parameters
        ----------
        images : array_like, shape (n, rows, cols)
            Patches of any real dtype, as they were recorded.
        names : tuple of str, optional
            Which; all of them where it isn't given.

        Returns
        -------
        dict of ndarray
            Each with n along its first axis.

        Raises
        ------
        UsageError
            If the patches aren't finite real numbers of the model's shape, one is constant, or
            there is no such output.
        """
        known = (*self.description.scores, *self.description.views)
        names = known if names is None else names
        for name in names:
            if name not in known:
                raise UsageError(
                    f"{self.description.name} has no output {name!r}: choose from "
                    f"{', '.join(known)}"
                )
        patches = as_patches(images, None if self.any_size else self.description.shape)
        if not len(patches):
            raise UsageError("there are no patches to score: give at least one")
        return self._runtime.run(patches, names)

    @property
    def any_size(self) -> bool:
        """Whether patches of any size are scored, and not only such as it was trained on."""
        ((_, _, sides),), _ = self._runtime.signature
        return bool(sides[1:] == ANY_SIZE)

    @cached_property
    def _runtime(self) -> Runtime:
        runtime = Runtime(self.graph, str(self._source))
        inputs, outputs = runtime.signature
        fits = (
            len(inputs) == 1
            and inputs[0][:2] == (INPUT, "tensor(float)")
            and inputs[0][2][1:] in (self.description.shape, ANY_SIZE)
            and outputs
            == tuple(OUTPUT_PREFIX + n for n in (*self.description.scores, *self.description.views))
        )
        if not fits:
            raise ReadError(
                f"{self._source}: has other inputs or outputs than {_DOCUMENT} says: "
                "train the model again"
            )
        return runtime

    def write(self, folder: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model as a folder: it appears whole or not at all.

        Parameters
        ----------
        folder : str or path
            Where it shall appear.
        overwrite : bool, optional
            Whether a folder that is there may be replaced.

        Raises
        ------
        OutputError
            If the folder exists and `overwrite` is false, or can't be written.
        """
        files = {_GRAPH: self.graph, _WEIGHTS: self.weights}
        digests = {name: Digest.of(content) for name, content in files.items()}
        document = json.dumps(
            asdict(_Document(FORMAT, self.description, digests)), indent=2, allow_nan=False
        )
        with folder_appears_whole(folder, overwrite=overwrite) as part:
            for name, content in files.items():
                (part / name).write_bytes(content)
            (part / _DOCUMENT).write_text(document + "\n", encoding="utf-8")
            (part / _CARD).write_text(card(self.description), encoding="utf-8")

    @classmethod
    def read(cls, folder: str | PathLike[str]) -> Self:
        """Read a folder that :meth:`write` made; nothing in it is run.

        Parameters
        ----------
        folder : str or path
            The folder.

        Returns
        -------
        SavedModel
            The model.

        Raises
        ------
        ReadError
            If a file is missing, damaged, not what ``model.json`` says, or anything that
            sixring wouldn't have written.
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise ReadError(f"{folder}: is no folder: name the folder of a saved model")
        document = _read_document(folder)
        contents = {}
        for name in (_GRAPH, _WEIGHTS):
            contents[name] = _content(folder / name)
            if Digest.of(contents[name]) != document.files.get(name):
                raise ReadError(
                    f"{folder / name}: isn't the file that was saved with {_DOCUMENT}: "
                    "copy the folder again"
                )
        _check_card(folder / _CARD)
        model = cls(document.model, contents[_GRAPH], contents[_WEIGHTS], folder)
        model._runtime  # noqa: B018 - so that a bad graph is refused now
        return model


def _read_document(folder: Path) -> _Document:
    path = folder / _DOCUMENT
    try:
        document: Any = read_json(_content(path))
        version = document.get("format") if isinstance(document, dict) else None
        if type(version) is int and version > FORMAT:
            raise ReadError(
                f"{path}: has the format {version}, of which this version of sixring knows "
                f"nothing: update sixring"
            )
        record = read_record(_Document, document, "model.json")
        if record.format != FORMAT:
            raise SchemaError(f"model.json.format can't be {record.format}")
    except SchemaError as error:
        raise ReadError(
            f"{path}: doesn't describe a model ({error}): train the model again"
        ) from error
    if record.model.name not in MODELS:
        raise ReadError(
            f"{path}: names the model {shown(record.model.name)}, and this version of sixring has "
            f"{', '.join(MODELS)}"
        )
    return record


def _check_card(path: Path) -> None:
    """Refuse a card that isn't for reading; people may leave it out, or write more into it."""
    if not path.exists():
        return
    try:
        is_text = "\0" not in _content(path).decode("utf-8")
    except UnicodeDecodeError:
        is_text = False
    if not is_text:
        raise ReadError(f"{path}: isn't text, as a card is: remove it, and mistrust the folder")


def _content(path: Path) -> bytes:
    return content_of(path, largest=_LARGEST[path.name], what="a saved model")
