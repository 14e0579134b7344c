from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from sixring.io import read, write_micrograph
from sixring.types import Micrograph

IMAGE = np.random.default_rng(0).normal(100, 5, (40, 50)).astype(np.float32)


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    micrograph = Micrograph(IMAGE, 0.2178, "stem", dose=12345.5, energy=60e3)
    write_micrograph(tmp_path / "a.tif", micrograph)
    back = read(tmp_path / "a.tif")
    assert np.array_equal(back.image, IMAGE)
    assert back.sampling == pytest.approx(0.2178, rel=1e-6)
    assert (back.mode, back.dose, back.energy) == ("stem", 12345.5, 60e3)
    assert back.notes == ()


def test_what_is_unknown_is_left_out(tmp_path: Path) -> None:
    write_micrograph(tmp_path / "a.tif", Micrograph(IMAGE))
    back = read(tmp_path / "a.tif")
    assert (back.sampling, back.mode, back.dose, back.energy) == (None, None, None, None)
    with tifffile.TiffFile(tmp_path / "a.tif") as tiff:
        assert "Info" not in (tiff.imagej_metadata or {})


def test_an_endless_dose_reads_back(tmp_path: Path) -> None:
    write_micrograph(tmp_path / "a.tif", Micrograph(IMAGE, dose=float("inf")))
    assert read(tmp_path / "a.tif").dose == float("inf")


@pytest.mark.parametrize(
    "info",
    [
        "mode = stem\ndose = 5",  # another program's
        "sixring.mode = tem\nsixring.dose = much\nsixring.energy = -1 eV",
        "sixring.dose = nan e/A^2",
    ],
)
def test_what_isnt_ours_or_cant_be_is_passed_over(tmp_path: Path, info: str) -> None:
    tifffile.imwrite(tmp_path / "a.tif", IMAGE, imagej=True, metadata={"Info": info})
    back = read(tmp_path / "a.tif")
    assert (back.mode, back.dose, back.energy) == (None, None, None)


def test_the_mode_given_goes_before_the_files(tmp_path: Path) -> None:
    write_micrograph(tmp_path / "a.tif", Micrograph(IMAGE, mode="stem"))
    back = read(tmp_path / "a.tif", mode="hrtem")
    assert back.mode == "hrtem"
    assert back.notes == ("the mode given, hrtem, was used; the file says stem",)
