"""Trainings without one part of the detector."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.ablation import VARIANTS, Line, results_text, unspoilt
from benchmarks.ablation.__main__ import main
from sixring.simulate import HRTEM, STEM
from training.detector._network import HEADS, Detector
from training.detector._plan import FULL, SMALL
from training.detector._sources import SOURCES

BY_NAME = {variant.name: variant for variant in VARIANTS}


def test_the_first_is_the_plan_itself() -> None:
    assert VARIANTS[0].plan(FULL) == FULL


@pytest.mark.parametrize("name", [name for name in BY_NAME if name not in ("whole", "counting")])
def test_each_other_one_changes_one_thing(name: str) -> None:
    plan = BY_NAME[name].plan(FULL)
    changed = [key for key, value in vars(plan).items() if value != getattr(FULL, key)]
    assert len(changed) == 1
    assert len(plan.weighing.shares) == len(HEADS)


def test_half_the_channels_are_a_quarter_of_the_network() -> None:
    plan = BY_NAME["half"].plan(FULL)
    half, whole = (Detector(p.channels, p.blocks).cost()[0] for p in (plan, FULL))
    assert half / whole == pytest.approx(0.25, abs=0.01)


def test_near_sees_half_as_far() -> None:
    plan = BY_NAME["near"].plan(FULL)
    near, whole = (Detector(p.channels, p.blocks).reach for p in (plan, FULL))
    assert 0.4 < near / whole < 0.6


@pytest.mark.parametrize("mode", ["hrtem", "stem"])
def test_unspoilt_images_have_counting_noise_alone(mode: str) -> None:
    source = next(one for one in SOURCES if one.preset.mode == mode)
    small = replace(source, preset=source.preset.changed(shape=(200, 200)))
    (image,) = unspoilt(small, 1, np.random.default_rng(3))
    conditions = image.conditions
    if isinstance(conditions, HRTEM):
        assert conditions.camera.read_noise == conditions.camera.offset == 0
        assert conditions.camera.mtf == 1
    else:
        assert isinstance(conditions, STEM)
        assert conditions.jitter == conditions.drift_row == conditions.background == 0


def test_the_table() -> None:
    scores = {"odd_f1_hrtem_1": 0.5, "odd_f1_stem_4": 0.987, "atom_recall": 0.9, "dirt_iou": 0.8}
    lines = [Line("all of it", 1000, 12.3, scores), Line("half of it", 250, 8.0, {})]
    text = results_text(lines, pieces=30, crops=240, watched=700)
    head, _, first, second = (row for row in text.splitlines() if row.startswith("|"))
    assert "HRTEM 6e2 to 2e3" in head
    assert "STEM from 2e6" in head
    assert "HRTEM 0" not in head
    assert first.startswith("| all of it | 1000 | 12 | 0.50 |")
    assert first.endswith("| 0.99 | 0.90 | 0.80 |")
    assert second.startswith("| half of it | 250 | 8 |  |")
    assert "30 pieces, 240 crops each" in text
    assert len({row.count("|") for row in (head, first, second)}) == 1


def test_variants_are_trained_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--out", str(tmp_path / "out"), "--small", "--jobs", "0", "--only", "whole,no-area"]
    asked += ["--table", str(tmp_path / "table.md")]
    assert main(asked) == 0
    text = (tmp_path / "table.md").read_text()
    said = capsys.readouterr().out
    assert said.endswith(text + "\n")
    assert said.count("piece 2, ") == 2
    rows = [row.split("|") for row in text.splitlines() if row.startswith("| ")][1:]
    assert [row[1].strip() for row in rows] == [VARIANTS[0].told, BY_NAME["no-area"].told]
    counted = Detector(SMALL.channels, SMALL.blocks).cost()[0]
    assert [row[2].strip() for row in rows] == [str(counted)] * 2
    assert not math.isnan(float(rows[0][-2]))
    assert main(asked) == 0
    assert "piece" not in capsys.readouterr().out.split("#")[0]
    assert (tmp_path / "table.md").read_text() == text


def test_an_unknown_variant_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--out", str(tmp_path), "--only", "whole,holy"])
    assert stopped.value.code == 2
    assert "--only: no variant is called holy" in capsys.readouterr().err
