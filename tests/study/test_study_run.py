"""The whole study, with patches of noise and trainings of two epochs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quick_samples import quick_sample
from sixring._workers import Died
from sixring.errors import SixringError, UsageError
from sixring.study import run_study, steps
from sixring.study._plan import plan
from study_cases import TINY

QUESTIONS = {"report", "ladder", "challenge", "plain", "imbalance", "curve", "autoencoder"}


def run(folder: Path, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - run_study's
    return run_study(folder, TINY, make=quick_sample, **options)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[str]]:
    folder = tmp_path_factory.mktemp("study")
    told: list[str] = []
    return folder, run(folder, jobs=2, progress=told.append), told


@pytest.mark.slow
class TestWhole:
    def test_its_numbers_are_written(self, whole: tuple[Path, dict[str, Any], list[str]]) -> None:
        folder, document, _ = whole
        assert json.loads((folder / "study.json").read_text(encoding="utf-8")) == document
        assert {row["question"] for row in document["results"]} == QUESTIONS
        assert len(document["trainings"]) == len(plan(TINY))

    def test_every_step_is_told(self, whole: tuple[Path, dict[str, Any], list[str]]) -> None:
        _, _, told = whole
        assert len(told) == steps(TINY)
        assert told[-1] == "page"
        assert set(told) >= {job.name for job in plan(TINY)}

    def test_the_page_has_every_figure_in_it(
        self, whole: tuple[Path, dict[str, Any], list[str]]
    ) -> None:
        folder, _, _ = whole
        page = (folder / "study.html").read_text(encoding="utf-8")
        figures = sorted((folder / "figures").glob("figure-*.png"))
        assert len(figures) >= 8
        assert page.count("data:image/png;base64,") == len(figures)
        assert "://" not in page
        for number in range(1, len(figures) + 1):
            assert f"Figure {number}" in page

    def test_the_numbers_come_with_what_the_figures_show(
        self, whole: tuple[Path, dict[str, Any], list[str]]
    ) -> None:
        folder, document, _ = whole
        listed = [figure["number"] for figure in document["figures"]]
        assert listed == list(range(1, len(list((folder / "figures").iterdir())) + 1))
        assert all(figure["title"] and figure["caption"] for figure in document["figures"])

    def test_nothing_half_done_is_left(self, whole: tuple[Path, dict[str, Any], list[str]]) -> None:
        folder, _, _ = whole
        assert not list(folder.rglob("*.unfinished"))
        assert not list(folder.rglob("*.ckpt"))

    def test_started_again_it_does_what_is_missing(
        self, whole: tuple[Path, dict[str, Any], list[str]], tmp_path: Path
    ) -> None:
        folder, document, _ = whole
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        names = [job.name for job in plan(TINY)]
        shutil.rmtree(copy / "trainings" / names[3])
        kept = copy / "trainings" / names[0] / "scores.npz"
        before = kept.stat().st_mtime_ns
        (copy / "study.json").unlink()
        assert run(copy) == document
        assert kept.stat().st_mtime_ns == before
        assert (copy / "study.json").read_bytes() == (folder / "study.json").read_bytes()

    def test_another_study_is_not_mixed_with_it(
        self, whole: tuple[Path, dict[str, Any], list[str]]
    ) -> None:
        folder, _, _ = whole
        with pytest.raises(UsageError, match="holds another study, of other settings or another"):
            run_study(folder, replace(TINY, seeds=2), make=quick_sample)
        with pytest.raises(UsageError, match="holds another study"):
            run(folder, seed=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"jobs": 0}, "jobs must be at least 1, not 0"),
        ({"seed": -1}, "seed must be at least 0, not -1"),
    ],
)
def test_numbers_that_cannot_be(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run(tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["data", "trainings", "study.json", "study.html"])
def test_files_of_others_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(UsageError, match=f"{name} wasn't written by this command: choose another"):
        run(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_plan_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match=r"plan\.json wasn't written by sixring: choose another"):
        run(tmp_path)


def failing(answer: object) -> Callable[..., Iterator[Any]]:
    def workers(_: object, tasks: list[Any], __: int) -> Iterator[Any]:
        yield tasks[0], answer

    return workers


def test_a_training_that_fails_ends_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sixring.study._run.in_workers", failing("challenge-cnn-a-0: no disk"))
    with pytest.raises(SixringError, match=r"^challenge-cnn-a-0: no disk$"):
        run(tmp_path)
    assert not (tmp_path / "study.json").exists()


def test_a_process_that_dies_ends_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sixring.study._run.in_workers", failing(Died(-9)))
    with pytest.raises(
        SixringError,
        match="challenge-cnn-a-0: its process ended with exit code -9: free some memory, and",
    ):
        run(tmp_path)


def test_replaced_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sixring.study._run.in_workers", failing("stop"))
    with pytest.raises(SixringError, match="stop"):
        run(tmp_path)
    (tmp_path / "trainings" / "old").mkdir()
    with pytest.raises(SixringError, match="stop"):
        run(tmp_path, seed=1, overwrite=True)
    assert not (tmp_path / "trainings" / "old").exists()
