"""What the programs of the peers have in common, and the one of sixring's own models."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.memory import peak_memory
from benchmarks.peer_drivers import Request, Task, Trained, answer, scaled
from benchmarks.peers import prepare
from peer_cases import course, write_patch_file
from sixring.patches import read_patches


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    """Ask for the scores of both test sets."""
    prepare(course(tmp_path), tmp_path / "patches")
    (tmp_path / "answer").mkdir()
    request = Request(
        patches=str(tmp_path / "patches"),
        tests=("challenge", "hrtem-300"),
        answer=str(tmp_path / "answer"),
        seed=1,
        epochs=0,
        threads=1,
    )
    request.write(tmp_path / "request.json")
    return tmp_path / "request.json"


def test_a_request_is_read_as_it_was_written(tmp_path: Path) -> None:
    request = Request("p", ("a", "b"), "out", 3, 5, 2, {"model": "pca"})
    request.write(tmp_path / "request.json")
    assert Request.read(tmp_path / "request.json") == request


def test_a_patch_is_scaled_by_its_own_mean_and_spread() -> None:
    patch = np.array([[[0.0, 2.0], [0.0, 2.0]]], np.float32)
    np.testing.assert_allclose(scaled(patch), [[[3 / 12, 5 / 12], [3 / 12, 5 / 12]]])


def test_what_is_far_out_is_cut_off() -> None:
    patch = np.zeros((2, 40, 40), np.float32)
    patch[0, 0, 0], patch[1, 0, 0] = 1, -1
    found = scaled(patch)
    assert found[0, 0, 0] == 1
    assert found[1, 0, 0] == 0


@given(st.floats(0.01, 1e5), st.floats(-1e3, 1e3), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_dose_and_gain_are_taken_out(gain: float, offset: float, seed: int) -> None:
    images = np.random.default_rng(seed).normal(size=(3, 8, 8)) * 100
    changed = scaled((gain * (images + offset)).astype(np.float32))
    assert changed.dtype == np.float32
    np.testing.assert_allclose(changed, scaled(images.astype(np.float32)), atol=1e-3)


def test_one_class_models_get_perfect_patches(request_file: Path, tmp_path: Path) -> None:
    task = Task(Request.read(request_file))
    learning = course(tmp_path).learning
    patches = learning.patches.take(~learning.held_out)
    perfect = patches.images[np.asarray(patches.labels) == 0]
    np.testing.assert_array_equal(task.perfect, scaled(perfect))
    assert len(task.validation) == len(task.validation_labels) == 10


def test_scores_and_cost_are_written(
    request_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_to: list[int] = []
    if hasattr(os, "sched_setaffinity"):
        monkeypatch.setattr(os, "sched_setaffinity", lambda _, cores: kept_to.append(len(cores)))

    def train(task: Task) -> Trained:
        np.testing.assert_array_equal(task.recorded.shape, (0, 32, 32))
        return Trained(lambda task: task.recorded.mean(axis=(1, 2)), "by hand")

    answer(train, ("numpy",), [str(request_file)])
    assert kept_to in ([1], [])
    tests = course(tmp_path).tests
    with np.load(tmp_path / "answer" / "scores.npz") as archive:
        assert set(archive.files) == set(tests)
        for name, patches in tests.items():
            np.testing.assert_allclose(archive[name], patches.images.mean(axis=(1, 2)), rtol=1e-5)
    cost = json.loads((tmp_path / "answer" / "cost.json").read_text())
    assert cost["settings"] == "by hand"
    assert cost["versions"] == {"numpy": np.__version__}
    assert 0 < cost["score_seconds"] < 1
    assert cost["peak_megabytes"] <= peak_memory()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_scores_that_are_not_finite_are_refused(value: float, request_file: Path) -> None:
    def train(task: Task) -> Trained:
        def score(task: Task) -> NDArray[np.floating]:
            return np.full(len(task.test), value)

        return Trained(score, "by hand")

    with pytest.raises(ValueError, match="challenge: no finite score for each of 60 patches"):
        answer(train, (), [str(request_file)])


@pytest.mark.slow
def test_own_models_are_trained_and_loaded(tmp_path: Path) -> None:
    from benchmarks.peers import read_courses
    from benchmarks.peers._own_task import train

    write_patch_file(tmp_path / "data", ("train", "validation", "test"), each=90)
    (where,) = read_courses(tmp_path / "data", [])
    prepare(where, tmp_path / "patches")

    def scores(**more: str) -> tuple[NDArray[np.floating], str]:
        request = Request(
            str(tmp_path / "patches"),
            ("test",),
            "",
            0,
            0,
            2,
            {"learning": str(tmp_path / "data"), "model": "pca", "folder": "", **more},
        )
        task = Task(request)
        trained = train(task)
        task.turn_to("test")
        return trained.score(task), trained.settings

    made, how = scores()
    assert how == "its usual settings, without epochs"
    assert made.shape == (90,)

    from sixring.train import make_model

    patches = read_patches(tmp_path / "data")
    patches = patches.take(patches.details["split"] != "test")
    model = make_model("pca", seed=0)
    held_out = patches.details["split"] == "validation"
    model.fit(
        patches.images, patches.labels, patches.groups, details=patches.details, held_out=held_out
    )
    np.testing.assert_allclose(made, model.decision_function(where.tests["test"].images), rtol=1e-5)
    model.save(tmp_path / "saved")
    loaded, how = scores(folder=str(tmp_path / "saved"))
    assert how == "trained before"
    np.testing.assert_allclose(loaded, made, rtol=1e-5)
