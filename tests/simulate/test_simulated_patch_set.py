from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quick_samples import PRESET, bare_sample, dying_sample, quick_sample
from sixring.errors import SixringError, UsageError
from sixring.io import read
from sixring.patches import read_patches
from sixring.simulate import PatchSettings, write_patches
from sixring.simulate._cut import BETWEEN

COLUMNS = (
    "file",
    "index",
    "label",
    "micrograph",
    "split",
    "defect",
    "dose",
    "sampling_A",
    "mode",
    "row_px",
    "col_px",
    "reason",
)
SETTINGS = PatchSettings(PRESET, n=60, seed=3, ratio=5.0)


def digests(folder: Path) -> dict[str, str]:
    """Return what is in each file of a data set."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def table(folder: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the rows of the patches, and those of what was rejected."""
    with (folder / "patches.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["file"]], [row for row in rows if not row["file"]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("patches")
    write_patches(SETTINGS, folder, make=quick_sample)
    return folder


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arrays")
    write_patches(
        PatchSettings(PRESET, n=60, seed=3, ratio=5.0, format="array"), folder, make=quick_sample
    )
    return folder


def image_of(row: dict[str, str]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Make the micrograph of a row again and cut the patch out."""
    index = int(row["micrograph"].removeprefix("m"))
    rng = np.random.default_rng(np.random.SeedSequence(3, spawn_key=(index,)))
    image = quick_sample(PRESET, rng).simulated.image
    first_row, first_col = int(row["row_px"]), int(row["col_px"])
    return image[first_row : first_row + 48, first_col : first_col + 48]


def test_the_folders_hold_what_was_asked_for(folder: Path) -> None:
    assert len(list((folder / "defect").iterdir())) == 10
    assert len(list((folder / "perfect").iterdir())) == 50
    assert {path.name for path in folder.iterdir()} == {
        "perfect",
        "defect",
        "patches.csv",
        "conditions.json",
        "dataset.json",
    }


def test_the_table(folder: Path) -> None:
    patches, rejected = table(folder)
    assert tuple(patches[0]) == COLUMNS
    assert len(patches) == len({row["file"] for row in patches}) == 60
    for row in patches:
        assert row["file"].startswith(f"{row['label']}/{row['micrograph']}-")
        assert (row["index"], row["reason"], row["mode"]) == ("0", "", "stem")
        assert (row["defect"] in {"SV", "SW", "Si-C3"}) == (row["label"] == "defect")
        assert 1e3 <= float(row["dose"]) <= 1e4
        assert float(row["sampling_A"]) == 0.2
    assert rejected
    for row in rejected:
        assert (row["label"], row["defect"]) == ("", "")
        assert row["reason"] == BETWEEN
    assert [row["index"] for row in rejected] == [str(k) for k in range(len(rejected))]


def test_patches_are_where_the_table_says(folder: Path) -> None:
    patches, _ = table(folder)
    for row in (patches[0], patches[7], patches[-1]):
        found = read(folder / row["file"])
        assert np.array_equal(found.image, image_of(row))
        assert found.sampling == pytest.approx(0.2)
        assert found.mode == "stem"
        assert found.dose == pytest.approx(float(row["dose"]), rel=1e-5)


def test_no_micrograph_is_in_two_parts_of_the_data(folder: Path) -> None:
    patches, _ = table(folder)
    splits: dict[str, set[str]] = {}
    for row in patches:
        splits.setdefault(row["micrograph"], set()).add(row["split"])
    assert all(len(of_one) == 1 for of_one in splits.values())
    counts = [sum(row["split"] == s for row in patches) for s in ("train", "validation", "test")]
    assert counts == pytest.approx([42, 9, 9], abs=1)
    assert sum(counts) == 60


def test_everything_that_was_drawn_is_kept(folder: Path) -> None:
    drawn = json.loads((folder / "conditions.json").read_text(encoding="utf-8"))
    patches, _ = table(folder)
    assert {row["micrograph"] for row in patches} <= set(drawn)
    for row in patches:
        assert drawn[row["micrograph"]]["conditions"]["dose"] == pytest.approx(
            float(row["dose"]), rel=1e-5
        )
    record = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    assert (record["finished"], record["n_defect"], record["n_perfect"]) == (True, 10, 50)
    assert record["settings"]["preset"]["conditions"]["sampling"] == 0.2


def test_arrays_hold_the_same(folder: Path, arrays: Path) -> None:
    patches, _ = table(arrays)
    in_folder, _ = table(folder)
    with np.load(arrays / "patches.npz", allow_pickle=False) as archive:
        images, labels = archive["images"], archive["labels"]
        assert images.shape == (60, 48, 48)
        assert images.dtype == np.float32
        for name in ("micrograph", "split", "defect", "mode"):
            assert archive[name].tolist() == [row[name] for row in patches]
        assert archive["dose"] == pytest.approx([float(row["dose"]) for row in patches])
    for k, (row, other) in enumerate(zip(patches, in_folder, strict=True)):
        assert (row["file"], row["index"]) == ("patches.npz", str(k))
        assert labels[k] == (row["label"] == "defect")
        same = ("label", "micrograph", "split", "defect", "row_px", "col_px")
        assert [row[name] for name in same] == [other[name] for name in same]
    assert np.array_equal(images[5], image_of(patches[5]))


def test_they_are_what_training_reads(folder: Path, arrays: Path) -> None:
    for source in (folder, arrays):
        patches = read_patches(source)
        assert len(patches) == 60
        assert patches.labels is not None
        assert patches.labels.sum() == 10
        rows = {row["micrograph"] for row in table(source)[0]}
        assert set(patches.groups.tolist()) == rows
        assert set(patches.details["split"].tolist()) == {"train", "validation", "test"}
        assert patches.details["sampling"] == pytest.approx(0.2)


def test_the_bytes_dont_depend_on_the_number_of_processes(folder: Path, tmp_path: Path) -> None:
    write_patches(SETTINGS, tmp_path / "out", jobs=2, make=quick_sample)
    assert digests(tmp_path / "out") == digests(folder)


def test_another_seed_gives_other_patches(arrays: Path, tmp_path: Path) -> None:
    settings = PatchSettings(PRESET, n=60, seed=4, ratio=5.0, format="array")
    write_patches(settings, tmp_path, make=quick_sample)
    assert digests(tmp_path)["patches.npz"] != digests(arrays)["patches.npz"]


@pytest.mark.parametrize(("ratio", "n_defect"), [(1.0, 20), (0.5, 27), (3.0, 10)])
def test_the_proportion_is_as_asked(tmp_path: Path, ratio: float, n_defect: int) -> None:
    settings = PatchSettings(PRESET, n=40, ratio=ratio, format="array")
    write_patches(settings, tmp_path, make=quick_sample)
    patches, _ = table(tmp_path)
    assert sum(row["label"] == "defect" for row in patches) == n_defect
    assert len(patches) == 40


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_patches(
        PatchSettings(PRESET, n=30, ratio=5.0),
        tmp_path,
        make=quick_sample,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert told[-1] == (30, 30)


def test_micrographs_without_defects_end_the_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        write_patches(SETTINGS, tmp_path, make=bare_sample)
    assert str(raised.value) == (
        "50 micrographs in a row gave no patches: give them a larger --shape, a --ratio below 5, "
        "other defects, or a preset with less contamination"
    )


def test_a_process_that_dies_ends_the_work(tmp_path: Path) -> None:
    with pytest.raises(SixringError, match="a working process ended with exit code -9"):
        write_patches(SETTINGS, tmp_path, jobs=2, make=dying_sample)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 0}, "n must be at least 1, not 0"),
        ({"seed": -1}, "seed must be at least 0, not -1"),
        ({"side": 4}, "side must be at least 8, not 4"),
        ({"per_defect": 0}, "per_defect must be at least 1, not 0"),
        ({"ratio": 0.0}, "ratio must be at least 0.05 and at most 1000, not 0"),
        ({"ratio": float("nan")}, "ratio must be at least 0.05 and at most 1000, not nan"),
        (
            {"shares": (0.5, 0.5, 0.5)},
            "shares must be three numbers from 0 that add up to 1, not (0.5, 0.5, 0.5)",
        ),
        (
            {"shares": (1.5, -0.5, 0.0)},
            "shares must be three numbers from 0 that add up to 1, not (1.5, -0.5, 0.0)",
        ),
        ({"format": "zip"}, "format must be 'folder' or 'array', not 'zip'"),
        (
            {"side": 100},
            "micrographs of 160 x 160 pixels are too small for patches of 100: make them at least "
            "200 a side",
        ),
        (
            {"ratio": 20.0},
            "a ratio of 20 needs more perfect patches than micrographs of shape 160 x 160 have "
            "room for (16 places, some of them taken by the defect): give the shape 256 x 256, or "
            "a smaller ratio",
        ),
    ],
)
def test_wrong_settings(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        PatchSettings(PRESET, **change)
    assert str(raised.value) == message


def test_no_jobs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="jobs must be at least 1, not 0"):
        write_patches(SETTINGS, tmp_path / "out", jobs=0)
    assert not (tmp_path / "out").exists()
