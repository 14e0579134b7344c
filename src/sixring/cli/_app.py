"""The command line: its verbs, one line each, and how it starts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from sixring.cli._console import print_note
from sixring.cli._guard import EXIT_USAGE, guarded
from sixring.cli.classify import classify
from sixring.cli.demo import demo
from sixring.cli.detect import detect
from sixring.cli.evaluate import evaluate
from sixring.cli.limit import limit
from sixring.cli.models import models
from sixring.cli.simulate import simulate
from sixring.cli.study import study
from sixring.cli.train import train

__all__ = ["app", "main"]

app = typer.Typer(
    name="sixring",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        import sixring

        typer.echo(f"sixring {sixring.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Find, name and count the defects in atomic-resolution micrographs of graphene."""


app.command()(guarded(detect))
app.command()(guarded(demo))
app.add_typer(simulate)
app.command()(guarded(train))
app.command()(guarded(classify))
app.command()(guarded(evaluate))
app.command()(guarded(models))
app.command()(guarded(limit))
app.command()(guarded(study))


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line.

    Parameters
    ----------
    args : sequence of str, optional
        What follows ``sixring``; from the process where it isn't given.

    Raises
    ------
    SystemExit
        Always. The code is 0 when all is done, 1 when some inputs were refused or failed,
        2 for wrong usage and 130 after an interrupt.
    """
    try:
        # A verb that comes to its end returns None; another code is that of its Exit.
        code = app(args, prog_name="sixring", standalone_mode=False) or 0
    except typer.TyperException as error:
        print_note(f"{error.format_message().rstrip('.')}: see sixring --help")
        code = EXIT_USAGE
    sys.exit(code)
