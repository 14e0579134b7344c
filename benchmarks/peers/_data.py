"""The patches that everything is compared on: what is learned from, watched and scored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import CHALLENGE, SERIES, learning_set
from sixring.errors import UsageError
from sixring.patches import DEFECT, PERFECT, PatchSet, read_patches
from sixring.types import Mode

__all__ = ["Course", "Split", "labels_of", "read_courses"]

_SETS = "sets"
_TEST = "test"
_COMMAND = "python -m benchmarks.quality --out"


@dataclass(frozen=True)
class Split:
    """Patches, and which of them watch a training."""

    patches: PatchSet
    """To learn from and to watch with, labelled."""
    held_out: NDArray[np.bool_]
    """Those that watch, shape (n,)."""
    file: Path
    """What they were read from; other patches of it may be tests."""


@dataclass(frozen=True)
class Course:
    """One training of each model, and what is scored after it."""

    name: str
    """What it is called in file names and headings."""
    learning: Split
    """What is learned from."""
    tests: Mapping[str, PatchSet]
    """What is scored, by name."""
    by_dose: bool
    """Whether the tests hold many doses, which are to be judged apart too."""

    @property
    def digest(self) -> str:
        """A fingerprint of all patches and their labels."""
        found = hashlib.sha256(self.learning.held_out.tobytes())
        for patches in (self.learning.patches, *self.tests.values()):
            found.update(patches.images.tobytes())
            found.update(labels_of(patches).tobytes())
        found.update(repr(sorted(self.tests)).encode())
        return found.hexdigest()


def read_courses(folder: Path, modes: Sequence[Mode]) -> list[Course]:
    """Read the patches of a folder.

    Parameters
    ----------
    folder : Path
        Made by ``benchmarks.quality``, or by ``sixring simulate patches`` with shares for
        training, validation and test.
    modes : sequence of {"hrtem", "stem"}
        Which of the former's sets.

    Returns
    -------
    list of Course
        One a mode for the former; one.

    Raises
    ------
    UsageError
        If sets are missing, a patch is constant, or a set has patches of one class alone.
    ReadError, ImageError
        If a file can't be read.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: is no folder of patches: make one with {_COMMAND} {folder}")
    if not (folder / _SETS).is_dir():
        return [_lone(folder)]
    return [_of_series(folder, mode) for mode in modes]


def labels_of(patches: PatchSet) -> NDArray[np.int8]:
    """Return the labels, which patches that were read as labelled ones always have."""
    return cast("NDArray[np.int8]", patches.labels)


def _of_series(folder: Path, mode: Mode) -> Course:
    names = [cell.name for cell in SERIES if cell.mode == mode]
    tests = [CHALLENGE, *names] if mode == "hrtem" else names
    found = {}
    for name in (learning_set(mode), *tests):
        if not (folder / _SETS / name).is_dir():
            raise UsageError(f"{folder}: has no set {name}: finish it with {_COMMAND} {folder}")
        found[name] = _checked(read_patches(folder / _SETS / name), name)
    learning = found.pop(learning_set(mode))
    source = folder / _SETS / learning_set(mode)
    return Course(mode, _split(learning, source), found, by_dose=False)


def _lone(folder: Path) -> Course:
    patches = read_patches(folder)
    column = patches.details.get("split")
    for share in ("train", "validation", _TEST):
        if column is None or share not in column:
            raise UsageError(
                f"{folder}: has no patches with the split {share!r}: make such a folder with "
                "sixring simulate patches"
            )
    is_test = np.asarray(column) == _TEST
    learning = _checked(patches.take(~is_test), str(folder))
    test = _checked(patches.take(is_test), str(folder))
    return Course("patches", _split(learning, folder), {_TEST: test}, by_dose=True)


def _split(patches: PatchSet, source: Path) -> Split:
    held_out = patches.details["split"] == "validation"
    for part in (patches.take(held_out), patches.take(~held_out)):
        _checked(part, str(source))
    return Split(patches, held_out, source)


def _checked(patches: PatchSet, name: str) -> PatchSet:
    labels = labels_of(patches)
    for label, called in ((PERFECT, "perfect"), (DEFECT, "defect")):
        if not (labels == label).any():
            raise UsageError(f"{name}: has no {called} patches: these models are judged on both")
    if not np.ptp(patches.images, axis=(1, 2)).all():
        raise UsageError(f"{name}: has a constant patch, which no model can score: take it out")
    return patches
