"""Files of patches, scored one after another into one table."""

from __future__ import annotations

import csv
import math
import traceback
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sixring.batch._series import Periods
from sixring.errors import SixringError, UsageError
from sixring.io import file_appears_whole

if TYPE_CHECKING:
    from sixring.evaluate import Calibration
    from sixring.models import Scaling
    from sixring.patches import PatchSet
    from sixring.train import PatchModel

__all__ = ["Classified", "classify_files"]

_COLUMNS = ("file", "index", "score", "probability", "label")
_KIND = "kind"
_LABELS = ("perfect", "defect")

Row = tuple[str | int, ...]


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
    """What had to be decided, in plain words."""
    warnings: tuple[str, ...] = ()
    """Why its scores may mean nothing."""
    traceback: str = ""
    """Where an error came from, for those who look for it."""


def classify_files(
    model: PatchModel,
    files: Sequence[Path],
    table: Path,
    *,
    prevalence: float | None = None,
    sampling: float | None = None,
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
        A CSV with the columns ``file, index, score, probability, label``, and ``kind`` where the
        model tells kinds of defect apart: the likeliest one of what is labelled a defect. A patch
        that can't be scored has no row.
    prevalence : float, optional
        Share of defects where the patches come from; that of the patches on which the model was
        calibrated if None.
    sampling : float, optional
        Angstrom per pixel of all patches; what each file says if None.
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
    judge = _Judge(model, calibration, prevalence, sampling, Periods(files))
    with _table(table, judge.columns, overwrite=overwrite) as writer:
        for file in files:
            try:
                rows, outcome = _classify(judge, file)
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
def _table(path: Path, columns: Sequence[str], *, overwrite: bool) -> Iterator[Any]:
    with (
        file_appears_whole(path, overwrite=overwrite) as part,
        part.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        yield writer


@dataclass(frozen=True, eq=False)
class _Judge:
    """What turns patches into rows of the table."""

    model: PatchModel
    calibration: Calibration | None
    prevalence: float | None
    sampling: float | None
    periods: Periods

    @property
    def columns(self) -> tuple[str, ...]:
        return (*_COLUMNS, _KIND) if self.model.saved.description.kinds else _COLUMNS

    def scaling_of(self, file: Path, patches: PatchSet) -> Scaling:
        """Choose how to bring the patches of a file to what the model knows."""
        from sixring.models import scaling

        model = self.model.saved
        stated = float(patches.details["sampling"][0])
        of_file = None if math.isnan(stated) else stated
        # A model that doesn't know its own sampling has nothing to hold the lattice against.
        asked = model.description.data.sampling is not None
        return scaling(
            model,
            min(patches.images.shape[1:]),
            of_file if self.sampling is None else self.sampling,
            self.periods.of(file, patches.images, of_file) if asked else None,
        )

    def judge(self, images: NDArray[np.float32]) -> tuple[NDArray[np.bool_], list[tuple[str, ...]]]:
        """Tell which patches are defects, and what stands in the table from the score on."""
        described = self.model.saved.description
        kinds = described.kinds
        names = (described.score, _KIND) if kinds else (described.score,)
        outputs = self.model.saved.outputs(images, names)
        scores = outputs[described.score]
        defects = scores >= described.threshold
        columns = [
            [f"{score:.7g}" for score in scores],
            [""] * len(scores)
            if self.calibration is None
            else [f"{p:.6g}" for p in self.calibration.probability(scores, self.prevalence)],
            [_LABELS[int(defect)] for defect in defects],
        ]
        if kinds:
            likeliest = outputs[_KIND].argmax(axis=1)
            named = zip(defects, likeliest, strict=True)
            columns.append([kinds[k] if defect else "" for defect, k in named])
        return defects, list(zip(*columns, strict=True))


def _classify(judge: _Judge, file: Path) -> tuple[list[Row], Classified]:
    from sixring.patches import read_inputs, varied

    patches = read_inputs([file])
    shown = varied(patches.images)
    problem = "" if shown.all() else _about_constant(shown)
    if not shown.any():
        return [], Classified(file, problem=problem)
    patches = patches.take(shown)
    scaled = judge.scaling_of(file, patches)
    defects, judged = judge.judge(scaled(patches.images))
    rows: list[Row] = [
        (str(file), int(index), *values)
        for index, values in zip(np.flatnonzero(shown), judged, strict=True)
    ]
    notes = () if problem else patches.notes  # which speak of constant patches too
    return rows, Classified(
        source=file,
        patches=len(rows),
        defects=int(np.count_nonzero(defects)),
        problem=problem,
        notes=(*notes, scaled.note) if scaled.note else notes,
        warnings=(scaled.warning,) if scaled.warning else (),
    )


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
