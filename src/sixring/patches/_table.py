"""Tables that say what is known about patches: groups.csv of a user, patches.csv of a data set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sixring.errors import ReadError, UsageError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "details", "group_column", "read_columns"]

_GROUP = ("group", "micrograph")
_NAMES = {"defect": "defect", "mode": "mode", "split": "split"}
_NUMBERS = {"dose": "dose", "sampling_A": "sampling"}
COLUMNS = frozenset({*_GROUP, *_NAMES, *_NUMBERS})
"""What is taken from a table, if it is there."""


def read_columns(
    path: Path, files: NDArray[np.str_], indices: NDArray[np.int64]
) -> dict[str, NDArray[np.str_]]:
    """Read a table and bring its rows into the order of the patches.

    Parameters
    ----------
    path : Path
        CSV with a column ``file``: the path below the data folder, or the bare name. A file
        with several rows has a column ``index`` too; one row alone holds for all its patches.
    files : ndarray of str
        Of each patch, shape (n,).
    indices : ndarray of int
        Which patch of its file each is, shape (n,).

    Returns
    -------
    dict of ndarray of str
        Each of the table's columns, shape (n,).

    Raises
    ------
    ReadError
        If the table can't be read.
    UsageError
        If a column is missing, or a patch has no row, or two.
    """
    table = _read(path)
    rows: dict[str, dict[str, int]] = {}
    stated = table["index"] if "index" in table.columns else [""] * len(table)
    for row, (file, index) in enumerate(zip(table["file"], stated, strict=True)):
        of_file = rows.setdefault(file.replace("\\", "/"), {})
        if index in of_file:
            which = f"index {index} of {file}" if index else file
            raise UsageError(f"{path}: two rows for {which}: keep one")
        of_file[index] = row
    order = [
        _row(rows, str(file), int(index), path) for file, index in zip(files, indices, strict=True)
    ]
    return {str(name): np.array(table[name].iloc[order], dtype=np.str_) for name in table.columns}


def _read(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    except FileNotFoundError as error:
        raise ReadError(f"{path}: no such table: check the name") from error
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ReadError(f"{path}: can't be read as CSV ({reason}): check the file") from error
    # Rows that end early leave what is missing empty.
    table = table.rename(columns=str.strip).fillna("")
    if "file" not in table.columns:
        raise UsageError(
            f"{path}: no column 'file', only {', '.join(map(str, table.columns))}: "
            "the columns are file, index (where a file has several patches) and group"
        )
    return table


def _row(rows: Mapping[str, Mapping[str, int]], file: str, index: int, path: Path) -> int:
    of_file = rows.get(file) or rows.get(file.rpartition("/")[2])
    if of_file is None:
        raise UsageError(f"{path}: no row for {file}: add one for each file")
    if len(of_file) == 1:
        return next(iter(of_file.values()))
    if str(index) not in of_file:
        raise UsageError(f"{path}: no row for index {index} of {file}: add one for each patch")
    return of_file[str(index)]


def group_column(columns: Mapping[str, NDArray[Any]], source: Path) -> NDArray[np.str_] | None:
    """Return the group of each patch, from ``group`` or ``micrograph``; None without either.

    Raises
    ------
    UsageError
        If a patch's group is empty.
    """
    name = next((name for name in _GROUP if name in columns), None)
    if name is None:
        return None
    groups = np.asarray(columns[name]).astype(np.str_)
    empty = int(np.count_nonzero(groups == ""))
    if empty:
        raise UsageError(f"{source}: {empty} patches have no {name}: fill in the column")
    return groups


def details(columns: Mapping[str, NDArray[Any]], source: Path) -> dict[str, NDArray[Any]]:
    """Return the columns that a patch set keeps, numbers as such (NaN where empty).

    Raises
    ------
    UsageError
        If what should be a number isn't.
    """
    kept: dict[str, NDArray[Any]] = {
        ours: np.asarray(columns[theirs]).astype(np.str_)
        for theirs, ours in _NAMES.items()
        if theirs in columns
    }
    for theirs, ours in _NUMBERS.items():
        if theirs not in columns:
            continue
        column = np.asarray(columns[theirs])
        if column.dtype.kind == "U":
            column = np.where(column == "", "nan", column)
        try:
            kept[ours] = column.astype(np.float64)
        except ValueError as error:
            raise UsageError(
                f"{source}: the column {theirs} must hold numbers ({error}): correct it"
            ) from error
    return kept
