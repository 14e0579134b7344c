"""AtomAI's Segmentor beside the learned detector: what it gets, and how it is counted."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.peers._environment import MARK, constraints_digest, interpreter
from benchmarks.peers.segmentor import (
    Paper,
    Row,
    exam_papers,
    examined,
    lessons,
    marked,
    results_text,
    unit,
)
from benchmarks.peers.segmentor.__main__ import main
from benchmarks.simulated import CASES, Area, Counts
from sixring.detection._canonical import CANONICAL
from sixring.detection._cells import ATOM_WITHIN
from sixring.errors import Refusal
from sixring.lattice import Canvas
from training.detector._crops import Crops
from training.detector._targets import OFFSET_STEP

_SIDE = 24


def crop_with(atom: tuple[float, float]) -> Crops:
    """Return a crop with one atom, its place in pixels."""
    cells = _SIDE // 2
    middles = 2 * np.arange(cells) + 0.5
    way = np.stack(np.broadcast_arrays(atom[0] - middles[:, None], atom[1] - middles[None])).astype(
        float
    )
    near = np.hypot(*way) * CANONICAL < ATOM_WITHIN
    offset = np.where(near, np.rint(way * CANONICAL / OFFSET_STEP), 0)
    flat = np.zeros((1, cells, cells), np.uint8)
    return Crops(
        images=np.full((1, _SIDE, _SIDE), -10, np.float16),
        rings=flat,
        ring_offset=np.zeros((1, 2, cells, cells), np.int8),
        atoms=near.astype(np.uint8)[None],
        atom_offset=offset.astype(np.int8)[None],
        area=flat,
        judged=np.ones((1, cells, cells), np.bool_),
        doses=np.ones(1, np.float32),
        stem=np.zeros(1, np.bool_),
    )


@pytest.mark.parametrize("atom", [(10.0, 12.0), (11.3, 9.6), (7.5, 14.5)])
def test_a_disc_lies_round_an_atom(atom: tuple[float, float]) -> None:
    made = lessons(crop_with(atom))
    away = np.linalg.norm(np.argwhere(np.ones((_SIDE, _SIDE))) - atom, axis=1) * CANONICAL
    disc = made.masks[0].ravel()
    assert (disc[away < 0.29] == 1).all()
    assert (disc[away > 0.31] == 0).all()
    assert disc.sum() >= 4


def test_images_are_between_0_and_1() -> None:
    assert unit(np.array([-10.0, 0.0, 10.0])).tolist() == [0.0, 0.5, 1.0]
    assert lessons(crop_with((10, 10))).images.max() == 0


def paper(true: list[tuple[float, float, int]], ours: list[tuple[float, float, int]]) -> Paper:
    """Return a made-up image of 100 x 100 pixels, the left half of which is judged."""
    judged, clean = np.zeros((100, 100), bool), np.ones((100, 100), bool)
    judged[:, :50] = True

    def rings(
        given: list[tuple[float, float, int]],
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        rows = np.array(given, float).reshape(-1, 3)
        return rows[:, :2], rows[:, 2].astype(np.int64)

    return Paper(
        case=CASES[0],
        canvas=Canvas(np.zeros((50, 50), np.float32), sampling=0.4, zoom=0.5, shape=(100, 100)),
        true=rings(true),
        ours=rings(ours),
        judged=Area.within_border(judged, clean, 0.2),
        clean=Area.within_border(clean, clean, 0.2),
        seconds=1.0,
    )


@pytest.mark.parametrize("members", [5, 6, 7, 12])
def test_atoms_make_rings_of_the_micrograph(members: int) -> None:
    # Bonds of 3.5 pixels of 0.4 angstrom, on a canvas of half as many pixels as the micrograph.
    turn = 2 * np.pi * np.arange(members) / members
    corners = 3.5 / (2 * np.sin(np.pi / members)) * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    centres, sizes = examined(paper([], []), np.array([20.0, 25.0]) + corners)
    np.testing.assert_allclose(centres, [[40.5, 50.5]])
    assert sizes.tolist() == [members]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_atoms_make_no_ring(count: int) -> None:
    centres, sizes = examined(paper([], []), np.full((count, 2), 20.0) + np.eye(2)[:count])
    assert (centres.shape, sizes.shape) == ((0, 2), (0,))


def test_rings_count_where_ours_are_judged_and_on_all_clean_sheet() -> None:
    given = paper([(30, 30, 5), (60, 30, 14), (50, 80, 7)], [(30, 30, 5), (60, 30, 12)])
    theirs = np.array([[30.0, 30, 5], [60, 30, 11], [50, 80, 7], [70, 70, 5]])
    ours, there, everywhere = marked(given, (theirs[:, :2], theirs[:, 2].astype(np.int64)))
    assert (ours.right, ours.missed, ours.false) == (2, 0, 0)
    assert (there.right, there.missed, there.false) == (2, 0, 0)
    assert (everywhere.right, everywhere.missed, everywhere.false) == (3, 0, 1)


def test_a_refused_image_is_all_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refusal("no lattice")

    monkeypatch.setattr("sixring.detect", refuse, raising=False)
    (one,) = exam_papers(CASES[3:4])
    assert one.judged.judged_nm2 == 0
    assert one.clean.judged_nm2 > 10
    assert one.canvas.sampling == pytest.approx(CANONICAL, rel=0.02)
    assert np.isnan(one.seconds)


def test_the_table() -> None:
    cost = {
        "train_seconds": 90.0,
        "predict_seconds": 31.4,
        "pixels": 3_140_000,
        "cycles": 50,
        "seen": 1600,
        "parameters": 321,
        "versions": {"atomai": "0.8.1"},
    }
    rows = [
        Row("hrtem", 1e3, 10, Counts(right=3, missed=1), Counts(right=1, missed=3), Counts()),
        Row("stem", 1e5, 9, Counts(right=1), Counts(missed=1, false=1), Counts(right=1, false=2)),
    ]
    text = results_text(rows, cost, ours="seed 0", crops=999, our_seconds=12.3, threads=2)
    assert "| HRTEM | 1000 | 10 | 0.86 | 0.40 |  |" in text
    assert "| STEM | 100000 | 9 | 1.00 | 0.00 | 0.50 |" in text
    for said in ("atomai 0.8.1", "321 parameters", "50 batches", "1600 crops", "of 999", "seed 0"):
        assert said in text
    assert "3.1 million pixels took the Segmentor 31 s, and the learned detector 12 s" in text


def environment(folder: Path) -> Path:
    """Make what passes for an environment: this one."""
    python = interpreter(folder)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (folder / MARK).write_text(constraints_digest())
    return folder


def asked(tmp_path: Path, *more: str) -> list[str]:
    return [
        *("--environment", str(tmp_path / "environment"), "--out", str(tmp_path / "out")),
        *("--small", "--pieces", "1", "--images", "1", "--jobs", "0", "--threads", "1"),
        *("--table", str(tmp_path / "table.md"), *more),
    ]


@pytest.mark.skipif(os.name == "nt", reason="needs a symbolic link")
def test_from_the_stream_to_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment(tmp_path / "environment")
    assert main(asked(tmp_path, "--minutes", "1"), module="tests.fake_segmentor") == 0
    text = (tmp_path / "table.md").read_text()
    assert capsys.readouterr().out == text + "\n"
    assert f"| {CASES[0].mode.upper()} | {CASES[0].dose:g} | 1 |" in text
    assert "7 batches, 28 crops seen of 4 different ones, in 1 minutes" in text


@pytest.mark.skipif(os.name == "nt", reason="needs a symbolic link")
def test_a_program_that_fails_is_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment(tmp_path / "environment")
    assert main(asked(tmp_path, "--minutes", "0"), module="tests.fake_segmentor") == 1
    assert "benchmarks.peers.segmentor: ValueError: no time to learn" in capsys.readouterr().err
    assert not (tmp_path / "table.md").exists()


def test_without_an_environment_it_is_said_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(asked(tmp_path))
    assert stopped.value.code == 2
    assert "make it with python -m benchmarks.peers.environment" in capsys.readouterr().err
