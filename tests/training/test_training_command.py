"""``python -m training``."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import sixring
from training.__main__ import main
from training._plan import SMALL, hold_to

ROOT = Path(__file__).parents[2]


def test_a_folder_of_another_training_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hold_to(replace(SMALL, seed=4), tmp_path / "made")
    arguments = ["training", "--small", "--out", str(tmp_path / "made")]
    monkeypatch.setattr(sys, "argv", arguments)
    assert main() == 1
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err == (
        f"training: {tmp_path / 'made'}: holds a training with seed = 4, and now it is 0: choose "
        "another folder\n"
    )
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["plan.json"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--small"], "the following arguments are required: --out"),
        (["--out", "x", "--views", "3"], "invalid choice: 3"),
        (["--out", "x", "--pieces", "many"], "invalid int value: 'many'"),
    ],
)
def test_wrong_arguments_are_refused_before_any_work(
    given: list[str],
    said: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["training", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert list(folder.iterdir()) == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_model_from_the_beginning_to_the_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "training", "--small", "--out", str(tmp_path / "made")]
    answer = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600
    )
    *lines, last = answer.stdout.splitlines()
    assert len(lines) == SMALL.pieces
    assert last == f"the model: {tmp_path / 'made' / 'default'}"
    with (tmp_path / "made" / "log.csv").open(encoding="utf-8", newline="") as file:
        assert [row["piece"] for row in csv.DictReader(file)] == ["0", "1", "2"]
    model = sixring.load_model(tmp_path / "made" / "default")
    assert model.saved.description.config["views"] == 2

    again = subprocess.run(
        [*command, "--views", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert again.stdout.splitlines() == [last]
    other = sixring.load_model(tmp_path / "made" / "default")
    assert other.saved.description.config["views"] == 1
    assert other.saved.weights == model.saved.weights
