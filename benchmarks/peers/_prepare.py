"""Patches as files that every program reads, none of which knows the labels of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.peer_drivers import LABELS, PNG, TESTS, TRAINING, VALIDATION, scaled
from benchmarks.peers._data import Course, labels_of
from sixring.errors import UsageError
from sixring.io import folder_appears_whole

__all__ = ["prepare"]

_DIGEST = "digest.txt"


def prepare(course: Course, folder: Path) -> None:
    """Write the patches of a course, unless they are there.

    Parameters
    ----------
    course : Course
        What is trained and scored.
    folder : Path
        For arrays, and for 8-bit images where a tool reads files.

    Raises
    ------
    UsageError
        If the folder holds other patches.
    """
    digest = folder / _DIGEST
    if folder.exists():
        if not digest.is_file() or digest.read_text(encoding="ascii") != course.digest:
            raise UsageError(f"{folder}: holds other patches than --data: give another --out")
        return
    with folder_appears_whole(folder) as part:
        for name, which in _parts(course):
            patches = course.learning.patches.take(which)
            labels = labels_of(patches)
            np.savez(part / f"{name}.npz", images=patches.images, labels=labels)
            for label, called in LABELS.items():
                _write_images(patches.images[labels == label], part / PNG / name / called)
        (part / TESTS).mkdir()
        for name, patches in course.tests.items():
            np.savez(part / TESTS / f"{name}.npz", images=patches.images)
            _write_images(patches.images, part / PNG / TESTS / name)
        (part / _DIGEST).write_text(course.digest, encoding="ascii")


def _parts(course: Course) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    yield TRAINING, ~course.learning.held_out
    yield VALIDATION, course.learning.held_out


def _write_images(images: NDArray[np.float32], folder: Path) -> None:
    folder.mkdir(parents=True)
    for number, levels in enumerate((255 * scaled(images)).round().astype(np.uint8)):
        Image.fromarray(levels).save(folder / f"{number:06d}.png")
