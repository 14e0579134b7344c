"""SER files of TIA, with and without the EMI file that says what they are."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.errors import ImageError, ReadError
from sixring.io import read

PIXELS = np.random.default_rng(5).normal(100, 5, size=(40, 40)).astype(np.float32)
_IMAGE, _TIMES, _FLOAT32 = 0x4122, 0x4152, 7


def write_ser(path: Path, pixels: NDArray[np.float32], metre_per_pixel: float) -> Path:
    """Write one image; rows are stored from the bottom."""
    rows, cols = pixels.shape
    dimension = struct.pack("<IddIIxI", 1, 0.0, 1.0, 0, 1, 0)
    header_length = 30 + len(dimension)
    calibration = struct.pack("<ddI", 0.0, metre_per_pixel, 0)
    data = calibration * 2 + struct.pack("<HII", _FLOAT32, cols, rows) + pixels[::-1].tobytes()
    first = header_length + 8
    header = struct.pack(
        "<HHHIIIIII", 0x4949, 0x0197, 0x0210, _IMAGE, _TIMES, 1, 1, header_length, 1
    )
    offsets = struct.pack("<II", first, first + len(data))
    path.write_bytes(header + dimension + offsets + data + struct.pack("<HHI", _TIMES, 0, 0))
    return path


def write_emi(path: Path, mode: str, kilovolt: float) -> Path:
    def entry(label: str, value: object, unit: str) -> str:
        return f"<Data><Label>{label}</Label><Value>{value}</Value><Unit>{unit}</Unit></Data>"

    path.write_bytes((
        "JI\0\0<ObjectInfo><AcquireDate>2020-01-01T00:00:00</AcquireDate>"
        "<AcquireInfo><CameraNamePath>CCD</CameraNamePath></AcquireInfo>"
        f"<ExperimentalDescription><Root>{entry('Mode', mode, '')}"
        f"{entry('High tension', kilovolt, 'kV')}</Root></ExperimentalDescription>"
        "</ObjectInfo>\n"
    ).encode())  # fmt: skip
    return path


def test_ser_alone(tmp_path: Path) -> None:
    micrograph = read(write_ser(tmp_path / "scan_1.ser", PIXELS, 1.12e-11))
    np.testing.assert_array_equal(micrograph.image, PIXELS)
    assert micrograph.sampling == pytest.approx(0.112)
    assert (micrograph.mode, micrograph.energy) == (None, None)


@pytest.mark.parametrize("name", ["scan_1.ser", "scan.emi"])
def test_emi_states_mode_and_energy(tmp_path: Path, name: str) -> None:
    write_ser(tmp_path / "scan_1.ser", PIXELS, 1.12e-11)
    write_emi(tmp_path / "scan.emi", "TEM nP SA Zoom Image", 80)
    micrograph = read(tmp_path / name)
    np.testing.assert_array_equal(micrograph.image, PIXELS)
    assert micrograph.sampling == pytest.approx(0.112)
    assert (micrograph.mode, micrograph.energy) == ("hrtem", 80e3)


@pytest.mark.parametrize("name", ["scan_1.ser", "scan.emi"])
def test_emi_tells_diffraction(tmp_path: Path, name: str) -> None:
    write_ser(tmp_path / "scan_1.ser", PIXELS, 1e7)
    write_emi(tmp_path / "scan.emi", "TEM nP SA Zoom Diffraction", 80)
    with pytest.raises(ImageError, match=r"reciprocal space \(an axis in 1 / nm\)"):
        read(tmp_path / name)


def test_each_ser_of_an_emi_is_its_own_image(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        write_ser(tmp_path / f"scan_{number}.ser", PIXELS + number, 1.12e-11)
        write_emi(tmp_path / "scan.emi", "TEM nP SA Zoom Image", 80)
    for number in (1, 2, 10):
        micrograph = read(tmp_path / f"scan_{number}.ser")
        np.testing.assert_array_equal(micrograph.image, PIXELS + number)


def test_truncated_ser(tmp_path: Path) -> None:
    file = write_ser(tmp_path / "scan_1.ser", PIXELS, 1.12e-11)
    file.write_bytes(file.read_bytes()[:3000])
    with pytest.raises(ReadError, match=r"scan_1\.ser: can't be read as SER, it may be damaged"):
        read(file)
