"""``python -m training.detector``."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from fake_exposures import spotted
from training._plan import hold_to
from training.detector.__main__ import main
from training.detector._calibrate import judged_micrographs
from training.detector._learn import learn
from training.detector._network import HEADS
from training.detector._pieces import watched_piece
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


def test_it_writes_graph_and_log_and_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The whole command but for the microscope.
    command = sys.modules[main.__module__]
    monkeypatch.setattr(command, "learn", partial(learn, expose=spotted))
    monkeypatch.setattr(command, "watched_piece", partial(watched_piece, expose=spotted))
    monkeypatch.setattr(command, "judged_micrographs", partial(judged_micrographs, expose=spotted))
    arguments = ["detector", "--small", "--jobs", "0", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", [*arguments, "--pieces", "2"])
    assert main() == 0
    *lines, hrtem, stem, last = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["piece 0", "piece 1"]
    assert (hrtem.split(":")[0], stem.split(":")[0]) == ("hrtem", "stem")
    assert last == f"the detector: {tmp_path / 'detector'}"
    check(tmp_path, 2)
    assert main() == 0
    # All is done: nothing is learned again.
    assert capsys.readouterr().out.splitlines() == [hrtem, stem, last]


def check(folder: Path, pieces: int) -> None:
    with (folder / "log.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["piece"] for row in rows] == [str(k) for k in range(pieces)]
    assert [bool(row["validation_loss"]) for row in rows] == [False, *[True] * (pieces - 1)]
    assert set(NAMES) < set(rows[0])
    card = (folder / "detector" / "CARD.md").read_text(encoding="utf-8")
    assert "`python -m training.detector`, seed 0, makes it again." in card
    assert f" of {pieces * SMALL.specimens} specimens, each specimen imaged 2 times" in card
    session = onnxruntime.InferenceSession(folder / "detector" / "detector.onnx")
    maps = session.run(
        [f"output.{name}" for name in HEADS], {"images": np.zeros((1, 64, 80), np.float32)}
    )
    assert [found.shape for found in maps] == [(1, n, 32, 40) for n in HEADS.values()]


@pytest.mark.slow
def test_a_detector_from_the_beginning_to_the_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "training.detector", "--small", "--out", str(tmp_path)]
    answer = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=1800
    )
    *lines, _, _, last = answer.stdout.splitlines()
    assert len(lines) == SMALL.pieces
    assert last == f"the detector: {tmp_path / 'detector'}"
    check(tmp_path, SMALL.pieces)
