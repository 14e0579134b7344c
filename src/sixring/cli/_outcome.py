"""What the terminal shows of one file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from sixring.cli._console import print_line, print_note, print_table

if TYPE_CHECKING:
    from pathlib import Path

    from sixring.batch import Outcome, Row

__all__ = ["print_problem", "print_result"]

# More than this is for the report; the terminal gives a first look.
_MOST_ROWS = 20
_SHOWN = ("id", "name", "probability", "row_px", "col_px", "rings", "missing_atoms", "dopants")
_DECIMALS = {"probability": 2, "row_px": 1, "col_px": 1}


def print_result(name: str, row: Row, folder: Path, warnings: Sequence[str]) -> None:
    """Print what was understood and found in an image, and where its report is."""
    for warning in warnings:
        print_note(f"warning: {name}: {warning}")
    print_line(f"{name}: {row['mode']}, {row['sampling_A']:.4g} A/px")
    print_line(_finding(row))
    _print_defects(folder / "defects.csv")
    print_line(f"report: {folder / 'report.html'}")


def print_problem(outcome: Outcome, *, debug: bool) -> None:
    """Print in one line why a file has no results."""
    if debug and outcome.traceback:
        typer.echo(outcome.traceback, err=True)
    reason = str(outcome.row["reason"])
    if str(outcome.source) not in reason:
        reason = f"{outcome.source}: {reason}"
    print_note(f"{outcome.status}: {reason}")


def _print_defects(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        return
    first = rows[:_MOST_ROWS]
    print_table(_SHOWN, ([_cell(column, row[column]) for column in _SHOWN] for row in first))
    if len(rows) > _MOST_ROWS:
        print_line(f"... and {len(rows) - _MOST_ROWS} more in {table}")


def _finding(row: Row) -> str:
    count = "1 defect" if row["n_defects"] == 1 else f"{row['n_defects']} defects"
    if row["density_per_nm2"] is None:
        return f"{count}; nothing of the image is clear enough for a density"
    return (
        f"{count} in {row['clear_area_nm2']:.3g} nm2 of clear area: "
        f"{row['density_per_nm2']:.2g} per nm2 "
        f"(95 % interval {row['density_low']:.2g} to {row['density_high']:.2g})"
    )


def _cell(column: str, text: str) -> str:
    if column in _DECIMALS:
        return f"{float(text):.{_DECIMALS[column]}f}"
    return text
