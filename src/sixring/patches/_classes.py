"""A folder of labelled patches: which files lie under which label."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from sixring.errors import UsageError
from sixring.io import find_inputs
from sixring.patches._patch_set import DEFECT, PERFECT

__all__ = ["class_files"]

_FOLDERS = {"perfect": PERFECT, "defect": DEFECT}
_SIMILAR = 0.6
_MOST_LISTED = 5


def class_files(folder: Path) -> dict[int, list[Path]]:
    """Find the files of each class.

    Parameters
    ----------
    folder : Path
        With a folder ``perfect`` and, but for one-class models, ``defect`` in it.

    Returns
    -------
    dict
        Label to files, in their natural order.

    Raises
    ------
    UsageError
        If there is no such folder, no ``perfect`` in it, a class without a file, or a folder
        whose name looks like a misspelt label.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder: check the name")
    inside = sorted(path.name for path in folder.iterdir() if path.is_dir())
    for name in inside:
        meant = get_close_matches(name.casefold(), _FOLDERS, n=1, cutoff=_SIMILAR)
        if name not in _FOLDERS and meant and meant[0] not in inside:
            raise UsageError(
                f"{folder}: its folder {name!r} isn't read, but looks like {meant[0]!r}: rename it"
            )
    if "perfect" not in inside:
        raise UsageError(
            f"{folder}: no folder 'perfect' in it, found {_found(folder, inside)}: put perfect "
            "patches into 'perfect' and those with a defect into 'defect'"
        )
    return {
        label: find_inputs([folder / name]) for name, label in _FOLDERS.items() if name in inside
    }


def _found(folder: Path, inside: list[str]) -> str:
    if inside:
        more = len(inside) - _MOST_LISTED
        listed = ", ".join(repr(name) for name in inside[:_MOST_LISTED])
        return f"the folders {listed}" + (f" and {more} more" if more > 0 else "")
    files = sum(path.is_file() for path in folder.iterdir())
    return f"{files} files and no folder" if files else "nothing"
