"""``sixring detect``: find, name and count the defects in files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sixring.cli._console import RunProgress, print_line, print_note
from sixring.cli._guard import EXIT_FAILED
from sixring.cli._options import Debug, Jobs, Out, Overwrite, Quiet, Seed
from sixring.cli._outcome import print_problem, print_result

if TYPE_CHECKING:
    from sixring.batch import Batch, Outcome

__all__ = ["detect"]


def detect(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="Micrographs: files, folders or globs."),
    ],
    out: Out,
    sampling: Annotated[
        str | None,
        typer.Option(
            metavar="S",
            help="Length of a pixel, such as '11.2 pm', '0.0112 nm' or 0.112 (angstrom); from "
            "the file or the lattice where it isn't given.",
        ),
    ] = None,
    use_lattice_sampling: Annotated[
        bool,
        typer.Option(
            "--use-lattice-sampling",
            help="Replace the sampling that is given by the one that follows from the lattice.",
        ),
    ] = False,
    mode: Annotated[
        Literal["auto", "hrtem", "stem"], typer.Option(help="How the images were recorded.")
    ] = "auto",
    detector: Annotated[
        str,
        typer.Option(
            metavar="NAME|DIR",
            help="What finds the rings and atoms: learned, classical, or the folder of a trained "
            "network.",
        ),
    ] = "learned",
    min_probability: Annotated[
        float,
        typer.Option(metavar="P", help="Leave out defects below this probability, 0 to 1."),
    ] = 0.5,
    jobs: Jobs = 1,
    overwrite: Overwrite = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Find, name and count the defects in micrographs of graphene.

    Writes DIR/<name>/ for each input: defects.csv, rings.csv, atoms.csv, structure.extxyz,
    score.tif, overlay.png, report.html and result.json; and DIR/summary.csv and DIR/index.html
    over all of them. Started again, it does only what is missing.

    Example: sixring detect session/*.dm4 --out results --sampling "11.2 pm" --jobs 2
    """
    from sixring.batch import Batch, Settings
    from sixring.io import find_inputs
    from sixring.units import parse_sampling

    length = None if sampling is None else parse_sampling(sampling)
    if length is not None and not quiet:
        print_note(f"the sampling {sampling} is {length:g} A/px")
    batch = Batch(
        find_inputs(inputs),
        out,
        Settings(
            sampling=length,
            mode=None if mode == "auto" else mode,
            detector=detector,
            min_probability=min_probability,
            lattice_sampling=use_lattice_sampling,
        ),
        overwrite=overwrite,
    )
    outcomes = _run(batch, jobs, quiet=quiet, debug=debug)
    if not quiet:
        _print_totals(batch, outcomes, out)
    if any(outcome.status != "ok" for outcome in outcomes):
        raise typer.Exit(EXIT_FAILED)


def _run(batch: Batch, jobs: int, *, quiet: bool, debug: bool) -> Sequence[Outcome]:
    outcomes = []
    with (
        closing(batch.run(jobs)) as running,
        RunProgress(len(batch.tasks), quiet=quiet) as progress,
    ):
        for outcome in running:
            outcomes.append(outcome)
            progress.advance()
            with progress.paused():
                if outcome.status != "ok":
                    print_problem(outcome, debug=debug)
                elif outcome.folder is not None and not quiet:
                    print_result(str(outcome.source), outcome.row, outcome.folder, outcome.warnings)
                    print_line()
    return outcomes


def _print_totals(batch: Batch, outcomes: Sequence[Outcome], out: Path) -> None:
    counts = dict.fromkeys(("ok", "refused", "failed"), 0)
    for outcome in outcomes:
        counts[outcome.status] += 1
    kept = f", {len(batch.kept)} done before" if batch.kept else ""
    print_line(f"{counts['ok']} done{kept}, {counts['refused']} refused, {counts['failed']} failed")
    print_line(f"table: {out / 'summary.csv'}")
    print_line(f"index: {out / 'index.html'}")
