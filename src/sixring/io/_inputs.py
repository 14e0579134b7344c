"""From what the user names on the command line to the files that are meant."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from sixring.errors import UsageError
from sixring.io._formats import INPUT_SUFFIXES

__all__ = ["find_inputs"]

_DIGITS = re.compile(r"(\d+)")


def find_inputs(paths: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """Expand files, folders and globs into files.

    A folder stands for the images right in it (folders within aren't searched, hidden files are
    left out), a glob for the images that match, where ``**`` matches folders within. Where an
    EMI file lies beside its SER files, both stand for the same data and only the SER files are
    taken. A file that is named is always taken, whatever its suffix.

    Parameters
    ----------
    paths : sequence of str or path
        In the order that is kept; within a folder or glob ``image_2`` comes before ``image_10``.

    Returns
    -------
    list of Path
        Each file once.

    Raises
    ------
    UsageError
        If nothing is given, a path doesn't exist, a glob matches no image or a folder has none.
    """
    if not paths:
        raise UsageError("no input: give files, folders or globs")
    found: dict[str, Path] = {}
    for path in paths:
        for file in _expand(os.fspath(path)):
            found.setdefault(os.path.realpath(file), file)
    return list(found.values())


def _expand(text: str) -> list[Path]:
    path = Path(text)
    # Names may have brackets in them, so a file that exists is no glob.
    if path.is_dir():
        files = _images(path.iterdir())
        if not files:
            raise UsageError(
                f"{text}: no image in this folder (folders within aren't searched): "
                f"the kinds that are read are {' '.join(sorted(INPUT_SUFFIXES))}"
            )
        return files
    if path.exists():
        return [path]
    if not glob.has_magic(text):
        raise UsageError(f"{text}: no such file or folder: check the name")
    files = _images(Path(match) for match in glob.glob(text, recursive=True))
    if not files:
        raise UsageError(f"{text}: no image matches: check the pattern and the suffix")
    return files


def _images(candidates: Iterable[Path]) -> list[Path]:
    files = [
        path
        for path in candidates
        if path.suffix.lower() in INPUT_SUFFIXES
        and not path.name.startswith(".")
        and path.is_file()
    ]
    parents = {
        path.with_name(path.stem.rpartition("_")[0])
        for path in files
        if path.suffix.lower() == ".ser"
    }
    return sorted(
        (
            path
            for path in files
            if path.suffix.lower() != ".emi" or path.with_suffix("") not in parents
        ),
        key=_natural,
    )


def _natural(path: Path) -> tuple[list[tuple[str, int]], str]:
    """Sort by name with numbers by value: image_2 before image_10."""
    pieces = _DIGITS.split(str(path).casefold())
    # Text and number alternate: each pair is a text and the number after it.
    pairs = [
        (text, int(number) if number else -1)
        for text, number in zip(pieces[::2], [*pieces[1::2], ""], strict=True)
    ]
    return pairs, str(path)
