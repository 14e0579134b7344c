"""``python -m training.detector``."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from training._plan import hold_to
from training.detector.__main__ import main
from training.detector._network import HEADS
from training.detector._plan import SMALL
from training.detector._watch import NAMES

ROOT = Path(__file__).parents[2]


def test_a_folder_of_another_training_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hold_to(replace(SMALL, seed=4), tmp_path / "made")
    monkeypatch.setattr(sys, "argv", ["detector", "--small", "--out", str(tmp_path / "made")])
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
        (["--out", "x", "--jobs", "two"], "invalid int value: 'two'"),
    ],
)
def test_wrong_arguments_are_refused_before_any_work(
    given: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["detector", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_detector_from_the_beginning_to_the_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "training.detector", "--small", "--out", str(tmp_path / "a")]
    answer = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=1200
    )
    *lines, last = answer.stdout.splitlines()
    assert len(lines) == SMALL.pieces
    assert last == f"the detector: {tmp_path / 'a' / 'detector.onnx'}"
    with (tmp_path / "a" / "log.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["piece"] for row in rows] == ["0", "1", "2"]
    assert [bool(row["validation_loss"]) for row in rows] == [False, True, True]
    assert set(NAMES) < set(rows[0])
    session = onnxruntime.InferenceSession(tmp_path / "a" / "detector.onnx")
    maps = session.run(list(HEADS), {"images": np.zeros((1, 64, 80), np.float32)})
    assert [found.shape for found in maps] == [(1, n, 32, 40) for n in HEADS.values()]

    again = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=1200
    )
    assert again.stdout.splitlines() == [last]
