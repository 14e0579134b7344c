"""``sixring train``: a patch model on patches of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sixring.cli._console import print_line, print_note, print_table
from sixring.cli._guard import EXIT_INTERRUPTED
from sixring.cli._labelled import SPLIT, Data, Groups, known_groups, read_labelled, take_parts
from sixring.cli._needs import require_training
from sixring.cli._options import Debug, Overwrite, Quiet
from sixring.errors import UsageError

if TYPE_CHECKING:
    from sixring.models import Description
    from sixring.train import PatchModel

__all__ = ["train"]

_MODEL, _TRAINING = "model.json", "training"
_LEARNED_FROM = ("train", "validation")


def train(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="Which model; sixring models lists them.")
    ],
    data: Data,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="MODELDIR", help="Folder for the model; made if need be."),
    ],
    epochs: Annotated[
        int | None,
        typer.Option(metavar="N", help="Passes over the patches, unless it stops early."),
    ] = None,
    augment: Annotated[
        bool | None,
        typer.Option(
            "--augment/--no-augment",
            help="Whether patches are turned, shifted, blurred and so on at random; they are "
            "where nothing else is said.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was stopped.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml", help="Settings of model and training; options go before them."
        ),
    ] = None,
    groups: Groups = None,
    overwrite: Overwrite = False,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Seed of all random numbers; 0 if not given.")
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Train a model to tell patches with a defect from perfect ones.

    Writes MODELDIR/ with model.json, model.onnx, weights.safetensors and CARD.md, which says what
    the model has seen and how it does; and MODELDIR/training/ with history.csv and the
    checkpoint, which is renewed after each epoch. A model that isn't trained epoch by epoch has
    no such folder, and refuses --epochs and --augment.

    Where the patches have a column split, the part train is learned from, the part validation
    watches the training, and the part test is left alone. Where they have none, whole micrographs
    are held out to watch it.

    Example: sixring train cnn-a --data patches --out model --epochs 30
    """
    _require_torch(model)
    given = {"epochs": epochs, "seed": seed, "augment": augment}
    estimator = _make(model, config, {k: v for k, v in given.items() if v is not None})
    _check_folder(out, resume=resume, overwrite=overwrite)
    patches = read_labelled(data, groups, quiet=quiet)
    held_out = None
    if SPLIT in patches.details:
        patches = take_parts(patches, _LEARNED_FROM, data)
        held_out = patches.details[SPLIT] == "validation"
    try:
        estimator.fit(
            patches.images,
            patches.labels,
            known_groups(patches),
            details=patches.details,
            held_out=held_out,
            folder=out / _TRAINING,
            resume=resume,
            progress=not quiet and sys.stderr.isatty(),
        )
    except KeyboardInterrupt:
        print_note("interrupted: the same command with --resume goes on after the last whole epoch")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    estimator.save(out, overwrite=True)  # the folder has been looked at
    if not quiet:
        _print_outcome(estimator.saved.description, out)


def _require_torch(model: str) -> None:
    """Check the model's name and that it can be trained, before anything slow is imported."""
    from sixring.models import find_model, shipped_models

    if model not in shipped_models():
        find_model(model)
    require_training(model)


def _make(model: str, config: Path | None, given: dict[str, Any]) -> PatchModel:
    from sixring.patches import Augmentation
    from sixring.train import make_model, read_settings

    settings = {"name": model} if config is None else read_settings(config)
    if settings["name"] != model:
        raise UsageError(
            f"{config}: is for {settings['name']}, not {model}: name that model, or another file"
        )
    if given.get("augment") and isinstance(settings.get("augment"), Augmentation):
        del given["augment"]  # the file says how
    return make_model(**{**settings, **given})


def _check_folder(out: Path, *, resume: bool, overwrite: bool) -> None:
    """Make the folder, or refuse one whose contents would be lost or mixed up."""
    from sixring.io import make_folder

    if resume and overwrite:
        raise UsageError(
            "--resume goes on with a training and --overwrite begins again: leave one out"
        )
    model, training = out / _MODEL, out / _TRAINING
    if not (resume or overwrite):
        if model.exists():
            raise UsageError(
                f"{out} holds a trained model: add --overwrite or choose another --out"
            )
        if training.exists():
            raise UsageError(
                f"{out} holds a training that was stopped: add --resume to go on with it, "
                "--overwrite to begin again, or choose another --out"
            )
    if not (model.exists() or training.exists()) and out.is_dir() and any(out.iterdir()):
        raise UsageError(f"{out} holds files that are no model's: choose another --out")
    make_folder(out)


def _print_outcome(described: Description, out: Path) -> None:
    found = described.validation
    auc, interval = "not known", ""
    if found.auc is not None:
        auc = f"{found.auc:.3f}"
    if found.auc_low is not None and found.auc_high is not None:
        interval = f"{found.auc_low:.3f} to {found.auc_high:.3f}"
    print_table(
        ("model", "score", "best epoch", "perfect", "defect", "validation AUC", "95 % interval"),
        [
            (
                described.name,
                described.score,
                str(found.epoch or "none"),
                str(found.perfect),
                str(found.defects),
                auc,
                interval,
            )
        ],
    )
    if found.auc is not None and not interval:
        print_note(f"the AUC has no interval: {found.auc_how}")
    if found.auc is None:
        print_note("no defects were held out, so there is no AUC, and scores have no probabilities")
    print_line(f"model: {out}")
    print_line(f"card: {out / 'CARD.md'}")
