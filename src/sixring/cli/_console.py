"""What the verbs show: results on stdout, progress and notes on stderr."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

__all__ = ["RunProgress", "print_line", "print_note", "print_table"]

# Wide enough for every column where the output is a file or a pipe, which have no width.
_PIPE_WIDTH = 200


def _stdout() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


def print_line(text: str = "") -> None:
    """Write a line on stdout as it is, however long."""
    _stdout().print(text, markup=False, soft_wrap=True)


def print_note(message: str) -> None:
    """Write an error or a remark on stderr, as one line."""
    typer.echo(f"sixring: {' '.join(message.split())}", err=True)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table on stdout."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    _stdout().print(table, markup=False)


class RunProgress:
    """A bar on stderr over a run's files or patches; where stderr is no terminal there is none."""

    def __init__(self, total: int, *, quiet: bool, doing: str = "detecting") -> None:
        console = Console(stderr=True)
        self.shown = console.is_terminal and not quiet
        """Whether there is a bar."""
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,  # results stay on stdout
            redirect_stderr=False,
            disable=not self.shown,
        )
        self._task = self._bar.add_task(doing, total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def advance(self) -> None:
        """Count one file as done."""
        self._bar.advance(self._task)

    def reach(self, done: int) -> None:
        """Show that so many are done."""
        self._bar.update(self._task, completed=done)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the bar away while something is printed."""
        self._bar.stop()
        yield
        self._bar.start()
