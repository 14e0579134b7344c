"""One training of the study, kept as a folder."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quick_samples import quick_sample
from sixring.evaluate import roc_auc
from sixring.models import SavedModel
from sixring.study._data import make_data, read_data, set_settings
from sixring.study._plan import Job
from sixring.study._training import Outcome, Task, attempt, is_done, read_outcome
from study_cases import TINY

SMALL: Mapping[str, Any] = {"channels": (4, 4, 4), "hidden": (8, 8), "epochs": 3}
JOB = Job("report", "", "cnn-a", 0, "challenge", 40, 4, SMALL)
VAE = Job(
    "autoencoder",
    "",
    "vae",
    0,
    "challenge",
    40,
    4,
    {"channels": (4,) * 5, "latent": 2, "epochs": 3},
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    make_data(folder, set_settings(TINY, 0), jobs=1, advance=lambda _: None, make=quick_sample)
    return folder


def done(job: Job, data: Path, out: Path, snapshots: tuple[int, ...] = ()) -> Outcome:
    out.mkdir(exist_ok=True)
    task = Task(job, data, out, snapshots)
    assert not is_done(task)
    assert attempt(task) == ""
    assert is_done(task)
    assert not task.unfinished.exists()
    return read_outcome(task)


@pytest.fixture(scope="module")
def outcome(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return done(JOB, data, tmp_path_factory.mktemp("out"))


def test_scores_are_those_of_the_saved_model(outcome: Outcome, data: Path) -> None:
    test = read_data(data).test
    scores = SavedModel.read(outcome.folder).scores(test.images)
    assert list(outcome.scores) == list(scores) == ["logit"]
    np.testing.assert_array_equal(outcome.scores["logit"], scores["logit"])


def test_history_has_every_epoch(outcome: Outcome) -> None:
    assert [row["epoch"] for row in outcome.history] == [1, 2, 3]
    assert 1 <= outcome.best_epoch <= 3
    losses = [row["validation_loss"] for row in outcome.history]
    assert losses[outcome.best_epoch - 1] == min(losses)


def test_what_watched_the_training_is_left_out_of_its_scores(outcome: Outcome) -> None:
    # A fifth of 44 patches, by whole micrographs.
    assert 44 * 0.6 <= len(outcome.training_scores) <= 44 * 0.9
    assert set(outcome.training_labels) == {0, 1}
    assert 0 <= roc_auc(outcome.training_scores, outcome.training_labels) <= 1


def test_two_trainings_are_alike_to_the_last_digit(
    outcome: Outcome, data: Path, tmp_path: Path
) -> None:
    again = done(JOB, data, tmp_path)
    np.testing.assert_array_equal(again.scores["logit"], outcome.scores["logit"])
    assert again.history == outcome.history


def test_another_seed_is_another_training(outcome: Outcome, data: Path, tmp_path: Path) -> None:
    other = done(replace(JOB, seed=1), data, tmp_path)
    assert not np.array_equal(other.scores["logit"], outcome.scores["logit"])


def test_reproductions_of_the_shown_patches_are_kept(data: Path, tmp_path: Path) -> None:
    outcome = done(VAE, data, tmp_path, (1, 3))
    assert sorted(outcome.snapshots) == [1, 3]
    shown = read_data(data).shown
    assert outcome.snapshots[1].shape == (len(shown), 48, 48)
    assert not np.array_equal(outcome.snapshots[1], outcome.snapshots[3])


def test_a_training_that_was_stopped_goes_on(
    outcome: Outcome, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    task = Task(JOB, data, tmp_path, ())
    with monkeypatch.context() as patch:
        patch.setattr("sixring.study._training.folder_appears_whole", stop)
        with pytest.raises(KeyboardInterrupt):
            attempt(task)
    assert not is_done(task)
    checkpoint = task.unfinished / "last.ckpt"
    assert checkpoint.exists()

    # Its epochs are not done again: there is nothing to learn from any more.
    before = checkpoint.read_bytes()
    assert attempt(task) == ""
    np.testing.assert_array_equal(read_outcome(task).scores["logit"], outcome.scores["logit"])
    assert before
    assert not task.unfinished.exists()


def test_what_goes_wrong_is_said(data: Path, tmp_path: Path) -> None:
    greedy = Task(replace(JOB, perfect=1000), data, tmp_path, ())
    assert attempt(greedy) == (
        "report-cnn-a-0: 1000 perfect patches are needed, and there are 120: simulate more"
    )
    unknown = Task(replace(JOB, settings={"depth": 3}), data, tmp_path, ())
    assert attempt(unknown).startswith("report-cnn-a-0: there is no setting 'depth'")
    assert list(tmp_path.iterdir()) == []


def test_the_folder_says_what_was_done(outcome: Outcome) -> None:
    numbers = json.loads((outcome.folder.parent / "training.json").read_text(encoding="utf-8"))
    assert numbers["job"] == json.loads(json.dumps(JOB.document()))
    assert numbers["best_epoch"] == outcome.best_epoch


def test_no_more_perfect_patches_are_scored_than_a_curve_needs(
    outcome: Outcome, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sixring.study._training._MOST_PERFECT", 7)
    few = done(JOB, data, tmp_path)
    assert np.sum(few.training_labels == 0) == 7
    assert np.sum(few.training_labels == 1) == np.sum(outcome.training_labels == 1)
    assert set(few.training_scores) <= set(outcome.training_scores)


def test_what_a_kill_left_of_a_finished_training_is_taken_away(data: Path, tmp_path: Path) -> None:
    task = Task(JOB, data, tmp_path, ())
    assert attempt(task) == ""
    task.unfinished.mkdir()
    assert is_done(task)
    assert not task.unfinished.exists()


def test_a_disk_that_fills_is_said(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sixring.study._training.np.savez_compressed", full)
    answer = attempt(Task(VAE, data, tmp_path, (1,)))
    assert answer.startswith("autoencoder-vae-0: ")
    assert "no space left on device" in answer
