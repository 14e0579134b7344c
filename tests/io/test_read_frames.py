from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from sixring.errors import ImageError, UsageError
from sixring.io import read, read_frames, write_micrograph
from sixring.types import Micrograph

STACK = np.random.default_rng(0).integers(0, 255, (3, 40, 50)).astype(np.uint8)


@pytest.mark.parametrize(
    ("array", "count"),
    [(STACK[0], 1), (STACK, 3), (STACK[:, None], 3), (STACK[..., None], 3), (STACK[None], 3)],
)
def test_arrays(array: NDArray[Any], count: int) -> None:
    frames = read_frames(array)
    assert frames.images.dtype == np.float32
    np.testing.assert_array_equal(frames.images, STACK[:count])
    assert frames.notes == ()
    assert frames.sampling is None


@pytest.mark.parametrize("options", [{}, {"imagej": True}, {"bigtiff": True}, {"tile": (32, 32)}])
def test_pages_of_a_tiff(tmp_path: Path, options: dict[str, Any]) -> None:
    tifffile.imwrite(tmp_path / "a.tif", STACK, photometric="minisblack", **options)
    np.testing.assert_array_equal(read_frames(tmp_path / "a.tif").images, STACK)
    np.testing.assert_array_equal(read(tmp_path / "a.tif").image, STACK[0])


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_pages_in_colour_that_are_grey(tmp_path: Path, planar: str) -> None:
    axis = -1 if planar == "contig" else 1
    colours = np.stack([STACK] * 3, axis=axis)
    tifffile.imwrite(tmp_path / "a.tif", colours, photometric="rgb", planarconfig=planar)
    frames = read_frames(tmp_path / "a.tif")
    np.testing.assert_array_equal(frames.images, STACK)
    assert frames.notes == ("a grey image stored in colour: its one intensity was taken",)


def test_pages_with_a_table_of_grey(tmp_path: Path) -> None:
    grey = np.tile(np.arange(256, dtype=np.uint16) * 256, (3, 1))
    tifffile.imwrite(tmp_path / "a.tif", STACK, photometric="palette", colormap=grey)
    np.testing.assert_array_equal(read_frames(tmp_path / "a.tif").images, STACK * 256.0)


def test_datasets_of_an_hdf5_file(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["first"] = STACK[:2]
        file["second"] = STACK[2]
        file["profile"] = STACK[0, 0]
    np.testing.assert_array_equal(read_frames(tmp_path / "a.h5").images, STACK)


def test_images_of_an_npz_file_go_before_others(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", larger=np.ones((2, 64, 64)), images=STACK)
    np.testing.assert_array_equal(read_frames(tmp_path / "a.npz").images, STACK)
    np.savez(tmp_path / "a.npz", larger=np.ones((2, 64, 64)), images=STACK * 1j)
    with pytest.raises(ImageError, match=r"a\.npz: the data are complex numbers"):
        read_frames(tmp_path / "a.npz")


@pytest.mark.parametrize("value", [0.0, 2.5, -1e30, 1e-40])
def test_constant_images_are_kept(value: float) -> None:
    np.testing.assert_array_equal(
        read_frames(np.full((2, 40, 40), value)).images, np.full((2, 40, 40), np.float32(value))
    )


def test_constant_beyond_32_bit_floats() -> None:
    frames = read_frames(np.full((1, 40, 40), 1e300))
    np.testing.assert_array_equal(frames.images, np.zeros((1, 40, 40)))
    assert frames.notes == (
        "intensities from 1e+300 to 1e+300 don't fit 32-bit floats: rescaled to 0 to 1",
    )


def test_what_doesnt_fit_is_rescaled_by_one_factor() -> None:
    frames = read_frames(STACK * 1e300)
    np.testing.assert_allclose(frames.images, STACK / STACK.max(), atol=1e-6)
    assert len(frames.notes) == 1


def test_the_sampling_is_what_the_file_says(tmp_path: Path) -> None:
    write_micrograph(tmp_path / "a.tif", Micrograph(STACK[0].astype(np.float32), sampling=0.084))
    assert read_frames(tmp_path / "a.tif").sampling == pytest.approx(0.084, rel=1e-6)


@pytest.mark.parametrize(
    ("rows", "cols", "sampling"), [(0.02, 0.02, 0.2), (0.02, 0.03, None), (0.0, 0.0, None)]
)
def test_pixels_that_are_not_square_have_no_sampling(
    tmp_path: Path, rows: float, cols: float, sampling: float | None
) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["image"] = STACK[0]
        file["image"].attrs.update(pixel_size=[rows, cols], unit="nm")
    assert read_frames(tmp_path / "a.h5").sampling == sampling


def test_the_frame_that_isnt_finite_is_named() -> None:
    stack = STACK.astype(float)
    stack[2, 3, :2] = (np.nan, np.inf)
    with pytest.raises(ImageError, match=r"^X\[2\]: 2 of 2000 pixels aren't finite \(1 NaN, 1 inf"):
        read_frames(stack, "X")
    with pytest.raises(ImageError, match=r"^array: 2 of 2000 pixels"):
        read_frames(stack[2])


def test_what_holds_no_image() -> None:
    with pytest.raises(ImageError, match=r"X: the data are a spectrum or a profile"):
        read_frames(STACK[0, 0], "X")
    with pytest.raises(ImageError, match=r"array: the data are of type object"):
        read_frames(STACK.astype(object))
    with pytest.raises(ImageError, match=r"array: the data are empty, of shape \(0, 40, 40\)"):
        read_frames(np.empty((0, 40, 40)))


def test_another_type() -> None:
    with pytest.raises(UsageError, match="can't read a list: give a path or a NumPy array"):
        read_frames([[1.0]])  # type: ignore[arg-type]
