from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from sixring.errors import ImageError, ReadError
from sixring.io import read

PIXELS = np.random.default_rng(3).integers(0, 60000, size=(40, 56)).astype(np.uint16)


def write_imagej(path: Path, pixels: NDArray[Any], per_unit: float, unit: str | None) -> Path:
    metadata = {} if unit is None else {"unit": unit}
    tifffile.imwrite(path, pixels, imagej=True, resolution=(per_unit, per_unit), metadata=metadata)
    return path


@pytest.mark.parametrize(
    ("per_unit", "unit"),
    [
        (50.0, "nm"),
        (50000.0, "micron"),
        (50000.0, "\\u00B5m"),
        (5.0, "Angstrom"),
        (5.0, "angstrom"),
        (5.0, "A"),
        (0.05, "pm"),
    ],
)
def test_imagej_units(tmp_path: Path, per_unit: float, unit: str) -> None:
    micrograph = read(write_imagej(tmp_path / "a.tif", PIXELS, per_unit, unit))
    assert micrograph.sampling == pytest.approx(0.2, rel=1e-6)
    assert micrograph.notes == ()
    np.testing.assert_array_equal(micrograph.image, PIXELS)


@pytest.mark.parametrize("unit", ["pixel", None])
def test_imagej_without_a_length_is_uncalibrated(tmp_path: Path, unit: str | None) -> None:
    micrograph = read(write_imagej(tmp_path / "a.tif", PIXELS, 1.0, unit))
    assert micrograph.sampling is None
    assert micrograph.notes == ()


def test_imagej_inches_are_those_of_a_printer(tmp_path: Path) -> None:
    micrograph = read(write_imagej(tmp_path / "a.tif", PIXELS, 300.0, "inch"))
    assert micrograph.sampling is None
    assert micrograph.notes == (
        "the file's pixel size of 0.00333333 inch is that of a printer and was left out",
    )


def test_imagej_unknown_unit_is_left_out_and_said(tmp_path: Path) -> None:
    micrograph = read(write_imagej(tmp_path / "a.tif", PIXELS, 4.0, "furlongs2"))
    assert micrograph.sampling is None
    assert micrograph.notes == (
        "the file's pixel size of 0.25 furlongs2 has no known unit and was left out",
    )


def test_imagej_reciprocal_unit_is_refused(tmp_path: Path) -> None:
    file = write_imagej(tmp_path / "a.tif", PIXELS, 10.0, "1/nm")
    with pytest.raises(
        ImageError, match=r"a\.tif: the data are in reciprocal space \(an axis in 1"
    ):
        read(file)


