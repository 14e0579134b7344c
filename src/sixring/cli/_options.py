"""The options that verbs share, each declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Debug", "Jobs", "Out", "Overwrite", "Quiet", "Seed"]

Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder for the results; made if need be.")
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace results that are there already.")
]
Jobs = Annotated[
    int, typer.Option("--jobs", metavar="N", help="Number of files worked on at once.")
]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="N", help="Seed of all random numbers, where there are any."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error came from.")]
