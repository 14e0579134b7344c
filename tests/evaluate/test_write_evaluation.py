"""An evaluation as a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from scored_patches import normals
from sixring.errors import OutputError
from sixring.evaluate import Evaluation, calibrate, evaluate, write_evaluation

CASE = normals(40, 200, 1.5)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluate(
        *CASE[:2],
        groups=CASE.groups,
        details={"defect": np.where(CASE.labels == 1, "SW", "")},
        threshold=1.0,
        calibration=calibrate(*CASE),
        resamples=100,
    )


def test_everything_is_there(found: Evaluation, tmp_path: Path) -> None:
    write_evaluation(found, tmp_path / "new" / "out")
    names = {path.name for path in (tmp_path / "new" / "out").iterdir()}
    assert names == {
        *("evaluation.json", "metrics.csv", "parts.csv", "roc.csv", "points.csv"),
        *("reliability.csv", "roc.png", "precision_recall.png", "scores.png"),
        "reliability.png",
    }
    assert list((tmp_path / "new").iterdir()) == [tmp_path / "new" / "out"]


def test_what_is_written_can_be_read(found: Evaluation, tmp_path: Path) -> None:
    write_evaluation(found, tmp_path / "out")
    text = (tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8")
    assert json.loads(text) == json.loads(json.dumps(found.document()))
    for name, table in found.tables().items():
        read = pd.read_csv(tmp_path / "out" / f"{name}.csv")
        pd.testing.assert_frame_equal(read, table, check_dtype=False, rtol=1e-7)
    for path in (tmp_path / "out").glob("*.png"):
        with Image.open(path) as image:
            assert image.size[0] == 1020
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_less_is_known_less_is_written(tmp_path: Path) -> None:
    write_evaluation(evaluate(*CASE[:2], resamples=100), tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        *("evaluation.json", "metrics.csv", "roc.csv", "points.csv"),
        *("roc.png", "precision_recall.png", "scores.png"),
    }


def test_the_same_evaluation_gives_the_same_bytes(found: Evaluation, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_evaluation(found, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_nothing_is_overwritten_unasked(found: Evaluation, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("kept")
    with pytest.raises(OutputError, match="exists already: choose another name"):
        write_evaluation(found, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["notes.txt"]
    write_evaluation(found, tmp_path / "out", overwrite=True)
    assert (tmp_path / "out" / "notes.txt").read_text() == "kept"
    assert (tmp_path / "out" / "evaluation.json").exists()


def test_a_disk_that_fills_leaves_nothing(
    found: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", full)
    with pytest.raises(OutputError, match="no space left on device"):
        write_evaluation(found, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_the_room_needs_no_torch_and_draws_without_pyplot() -> None:
    code = (
        "import sys, sixring.evaluate as e\n"
        "print([m for m in ('torch', 'matplotlib', 'pandas', 'sklearn') if m in sys.modules])\n"
        "found = e.evaluate([0.0, 1.0, 2.0, 3.0], [0, 0, 1, 1], resamples=100)\n"
        "e.roc_figure({'': found}); e.score_figure(found)\n"
        "print([m for m in ('torch', 'matplotlib.pyplot', 'sklearn') if m in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n[]\n"


def test_all_scores_of_a_model_stand_in_one_table(found: Evaluation, tmp_path: Path) -> None:
    other = evaluate(-found.scores, found.labels, groups=CASE.groups, resamples=100)
    write_evaluation(found, tmp_path / "out", by_score={"mean": found, "local": other})
    table = pd.read_csv(tmp_path / "out" / "by_score.csv")
    assert table.columns.tolist() == ["score", "metric", "value", "low", "high", "how"]
    auc = table[table["metric"] == "auc"].set_index("score")["value"]
    assert auc.index.tolist() == ["mean", "local"]
    assert auc.tolist() == pytest.approx([found.auc.value, 1 - found.auc.value])
    document = (tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8")
    assert json.loads(document)["auc"]["value"] == found.auc.value
