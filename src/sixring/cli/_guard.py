"""How errors end a command: one line on stderr and an exit code."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from sixring.cli._console import print_note
from sixring.errors import SixringError, UsageError

__all__ = ["EXIT_FAILED", "EXIT_INTERRUPTED", "EXIT_USAGE", "guarded"]

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

P = ParamSpec("P")


def guarded(verb: Callable[P, None]) -> Callable[P, None]:
    """Turn the exceptions of a verb into messages and exit codes.

    The verb has a keyword argument ``debug``, which adds the traceback.
    """

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            verb(*args, **kwargs)
        except (typer.Exit, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            print_note("interrupted: start the same command again to do what is missing")
            raise typer.Exit(EXIT_INTERRUPTED) from None
        except Exception as error:
            if kwargs["debug"]:
                traceback.print_exc()
            if isinstance(error, SixringError):
                print_note(str(error))
            else:
                advice = "" if kwargs["debug"] else "; --debug shows where"
                print_note(f"unexpected {type(error).__name__}: {error}{advice}")
            code = EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED
            raise typer.Exit(code) from None

    return run
