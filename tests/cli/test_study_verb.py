"""``sixring study``: what is handed on and what is printed; the study itself has its own tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli_types import Run
from sixring.errors import SixringError
from sixring.study import FULL, QUICK, Scale, steps
from study_documents import document

LINUX = hasattr(os, "sched_getaffinity")


class Asked:
    """What a study was asked for."""

    def __init__(self) -> None:
        self.scale: Scale | None = None
        self.options: dict[str, Any] = {}

    def run(self, folder: Path, scale: Scale, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        """Stand for the study."""
        self.scale, self.options = scale, {"folder": folder, **options}
        told: Callable[[str], None] = options["progress"]
        for step in range(steps(scale, options["seed"])):
            told(str(step))
        return document()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.setattr("sixring.study.run_study", asked.run)
    return asked


def test_the_full_study_on_all_cores(run: Run, asked: Asked, folder: Path) -> None:
    answer = run("study", "--out", "study")
    assert answer.code == 0
    assert asked.scale is FULL
    del asked.options["progress"]
    assert asked.options == {
        "folder": Path("study"),
        "seed": 0,
        "jobs": len(os.sched_getaffinity(0)) if LINUX else os.cpu_count(),
        "overwrite": False,
    }


def test_the_quick_study_with_options(run: Run, asked: Asked, folder: Path) -> None:
    answer = run("study", "--out", "a", "--quick", "--seed", 3, "--jobs", 1, "--overwrite")
    assert answer.code == 0
    assert asked.scale is QUICK
    assert [asked.options[name] for name in ("seed", "jobs", "overwrite")] == [3, 1, True]


def test_what_the_models_reach_is_printed(run: Run, asked: Asked, folder: Path) -> None:
    title, *rows, page, numbers = run("study", "--out", "study").out.splitlines()
    assert title.split("  ")[0] == "model"
    # Both classifiers on all patches, and every score of the three autoencoders.
    assert len(rows) == 2 + 2 + 2 + 7
    assert rows[0].split() == ["cnn-a", "logit", "0.973", "0.943", "to", "1.003", "2"]
    assert page == f"study: {Path('study') / 'study.html'}"
    assert numbers == f"numbers: {Path('study') / 'study.json'}"


def test_an_interval_that_is_not_known_is_left_out(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = document()
    for row in made["results"]:
        row["auc"].update(low=None, high=None)
    monkeypatch.setattr("sixring.study.run_study", lambda *_, **__: made)
    assert run("study", "--out", "study").out.splitlines()[1].split() == [
        *("cnn-a", "logit", "0.973", "2")
    ]


def test_quiet(run: Run, asked: Asked, folder: Path) -> None:
    answer = run("study", "--out", "study", "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_wrong_usage_is_one_line(run: Run, folder: Path) -> None:
    answer = run("study", "--out", "study", "--jobs", 0)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "sixring: jobs must be at least 1, not 0\n"
    assert not Path("study").exists()
    (folder / "file").touch()
    answer = run("study", "--out", "file")
    assert answer.code == 2
    assert "can't write to the output folder file" in answer.err


def test_a_training_that_fails(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SixringError("challenge-cnn-a-0: no space left")

    monkeypatch.setattr("sixring.study.run_study", fail)
    answer = run("study", "--out", "study")
    assert answer.code == 1
    assert answer.err == "sixring: challenge-cnn-a-0: no space left\n"


def test_help_has_an_example(run: Run) -> None:
    answer = run("study", "--help")
    assert answer.code == 0
    assert "Example: sixring study --out study --quick" in answer.out
    for option in ("--seed", "--quiet", "--debug", "--overwrite", "--jobs"):
        assert f"  {option}" in answer.out


def test_a_log_shows_how_far_it_is(run: Run, asked: Asked, folder: Path) -> None:
    lines = run("study", "--out", "study", "--quick").err.splitlines()
    total = steps(QUICK, 0)
    assert lines == [f"sixring: {k + 1} of {total}: {k}" for k in range(total)]
