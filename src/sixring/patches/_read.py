"""Folders, files and arrays of patches."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.io import find_inputs
from sixring.patches._classes import class_files
from sixring.patches._patch_set import DEFECT, PERFECT, PatchSet
from sixring.patches._stack import Stack, read_stack
from sixring.patches._table import COLUMNS, details, group_column, read_columns

__all__ = ["read_inputs", "read_patches"]

_ARRAYS = "patches.npz"
_TABLE = "patches.csv"
_FEWEST = 2
"""Patches of a class: one to learn from, one to be judged."""
_UNKNOWN = -1
_LABELS = {"perfect": PERFECT, "defect": DEFECT}


def read_patches(
    folder: str | os.PathLike[str], *, groups: str | os.PathLike[str] | None = None
) -> PatchSet:
    """Read labelled patches.

    Parameters
    ----------
    folder : str or path
        A folder with the patches in ``perfect`` and ``defect`` (or ``perfect`` alone): images
        or arrays of any kind that `sixring.read` takes, a stack of images standing for as many
        patches, all of one size. A table ``patches.csv`` beside them gives groups and details.
        Or a folder with one array file ``patches.npz``, or that file: ``images`` of shape
        (n, rows, cols), ``labels`` (0 perfect, 1 defect, others are left out), and the columns
        of the table.
    groups : str or path, optional
        CSV with columns ``file`` (path below `folder`, or bare name), ``index`` where a file has
        several patches, and ``group``: the micrograph or session. It goes before the others.

    Returns
    -------
    PatchSet
        In the order of the files, perfect ones first, or in that of the array.

    Raises
    ------
    UsageError
        If there is no such folder, a class is missing or has fewer than two patches, or a table
        doesn't fit the patches.
    ReadError
        If a file can't be read; pickled objects never are.
    ImageError
        If a file holds no patches: not finite, complex, coloured, too small or of another size.
    """
    folder = Path(folder)
    arrays = folder / _ARRAYS
    if folder.suffix.lower() == ".npz" and folder.is_file():
        patches = _from_arrays(folder)
    elif arrays.is_file() and not (folder / "perfect").is_dir():
        patches = _from_arrays(arrays)
    else:
        patches = _from_folders(folder)
    _require_enough(patches, folder)
    return patches if groups is None else _grouped(patches, Path(groups))


def read_inputs(paths: Sequence[str | os.PathLike[str]]) -> PatchSet:
    """Read patches whose labels aren't known.

    Parameters
    ----------
    paths : sequence of str or path
        Files, folders and globs, of all kinds that `sixring.read` takes; a stack of images
        stands for as many patches. All are of one size.

    Returns
    -------
    PatchSet
        Without labels; the group of a patch is its file. Among the details is ``sampling``, NaN
        where a file doesn't state it.

    Raises
    ------
    UsageError
        If a path doesn't exist or a folder has no image.
    ReadError
        If a file can't be read; pickled objects never are.
    ImageError
        If a file holds no patches: not finite, complex, coloured, too small or of another size.
    """
    files = find_inputs(paths)
    stack = read_stack(files, [str(file) for file in files])
    patches = _patch_set(stack, None, {}, Path())
    return replace(patches, details={**patches.details, "sampling": stack.samplings})


def _from_folders(folder: Path) -> PatchSet:
    files = class_files(folder)
    listed = [file for of_class in files.values() for file in of_class]
    stack = read_stack(listed, [file.relative_to(folder).as_posix() for file in listed])
    table = folder / _TABLE
    columns = read_columns(table, stack.files, stack.indices) if table.is_file() else {}
    labels = np.array([_LABELS[file.partition("/")[0]] for file in stack.files], np.int8)
    return _patch_set(stack, labels, columns, table)


def _from_arrays(path: Path) -> PatchSet:
    stack = read_stack([path], [path.name])
    with np.load(path, allow_pickle=False) as archive:
        columns: dict[str, NDArray[Any]] = {
            name: archive[name] for name in archive.files if name in {"labels", *COLUMNS}
        }
    if "labels" not in columns:
        raise UsageError(f"{path}: no array 'labels' in it: add one with 0 perfect, 1 defect")
    for name, column in columns.items():
        if column.shape != stack.indices.shape:
            raise UsageError(
                f"{path}: {name!r} has the shape {column.shape} for {len(stack.images)} patches: "
                "give one value for each"
            )
    table = path.with_name(_TABLE)
    if table.is_file():
        columns = {**read_columns(table, stack.files, stack.indices), **columns}
    labels = _labels(columns["labels"])
    patches = _patch_set(stack, labels, columns, path)
    known = labels != _UNKNOWN
    if known.all():
        return patches
    note = f"{path}: {np.count_nonzero(~known)} patches are labelled neither way and were left out"
    return replace(patches.take(known), notes=(*patches.notes, note))


def _labels(column: NDArray[Any]) -> NDArray[np.int8]:
    """Read labels, numbers or words."""
    words = dict.fromkeys((PERFECT, DEFECT)) if column.dtype.kind in "biuf" else _LABELS
    labels = np.full(column.shape, _UNKNOWN, np.int8)
    for label, word in zip((PERFECT, DEFECT), words, strict=True):
        labels[column == word] = label
    return labels


def _patch_set(
    stack: Stack,
    labels: NDArray[np.int8] | None,
    columns: Mapping[str, NDArray[Any]],
    source: Path,
) -> PatchSet:
    groups = group_column(columns, source)
    return PatchSet(
        images=stack.images,
        labels=labels,
        groups=stack.files if groups is None else groups,
        names=stack.names,
        details={"file": stack.files, "index": stack.indices, **details(columns, source)},
        notes=stack.notes,
    )


def _grouped(patches: PatchSet, table: Path) -> PatchSet:
    columns = read_columns(table, patches.details["file"], patches.details["index"])
    groups = group_column(columns, table)
    if groups is None:
        raise UsageError(
            f"{table}: no column 'group', only {', '.join(columns)}: "
            "add one with the micrograph or session of each file"
        )
    return replace(patches, groups=groups)


def _require_enough(patches: PatchSet, source: Path) -> None:
    for name, label in _LABELS.items():
        count = int(np.count_nonzero(patches.labels == label))
        if count < _FEWEST and (count or label == PERFECT):
            raise UsageError(
                f"{source}: number of {name} patches {count}: at least {_FEWEST} are needed"
            )
