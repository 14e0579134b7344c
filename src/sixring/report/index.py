"""The index page over many inputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple
from urllib.parse import quote

from sixring.report.statistics import SUMMARY_COLUMNS, Density, density
from sixring.report.templating import render

__all__ = ["write_index"]

_STATUSES = ("ok", "refused", "failed")


class _Entry(NamedTuple):
    """One input."""

    file: str
    status: str
    reason: str
    mode: str
    folder: str
    """Relative address of its results, quoted; empty where there are none."""
    numbers: Mapping[str, float | None]
    """Its columns that are numbers."""


class _Totals(NamedTuple):
    inputs: int
    of_status: Mapping[str, int]
    area: float
    defects: int
    density: Density | None


def write_index(
    rows: Sequence[Mapping[str, object]], path: Path, folders: Sequence[str] | None = None
) -> None:
    """Write a page that lists many inputs and links to their reports.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of ``summary.csv``: every column of :data:`SUMMARY_COLUMNS`, numbers as such or
        as text, empty, None or NaN where there is none.
    path : Path
        The file to write; an existing one is replaced.
    folders : sequence of str, optional
        Where each input's ``report.html`` and ``overlay.png`` lie, relative to `path`; the stem
        of its file, if None.

    Raises
    ------
    ValueError
        If a row lacks a column or holds a number that can't be read, or if there aren't as many
        folders as rows.
    """
    if folders is None:
        folders = [PurePath(str(row.get("file", ""))).stem for row in rows]
    if len(folders) != len(rows):
        raise ValueError(f"{len(rows)} rows need as many folders, not {len(folders)}")
    entries = [_entry(row, folder) for row, folder in zip(rows, folders, strict=True)]
    page = render("index.html", entries=entries, totals=_totals(entries), statuses=_STATUSES)
    path.write_text(page, encoding="utf-8")


def _entry(row: Mapping[str, object], folder: str) -> _Entry:
    missing = [column for column in SUMMARY_COLUMNS if column not in row]
    if missing:
        raise ValueError(f"a row of the summary has no column {missing[0]!r}: {dict(row)}")
    text = {column: _text(row[column]) for column in ("file", "status", "reason", "mode")}
    numbers = {column: _number(row, column) for column in SUMMARY_COLUMNS if column not in text}
    address = quote(folder, safe="/") if text["status"] == "ok" else ""
    return _Entry(**text, folder=address, numbers=numbers)


def _text(value: object) -> str:
    """Return a cell as text; tables that were read back hold NaN where a cell is empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)


def _number(row: Mapping[str, object], column: str) -> float | None:
    text = _text(row[column]).strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(
            f"{column} of {row['file']} in the summary isn't a number: {text!r}"
        ) from error


def _totals(entries: Sequence[_Entry]) -> _Totals:
    area = sum(entry.numbers["clear_area_nm2"] or 0.0 for entry in entries)
    defects = int(sum(entry.numbers["n_defects"] or 0 for entry in entries))
    return _Totals(
        inputs=len(entries),
        of_status={
            status: sum(entry.status == status for entry in entries) for status in _STATUSES
        },
        area=area,
        defects=defects,
        density=density(defects, area),
    )
