"""A look through a safetensors file: a header in JSON, then numbers, and nothing else."""

from __future__ import annotations

import math

from sixring.errors import ReadError
from sixring.graphs import SchemaError, read_json, shown

__all__ = ["check_weights"]

_LENGTH = 8
"""Bytes that say how long the header is."""
_BYTES_OF = {"F64": 8, "F32": 4, "I64": 8, "I32": 4}
"""Bytes of a number, for what weights are made of."""


def check_weights(content: bytes, source: str) -> None:
    """Refuse what isn't a safetensors file of numbers.

    Parameters
    ----------
    content : bytes
        The file.
    source : str
        Its name, for the message.

    Raises
    ------
    ReadError
        If the header isn't JSON, or its tensors don't fill the file one after the other.
    """
    try:
        _check(content)
    except SchemaError as error:
        raise ReadError(
            f"{source}: is no safetensors file ({error}): train the model again"
        ) from error


def _check(content: bytes) -> None:
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "little")
    if len(content) < _LENGTH or end > len(content):
        raise SchemaError("its header ends beyond the file")
    header = read_json(content[_LENGTH:end])
    if not isinstance(header, dict):
        raise SchemaError("its header is no object")
    spans = sorted(_span(name, entry) for name, entry in header.items() if name != "__metadata__")
    reached = 0
    for first, last, name in spans:
        if first != reached:
            raise SchemaError(f"{shown(name)} doesn't begin where the tensor before it ends")
        reached = last
    if end + reached != len(content):
        raise SchemaError("its tensors don't fill it")


def _span(name: str, entry: object) -> tuple[int, int, str]:
    """Return where a tensor begins and ends, if it is as long as its shape says."""
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(first), int(last)]}:
            sides = [side for side in shape if type(side) is int and side >= 0]
            width = _BYTES_OF.get(dtype, 0)
            if len(sides) == len(shape) and last - first == math.prod(sides) * width > 0:
                return first, last, name
    raise SchemaError(f"{shown(name)} is no tensor of numbers")
