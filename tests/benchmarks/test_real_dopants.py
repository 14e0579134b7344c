"""The sites of real silicon, by labels written for the test."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.real import NOTHING, DopantFrame, measure_dopants, sites_right
from sixring.errors import Refusal
from sixring.types import Defect

HEAD = "file,group,defect_class,sampling_A_per_px,row_px,col_px\n"


def folder_with(path: Path, rows: str) -> Path:
    folder = path / "stem_si_dopants"
    folder.mkdir()
    (folder / "si_atoms.csv").write_text(HEAD + rows, encoding="utf-8")
    return path


def found(*defects: Defect) -> Callable[..., SimpleNamespace]:
    """Return a detection that finds these, and all their silicon, in a clear image."""
    silicon = [defect for defect in defects if "Si" in defect.dopants]
    detection = SimpleNamespace(
        atoms=SimpleNamespace(
            positions=np.array([defect.position for defect in silicon], float).reshape(-1, 2),
            elements=("Si",) * len(silicon),
        ),
        mask=SimpleNamespace(regions=np.zeros((256, 256), np.uint8)),
        defects=defects,
    )
    return lambda *_, **__: SimpleNamespace(detection=detection)


def silicon(name: str, row: float, col: float, number: int = 1) -> Defect:
    return Defect(name, 0.9, (row, col), (), None, ("Si",) * number)


def test_atoms_side_by_side_are_one_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (
        "one.tif,0,Si2C6,0.1,100,100\none.tif,0,Si2C6,0.1,100,123\n"
        "one.tif,0,Si1C4,0.1,200,60\none.tif,0,Si1C3,0.1,30,200\n"
    )
    defects = (
        silicon("Si-cluster", 101, 110, 2),
        silicon("Si-C3", 205, 66),
        # A defect without silicon is nearer, and what is 3 angstrom away is another site.
        Defect("SV", 0.9, (30, 200), (5, 9), 1),
        silicon("Si-C3", 30, 230),
    )
    monkeypatch.setattr("sixring.detect", found(*defects), raising=False)
    (frame,) = measure_dopants(folder_with(tmp_path, rows), "learned")
    assert sorted(frame.sites) == [
        ("Si-C3", NOTHING),
        ("Si-C4", "Si-C3"),
        ("Si-cluster", "Si-cluster"),
    ]
    assert sites_right([frame]) == pytest.approx(1 / 3)


@pytest.mark.parametrize("labels", [("Si1C3", "Si1C3"), ("Si1C3", "Si1C4"), ("Si2C6", "Si2C6")])
def test_two_atoms_side_by_side_are_a_cluster_whatever_their_labels(
    labels: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"one.tif,0,{label},0.1,100,{100 + 30 * k}\n" for k, label in enumerate(labels))
    monkeypatch.setattr("sixring.detect", found(), raising=False)
    (frame,) = measure_dopants(folder_with(tmp_path, rows), "learned")
    assert frame.sites == (("Si-cluster", NOTHING),)


def test_without_sites_there_is_no_share() -> None:
    assert math.isnan(sites_right([]))


def test_the_sites_of_a_refused_frame_are_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refusal("no lattice")

    monkeypatch.setattr("sixring.detect", refuse, raising=False)
    (frame,) = measure_dopants(folder_with(tmp_path, "one.tif,0,Si1C3,0.1,9,9\n"), "learned")
    assert (frame.refused, frame.sites) == ("no lattice", (("Si-C3", NOTHING),))


def test_all_sites_weigh_the_same() -> None:
    def frame(*sites: tuple[str, str]) -> DopantFrame:
        return DopantFrame("f", 0, 1, 1, 1, 1, "", (), sites)

    right, wrong = ("Si-C3", "Si-C3"), ("Si-C3", "unknown")
    assert sites_right([frame(right, right, right), frame(wrong)]) == 0.75
