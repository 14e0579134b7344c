"""The encoding of protocol buffers, read as far as a graph has to be looked through.

A message is a sequence of fields, each a key of number and type and then a value
(https://protobuf.dev/programming-guides/encoding).
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["WireError", "fields"]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_WIDTH = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10


class WireError(ValueError):
    """These bytes aren't a message."""


def fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Go through the fields of a message.

    Parameters
    ----------
    message : memoryview
        The encoded message.

    Yields
    ------
    number : int
        Which field it is.
    value : int or memoryview
        A whole number, or the bytes of a string, a nested message or a fixed-width number.

    Raises
    ------
    WireError
        If the bytes end too early or aren't a message.
    """
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, position = _varint(message, position)
            yield number, value
            continue
        if kind == _BYTES:
            length, position = _varint(message, position)
        elif kind in _WIDTH:
            length = _WIDTH[kind]
        else:
            raise WireError(f"field {number} has the unknown type {kind}")
        end = position + length
        if end > len(message):
            raise WireError(f"field {number} ends beyond the message")
        yield number, message[position:end]
        position = end


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    """Return a whole number of seven bits a byte, and where the next field begins."""
    value = 0
    for i in range(_LONGEST_VARINT):
        if position + i >= len(message):
            raise WireError("it ends within a number")
        byte = message[position + i]
        value |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            return value, position + i + 1
    raise WireError("a number is too long")
