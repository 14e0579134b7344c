"""``sixring classify``: scores of patches."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sixring.cli._console import RunProgress, print_line, print_note
from sixring.cli._guard import EXIT_FAILED
from sixring.cli._options import Debug, Overwrite, Quiet, Seed
from sixring.cli._trained import load_trained

if TYPE_CHECKING:
    from sixring.batch import Classified

__all__ = ["classify"]


def classify(
    # Not a path, which would forget the ./ of a folder that is called like a shipped model.
    model: Annotated[
        str, typer.Argument(metavar="MODELDIR", help="A model that sixring train wrote.")
    ],
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...", help="Patches: images, arrays of them, folders or globs."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.csv", help="Table of the scores.")],
    sampling: Annotated[
        str | None,
        typer.Option(
            metavar="S",
            help="Length of a pixel, such as '20 pm'; where it isn't given, what the files say, or "
            "else the lattice in the patches. It is compared with that of the patches on which the "
            "model was trained; a model for patches of any size gets them interpolated where it is "
            "another.",
        ),
    ] = None,
    prevalence: Annotated[
        float | None,
        typer.Option(
            metavar="P",
            help="Share of defects where the patches come from; that of the model's validation "
            "patches where it isn't given.",
        ),
    ] = None,
    overwrite: Overwrite = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Score patches with a trained model.

    Writes a table with the columns file, index (of the patch in its file), score (higher where a
    defect is likelier), probability (of a defect) and label (perfect or defect); and kind where
    the model tells kinds of defect apart. A model that has seen no defects gives no probability.
    PyTorch isn't needed.

    Example: sixring classify model new/*.tif --out scores.csv
    """
    from sixring.batch import classify_files
    from sixring.io import find_inputs
    from sixring.units import parse_sampling

    length = None if sampling is None else parse_sampling(sampling)
    files = find_inputs(inputs)
    loaded = load_trained(model, quiet=quiet)
    if length is not None and not quiet:
        print_note(f"the sampling is {length:g} A/px")
    outcomes = []
    told: set[str] = set()
    with (
        closing(
            classify_files(
                loaded, files, out, prevalence=prevalence, sampling=length, overwrite=overwrite
            )
        ) as running,
        RunProgress(len(files), quiet=quiet, doing="classifying") as progress,
    ):
        for outcome in running:
            outcomes.append(outcome)
            progress.advance()
            if outcome.problem or outcome.warnings or (outcome.notes and not quiet):
                with progress.paused():
                    _print_remarks(outcome, told, quiet=quiet, debug=debug)
    if not quiet:
        patches = sum(outcome.patches for outcome in outcomes)
        defects = sum(outcome.defects for outcome in outcomes)
        failed = sum(bool(outcome.problem) for outcome in outcomes)
        print_line(f"{patches} patches: {defects} defect, {patches - defects} perfect")
        print_line(f"{len(files)} files, {failed} of them with problems")
        print_line(f"table: {out}")
    if any(outcome.problem for outcome in outcomes):
        raise typer.Exit(EXIT_FAILED)


def _print_remarks(outcome: Classified, told: set[str], *, quiet: bool, debug: bool) -> None:
    """Print what there is to say of a file, and what holds for several files once."""
    if debug and outcome.traceback:
        typer.echo(outcome.traceback, err=True)
    notes = () if quiet else outcome.notes
    for line in (*notes, *(f"warning: {text}" for text in outcome.warnings)):
        if line not in told:
            print_note(line)
            told.add(line)
    if outcome.problem:
        print_note(f"failed: {outcome.source}: {outcome.problem}")
