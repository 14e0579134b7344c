from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st

from sixring.io import read, write_score_tiff

SCORE = np.random.default_rng(0).normal(size=(40, 60)).astype(np.float32)


@given(sampling=st.floats(0.01, 10))
def test_our_own_reader_reads_it_back(
    tmp_path_factory: pytest.TempPathFactory, sampling: float
) -> None:
    file = tmp_path_factory.mktemp("score") / "score.tif"
    write_score_tiff(file, SCORE, sampling)
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, SCORE)
    assert micrograph.sampling == pytest.approx(sampling, rel=1e-6)
    assert micrograph.notes == ()


def test_imagej_finds_its_calibration(tmp_path: Path) -> None:
    file = tmp_path / "score.tif"
    write_score_tiff(file, SCORE, 0.2)
    with tifffile.TiffFile(file) as tiff:
        assert tiff.is_imagej
        assert tiff.imagej_metadata is not None
        assert tiff.imagej_metadata["unit"] == "nm"
        pixels, length = tiff.pages.first.tags["XResolution"].value
        assert pixels / length == pytest.approx(50.0)
        assert tiff.pages.first.dtype == np.float32


def test_without_sampling(tmp_path: Path) -> None:
    write_score_tiff(tmp_path / "score.tif", SCORE.astype(np.float64), None)
    micrograph = read(tmp_path / "score.tif")
    assert micrograph.sampling is None
    np.testing.assert_array_equal(micrograph.image, SCORE)


def test_the_same_score_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.tif", "b.tif"):
        write_score_tiff(tmp_path / name, SCORE, 0.2)
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()
