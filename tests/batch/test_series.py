"""Files whose patches say together what their lattice is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from honeycomb_patches import honeycomb
from patch_files import write_patch
from sixring.batch._series import Periods
from sixring.io import Frames, find_inputs, read_frames, write_micrograph
from sixring.patches import rescaled
from sixring.types import Micrograph

CONSTANT = 10.65 * 2 / np.sqrt(3)
NOISY, _ = honeycomb(64, noise=6.0, depth=0.0)
CLEAR, _ = honeycomb(8, side=64)


def test_patches_of_a_folder_say_together_what_none_says_alone(tmp_path: Path) -> None:
    for k, patch in enumerate(NOISY):
        write_patch(tmp_path / "many" / f"{k}.npy", patch)
    write_patch(tmp_path / "one" / "a.npy", NOISY[0])
    files = find_inputs([tmp_path / "many", tmp_path / "one"])
    periods = Periods(files)
    assert periods.of(files[0], NOISY[:1], None) == pytest.approx(CONSTANT, rel=0.03)
    assert periods.of(files[-1], NOISY[:1], None) is None


def test_what_differs_in_size_or_sampling_is_kept_apart(tmp_path: Path) -> None:
    wide = rescaled(CLEAR, 1.5)
    for k in range(4):
        write_micrograph(tmp_path / f"a{k}.tif", Micrograph(CLEAR[k], sampling=0.2))
        write_micrograph(tmp_path / f"b{k}.tif", Micrograph(CLEAR[k][:48, :48], sampling=None))
        write_micrograph(tmp_path / f"c{k}.tif", Micrograph(wide[k][:64, :64], sampling=0.13))
    files = find_inputs([tmp_path])
    periods = Periods(files)
    found = [
        periods.of(files[0], CLEAR[:1], 0.2),
        periods.of(files[4], CLEAR[:1, :48, :48], None),
        periods.of(files[8], wide[:1, :64, :64], 0.13),
    ]
    assert found == pytest.approx([CONSTANT, CONSTANT, 1.5 * CONSTANT], rel=0.03)


def test_a_file_that_can_not_be_read_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(b"nothing")
    write_patch(tmp_path / "b.npy", np.full((3, 48, 48), 2.0, np.float32))
    write_patch(tmp_path / "c.npy", CLEAR)
    files = find_inputs([tmp_path])
    assert Periods(files).of(files[2], CLEAR, None) == pytest.approx(CONSTANT, rel=0.03)


def test_of_a_large_folder_some_are_looked_at_and_the_rest_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sixring.batch._series._FILES", 2)
    for k in range(4):
        write_patch(tmp_path / f"{k}.npy", CLEAR)
    write_patch(tmp_path / "1.npy", CLEAR[:, :40])
    files = find_inputs([tmp_path])
    read = []

    def recorded(file: Path) -> Frames:
        read.append(file)
        return read_frames(file)

    monkeypatch.setattr("sixring.batch._series.read_frames", recorded)
    periods = Periods(files)
    assert periods.of(files[1], CLEAR[:, :40], None) == pytest.approx(CONSTANT, rel=0.05)
    assert periods.of(files[2], CLEAR, None) == pytest.approx(CONSTANT, rel=0.03)
    assert read == [files[0], files[3]]
