"""DM3, DM4, EMD, MRC, SER and HSPY, written by hand or by RosettaSciIO."""

from __future__ import annotations

import logging
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dm_writer import dm_image, write_dm
from numpy.typing import NDArray
from velox_writer import VeloxImage, write_velox

from sixring.errors import ImageError, ReadError
from sixring.io import _rosetta, read

PIXELS = np.random.default_rng(7).normal(100, 5, size=(64, 48)).astype(np.float32)
STEM_TAGS = {"Microscope Info": {"Voltage": 60000.0, "Illumination Mode": "STEM NANOPROBE"}}
TEM_TAGS = {"Microscope Info": {"Voltage": 80000.0, "Illumination Mode": "TEM"}}


def axes(*scales: float, unit: str = "nm") -> list[dict[str, Any]]:
    return [
        {
            "name": "yx"[number],
            "scale": scale,
            "offset": 0.0,
            "units": unit,
            "size": size,
            "navigate": False,
            "index_in_array": number,
        }
        for number, (scale, size) in enumerate(zip(scales, PIXELS.shape, strict=True))
    ]


def write_hspy(path: Path, metadata: dict[str, Any], unit: str = "nm", scale: float = 0.02) -> Path:
    from rsciio.hspy import file_writer

    signal = {
        "data": PIXELS,
        "axes": axes(scale, scale, unit=unit),
        "metadata": {"General": {"title": ""}, "Signal": {"signal_type": ""}, **metadata},
        "original_metadata": {},
        "tmp_parameters": {},
        "attributes": {"_lazy": False, "ragged": False},
        "package_info": {"package": "hyperspy", "package_version": "2"},
        "learning_results": {},
        "models": {},
    }
    file_writer(str(path), signal)
    return path


def write_mrc(
    path: Path,
    pixels: NDArray[Any],
    cell: tuple[float, float, float],
    order: str = "<",
    samples: tuple[int, int, int] | None = None,
) -> Path:
    """Write mode 2 (float32) with a cell in angstrom."""
    stack = pixels.reshape(-1, *pixels.shape[-2:])
    depth, rows, cols = stack.shape
    header = bytearray(1024)
    struct.pack_into(f"{order}4i", header, 0, cols, rows, depth, 2)
    struct.pack_into(f"{order}3i", header, 28, *(samples or (cols, rows, depth)))
    struct.pack_into(f"{order}3f", header, 40, *cell)
    header[208:212] = b"MAP "
    header[212:214] = b"\x11\x11" if order == ">" else b"\x44\x44"
    path.write_bytes(bytes(header) + stack.astype(f"{order}f4").tobytes())
    return path


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize(
    ("scale", "unit"),
    [(0.0112, "nm"), (1.12e-5, "µm"), (1.12e-5, "um"), (0.112, "Å"), (11.2, "pm"), (1.12e-11, "m")],
)
def test_dm_takes_the_pixel_size_in_any_unit(
    tmp_path: Path, version: int, scale: float, unit: str
) -> None:
    file = write_dm(
        tmp_path / f"a.dm{version}", [dm_image(PIXELS, [scale] * 2, [unit] * 2)], version=version
    )
    micrograph = read(file)
    assert micrograph.sampling == pytest.approx(0.112, rel=1e-9)
    assert micrograph.notes == ()
    assert micrograph.source == str(file)
    np.testing.assert_array_equal(micrograph.image, PIXELS)


@pytest.mark.parametrize(
    ("tags", "mode", "energy"),
    [
        (STEM_TAGS, "stem", 60e3),
        (TEM_TAGS, "hrtem", 80e3),
        ({}, None, None),
        ({"Microscope Info": {"Voltage": 0.0, "Imaging Mode": "IMAGING"}}, None, None),
        ({"DigiScan": {"Sample Time": 8.0}}, "stem", None),
    ],
)
def test_dm_states_mode_and_energy(
    tmp_path: Path, tags: dict[str, Any], mode: str | None, energy: float | None
) -> None:
    file = write_dm(tmp_path / "a.dm4", [dm_image(PIXELS, [0.02] * 2, ["nm"] * 2, tags=tags)])
    micrograph = read(file)
    assert micrograph.mode == mode
    assert micrograph.energy == energy
    assert micrograph.dose is None


def test_dm_thumbnail_is_no_signal(tmp_path: Path) -> None:
    thumbnail = dm_image(PIXELS[:40, :40].astype(np.uint8), [1, 1], ["", ""], "small")
    file = write_dm(
        tmp_path / "a.dm3",
        [thumbnail, dm_image(PIXELS, [0.02] * 2, ["nm"] * 2)],
        version=3,
        thumbnail=0,
    )
    micrograph = read(file)
    assert micrograph.image.shape == PIXELS.shape
    assert micrograph.signal == ""


