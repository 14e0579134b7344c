"""Every input that is none, through the whole command line: one line, a code, nothing left."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest

from cli_types import Run

IMAGE = np.random.default_rng(0).normal(100, 5, (64, 64)).astype(np.float32)


@pytest.fixture(autouse=True)
def _no_detection(fake: None) -> None:
    """None of these is meant to reach the detector."""


def refuse(run: Run, folder: Path, name: str, message: str) -> None:
    """Check that the file fails with this message and that nothing of it is left behind."""
    answer = run("detect", name, "--out", "out")
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert re.fullmatch(f"sixring: failed: {re.escape(name)}: {message}\n", answer.err), answer.err
    assert sorted(entry.name for entry in (folder / "out").iterdir()) == [
        "index.html",
        "summary.csv",
    ]
    assert "0 done, 0 refused, 1 failed" in answer.out


def test_empty_file(run: Run, folder: Path) -> None:
    (folder / "a.dm4").touch()
    refuse(run, folder, "a.dm4", "the file is empty: copy or export it again")


def test_truncated_tiff(run: Run, folder: Path) -> None:
    import tifffile

    tifffile.imwrite("whole.tif", IMAGE)
    whole = Path("whole.tif").read_bytes()
    Path("a.tif").write_bytes(whole[: len(whole) // 2])
    refuse(run, folder, "a.tif", ".*(damaged|truncated).*")


@pytest.mark.realdata
def test_truncated_dm4(run: Run, folder: Path) -> None:
    data = os.environ.get("SIXRING_REAL_DATA")
    if data is None:
        pytest.skip("SIXRING_REAL_DATA doesn't name the folder of real micrographs")
    whole = next(Path(data, "formats").glob("*2D*.dm4")).read_bytes()
    Path("a.dm4").write_bytes(whole[: len(whole) // 2])
    refuse(run, folder, "a.dm4", ".*(damaged|truncated).*")


def test_dm4_of_its_first_bytes_only(run: Run, folder: Path) -> None:
    Path("a.dm4").write_bytes(b"\0\0\0\x04\0\0\0\0")
    refuse(run, folder, "a.dm4", ".*(damaged|truncated).*")


def test_text_called_tif(run: Run, folder: Path) -> None:
    Path("a.tif").write_text("see the notebook", encoding="utf-8")
    refuse(run, folder, "a.tif", r"isn't a TIFF file, it begins with b'see the ': give the file .*")


def test_constant_image(run: Run, folder: Path) -> None:
    np.save("a.npy", np.full((64, 64), 7.0))
    refuse(run, folder, "a.npy", ".*constant.*7.*")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_not_finite(run: Run, folder: Path, value: float) -> None:
    image = IMAGE.copy()
    image[3:40, 4] = value
    np.save("a.npy", image)
    refuse(run, folder, "a.npy", ".*37 .*finite.*")


def test_ten_by_ten(run: Run, folder: Path) -> None:
    np.save("a.npy", IMAGE[:10, :10])
    refuse(run, folder, "a.npy", ".*10 by 10 pixels, too small: at least 32 by 32 .*")


def test_colour_photograph(run: Run, folder: Path) -> None:
    from PIL import Image

    pixels = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save("a.jpg")
    refuse(run, folder, "a.jpg", ".*colour.*")


def test_spectrum(run: Run, folder: Path) -> None:
    np.save("a.npy", np.arange(100.0))
    refuse(run, folder, "a.npy", ".*(spectrum|1-D|one).*")


def test_unknown_kind(run: Run, folder: Path) -> None:
    Path("a.docx").write_bytes(b"PK\x03\x04")
    refuse(run, folder, "a.docx", r"unknown kind of file '\.docx': the kinds that are read are .*")


class TestNothingToRead:
    """Wrong usage: nothing has been made then."""

    def check(self, run: Run, folder: Path, name: str, message: str) -> None:
        answer = run("detect", name, "--out", "out")
        assert (answer.code, answer.out) == (2, "")
        assert re.fullmatch(f"sixring: {re.escape(name)}: {message}\n", answer.err), answer.err
        assert not (folder / "out").exists()

    def test_folder_without_images(self, run: Run, folder: Path) -> None:
        (folder / "in").mkdir()
        (folder / "in" / "notes.txt").touch()
        self.check(run, folder, "in", "no image in this folder .*")

    def test_no_such_file(self, run: Run, folder: Path) -> None:
        self.check(run, folder, "a.tif", "no such file or folder: check the name")

    def test_glob_that_matches_nothing(self, run: Run, folder: Path) -> None:
        self.check(run, folder, "*.dm4", "no image matches: check the pattern and the suffix")
