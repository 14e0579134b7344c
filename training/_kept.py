"""Pieces of a stream: each follows from its number, and is kept in a file until it is used."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np

from sixring.io import file_appears_whole
from sixring.simulate._order import ahead, in_order

__all__ = ["Arrays", "kept", "kept_pieces", "read_arrays"]


class Arrays(Protocol):
    """A dataclass of which every field is an array."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Made = TypeVar("Made", bound=Arrays)


@dataclass(frozen=True)
class _Task(Generic[Made]):
    make: Callable[[int], Made]
    number: int
    path: Path


def kept_pieces(
    make: Callable[[int], Made], folder: Path, numbers: Iterable[int], *, jobs: int
) -> Generator[Path]:
    """Make pieces, some ahead of their use, and keep those that are there.

    Parameters
    ----------
    make : callable
        Makes the piece of a number: a dataclass of arrays. It can be pickled.
    folder : Path
        Where they are kept.
    numbers : iterable of int
        Which ones.
    jobs : int
        Number of processes that make them; with 0 a thread of this one does.

    Returns
    -------
    generator of Path
        The files in their order. Closing it ends the processes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tasks = (_Task(make, number, folder / f"{number:05d}.npz") for number in numbers)
    return ahead(in_order(_done, tasks, jobs), max(1, jobs))


def kept(make: Callable[[int], Made], number: int, path: Path) -> Path:
    """Write the piece of a number, unless it is there.

    Parameters
    ----------
    make : callable
        Makes it.
    number : int
        Its number.
    path : Path
        Where it is kept.

    Returns
    -------
    Path
        The same.
    """
    return _done(_Task(make, number, path))


def read_arrays(path: Path, kind: type[Made]) -> Made:
    """Read a piece that was kept.

    Parameters
    ----------
    path : Path
        Its file.
    kind : type
        The dataclass.

    Returns
    -------
    object
        Of that type.
    """
    with np.load(path, allow_pickle=False) as archive:
        return kind(**{name: archive[name] for name in kind.__dataclass_fields__})


def _done(task: _Task[Made]) -> Path:
    if not task.path.exists():
        piece = task.make(task.number)
        buffer = BytesIO()
        np.savez(buffer, **{name: getattr(piece, name) for name in piece.__dataclass_fields__})
        with file_appears_whole(task.path, overwrite=True) as new:
            new.write_bytes(buffer.getvalue())
    return task.path
