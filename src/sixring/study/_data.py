"""The patches of the study: simulated once, chosen from for each training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.patches import DEFECT, PERFECT, PatchSet, read_patches, split_groups
from sixring.simulate import Make, PatchSettings, is_finished, preset, sample, write_patches
from sixring.study._plan import HELD_OUT, Job
from sixring.study._scale import Scale

__all__ = [
    "SETS",
    "StudyData",
    "choose_patches",
    "hold_out",
    "labels_of",
    "make_data",
    "read_data",
    "set_settings",
]

SETS = {"challenge": 4100, "defects": 4500, "test": 5300}
"""The sets and the seed of each, in the study of seed 0: no two share a micrograph."""
_NEXT_STUDY = 10_000
"""Added to these for each further seed of a study."""
_PRESET = "challenge"
_CURVE_RATIO = 2.0
_PER_DEFECT = 1
"""Each defect is seen once, so that the patches come from many micrographs."""
_SHOWN = 3
"""Pictures of each class."""


@dataclass(frozen=True, eq=False)
class StudyData:
    """All patches of the study."""

    challenge: PatchSet
    """To train on: 20 perfect patches to 1 defect."""
    defects: PatchSet
    """To train on: 2 perfect patches to 1 defect, for the learning curves."""
    test: PatchSet
    """To judge on: micrographs that no training has seen."""
    shown: NDArray[np.int64]
    """Indices of the test patches that are drawn: perfect ones, then as many defects, of those
    that were recorded with the highest dose."""


def set_settings(scale: Scale, seed: int) -> dict[str, PatchSettings]:
    """Return how each set is simulated."""
    numbers = {
        "challenge": (scale.training, 20.0),
        "defects": (int(scale.small[0] * (1 + 1 / _CURVE_RATIO)), _CURVE_RATIO),
        "test": (scale.test, 20.0),
    }
    return {
        name: PatchSettings(
            preset(_PRESET),
            n=n,
            ratio=ratio,
            seed=SETS[name] + _NEXT_STUDY * seed,
            per_defect=_PER_DEFECT,
            format="array",
        )
        for name, (n, ratio) in numbers.items()
    }


def make_data(
    folder: Path,
    settings: dict[str, PatchSettings],
    *,
    jobs: int,
    advance: Callable[[str], None],
    make: Make = sample,
) -> None:
    """Simulate the sets that aren't there yet.

    Parameters
    ----------
    folder : Path
        Each set gets a folder in it.
    settings : dict
        From :func:`set_settings`.
    jobs : int
        Number of processes.
    advance : callable
        Is told the name of each set that is there.
    make : callable, optional
        What makes a micrograph.
    """
    for name, wanted in settings.items():
        if not is_finished(wanted, folder / name):
            write_patches(wanted, folder / name, jobs=jobs, make=make)
        advance(name)


def read_data(folder: Path) -> StudyData:
    """Read what :func:`make_data` wrote."""
    test = read_patches(folder / "test")
    return StudyData(
        read_patches(folder / "challenge"),
        read_patches(folder / "defects"),
        test,
        _to_show(test),
    )


def choose_patches(patches: PatchSet, job: Job) -> PatchSet:
    """Return the patches of a training.

    The numbers that a job asks for are the first ones of an order drawn with its seed, so that a
    training with more patches has all those of one with fewer.

    Parameters
    ----------
    patches : PatchSet
        The set that the job names.
    job : Job
        How many of each class.

    Raises
    ------
    UsageError
        If the set has too few.
    """
    labels = labels_of(patches)
    order = np.random.default_rng(job.seed).permutation(len(patches))
    chosen = []
    for label, wanted, name in ((PERFECT, job.perfect, "perfect"), (DEFECT, job.defects, "defect")):
        there = order[labels[order] == label]
        if wanted is not None and wanted > len(there):
            raise UsageError(
                f"{wanted} {name} patches are needed, and there are {len(there)}: simulate more"
            )
        chosen.append(there[:wanted])
    return patches.take(np.sort(np.concatenate(chosen)))


def hold_out(patches: PatchSet, job: Job) -> NDArray[np.bool_]:
    """Return which patches of a training watch it: a fifth, by whole micrographs, shape (n,)."""
    _, watched = split_groups(patches.groups, labels_of(patches), share=HELD_OUT, seed=job.seed)
    held_out = np.zeros(len(patches), bool)
    held_out[watched] = True
    return held_out


def labels_of(patches: PatchSet) -> NDArray[np.int8]:
    """Return the labels, which simulated patches always have."""
    if patches.labels is None:
        raise UsageError("the patches have no labels: simulate them anew")
    return patches.labels


def _to_show(test: PatchSet) -> NDArray[np.int64]:
    """Return perfect patches and as many different defects, where counts are highest."""
    labels, names = labels_of(test), np.asarray(test.details["defect"])
    brightest = np.argsort(-np.asarray(test.details["dose"], float), kind="stable")
    perfect = brightest[labels[brightest] == PERFECT][:_SHOWN]
    defects = brightest[labels[brightest] == DEFECT]
    _, first = np.unique(names[defects], return_index=True)
    return np.concatenate([perfect, defects[np.sort(first)][:_SHOWN]])
