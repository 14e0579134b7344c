"""The whole comparison, as plain data that JSON can hold."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.peers._contestants import Contestant
from benchmarks.peers._data import Course
from benchmarks.peers._judge import described, judge, leads
from benchmarks.peers._prepare import prepare
from benchmarks.peers._run import Failure, Job, Run, check_kept, do
from sixring.errors import UsageError

__all__ = ["Plan", "measure"]

Document = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """How much is done.

    Raises
    ------
    UsageError
        If a number makes no sense.
    """

    seeds: int = 3
    """Trainings of each model."""
    epochs: int = 0
    """Of each training by descent; 0 for each tool's own recommendation."""
    threads: int = 2
    """That may compute at once."""
    hours: float = 2.0
    """After which a training with its scoring is stopped."""

    def __post_init__(self) -> None:
        for name, least in (("seeds", 1), ("epochs", 0), ("threads", 1)):
            value = getattr(self, name)
            if value < least:
                raise UsageError(f"{name} must be at least {least}, not {value}")
        if not self.hours > 0:
            raise UsageError(f"hours must be more than 0, not {self.hours:g}")


def measure(
    plan: Plan,
    courses: Sequence[Course],
    contestants: Sequence[Contestant],
    folder: Path,
    *,
    tell: Callable[[str], None] = lambda line: None,
) -> Document:
    """Train and score whatever wasn't before, and judge.

    Parameters
    ----------
    plan : Plan
        How much.
    courses : sequence of Course
        The patches.
    contestants : sequence of Contestant
        The models.
    folder : Path
        Where patches, raw scores and costs are kept.
    tell : callable, optional
        Told what is being done.

    Returns
    -------
    dict
        All numbers.

    Raises
    ------
    UsageError
        If there is no model, two have one name, or what is kept is of another question.
    """
    names = [contestant.name for contestant in contestants]
    if not names:
        raise UsageError("there is no model to compare: name some with --peers or --models")
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two models are called {name}: give one of them another name")
    digests = {course.name: course.digest for course in courses}
    jobs = {
        (course.name, contestant.name): [
            Job(contestant, course, digests[course.name], seed, plan.epochs, plan.threads)
            for seed in range(plan.seeds if contestant.seeds else 1)
        ]
        for course in courses
        for contestant in contestants
    }
    check_kept([job for of_one in jobs.values() for job in of_one], folder)
    for course in courses:
        tell(f"writing patches: {course.name}")
        prepare(course, _prepared(course, folder))
    found = []
    for course in courses:
        done = {}
        for name in names:
            tell(f"training and scoring {course.name}: {name}")
            done[name] = [
                do(job, folder, _prepared(course, folder), plan.hours)
                for job in jobs[course.name, name]
            ]
        found.append(_judged(course, contestants, done))
    return {"version": version("sixring"), "plan": asdict(plan), "courses": found}


def _prepared(course: Course, folder: Path) -> Path:
    return folder / "patches" / course.name


def _judged(
    course: Course,
    contestants: Sequence[Contestant],
    done: dict[str, list[Run | Failure]],
) -> Document:
    rows, scores = [], {}
    for contestant in contestants:
        outcomes = done[contestant.name]
        runs = [one for one in outcomes if isinstance(one, Run)]
        scores[contestant.name] = [run.scores for run in runs]
        rows.append(
            {
                "name": contestant.name,
                "title": contestant.title,
                "kind": contestant.kind,
                "is_own": contestant.is_own,
                "trainings": len(runs),
                "failures": [one.reason for one in outcomes if isinstance(one, Failure)],
                "auc": judge(course, scores[contestant.name]) if runs else None,
                "cost": _cost(runs) if runs else None,
            }
        )
    learning = course.learning
    return {
        "name": course.name,
        "sets": {
            "training": described(learning.patches.take(~learning.held_out)),
            "validation": described(learning.patches.take(learning.held_out)),
            **{name: described(patches) for name, patches in course.tests.items()},
        },
        "rows": rows,
        "leads": leads(course, rows, scores),
    }


def _cost(runs: Sequence[Run]) -> Document:
    """Return the median of each cost over the trainings, and how these went."""
    numbers = ("train_seconds", "score_seconds", "peak_megabytes")
    return {
        **{name: statistics.median(run.cost[name] for run in runs) for name in numbers},
        "settings": runs[0].cost["settings"],
        "versions": runs[0].cost["versions"],
    }
