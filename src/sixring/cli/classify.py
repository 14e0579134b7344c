"""``sixring classify``: scores of patches."""

from __future__ import annotations

import math
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sixring.cli._console import RunProgress, print_line, print_note
from sixring.cli._guard import EXIT_FAILED
from sixring.cli._options import Debug, Overwrite, Quiet, Seed
from sixring.cli._sampling import is_known

if TYPE_CHECKING:
    from sixring.batch import Classified
    from sixring.models import SavedModel

__all__ = ["classify"]

_FACTORS = 1 / 8, 4.0
"""New pixels for an old one, at least and at most, where patches are interpolated."""


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
            help="Length of a pixel, such as '20 pm', to be compared with that of the patches on "
            "which the model was trained; a model for patches of any size gets them interpolated "
            "where it is another.",
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
    import sixring
    from sixring.batch import classify_files
    from sixring.io import find_inputs
    from sixring.units import parse_sampling

    length = None if sampling is None else parse_sampling(sampling)
    files = find_inputs(inputs)
    loaded = sixring.load_model(model)
    factor = 1.0 if length is None else _compare(length, loaded.saved, quiet=quiet)
    outcomes = []
    with (
        closing(
            classify_files(
                loaded, files, out, prevalence=prevalence, factor=factor, overwrite=overwrite
            )
        ) as running,
        RunProgress(len(files), quiet=quiet, doing="classifying") as progress,
    ):
        for outcome in running:
            outcomes.append(outcome)
            progress.advance()
            if outcome.problem or (outcome.notes and not quiet):
                with progress.paused():
                    _print_remarks(outcome, quiet=quiet, debug=debug)
    if not quiet:
        patches = sum(outcome.patches for outcome in outcomes)
        defects = sum(outcome.defects for outcome in outcomes)
        failed = sum(bool(outcome.problem) for outcome in outcomes)
        print_line(f"{patches} patches: {defects} defect, {patches - defects} perfect")
        print_line(f"{len(files)} files, {failed} of them with problems")
        print_line(f"table: {out}")
    if any(outcome.problem for outcome in outcomes):
        raise typer.Exit(EXIT_FAILED)


def _compare(length: float, model: SavedModel, *, quiet: bool) -> float:
    """Return how many pixels a patch gets for each of its own, and say what is to be known."""
    known = model.description.data.sampling
    if not quiet:
        print_note(f"the sampling is {length:g} A/px")
    if known is None:
        print_note("warning: the model doesn't know at which sampling it was trained")
        return 1.0
    if is_known(length, known):
        return 1.0
    low, high = known
    # Of what the model has learned from, most was near the middle.
    wanted = math.sqrt(low * high)
    if model.any_size and _FACTORS[0] <= length / wanted <= _FACTORS[1]:
        if not quiet:
            print_note(f"the patches are interpolated to {wanted:.4g} A/px")
        return length / wanted
    trained = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    print_note(
        f"warning: the model was trained at {trained} A/px, not at {length:.4g}: its scores "
        "may mean nothing here"
    )
    return 1.0


def _print_remarks(outcome: Classified, *, quiet: bool, debug: bool) -> None:
    if debug and outcome.traceback:
        typer.echo(outcome.traceback, err=True)
    if not quiet:
        for note in outcome.notes:
            print_note(note)
    if outcome.problem:
        print_note(f"failed: {outcome.source}: {outcome.problem}")
