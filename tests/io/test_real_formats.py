"""Files as instruments and programs write them; see SIXRING_REAL_DATA."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sixring.errors import ImageError, ReadError, SixringError
from sixring.io import find_inputs, read

REAL_DATA = os.environ.get("SIXRING_REAL_DATA", "")

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REAL_DATA, reason="SIXRING_REAL_DATA names no folder"),
]

FORMATS = Path(REAL_DATA) / "formats"
FLOWER = Path(REAL_DATA) / "hrtem_flower" / "graphene_flower_raw.tif"
TOO_SMALL = "an image of {} pixels, too small: at least 32 by 32 are needed"
NOT_AN_IMAGE = "the data are a spectrum or a profile of shape {}, not an image: give a 2-D image"

REFUSED = {
    "digitalmicrograph_1D_test-8.dm4": NOT_AN_IMAGE.format("(2,)"),
    "digitalmicrograph_2D_test-1.dm3": TOO_SMALL.format("2 by 2"),
    "digitalmicrograph_2D_test-23.dm4": TOO_SMALL.format("2 by 2"),
    "digitalmicrograph_3D_test-12.dm4": TOO_SMALL.format("2 by 2"),
    "emd_example_image.emd": TOO_SMALL.format("3 by 3"),
    "emd_example_spectrum.emd": NOT_AN_IMAGE.format("(3,)"),
    "hspy_example2_v2.2.hspy": TOO_SMALL.format("10 by 10"),
    "mrc_Custom_movie.mrc": TOO_SMALL.format("16 by 16"),
    "mrc_ROI_Random_Scan_Sum.mrc": TOO_SMALL.format("29 by 12"),
}
READ = {
    "graphene_flower_raw.dm3",
    "tia_old_64x64_TEM_images_acquire.emi",
    "tia_old_64x64_TEM_images_acquire_1.ser",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_right_reason(name: str) -> None:
    file = FORMATS / name
    with pytest.raises(ImageError) as caught:
        read(file)
    assert str(caught.value).startswith(f"{file}: the data are ")
    assert str(caught.value).endswith(REFUSED[name])


def test_no_file_is_forgotten() -> None:
    names = {path.name for path in FORMATS.iterdir()}
    assert names == {*REFUSED, *READ, "tiff_tiff_FEI_Helios.zip"}


def test_search_takes_the_ser_and_leaves_the_emi() -> None:
    names = {path.name for path in find_inputs([FORMATS])}
    assert names == {*REFUSED, *READ} - {"tia_old_64x64_TEM_images_acquire.emi"}


def test_zip_is_no_input() -> None:
    with pytest.raises(ReadError, match=r"unknown kind of file '\.zip'"):
        read(FORMATS / "tiff_tiff_FEI_Helios.zip")


def test_flower_as_dm3_is_the_flower_as_tiff() -> None:
    dm3, tiff = read(FORMATS / "graphene_flower_raw.dm3"), read(FLOWER)
    np.testing.assert_array_equal(dm3.image, tiff.image)
    for micrograph in (dm3, tiff):
        assert micrograph.image.shape == (256, 256)
        assert (micrograph.sampling, micrograph.mode, micrograph.notes) == (None, None, ())


def test_ser_knows_what_its_emi_knows() -> None:
    emi = read(FORMATS / "tia_old_64x64_TEM_images_acquire.emi")
    ser = read(FORMATS / "tia_old_64x64_TEM_images_acquire_1.ser")
    np.testing.assert_array_equal(emi.image, ser.image)
    for micrograph in (emi, ser):
        assert micrograph.image.shape == (64, 64)
        assert micrograph.sampling == pytest.approx(62.818336)
        assert (micrograph.mode, micrograph.energy) == ("hrtem", 200e3)


def test_ser_alone(tmp_path: Path) -> None:
    source = FORMATS / "tia_old_64x64_TEM_images_acquire_1.ser"
    alone = tmp_path / "alone_1.ser"
    alone.write_bytes(source.read_bytes())
    micrograph = read(alone)
    np.testing.assert_array_equal(micrograph.image, read(source).image)
    assert micrograph.sampling == pytest.approx(62.818336)
    assert (micrograph.mode, micrograph.energy) == (None, None)


def test_fei_tags(tmp_path: Path) -> None:
    with zipfile.ZipFile(FORMATS / "tiff_tiff_FEI_Helios.zip") as archive:
        archive.extractall(tmp_path)
    found = {path.name: path for path in tmp_path.rglob("*.tif")}
    for bits in (8, 16):
        micrograph = read(found[f"FEI-Helios-Ebeam-{bits}bits.tif"])
        assert micrograph.image.shape == (471, 512)
        assert micrograph.sampling == pytest.approx(3.3724e-6 * 1e10)
        assert (micrograph.mode, micrograph.energy) == (None, 5e3)
    cameras = [path for name, path in found.items() if "navcam" in name]
    assert len(cameras) == 3
    for path in cameras:
        with pytest.raises(ImageError, match="the image is constant, all 423168 pixels are 0"):
            read(path)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
@pytest.mark.parametrize("name", sorted({*REFUSED, *READ}))
def test_truncated_files_never_raise_anything_else(tmp_path: Path, name: str, share: float) -> None:
    whole = (FORMATS / name).read_bytes()
    file = tmp_path / name
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(SixringError) as caught:
        read(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("folder", "pattern", "count"),
    [("hrtem_contamination", "*.png", 118), ("stem_si_dopants", "*.tif", 56)],
)
def test_sets_of_images(folder: str, pattern: str, count: int) -> None:
    files = find_inputs([Path(REAL_DATA) / folder / pattern])
    assert len(files) == count
    for file in files:
        # A label without contamination is constant, and rightly refused.
        if not file.stem.endswith("_LABEL"):
            micrograph = read(file)
            assert micrograph.image.shape == (256, 256)
            assert (micrograph.sampling, micrograph.mode, micrograph.notes) == (None, None, ())


def test_mos2() -> None:
    micrograph = read(Path(REAL_DATA) / "not_graphene" / "MoS2_stem_Exp-001-5.npy", sampling=0.137)
    assert micrograph.image.shape == (512, 512)
    assert micrograph.sampling == 0.137
