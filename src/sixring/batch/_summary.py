"""The table over all inputs of a folder, ``summary.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from sixring.errors import UsageError
from sixring.report import SUMMARY_COLUMNS

__all__ = ["Row", "read_summary", "summary_csv"]

Row = dict[str, str | float | int | None]
"""One input: a value for each of :data:`sixring.report.SUMMARY_COLUMNS`, None where unknown."""


def summary_csv(rows: Iterable[Row]) -> str:
    """Write the table as text, numbers with six significant digits."""
    text = io.StringIO()
    writer = csv.DictWriter(text, SUMMARY_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue()


def read_summary(path: Path) -> list[Row]:
    """Read a table that :func:`summary_csv` wrote; there are no rows where there is no file.

    Raises
    ------
    UsageError
        If something else is there, which must not be lost.
    """
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        try:
            ours = tuple(reader.fieldnames or ()) == SUMMARY_COLUMNS
        except (csv.Error, UnicodeDecodeError):
            ours = False
        if not ours:
            raise UsageError(f"{path} wasn't written by sixring: choose another output folder")
        return [{key: value or None for key, value in row.items()} for row in reader]


def _cell(value: str | float | int | None) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
