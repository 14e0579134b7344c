"""``sixring evaluate``: how well a model does on patches that it hasn't seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from sixring.cli._console import print_line, print_note, print_table
from sixring.cli._labelled import SPLIT, Data, Groups, known_groups, read_labelled, take_parts
from sixring.cli._needs import require_new
from sixring.cli._options import Debug, Out, Overwrite, Quiet, Seed
from sixring.cli._trained import load_trained
from sixring.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sixring.evaluate import Evaluation, Part
    from sixring.patches import PatchSet
    from sixring.train import PatchModel

__all__ = ["evaluate"]

_METRICS = ("AUC", "average precision", "recall at 1 % false alarms")
_TITLES = {"defect": "defect", "dose": "dose (e/A^2)", "mode": "mode", "sampling": "A/px"}

SplitName = Literal["test", "validation", "train", "all"]


def evaluate(
    # Not a path, which would forget the ./ of a folder that is called like a shipped model.
    model: Annotated[
        str, typer.Argument(metavar="MODELDIR", help="A model that sixring train wrote.")
    ],
    data: Data,
    out: Out,
    groups: Groups = None,
    split: Annotated[
        SplitName | None,
        typer.Option(
            help="The part of the data, where the patches have a column split; test where "
            "nothing is said, and all where they have none.",
        ),
    ] = None,
    overwrite: Overwrite = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Evaluate a trained model on labelled patches.

    Prints the metrics with 95 % intervals, which are made by drawing whole micrographs: of every
    score that the model has, and of the one that decides by defect and by dose where known.
    Writes evaluation.json, tables of metrics, parts and curves, and plots. PyTorch isn't needed.

    Example: sixring evaluate model --data patches --out evaluation
    """
    from sixring.evaluate import write_evaluation

    require_new(out, overwrite=overwrite)
    loaded = load_trained(model, quiet=quiet)
    patches = _chosen(read_labelled(data, groups, quiet=quiet), split, data)
    found = _by_score(loaded, patches, seed)
    deciding = loaded.saved.description.score
    write_evaluation(found[deciding], out, by_score=found, overwrite=overwrite)
    if not quiet:
        _print(found, deciding)
        for note in found[deciding].notes:
            print_note(note)
        print_line(f"tables and plots: {out}")


def _chosen(patches: PatchSet, split: SplitName | None, data: Path) -> PatchSet:
    """Return the part of the patches that is meant, which has to have both classes."""
    import numpy as np

    if SPLIT not in patches.details:
        if split not in (None, "all"):
            raise UsageError(f"{data}: the patches have no column split: leave --split out")
    elif split != "all":
        patches = take_parts(patches, [split or "test"], data)
    for label, name in enumerate(("perfect", "defect")):
        if not np.any(patches.labels == label):
            raise UsageError(
                f"{data}: none of the {len(patches)} patches is {name}, and without both classes "
                "there is nothing to tell apart"
            )
    return patches


def _by_score(model: PatchModel, patches: PatchSet, seed: int) -> dict[str, Evaluation]:
    """Judge every score; threshold, probabilities and parts belong to the one that decides."""
    from sixring.evaluate import Calibration, Threshold, evaluate

    described = model.saved.description
    calibration = None
    if described.calibration is not None:
        calibration = Calibration.from_document(described.calibration)
    threshold = Threshold(described.threshold, described.threshold_reason)
    labels = cast("NDArray[np.int8]", patches.labels)  # which read_patches always knows
    found = {}
    for name, scores in model.saved.scores(patches.images).items():
        decides = name == described.score
        found[name] = evaluate(
            scores,
            labels,
            groups=known_groups(patches),
            details=patches.details if decides else None,
            threshold=threshold if decides else None,
            calibration=calibration if decides else None,
            seed=seed,
        )
    return found


def _print(found: Mapping[str, Evaluation], deciding: str) -> None:
    first = found[deciding]
    groups = "1 group" if first.n_groups == 1 else f"{first.n_groups} groups"
    print_line(f"{first.n_perfect} perfect and {first.n_defect} defect patches of {groups}")
    print_table(
        ("score", *_METRICS),
        [
            (f"{name} (decides)" if name == deciding else name, *_cells(evaluation))
            for name, evaluation in found.items()
        ],
    )
    for column, title in _TITLES.items():
        parts = [part for part in first.parts if part.column == column]
        if len(parts) > 1 or (parts and column == "defect"):
            print_line()
            _print_parts(title, parts)


def _print_parts(title: str, parts: Sequence[Part]) -> None:
    print_table(
        (title, "perfect", "defect", *_METRICS),
        [(part.value, str(part.n_perfect), str(part.n_defect), *_cells(part)) for part in parts],
    )


def _cells(found: Evaluation | Part) -> tuple[str, str, str]:
    return str(found.auc), str(found.average_precision), str(found.recall)