def test_dm_stack_gives_the_first_frame(tmp_path: Path) -> None:
    stack = np.stack([PIXELS, PIXELS + 1, PIXELS + 2])
    file = write_dm(tmp_path / "a.dm4", [dm_image(stack, [0.02] * 2 + [1], ["nm", "nm", ""])])
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, PIXELS)
    assert micrograph.notes == ("a stack of 3 frames: the first was taken",)


def test_large_files_are_read_lazily_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = np.stack([PIXELS, PIXELS + 1])
    dm = write_dm(tmp_path / "a.dm4", [dm_image(stack, [0.02] * 2 + [1], ["nm", "nm", ""])])
    velox = write_velox(tmp_path / "a.emd", [VeloxImage(stack, "HAADF")])
    whole = write_velox(tmp_path / "b.emd", [VeloxImage(stack, "HAADF")], chunked=False)
    mrc = write_mrc(tmp_path / "a.mrc", stack, (4.8, 6.4, 2), ">")
    hspy = write_hspy(tmp_path / "a.hspy", {})
    files = (dm, velox, whole, mrc, hspy)
    eager = [read(file) for file in files]
    monkeypatch.setattr(_rosetta, "_LAZY_ABOVE", 0)
    for file, expected in zip(files, eager, strict=True):
        lazy = read(file)
        np.testing.assert_array_equal(lazy.image, expected.image)
        np.testing.assert_array_equal(lazy.image, PIXELS)
        assert (lazy.sampling, lazy.notes) == (expected.sampling, expected.notes)


def test_dm_without_unit_has_no_sampling(tmp_path: Path) -> None:
    file = write_dm(tmp_path / "a.dm4", [dm_image(PIXELS, [0.0112] * 2, ["", ""])])
    micrograph = read(file)
    assert micrograph.sampling is None
    assert micrograph.notes == (
        "the file's pixel size of 0.0112 has no unit of length and was left out",
    )


def test_dm_spectrum_is_refused(tmp_path: Path) -> None:
    file = write_dm(tmp_path / "a.dm4", [dm_image(PIXELS[0], [0.5], ["eV"])])
    with pytest.raises(ImageError, match=r"a\.dm4: the data are a spectrum \(an axis in eV\), not"):
        read(file)


def test_dm_spectrum_image_is_refused(tmp_path: Path) -> None:
    cube = np.stack([PIXELS] * 40)
    file = write_dm(tmp_path / "a.dm4", [dm_image(cube, [0.1, 0.1, 0.3], ["nm", "nm", "eV"])])
    with pytest.raises(ImageError, match=r"a spectrum \(an axis in eV\)"):
        read(file)


@pytest.mark.parametrize("unit", ["1/nm", "1/Å", "nm^-1", "mrad"])
def test_dm_diffraction_is_refused(tmp_path: Path, unit: str) -> None:
    file = write_dm(tmp_path / "a.dm4", [dm_image(PIXELS, [0.1] * 2, [unit] * 2)])
    with pytest.raises(ImageError, match=r"reciprocal space .* give the image in real space"):
        read(file, sampling=0.1)


def test_dm_complex_is_refused(tmp_path: Path) -> None:
    file = write_dm(
        tmp_path / "a.dm4", [dm_image(PIXELS.astype(np.complex64), [0.1] * 2, ["nm"] * 2)]
    )
    with pytest.raises(ImageError, match=r"complex numbers \(complex64\): give the modulus"):
        read(file)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("version", [3, 4])
def test_truncated_dm_is_one_line(tmp_path: Path, version: int, share: float) -> None:
    file = write_dm(
        tmp_path / f"a.dm{version}", [dm_image(PIXELS, [0.1] * 2, ["nm"] * 2)], version=version
    )
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * (len(whole) - 8))])
    with pytest.raises(ReadError) as caught:
        read(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: can't be read as DM{version}, it may be damaged or incomp")
    assert message.endswith("copy or export it again")
    assert "\n" not in message
    assert isinstance(caught.value.__cause__, Exception)


def test_velox_takes_the_finest_annular_dark_field(tmp_path: Path) -> None:
    file = write_velox(
        tmp_path / "a.emd",
        [
            VeloxImage(PIXELS + 1, "BF"),
            VeloxImage(PIXELS, "HAADF"),
            VeloxImage(PIXELS + 2, "Survey", pixel=1e-12),
            VeloxImage(PIXELS + 3, "FFT", unit="1/m"),
            VeloxImage(PIXELS + 4, "DF4", pixel=1e-9),
        ],
    )
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, PIXELS)
    assert micrograph.sampling == pytest.approx(0.112)
    assert micrograph.mode == "stem"
    assert micrograph.energy == 60e3
    assert micrograph.signal == "HAADF"
    assert micrograph.notes == (
        "signal 2 (HAADF) of 5 was taken, not 1 (BF), 3 (Survey), 4 (FFT), 5 (DF4)",
    )


