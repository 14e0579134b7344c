"""One training and scoring in a process of its own, unless it was done before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_drivers import COST, SCORES, Request
from benchmarks.peers._contestants import Contestant
from benchmarks.peers._data import Course
from benchmarks.peers._program import run_program
from sixring.errors import UsageError
from sixring.io import file_appears_whole, folder_appears_whole

__all__ = ["Failure", "Job", "Run", "check_kept", "do"]

_ASKED = "asked.json"
_LOG = "log.txt"


@dataclass(frozen=True)
class Job:
    """What is to be done once."""

    contestant: Contestant
    """Who does it."""
    course: Course
    """On which patches."""
    digest: str
    """Fingerprint of these patches."""
    seed: int
    """Of everything random."""
    epochs: int
    """How long to train; 0 for as long as recommended."""
    threads: int
    """That may compute at once."""

    @property
    def asked(self) -> dict[str, Any]:
        """All that the result depends on."""
        return {
            "patches": self.digest,
            "epochs": self.epochs,
            "threads": self.threads,
            "model": self.contestant.identity,
        }

    def place(self, folder: Path) -> Path:
        """Return where its result is kept."""
        return folder / "runs" / self.course.name / self.contestant.name / f"seed-{self.seed}"


@dataclass(frozen=True)
class Run:
    """What came of it."""

    scores: dict[str, NDArray[np.float64]]
    """By test set, one for each patch."""
    cost: dict[str, Any]
    """``train_seconds``, ``score_seconds`` a patch, ``peak_megabytes``, ``settings``,
    ``versions``."""


@dataclass(frozen=True)
class Failure:
    """What came of it instead."""

    reason: str
    """In a line."""


def check_kept(jobs: Sequence[Job], folder: Path) -> None:
    """Make sure that no result that is kept is of another question.

    Raises
    ------
    UsageError
        If one is.
    """
    for job in jobs:
        place = job.place(folder)
        if not place.is_dir():
            continue
        before = json.loads((place / _ASKED).read_text(encoding="utf-8"))
        for name, now in job.asked.items():
            if before.get(name) != now:
                shown = f" ({before.get(name)}, now {now})" if isinstance(now, int) else ""
                raise UsageError(
                    f"{place}: was made with other {name}{shown}: remove it, or give another --out"
                )


def do(job: Job, folder: Path, prepared: Path, hours: float) -> Run | Failure:
    """Return what was kept of a job, or do it.

    Parameters
    ----------
    job : Job
        What is to be done.
    folder : Path
        Where results are kept.
    prepared : Path
        Files of the patches.
    hours : float
        After which it is stopped.

    Returns
    -------
    Run or Failure
        The latter isn't kept: it is tried again next time. All that the program said is in
        ``log.txt`` beside the place of its result.
    """
    place = job.place(folder)
    if not place.is_dir():
        failure = _perform(job, place, prepared, hours)
        if failure is not None:
            return failure
    with np.load(place / SCORES) as archive:
        scores = {name: archive[name] for name in job.course.tests}
    return Run(scores, json.loads((place / COST).read_text(encoding="utf-8")))


def _perform(job: Job, place: Path, prepared: Path, hours: float) -> Failure | None:
    log = place.with_name(f"{place.name}-{_LOG}")
    with TemporaryDirectory() as scratch:
        answer = Path(scratch, "answer")
        answer.mkdir()
        request = Path(scratch, "request.json")
        Request(
            patches=str(prepared.resolve()),
            tests=tuple(job.course.tests),
            answer=str(answer),
            seed=job.seed,
            epochs=job.epochs,
            threads=job.threads,
            more={
                **job.contestant.more,
                "learning": str(job.course.learning.file.resolve()),
            },
        ).write(request)
        command = (job.contestant.python, "-m", job.contestant.module, request)
        reason, said = run_program(command, Path(scratch), threads=job.threads, hours=hours)
        with file_appears_whole(log, overwrite=True) as part:
            part.write_text(said, encoding="utf-8")
        reason = reason or _unusable(job, answer)
        if reason:
            return Failure(reason)
        with folder_appears_whole(place) as part:
            for name in (SCORES, COST):
                (part / name).write_bytes((answer / name).read_bytes())
            asked = json.dumps(job.asked, indent=1) + "\n"
            (part / _ASKED).write_text(asked, encoding="utf-8")
    return None


def _unusable(job: Job, answer: Path) -> str:
    """Say what is wrong with an answer; empty where nothing is."""
    for name in (SCORES, COST):
        if not (answer / name).is_file():
            return f"wrote no {name}"
    with np.load(answer / SCORES) as archive:
        for name, patches in job.course.tests.items():
            if name not in archive or archive[name].shape != (len(patches),):
                return f"gave no score for each of the {len(patches)} patches of {name}"
    return ""