def test_imagej_pixels_that_are_not_square(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    tifffile.imwrite(file, PIXELS, imagej=True, resolution=(50.0, 40.0), metadata={"unit": "nm"})
    with pytest.raises(ImageError) as caught:
        read(file)
    assert str(caught.value) == (
        f"{file}: the pixels aren't square, 0.25 A high and 0.2 A wide: "
        "resample the image, or give the sampling to have them taken as square"
    )
    micrograph = read(file, sampling=0.2)
    assert micrograph.sampling == 0.2
    assert micrograph.notes == (
        "the file's pixels aren't square, 0.25 A high and 0.2 A wide: they were taken as square, "
        "0.2 A",
    )


def test_imagej_stack_gives_the_first_frame(tmp_path: Path) -> None:
    stack = np.stack([PIXELS, PIXELS[::-1], PIXELS])
    micrograph = read(write_imagej(tmp_path / "a.tif", stack, 50.0, "nm"))
    np.testing.assert_array_equal(micrograph.image, PIXELS)
    assert micrograph.sampling == pytest.approx(0.2, rel=1e-6)
    assert micrograph.notes == ("a stack of 3 frames: the first was taken",)


def test_imagej_table_of_colours_is_only_for_display(tmp_path: Path) -> None:
    pixels = (PIXELS // 256).astype(np.uint8)
    table = np.zeros((3, 256), dtype=np.uint8)
    table[0] = np.arange(256)
    file = tmp_path / "a.tif"
    tifffile.imwrite(
        file,
        pixels,
        imagej=True,
        metadata={"LUTs": [table]},
        photometric="palette",
        colormap=table.astype(np.uint16) * 257,
    )
    np.testing.assert_array_equal(read(file).image, pixels)


def test_resolution_in_dots_per_inch_is_no_pixel_size(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    tifffile.imwrite(file, PIXELS, resolution=(300, 300), resolutionunit="INCH")
    assert read(file).sampling is None


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib", "lzw"])
def test_byte_orders_and_compressions(
    tmp_path: Path, order: Literal["<", ">"], compression: str | None
) -> None:
    file = tmp_path / "a.tiff"
    tifffile.imwrite(file, PIXELS, byteorder=order, compression=compression)
    np.testing.assert_array_equal(read(file).image, PIXELS)


def test_big_tiff(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    tifffile.imwrite(file, PIXELS, bigtiff=True)
    np.testing.assert_array_equal(read(file).image, PIXELS)


def test_several_images_the_largest_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    with tifffile.TiffWriter(file) as writer:
        writer.write(PIXELS[:36, :36], photometric="minisblack")
        writer.write(PIXELS, photometric="minisblack")
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, PIXELS)
    assert micrograph.signal == "signal 2"
    assert micrograph.notes == ("signal 2 of 2 was taken, not 1",)


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_grey_stored_as_rgb(tmp_path: Path, planar: Literal["contig", "separate"]) -> None:
    grey = (PIXELS // 256).astype(np.uint8)
    rgb = np.stack([grey] * 3, axis=-1 if planar == "contig" else 0)
    file = tmp_path / "a.tif"
    tifffile.imwrite(file, rgb, photometric="rgb", planarconfig=planar)
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, grey)
    assert micrograph.notes == ("a grey image stored in colour: its one intensity was taken",)


def test_colour_is_refused(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 255, size=(40, 40, 3)).astype(np.uint8)
    file = tmp_path / "photo.tif"
    tifffile.imwrite(file, rgb, photometric="rgb")
    with pytest.raises(ImageError, match=r"photo\.tif: a colour picture \(\d+.*% of the pixels"):
        read(file)


@pytest.mark.parametrize("coloured", [False, True])
def test_palette(tmp_path: Path, coloured: bool) -> None:
    pixels = (PIXELS // 256).astype(np.uint8)
    table = np.stack([np.arange(256, dtype=np.uint16) * 256] * 3)
    if coloured:
        table[1] = table[1][::-1]
    file = tmp_path / "a.tif"
    tifffile.imwrite(file, pixels, photometric="palette", colormap=table)
    if coloured:
        with pytest.raises(ImageError, match="a colour picture"):
            read(file)
    else:
        np.testing.assert_array_equal(read(file).image, pixels.astype(np.float32) * 256)


def test_digital_micrograph_tags(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    tifffile.imwrite(
        file,
        PIXELS,
        metadata=None,
        extratags=[
            (65003, "s", 0, "nm", True),
            (65004, "s", 0, "nm", True),
            (65009, "d", 1, 0.0112, True),
            (65010, "d", 1, 0.0112, True),
        ],
    )
    assert read(file).sampling == pytest.approx(0.112)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.5, 0.99])
def test_truncated_tiff(tmp_path: Path, share: float) -> None:
    file = tmp_path / "a.tif"
    tifffile.imwrite(file, PIXELS)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ReadError) as caught:
        read(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    assert "\n" not in message


def test_text_file_called_tif(tmp_path: Path) -> None:
    file = tmp_path / "notes.tif"
    file.write_text("Sample 3, 80 kV, see the log book")
    with pytest.raises(ReadError) as caught:
        read(file)
    assert str(caught.value) == (
        f"{file}: isn't a TIFF file, it begins with b'Sample 3': "
        "give the file that the microscope or program saved"
    )


def test_constant_tiff(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    tifffile.imwrite(file, np.full((40, 40), 7, dtype=np.uint8))
    with pytest.raises(ImageError, match=r"the image is constant, all 1600 pixels are 7: check"):
        read(file)


def test_imagej_resolution_of_zero_is_no_pixel_size(tmp_path: Path) -> None:
    file = write_imagej(tmp_path / "a.tif", PIXELS, 1.0, "nm")
    with tifffile.TiffFile(file, mode="r+") as tiff:
        for name in ("XResolution", "YResolution"):
            tiff.pages.first.tags[name].overwrite((0, 1))
    micrograph = read(file)
    assert micrograph.sampling is None


def test_files_are_read_from_several_threads(tmp_path: Path) -> None:
    files = []
    for number in range(8):
        files.append(tmp_path / f"{number}.tif")
        tifffile.imwrite(files[-1], PIXELS + number)
    with ThreadPoolExecutor(4) as pool:
        for number, micrograph in enumerate(pool.map(read, files)):
            np.testing.assert_array_equal(micrograph.image, PIXELS + number)
