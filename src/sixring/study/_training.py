"""One training of the study: done once, kept as a folder, gone on with after a stop."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sixring.errors import SixringError
from sixring.io import file_appears_whole, folder_appears_whole
from sixring.models import SavedModel
from sixring.patches import DEFECT, PERFECT, PatchSet
from sixring.study._data import StudyData, choose_patches, hold_out, labels_of, read_data
from sixring.study._plan import Job

__all__ = ["Outcome", "Task", "attempt", "is_done", "read_outcome"]

_MODEL, _NUMBERS, _SCORES = "model", "training.json", "scores.npz"
_SNAPSHOTS = "snapshots.npz"
_MOST_PERFECT = 1000
"""So many perfect patches of the training are scored."""


@dataclass(frozen=True)
class Task:
    """A job, and where it is done."""

    job: Job
    data: Path
    """Folder of the sets."""
    out: Path
    """Folder of the trainings: each has its own in it."""
    snapshots: tuple[int, ...]
    """Epochs after which reproductions are kept; none where empty."""

    @property
    def folder(self) -> Path:
        """Where the result appears."""
        return self.out / self.job.name

    @property
    def unfinished(self) -> Path:
        """Where the checkpoint lies meanwhile."""
        return self.out / f"{self.job.name}.unfinished"


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a training."""

    job: Job
    """Which training."""
    folder: Path
    """Where its model lies."""
    history: list[dict[str, float]]
    """One row an epoch: ``epoch, training_loss, validation_loss, validation_auc``."""
    best_epoch: int
    """From 1: the epoch whose weights were kept."""
    scores: Mapping[str, NDArray[np.float32]]
    """Every score of the model for the test patches, shape (n,) each, the deciding one first."""
    training_scores: NDArray[np.float32]
    """The deciding score of patches that weren't held out, shape (m,): all defects, and up to
    1000 perfect ones."""
    training_labels: NDArray[np.int8]
    """Their classes, shape (m,). A one-class model didn't learn from the defects among them."""
    snapshots: Mapping[int, NDArray[np.float32]]
    """Reproductions of the shown test patches after some epochs, shape (k, rows, cols) each."""


def is_done(task: Task) -> bool:
    """Tell whether the training has been done, and take away what is needed no more."""
    done = task.folder.is_dir()
    if done:
        shutil.rmtree(task.unfinished, ignore_errors=True)
    return done


def attempt(task: Task) -> str:
    """Do a training, in a process of its own.

    Returns
    -------
    str
        Empty, or what went wrong: an exception wouldn't find its way out of the process.
    """
    try:
        _train(task)
    except (SixringError, OSError) as error:
        return f"{task.job.name}: {error}"
    return ""


def _train(task: Task) -> None:
    from sixring.train import Outputs, make_model

    data, job = _data(task.data), task.job
    source = data.challenge if job.data == "challenge" else data.defects
    patches = choose_patches(source, job)
    labels = labels_of(patches)
    held_out = hold_out(patches, job)
    shown = data.test.images[data.shown]
    snapshots = _read_snapshots(task.unfinished)

    def keep(epoch: int, outputs: Outputs) -> None:
        if epoch in task.snapshots:
            snapshots[epoch] = outputs(shown)["reconstruction"]
            _write_snapshots(task.unfinished, snapshots)

    model = make_model(job.model, seed=job.seed, **job.settings)
    model.fit(
        patches.images,
        labels,
        patches.groups,
        details=patches.details,
        held_out=held_out,
        folder=task.unfinished,
        resume=True,
        on_epoch=keep if task.snapshots else None,
    )
    saved = model.saved
    learned_from = _some(patches.take(~held_out))
    with folder_appears_whole(task.folder) as part:
        saved.write(part / _MODEL)
        numbers = {
            "job": job.document(),
            "history": model.history_,
            "best_epoch": saved.description.validation.epoch,
        }
        (part / _NUMBERS).write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
        np.savez_compressed(
            part / _SCORES,
            allow_pickle=False,
            training_scores=model.decision_function(learned_from.images),
            training_labels=labels_of(learned_from),
            **{f"test_{name}": values for name, values in saved.scores(data.test.images).items()},
        )
        _write_snapshots(part, snapshots)
    shutil.rmtree(task.unfinished)


def read_outcome(task: Task) -> Outcome:
    """Read what a training left."""
    numbers = json.loads((task.folder / _NUMBERS).read_text(encoding="utf-8"))
    with np.load(task.folder / _SCORES) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    names = SavedModel.read(task.folder / _MODEL).description.scores
    return Outcome(
        job=task.job,
        folder=task.folder / _MODEL,
        history=numbers["history"],
        best_epoch=numbers["best_epoch"],
        scores={name: kept[f"test_{name}"] for name in names},
        training_scores=kept["training_scores"],
        training_labels=kept["training_labels"],
        snapshots=_read_snapshots(task.folder),
    )


def _some(patches: PatchSet) -> PatchSet:
    """Return all defects, and of the perfect patches the first so many: enough for a ROC curve."""
    labels = labels_of(patches)
    perfect = np.flatnonzero(labels == PERFECT)[:_MOST_PERFECT]
    return patches.take(np.sort(np.concatenate([perfect, np.flatnonzero(labels == DEFECT)])))


@cache
def _data(folder: Path) -> StudyData:
    """Read the sets once a process."""
    return read_data(folder)


def _write_snapshots(folder: Path, snapshots: Mapping[int, NDArray[np.float32]]) -> None:
    if snapshots:
        arrays = {str(epoch): images for epoch, images in snapshots.items()}
        with file_appears_whole(folder / _SNAPSHOTS, overwrite=True) as part:
            np.savez_compressed(part, allow_pickle=False, **arrays)


def _read_snapshots(folder: Path) -> dict[int, NDArray[np.float32]]:
    path = folder / _SNAPSHOTS
    if not path.exists():
        return {}
    with np.load(path) as arrays:
        return {int(epoch): arrays[epoch] for epoch in arrays.files}
