from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.errors import ImageError, ReadError
from sixring.io import read

RAMP = np.arange(40 * 50, dtype=np.float32).reshape(40, 50)


def write(
    path: Path,
    datasets: dict[str, NDArray[Any]],
    root: dict[str, Any] | None = None,
    **attrs: object,
) -> Path:
    with h5py.File(path, "w") as file:
        file.attrs.update(root or {})
        for name, data in datasets.items():
            file.create_dataset(name, data=data).attrs.update(attrs)
    return path


@pytest.mark.parametrize("suffix", [".h5", ".hdf5", ".hdf", ".H5"])
@pytest.mark.parametrize(
    ("attrs", "sampling"),
    [
        ({}, None),
        ({"sampling": 0.112}, 0.112),
        ({"sampling": "11.2 pm"}, 0.112),
        ({"sampling": np.bytes_("0.0112 nm")}, 0.112),
        ({"pixel_size": 0.0112, "unit": "nm"}, 0.112),
        ({"pixel_size": [0.0112, 0.0112], "units": "nm"}, 0.112),
    ],
)
def test_plain_file(
    tmp_path: Path, suffix: str, attrs: dict[str, Any], sampling: float | None
) -> None:
    micrograph = read(write(tmp_path / f"a{suffix}", {"image": RAMP}, **attrs))
    np.testing.assert_array_equal(micrograph.image, RAMP)
    assert micrograph.sampling == sampling
    assert micrograph.notes == ()


def test_attributes_of_the_root_and_of_the_dataset(tmp_path: Path) -> None:
    root = {"sampling": 0.5, "dose": 3e3, "energy": 60e3, "mode": "STEM"}
    micrograph = read(write(tmp_path / "a.h5", {"x": RAMP}, root, sampling=0.1))
    assert micrograph.sampling == 0.1
    assert (micrograph.mode, micrograph.energy, micrograph.dose) == ("stem", 60e3, 3e3)


def test_attributes_that_mean_something_else(tmp_path: Path) -> None:
    attrs = {"energy": "high", "dose": -3.0, "mode": "fast", "pixel_size": "small"}
    micrograph = read(write(tmp_path / "a.h5", {"x": RAMP}, attrs))
    assert (micrograph.mode, micrograph.energy, micrograph.dose) == (None, None, None)
    assert micrograph.sampling is None
    assert micrograph.notes == ("the file's pixel size of 'small' is impossible and was left out",)


def test_the_largest_image_is_taken(tmp_path: Path) -> None:
    datasets: dict[str, NDArray[Any]] = {
        "a/small": RAMP[:35, :35],
        "b/stack": np.stack([RAMP, RAMP + 1]),
        "c/profile": np.arange(10**5),
        "d/names": np.array([b"x", b"y"]),
    }
    micrograph = read(write(tmp_path / "a.h5", datasets))
    np.testing.assert_array_equal(micrograph.image, RAMP)
    assert micrograph.signal == "b/stack"
    assert micrograph.notes == (
        "signal 2 (b/stack) of 3 was taken, not 1 (a/small), 3 (c/profile)",
        "a stack of 2 frames: the first was taken",
    )


def test_no_image(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"a\.h5: there is no image in it"):
        read(write(tmp_path / "a.h5", {"d/names": np.array([b"x", b"y"])}))


def test_several_signals_of_which_none_is_an_image(tmp_path: Path) -> None:
    file = write(tmp_path / "a.h5", {f"d{i}": RAMP[0] for i in range(6)})
    with pytest.raises(ImageError) as caught:
        read(file)
    assert str(caught.value) == (
        f"{file}: none of its 6 signals is a micrograph: "
        "1 (d0) is a spectrum or a profile of shape (50,), not an image; "
        "2 (d1) is a spectrum or a profile of shape (50,), not an image; "
        "3 (d2) is a spectrum or a profile of shape (50,), not an image; "
        "4 (d3) is a spectrum or a profile of shape (50,), not an image; 2 more: "
        "give a file with a 2-D image"
    )


def test_emd_of_no_known_kind_is_read_as_plain(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read(write(tmp_path / "a.emd", {"image": RAMP})).image, RAMP)


@pytest.mark.parametrize("suffix", [".h5", ".emd", ".hspy"])
def test_truncated_file(tmp_path: Path, suffix: str) -> None:
    file = write(tmp_path / f"a{suffix}", {"image": RAMP})
    file.write_bytes(file.read_bytes()[:3000])
    with pytest.raises(
        ReadError, match=rf"a\{suffix}: can't be read as .* \(Unable to .*truncated"
    ):
        read(file)


def test_the_file_is_closed_afterwards(tmp_path: Path) -> None:
    file = write(tmp_path / "a.h5", {"image": RAMP})
    read(file)
    with h5py.File(file, "r+") as again:
        again["image"][0, 0] = 5
