"""The whole study: data, trainings, numbers, page. What is there isn't done again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sixring._workers import Died, in_workers
from sixring.errors import SixringError, UsageError
from sixring.io import file_appears_whole, make_folder, remove_unfinished
from sixring.models import SavedModel
from sixring.patches import PERFECT
from sixring.simulate import Make, sample
from sixring.study._code import examine_code
from sixring.study._data import (
    SETS,
    StudyData,
    choose_patches,
    hold_out,
    labels_of,
    make_data,
    read_data,
    set_settings,
)
from sixring.study._document import study_document
from sixring.study._latent import Latent, examine_latent
from sixring.study._plan import Job, plan
from sixring.study._scale import FULL, Scale
from sixring.study._training import Outcome, Task, attempt, is_done, read_outcome

__all__ = ["run_study", "steps"]

_PLAN, _DATA, _TRAININGS, _FIGURES = "plan.json", "data", "trainings", "figures"
_NUMBERS, _PAGE = "study.json", "study.html"
_LOOKED_INTO = "dense-ae"
"""Whose code is looked into."""
_PICTURED = "vae"
"""Whose reproductions are kept and whose latent space is examined: the first training of it."""

Progress = Callable[[str], None]
"""Is told what has been done, once a step."""


def steps(scale: Scale, seed: int = 0) -> int:
    """Return how many steps a study has: data sets, trainings, and the page."""
    return len(SETS) + len(plan(scale, seed)) + 1


def run_study(
    folder: Path,
    scale: Scale = FULL,
    *,
    seed: int = 0,
    jobs: int = 1,
    overwrite: bool = False,
    progress: Progress | None = None,
    make: Make = sample,
) -> dict[str, Any]:
    """Remake the founding report, and finish it.

    Writes ``study.html``, which can be read without anything beside it, ``study.json`` with all
    numbers, and ``figures/``. The patches and the trained models stay in ``data/`` and
    ``trainings/``. A study that was stopped goes on where it was, and ends with the same numbers.

    Parameters
    ----------
    folder : Path
        Where; made if it isn't there.
    scale : Scale, optional
        How many patches, trainings and epochs.
    seed : int, optional
        Everything random follows from it.
    jobs : int, optional
        Number of processes; the numbers don't depend on it.
    overwrite : bool, optional
        Whether a study that is there is replaced.
    progress : callable, optional
        Is told of each step that has been done; :func:`steps` says how many there are.
    make : callable, optional
        What makes a micrograph, a function at the top of a module.

    Returns
    -------
    dict
        What ``study.json`` holds.

    Raises
    ------
    UsageError
        If a number can't be, `folder` can't be written to, or holds another study or other files.
    SixringError
        If a training fails; the message names it.
    OutputError
        If a file can't be written.
    """
    from sixring.study._figures import draw_figures
    from sixring.study._page import study_page

    if jobs < 1:
        raise UsageError(f"jobs must be at least 1, not {jobs}")
    if seed < 0:
        raise UsageError(f"seed must be at least 0, not {seed}")
    told = progress or (lambda _: None)
    trainings = plan(scale, seed)
    _claim(folder, scale, trainings, overwrite=overwrite)
    make_data(
        folder / _DATA,
        set_settings(scale, seed),
        jobs=jobs,
        advance=lambda name: told(f"patches: {name}"),
        make=make,
    )
    tasks = [_task(folder, job, scale, seed) for job in trainings]
    _do(tasks, jobs, told)

    data = read_data(folder / _DATA)
    outcomes = [read_outcome(task) for task in tasks]
    latent = _latent(outcomes, data)
    dense = [outcome for outcome in outcomes if outcome.job.model == _LOOKED_INTO]
    code = examine_code(dense, data.test, seed)
    document = study_document(outcomes, data, latent, scale=scale.name, seed=seed, code=code)
    figures = draw_figures(outcomes, data, latent, document, folder / _FIGURES)
    document["figures"] = [
        {"number": figure.number, "title": figure.title, "caption": figure.caption}
        for figure in figures
    ]
    with file_appears_whole(folder / _NUMBERS, overwrite=True) as part:
        text = json.dumps(document, indent=1, allow_nan=False)
        part.write_text(text + "\n", encoding="utf-8")
    with file_appears_whole(folder / _PAGE, overwrite=True) as part:
        part.write_text(study_page(document, figures), encoding="utf-8")
    told("page")
    return document


def _task(folder: Path, job: Job, scale: Scale, seed: int) -> Task:
    pictured = job.model == _PICTURED and job.seed == seed
    return Task(job, folder / _DATA, folder / _TRAININGS, scale.snapshots if pictured else ())


def _claim(folder: Path, scale: Scale, trainings: Sequence[Job], *, overwrite: bool) -> None:
    """Take a folder for this study, or refuse one that holds anything else."""
    make_folder(folder)
    wanted = {
        "versions": {program: version(program) for program in ("sixring", "torch")},
        "scale": scale.name,
        "trainings": [job.document() for job in trainings],
    }
    record = folder / _PLAN
    ours = [folder / name for name in (_DATA, _TRAININGS, _FIGURES, _NUMBERS, _PAGE)]
    if record.exists():
        if overwrite:
            for entry in ours:
                _remove(entry)
        elif not _same(record, wanted):
            raise UsageError(
                f"{folder} holds another study, of other settings or another version: add "
                "--overwrite or choose another --out"
            )
    else:
        for entry in ours:
            if entry.exists():
                raise UsageError(f"{entry} wasn't written by this command: choose another --out")
    (folder / _TRAININGS).mkdir(exist_ok=True)
    remove_unfinished(folder / _TRAININGS)
    remove_unfinished(folder)
    with file_appears_whole(record, overwrite=True) as part:
        part.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")


def _same(record: Path, wanted: dict[str, Any]) -> bool:
    try:
        there = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{record} wasn't written by sixring: choose another --out") from error
    return bool(there == json.loads(json.dumps(wanted)))


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry)
    else:
        entry.unlink(missing_ok=True)


def _do(tasks: Sequence[Task], jobs: int, told: Progress) -> None:
    missing = []
    for task in tasks:
        if is_done(task):
            told(task.job.name)
        else:
            missing.append(task)
    with closing(in_workers(attempt, missing, jobs)) as answers:
        for task, answer in answers:
            if isinstance(answer, Died):
                raise SixringError(
                    f"{task.job.name}: its process ended with exit code {answer.exitcode}: free "
                    "some memory, and start the same command again"
                )
            if answer:
                raise SixringError(answer)
            told(task.job.name)


def _latent(outcomes: Sequence[Outcome], data: StudyData) -> Latent:
    first = next(outcome for outcome in outcomes if outcome.job.model == _PICTURED)
    patches = choose_patches(data.challenge, first.job)
    learned = ~hold_out(patches, first.job) & (labels_of(patches) == PERFECT)
    return examine_latent(SavedModel.read(first.folder), patches.images[learned], data.test)