def test_velox_camera_is_hrtem(tmp_path: Path) -> None:
    file = write_velox(tmp_path / "a.emd", [VeloxImage(PIXELS, "BM-Ceta", kind="ImagingDetector")])
    assert read(file).mode == "hrtem"


def test_ncem_emd_with_its_calibration(tmp_path: Path) -> None:
    from rsciio.emd import file_writer

    file = tmp_path / "a.emd"
    file_writer(
        str(file),
        {
            "data": PIXELS,
            "axes": axes(0.012, 0.012),
            "metadata": {"General": {"title": "graphene"}, "Signal": {"signal_type": ""}},
            "original_metadata": {},
        },
    )
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, PIXELS)
    assert micrograph.sampling == pytest.approx(0.12)


def test_hspy_states_mode_and_energy(tmp_path: Path) -> None:
    file = write_hspy(
        tmp_path / "a.hspy",
        {"Acquisition_instrument": {"TEM": {"beam_energy": 80.0, "acquisition_mode": "TEM"}}},
    )
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, PIXELS)
    assert (micrograph.sampling, micrograph.mode, micrograph.energy) == (0.2, "hrtem", 80e3)


def test_hspy_under_another_hdf5_name(tmp_path: Path) -> None:
    file = write_hspy(tmp_path / "a.hspy", {}).rename(tmp_path / "a.hdf5")
    assert read(file).sampling == 0.2


@pytest.mark.parametrize("order", ["<", ">"])
def test_mrc_of_either_byte_order(tmp_path: Path, order: str) -> None:
    micrograph = read(write_mrc(tmp_path / "a.mrc", PIXELS, (9.6, 12.8, 1), order))
    np.testing.assert_array_equal(micrograph.image, PIXELS)
    assert micrograph.sampling == pytest.approx(0.2, rel=1e-6)
    assert micrograph.notes == ()


def test_mrc_stack(tmp_path: Path) -> None:
    micrograph = read(write_mrc(tmp_path / "a.mrc", np.stack([PIXELS] * 3), (9.6, 12.8, 3)))
    assert micrograph.image.shape == PIXELS.shape
    assert micrograph.notes == ("a stack of 3 frames: the first was taken",)


def test_mrc_with_an_impossible_pixel_size(tmp_path: Path) -> None:
    file = write_mrc(tmp_path / "a.mrc", PIXELS, (-480.0, -640.0, 1.0))
    micrograph = read(file)
    assert micrograph.sampling is None
    assert micrograph.notes == ("the file's pixel size of -1 nm is impossible and was left out",)
    assert read(file, sampling="0.2 A").sampling == 0.2


@pytest.mark.parametrize(
    ("cell", "samples"), [((48.0, 64.0, 1.0), None), ((0.0, 0.0, 0.0), (0, 0, 0))]
)
def test_mrc_with_default_or_missing_cell(
    tmp_path: Path, cell: tuple[float, float, float], samples: tuple[int, int, int] | None
) -> None:
    micrograph = read(write_mrc(tmp_path / "a.mrc", PIXELS, cell, samples=samples))
    assert micrograph.sampling is None
    assert micrograph.notes == ()


@pytest.mark.parametrize("length", [500, 1024, 5000])
def test_truncated_mrc(tmp_path: Path, length: int) -> None:
    file = write_mrc(tmp_path / "a.mrc", PIXELS, (9.6, 12.8, 1))
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(ReadError, match=r"a\.mrc: can't be read as MRC, it may be damaged"):
        read(file)


def test_emi_without_its_ser(tmp_path: Path) -> None:
    file = tmp_path / "scan.emi"
    file.write_bytes(b"JI\0\0<ObjectInfo></ObjectInfo>\n")
    with pytest.raises(ReadError, match=r"\(no scan_1\.ser lies beside it, which has the image\)"):
        read(file)


def test_readers_say_nothing_on_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "a.mrc"
    broken.write_bytes(b"\x01" * 4000)
    handlers = logging.getLogger("rsciio").handlers[:]
    with pytest.raises(ReadError):
        read(broken)
    read(write_mrc(tmp_path / "b.mrc", PIXELS, (9.6, 12.8, 1)))
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("rsciio").handlers == handlers
