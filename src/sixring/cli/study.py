"""``sixring study``: the founding report remade, and finished."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import typer

from sixring.cli._console import RunProgress, print_line, print_note, print_table
from sixring.cli._needs import require_training
from sixring.cli._options import Debug, Overwrite, Quiet, Seed

__all__ = ["study"]

_SHOWN = ("challenge", "autoencoder")
"""The questions whose results are printed: what each model reaches on all patches."""


def study(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the study; made if need be.")
    ],
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Fewer patches and shorter trainings: minutes instead of hours, and numbers "
            "that are worth less.",
        ),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Number of processes; one for each core where it isn't given."
        ),
    ] = None,
    overwrite: Overwrite = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Remake the study that sixring grew from, and finish it.

    Five networks, told perfect 48 x 48 patches from those with a defect: the figures of the
    report, labelled as there, and what it left undone. Writes DIR/study.html, which needs nothing
    beside it, DIR/study.json with all numbers, and DIR/figures/. Stopped and started again, it
    goes on where it was.

    Example: sixring study --out study --quick
    """
    require_training("the networks of the study")
    from sixring.study import FULL, QUICK, run_study, steps

    scale = QUICK if quick else FULL
    total, done = steps(scale, seed), count(1)
    with RunProgress(total, quiet=quiet, doing="study") as bar:

        def tell(step: str) -> None:
            bar.advance()
            number = next(done)
            # Hours are long for whoever looks into a log.
            if not (bar.shown or quiet):
                print_note(f"{number} of {total}: {step}")

        document = run_study(
            out,
            scale,
            seed=seed,
            jobs=_cores() if jobs is None else jobs,
            overwrite=overwrite,
            progress=tell,
        )
    if quiet:
        return
    rows = [
        (row["model"], row["score"], row["auc"], row["seeds"])
        for row in document["results"]
        if row["question"] in _SHOWN
    ]
    print_table(
        ("model", "score", "AUC", "95 % interval", "trainings"),
        [
            (model, score, f"{auc['value']:.3f}", _interval(auc), str(len(seeds)))
            for model, score, auc, seeds in rows
        ],
    )
    print_line(f"study: {out / 'study.html'}")
    print_line(f"numbers: {out / 'study.json'}")


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _interval(auc: Mapping[str, Any]) -> str:
    if auc["low"] is None or auc["high"] is None:
        return ""
    return f"{auc['low']:.3f} to {auc['high']:.3f}"
