"""Files of a trained network, read with care."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sixring.errors import ReadError

__all__ = ["Digest", "content_of"]


@dataclass(frozen=True)
class Digest:
    """What a file holds, so that it can't be another than the one that was saved."""

    size: int
    """In bytes."""
    sha256: str
    """In hexadecimal digits."""

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Return that of some bytes."""
        return cls(len(content), hashlib.sha256(content).hexdigest())


def content_of(path: Path, *, largest: int, what: str) -> bytes:
    """Read a file, if it is one and no larger than such a file can be.

    Parameters
    ----------
    path : Path
        The file.
    largest : int
        Most bytes that are read.
    what : str
        What the folder is that should hold it, for the message.

    Returns
    -------
    bytes
        All of it.

    Raises
    ------
    ReadError
        If it is missing, too large, or can't be read.
    """
    try:
        if not path.is_file():
            raise ReadError(f"{path}: is missing: name the folder of {what}")
        if path.stat().st_size > largest:
            raise ReadError(f"{path}: is larger than any that sixring writes")
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(f"{path}: can't be read ({reason}): check the file") from error
