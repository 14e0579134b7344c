from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sixring
from named_detector import named_detector, one_defect
from sixring._result import write_results
from sixring.errors import ImageError, OutputError, UsageError
from sixring.types import Micrograph

DEFECT_COLUMNS = [
    "id",
    "name",
    "probability",
    "row_px",
    "col_px",
    "y_nm",
    "x_nm",
    "rings",
    "missing_atoms",
    "dopants",
]


@pytest.fixture
def image() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(0).normal(100, 5, (64, 48)).astype(np.float32)


@pytest.fixture
def micrograph(image: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Micrograph:
    return Micrograph(image, sampling=0.25, source="a <b>.tif")


@pytest.fixture
def result(micrograph: Micrograph) -> sixring.Result:
    return sixring.Result(one_defect(micrograph, ("look twice",)))


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sixring.detection.detect_micrograph", named_detector)


def test_defects_is_the_table_of_the_interface(result: sixring.Result) -> None:
    assert list(result.defects.columns) == DEFECT_COLUMNS
    [row] = result.defects.to_dict("records")
    assert row == {
        "id": 1,
        "name": "SV",
        "probability": 0.93,
        "row_px": 32.0,
        "col_px": 24.0,
        "y_nm": 0.8,
        "x_nm": 0.6,
        "rings": "5",
        "missing_atoms": 1,
        "dopants": "",
    }


def test_rings_and_atoms_are_tables(result: sixring.Result) -> None:
    assert list(result.rings["size"]) == [5]
    assert list(result.atoms["element"]) == ["C"] * 5


def test_a_table_is_made_once(result: sixring.Result) -> None:
    assert result.defects is result.defects


def test_the_rest_is_that_of_the_detection(result: sixring.Result) -> None:
    assert result.lattice is result.detection.lattice
    assert result.mask is result.detection.mask
    assert result.score is result.detection.score
    assert result.warnings == ("look twice",)


def test_repr_counts(result: sixring.Result) -> None:
    assert repr(result) == "<sixring.Result of a <b>.tif: defects 1, rings 1, atoms 5>"


def test_html_is_escaped_and_holds_the_table(result: sixring.Result) -> None:
    html = result._repr_html_()
    assert "a &lt;b&gt;.tif: defects 1" in html
    assert "<td>SV</td>" in html


def test_write_makes_the_files_of_the_interface(tmp_path: Path, result: sixring.Result) -> None:
    import tifffile

    out = tmp_path / "out"
    result.write(str(out))
    assert sorted(path.name for path in out.iterdir()) == [
        "atoms.csv",
        "defects.csv",
        "overlay.png",
        "report.html",
        "result.json",
        "rings.csv",
        "score.tif",
        "structure.extxyz",
    ]
    assert (out / "defects.csv").read_text(encoding="utf-8") == (
        "id,name,probability,row_px,col_px,y_nm,x_nm,rings,missing_atoms,dopants\n"
        "1,SV,0.9300,32.0000,24.0000,0.8000,0.6000,5,1,\n"
    )
    assert len(pd.read_csv(out / "atoms.csv")) == 5
    assert pd.read_csv(out / "rings.csv").loc[0, "defect_id"] == 1
    score = tifffile.imread(out / "score.tif")
    assert score.dtype == np.float32
    np.testing.assert_array_equal(score, result.score)
    document = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert document["input"]["file"] == "a <b>.tif"
    assert "batch" not in document


def test_extra_keys_go_into_the_document(tmp_path: Path, result: sixring.Result) -> None:
    write_results(result.detection, tmp_path / "out", extra={"batch": {"row": 1}})
    document = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert document["batch"] == {"row": 1}


def test_write_replaces_only_when_told(tmp_path: Path, result: sixring.Result) -> None:
    out = tmp_path / "out"
    result.write(out)
    (out / "defects.csv").write_text("mine", encoding="utf-8")
    message = f"{out}: exists already: choose another name, or pass --overwrite"
    with pytest.raises(OutputError, match=re.escape(message)):
        result.write(out)
    assert (out / "defects.csv").read_text(encoding="utf-8") == "mine"
    result.write(out, overwrite=True)
    assert (out / "defects.csv").read_text(encoding="utf-8").startswith("id,")


def test_a_failure_half_way_leaves_nothing(
    tmp_path: Path, result: sixring.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr("sixring.report.write_report", fail)
    with pytest.raises(RuntimeError, match="half way"):
        result.write(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("detector")
class TestDetect:
    def test_an_array(self, image: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
        result = sixring.detect(image, sampling="11.2 pm", mode="hrtem")
        assert result.lattice.sampling == 0.112
        assert result.detection.mode == "hrtem"
        assert result.detection.micrograph.source == "array"

    def test_a_file(
        self, image: np.ndarray[tuple[int, int], np.dtype[np.float32]], tmp_path: Path
    ) -> None:
        np.save(tmp_path / "a.npy", image)
        result = sixring.detect(str(tmp_path / "a.npy"))
        assert result.detection.micrograph.source == str(tmp_path / "a.npy")

    def test_a_micrograph_is_taken_as_it_is(self, micrograph: Micrograph) -> None:
        assert sixring.detect(micrograph).detection.micrograph is micrograph

    def test_what_is_given_goes_before_the_micrograph(self, micrograph: Micrograph) -> None:
        found = sixring.detect(micrograph, sampling=0.5, mode="stem").detection.micrograph
        assert (found.sampling, found.mode, found.source) == (0.5, "stem", "a <b>.tif")
        assert micrograph.sampling == 0.25

    def test_settings_reach_the_detector(self, micrograph: Micrograph) -> None:
        result = sixring.detect(micrograph, min_probability=0.25, lattice_sampling=True)
        assert result.detection.settings == {
            "detector": "learned",
            "min_probability": 0.25,
            "lattice_sampling": True,
        }

    def test_a_negative_sampling(self, micrograph: Micrograph) -> None:
        with pytest.raises(UsageError, match="must be a positive length, not -1"):
            sixring.detect(micrograph, sampling=-1)

    def test_an_array_that_is_no_micrograph(self) -> None:
        with pytest.raises(ImageError, match="constant"):
            sixring.detect(np.zeros((64, 64)))
