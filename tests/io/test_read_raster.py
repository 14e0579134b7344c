from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sixring.errors import ImageError, ReadError
from sixring.io import read

GREY = np.random.default_rng(2).integers(0, 255, size=(40, 50)).astype(np.uint8)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P"])
def test_png_of_a_grey_image(tmp_path: Path, mode: str) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(GREY).convert(mode).save(file, dpi=(300, 300))
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, GREY)
    assert micrograph.sampling is None


def test_png_with_16_bits(tmp_path: Path) -> None:
    pixels = GREY.astype(np.uint16) * 257
    file = tmp_path / "a.png"
    Image.fromarray(pixels).save(file)
    np.testing.assert_array_equal(read(file).image, pixels)


def test_png_with_one_bit(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(GREY > 128).save(file)
    image = read(file).image
    np.testing.assert_array_equal(image > 0, GREY > 128)


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".JPG"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpeg_of_a_grey_image(tmp_path: Path, suffix: str, mode: str) -> None:
    smooth = np.add.outer(np.arange(40), 2 * np.arange(50)).astype(np.uint8)
    file = tmp_path / f"a{suffix}"
    Image.fromarray(smooth).convert(mode).save(file, quality=95)
    np.testing.assert_allclose(read(file).image, smooth, atol=4)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_colour_photograph(tmp_path: Path, suffix: str) -> None:
    photo = np.random.default_rng(1).integers(0, 255, size=(40, 40, 3)).astype(np.uint8)
    file = tmp_path / f"photo{suffix}"
    Image.fromarray(photo).save(file)
    with pytest.raises(ImageError, match=r"a colour picture .* not a micrograph: export the grey"):
        read(file)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
@pytest.mark.parametrize("share", [0.2, 0.6])
def test_truncated(tmp_path: Path, suffix: str, share: float) -> None:
    file = tmp_path / f"a{suffix}"
    Image.fromarray(GREY).save(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ReadError, match=rf"a\{suffix}: can't be read as (PNG|JPEG), it may be dam"):
        read(file)


def test_wrong_suffix_is_read_by_content_and_said(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    Image.fromarray(GREY).save(file, format="PNG")
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, GREY)
    assert micrograph.notes == ("the file is called .tif but is PNG, and was read as that",)


def test_large_image_is_no_attack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(GREY).save(file)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", GREY.size - 1)
    assert read(file).notes == ()
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(ReadError, match="decompression bomb"):
        read(file)
