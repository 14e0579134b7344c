"""One file: read, judged and written, whatever happens to it."""

from __future__ import annotations

import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol

from sixring._result import write_results
from sixring.batch._record import RECORD_KEY, Record
from sixring.batch._settings import Settings
from sixring.batch._summary import Row
from sixring.errors import Refusal, SixringError, UsageError
from sixring.io import read
from sixring.report import SUMMARY_COLUMNS, summary
from sixring.types import Detection, Micrograph

__all__ = ["Detector", "Outcome", "Status", "Task", "failure", "work"]

Status = Literal["ok", "refused", "failed"]


class Detector(Protocol):
    """What finds the defects, such as :func:`sixring.detection.detect_micrograph`."""

    def __call__(
        self,
        micrograph: Micrograph,
        *,
        detector: str,
        min_probability: float,
        lattice_sampling: bool,
    ) -> Detection: ...


@dataclass(frozen=True)
class Task:
    """A file that is to be worked on."""

    source: Path
    """The input."""
    folder: Path
    """Where its results go."""
    settings: Settings
    """What is asked."""
    overwrite: bool
    """Whether `folder` may be replaced."""
    detect: Detector
    """Finds the defects; a function at the top of a module, so that workers can have it."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    source: Path
    """The input."""
    status: Status
    """As in the summary."""
    row: Row
    """Its row of the summary."""
    folder: Path | None = None
    """Its results, or None where there are none."""
    warnings: tuple[str, ...] = ()
    """What the reader of the results has to know."""
    kept: bool = False
    """Whether the results are those of an earlier run."""
    traceback: str = ""
    """Where an error came from, for those who look for it."""


def work(task: Task) -> Outcome | UsageError:
    """Work on one file; an error becomes its status and reason.

    A wrong setting is wrong for every file: it is returned as the error that it is.
    """
    started = time.perf_counter()
    try:
        return _detect_and_write(task)
    except UsageError as error:
        return error
    except Refusal as refusal:
        return failure(task, "refused", str(refusal), seconds=time.perf_counter() - started)
    except Exception as error:
        # Any error of one file, foreseen or not, is its row and never the end of the others.
        return failure(
            task,
            "failed",
            str(error) if isinstance(error, SixringError) else _unexpected(error),
            seconds=time.perf_counter() - started,
            traceback="".join(traceback.format_exception(error)),
        )


def failure(
    task: Task, status: Status, reason: str, *, seconds: float | None = None, traceback: str = ""
) -> Outcome:
    """Describe a file that has no results."""
    # The file has a column of its own.
    one_line = " ".join(reason.split()).removeprefix(f"{task.source}: ")
    row: Row = dict.fromkeys(SUMMARY_COLUMNS)
    row.update(file=str(task.source), status=status, reason=one_line, seconds=seconds)
    return Outcome(task.source, status, row, traceback=traceback)


def _detect_and_write(task: Task) -> Outcome:
    settings = task.settings
    micrograph = read(task.source, sampling=settings.sampling, mode=settings.mode)
    detection = task.detect(
        micrograph,
        detector=settings.detector,
        min_probability=settings.min_probability,
        lattice_sampling=settings.lattice_sampling,
    )
    row: Row = {"file": str(task.source), "status": "ok", "reason": "", **summary(detection)}
    record = Record.of(task.source, settings, row)
    write_results(
        detection, task.folder, overwrite=task.overwrite, extra={RECORD_KEY: asdict(record)}
    )
    return Outcome(task.source, "ok", row, folder=task.folder, warnings=detection.warnings)


def _unexpected(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "not enough memory: crop the image, or use fewer --jobs"
    return f"unexpected {type(error).__name__}: {error}"
