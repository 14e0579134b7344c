"""The patches of the study, and which of them a training gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quick_samples import quick_sample
from sixring.errors import UsageError
from sixring.patches import DEFECT, PERFECT, PatchSet
from sixring.study import FULL, QUICK, Scale
from sixring.study._data import (
    SETS,
    choose_patches,
    hold_out,
    make_data,
    read_data,
    set_settings,
)
from sixring.study._plan import Job

SMALL = replace(QUICK, training=42, test=210, small=(20, 2))
JOB = Job("report", "", "cnn-a", 0, "challenge", 20, 2)


def patches(perfect: int = 40, defects: int = 5) -> PatchSet:
    n = perfect + defects
    labels = np.r_[np.zeros(perfect, np.int8), np.ones(defects, np.int8)]
    return PatchSet(
        images=np.arange(n, dtype=np.float32)[:, None, None] * np.ones((1, 4, 4), np.float32),
        labels=labels,
        groups=np.array([f"m{k % 7}" for k in range(n)]),
        names=tuple(f"p{k}" for k in range(n)),
    )


@pytest.mark.parametrize("scale", [FULL, QUICK], ids=["full", "quick"])
def test_the_sets_are_the_challenge_and_share_no_seed(scale: Scale) -> None:
    settings = set_settings(scale, 0)
    assert settings["challenge"].n == scale.training
    assert settings["test"].n == scale.test
    assert settings["challenge"].ratio == settings["test"].ratio == 20
    assert {name: entry.seed for name, entry in settings.items()} == SETS
    assert {entry.preset.name for entry in settings.values()} == {"challenge"}
    assert {entry.per_defect for entry in settings.values()} == {1}
    enough = settings["defects"]
    assert round(enough.n / (1 + enough.ratio)) >= max(scale.curve)
    assert round(enough.n * enough.ratio / (1 + enough.ratio)) >= scale.small[0]


def test_another_seed_gives_other_sets() -> None:
    seeds = [entry.seed for seed in range(100) for entry in set_settings(QUICK, seed).values()]
    assert len(set(seeds)) == len(seeds)


def test_sets_are_made_once(tmp_path: Path) -> None:
    told: list[str] = []
    settings = set_settings(SMALL, 0)
    make_data(tmp_path, settings, jobs=1, advance=told.append, make=quick_sample)
    made = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    make_data(tmp_path, settings, jobs=1, advance=told.append, make=quick_sample)
    assert told == [*SETS, *SETS]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == made

    data = read_data(tmp_path)
    assert (len(data.challenge), len(data.test)) == (42, 210)
    assert len(data.defects) == 30
    labels = data.test.labels
    assert labels is not None
    assert labels[data.shown].tolist() == [0, 0, 0, 1, 1, 1]
    kinds = data.test.details["defect"][data.shown[3:]]
    assert len(set(kinds)) == 3
    doses = data.test.details["dose"]
    assert doses[data.shown[0]] == doses[labels == PERFECT].max()
    assert doses[data.shown[3]] == doses[labels == DEFECT].max()


def test_sets_of_other_settings_are_not_taken(tmp_path: Path) -> None:
    settings = set_settings(SMALL, 0)
    make_data(tmp_path, settings, jobs=1, advance=lambda _: None, make=quick_sample)
    with pytest.raises(UsageError, match="holds a finished data set: add --overwrite"):
        make_data(
            tmp_path, set_settings(SMALL, 1), jobs=1, advance=lambda _: None, make=quick_sample
        )


def test_a_training_gets_the_numbers_it_asks_for() -> None:
    chosen = choose_patches(patches(), JOB)
    assert np.bincount(chosen.labels).tolist() == [20, 2]  # type: ignore[arg-type]
    assert len(set(chosen.names)) == 22


def test_a_training_that_asks_for_no_number_gets_all() -> None:
    chosen = choose_patches(patches(), replace(JOB, perfect=None, defects=None))
    assert chosen.names == patches().names


def test_more_patches_hold_the_fewer() -> None:
    few = choose_patches(patches(), JOB)
    more = choose_patches(patches(), replace(JOB, perfect=30, defects=4))
    assert set(few.names) < set(more.names)


def test_another_seed_chooses_others() -> None:
    first, other = choose_patches(patches(), JOB), choose_patches(patches(), replace(JOB, seed=1))
    assert set(first.names) != set(other.names)


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (
            replace(JOB, perfect=41),
            "41 perfect patches are needed, and there are 40: simulate more",
        ),
        (replace(JOB, defects=6), "6 defect patches are needed, and there are 5: simulate more"),
    ],
)
def test_too_few_patches(job: Job, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        choose_patches(patches(), job)


def test_patches_without_labels() -> None:
    with pytest.raises(UsageError, match="the patches have no labels: simulate them anew"):
        choose_patches(replace(patches(), labels=None), JOB)


def test_a_fifth_is_held_out_by_whole_micrographs() -> None:
    some = patches(80, 10)
    held_out = hold_out(some, JOB)
    assert 0.1 < held_out.mean() < 0.35
    assert not set(some.groups[held_out]) & set(some.groups[~held_out])
    assert not np.array_equal(held_out, hold_out(some, replace(JOB, seed=1)))
