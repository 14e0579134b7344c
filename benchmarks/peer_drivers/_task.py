"""Train, score, and write down what both cost."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import peak_memory
from benchmarks.peer_drivers._exchange import (
    COST,
    PNG,
    SCORES,
    TESTS,
    TRAINING,
    VALIDATION,
    Request,
    scaled,
)

__all__ = ["Task", "Trained", "answer"]

Images = NDArray[np.float32]


class Task:
    """The patches of a request, in memory before anything is timed.

    Parameters
    ----------
    request : Request
        What is asked for.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        """What is asked for."""
        self.folder = Path(request.patches)
        """Of the files of patches."""
        self.training, self.training_labels = self._labelled(TRAINING)
        """Patches to learn from, between 0 and 1, and 0 (perfect) or 1 (defect) of each."""
        self.validation, self.validation_labels = self._labelled(VALIDATION)
        """Patches to watch the training with, and their labels."""
        self.recorded: Images = self.training[:0]
        """The patches to be scored now, as recorded."""
        self.test: Images = self.recorded
        """The same, between 0 and 1."""
        self.test_files = self.folder
        """Folder of the same, as 8-bit files."""

    @property
    def perfect(self) -> Images:
        """The perfect patches to learn from, all that one-class models see."""
        found: Images = self.training[self.training_labels == 0]
        return found

    def turn_to(self, name: str) -> None:
        """Read the patches of a test set."""
        with np.load(self.folder / TESTS / f"{name}.npz") as archive:
            self.recorded = archive["images"]
        self.test = scaled(self.recorded)
        self.test_files = self.folder / PNG / TESTS / name

    def _labelled(self, name: str) -> tuple[Images, NDArray[np.int8]]:
        with np.load(self.folder / f"{name}.npz") as archive:
            return scaled(archive["images"]), archive["labels"]


@dataclass(frozen=True)
class Trained:
    """What a training gives."""

    score: Callable[[Task], NDArray[np.floating]]
    """Scores the test patches of a task: one each, higher where a defect is likelier."""
    settings: str
    """How it was trained, in words for a table."""


def answer(
    train: Callable[[Task], Trained], packages: tuple[str, ...], arguments: list[str] | None = None
) -> None:
    """Do what the file named on the command line asks for, and write scores and cost.

    Parameters
    ----------
    train : callable
        Trains on a task.
    packages : tuple of str
        Whose versions belong to the result.
    arguments : list of str, optional
        Instead of those of the command line.

    Raises
    ------
    ValueError
        If there isn't one finite score for each patch.
    """
    (path,) = sys.argv[1:] if arguments is None else arguments
    request = Request.read(Path(path))
    _keep_to(request.threads)
    task = Task(request)
    started = time.perf_counter()
    trained = train(task)
    train_seconds = time.perf_counter() - started
    score_seconds, scores = 0.0, {}
    for name in request.tests:
        task.turn_to(name)
        started = time.perf_counter()
        found = np.asarray(trained.score(task), np.float64)
        score_seconds += time.perf_counter() - started
        if found.shape != (len(task.test),) or not np.isfinite(found).all():
            raise ValueError(f"{name}: no finite score for each of {len(task.test)} patches")
        scores[name] = found
    np.savez(Path(request.answer, SCORES), allow_pickle=False, **scores)
    cost = {
        "train_seconds": train_seconds,
        "score_seconds": score_seconds / sum(map(len, scores.values())),
        "peak_megabytes": peak_memory(),
        "settings": trained.settings,
        "versions": {name: version(name) for name in packages},
    }
    Path(request.answer, COST).write_text(json.dumps(cost, indent=1) + "\n", encoding="utf-8")


def _keep_to(threads: int) -> None:
    """Let no more threads compute, whichever library made them, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    if "torch" in sys.modules:
        import torch

        torch.set_num_threads(threads)
