"""What is told of a training, line by line, and its table at the end."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from sixring.io import file_appears_whole

__all__ = ["say", "tell", "write_log"]


def tell(line: dict[str, float]) -> None:
    """Print the line of a piece."""
    say(", ".join(f"{name} {value:.4g}" for name, value in line.items()))


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def write_log(path: Path, columns: Sequence[str], log: Sequence[dict[str, float]]) -> None:
    """Write all lines as a table.

    Parameters
    ----------
    path : Path
        CSV file; what was there is replaced.
    columns : sequence of str
        Its columns. Not every line has to have all of them.
    log : sequence of dict
        The lines.

    Raises
    ------
    OutputError
        If it can't be written.
    ValueError
        If a line has another column.
    """
    with (
        file_appears_whole(path, overwrite=True) as part,
        part.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(log)
