"""Files of patches, scored one after another into one table."""

from __future__ import annotations

import csv
import traceback
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sixring.errors import SixringError, UsageError
from sixring.io import file_appears_whole

if TYPE_CHECKING:
    from sixring.evaluate import Calibration
    from sixring.train import PatchModel

__all__ = ["Classified", "classify_files"]

_COLUMNS = ("file", "index", "score", "probability", "label")
_LABELS = ("perfect", "defect")

Row = tuple[str, int, str, str, str]


@dataclass(frozen=True)
class Classified:
    """What became of one file."""

    source: Path
    """The input."""
    patches: int = 0
    """How many of its patches were scored."""
    defects: int = 0
    """How many of these are called a defect."""
    problem: str = ""
    """Why the file, or some of its patches, weren't scored; empty where all were."""
    notes: tuple[str, ...] = ()
    """What had to be decided while reading, in plain words."""
    traceback: str = ""
    """Where an error came from, for those who look for it."""


def classify_files(
    model: PatchModel,
    files: Sequence[Path],
    table: Path,
    *,
    prevalence: float | None = None,
    overwrite: bool = False,
) -> Generator[Classified]:
    """Score the patches of files and write them as a table, which appears when all are done.

    Parameters
    ----------
    model : PatchModel
        A trained one.
    files : sequence of Path
        Images, stacks and arrays of patches.
    table : Path
        A CSV with the columns ``file, index, score, probability, label``; a patch that can't be
        scored has no row.
    prevalence : float, optional
        Share of defects where the patches come from; that of the patches on which the model was
        calibrated if None.
    overwrite : bool, optional
        Whether `table` may be replaced.

    Yields
    ------
    Classified
        For each file, in their order: none of them stops the others. Closing the iterator
        before its end leaves no table.

    Raises
    ------
    UsageError
        If a prevalence is given to a model without calibration, or isn't between 0 and 1.
    OutputError
        If `table` is there already and `overwrite` isn't set, or it can't be written.
    """
    calibration = _calibration(model, prevalence)
    with _table(table, overwrite=overwrite) as writer:
        for file in files:
            try:
                rows, outcome = _classify(model, file, calibration, prevalence)
            # Any error of one file, foreseen or not, is told and never the end of the others.
            except Exception as error:
                rows, outcome = [], _failure(file, error)
            writer.writerows(rows)
            yield outcome


def _calibration(model: PatchModel, prevalence: float | None) -> Calibration | None:
    from sixring.evaluate import Calibration

    described = model.saved.description
    if described.calibration is None:
        if prevalence is not None:
            raise UsageError(
                f"{described.name} was trained without defects, so its scores have no "
                "probabilities that a prevalence could change: leave it out"
            )
        return None
    calibration = Calibration.from_document(described.calibration)
    calibration.probability([described.threshold], prevalence)  # raises where it can't be one
    return calibration


@contextmanager
def _table(path: Path, *, overwrite: bool) -> Iterator[Any]:
    with (
        file_appears_whole(path, overwrite=overwrite) as part,
        part.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        yield writer


def _classify(
    model: PatchModel, file: Path, calibration: Calibration | None, prevalence: float | None
) -> tuple[list[Row], Classified]:
    from sixring.patches import read_inputs

    patches = read_inputs([file])
    flat = patches.images.reshape(len(patches), -1)
    varied = flat.min(axis=1) < flat.max(axis=1)
    problem = "" if varied.all() else _about_constant(varied)
    if not varied.any():
        return [], Classified(file, problem=problem)
    scores = model.decision_function(patches.images[varied])
    defects = scores >= model.saved.description.threshold
    probabilities = [""] * len(scores)
    if calibration is not None:
        probabilities = [f"{p:.6g}" for p in calibration.probability(scores, prevalence)]
    rows = [
        (str(file), int(index), f"{score:.7g}", probability, _LABELS[int(defect)])
        for index, score, probability, defect in zip(
            np.flatnonzero(varied), scores, probabilities, defects, strict=True
        )
    ]
    notes = () if problem else patches.notes  # which speak of constant patches too
    return rows, Classified(file, len(rows), int(np.count_nonzero(defects)), problem, notes)


def _about_constant(varied: NDArray[np.bool_]) -> str:
    if len(varied) == 1:
        return "the patch is constant: there is nothing to judge in it"
    return (
        f"{np.count_nonzero(~varied)} of its {len(varied)} patches are constant, the first is "
        f"that of index {int(np.argmin(varied))}: there is nothing to judge in them"
    )


def _failure(file: Path, error: Exception) -> Classified:
    reason = str(error)
    if not isinstance(error, SixringError):
        reason = f"unexpected {type(error).__name__}: {error}"
    return Classified(
        file,
        problem=reason.removeprefix(f"{file}: "),
        traceback="".join(traceback.format_exception(error)),
    )
