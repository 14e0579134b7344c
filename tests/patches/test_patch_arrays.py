from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from patch_files import grey_patches, write_classes
from sixring.errors import ReadError, UsageError
from sixring.patches import read_patches

IMAGES = grey_patches(5).astype(np.float32)
LABELS = np.array([0, 1, 0, 1, 0])


def save(folder: Path, **arrays: NDArray[Any]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "patches.npz"
    np.savez(path, allow_pickle=True, **{"images": IMAGES, "labels": LABELS, **arrays})
    return path


@pytest.mark.parametrize(
    "labels",
    [
        LABELS,
        LABELS.astype(np.int8),
        LABELS.astype(float),
        LABELS.astype(bool),
        np.where(LABELS == 1, "defect", "perfect"),
    ],
)
def test_the_array_file_of_a_data_set(tmp_path: Path, labels: NDArray[Any]) -> None:
    path = save(
        tmp_path,
        labels=labels,
        micrograph=np.array([0, 0, 1, 1, 2]),
        defect=np.array(["", "SV", "", "SW", ""]),
        dose=np.arange(5),
        sampling_A=np.full(5, 0.2),
        mode=np.full(5, "stem"),
        row_px=np.arange(5),
        profiles=np.zeros((3, 40)),
    )
    for source in (tmp_path, path):
        patches = read_patches(source)
        np.testing.assert_array_equal(patches.images, IMAGES)
        assert patches.labels is not None
        assert patches.labels.dtype == np.int8
        assert patches.labels.tolist() == LABELS.tolist()
        assert patches.groups.tolist() == ["0", "0", "1", "1", "2"]
        assert patches.names[4] == "patches.npz[4]"
        assert patches.details["defect"].tolist() == ["", "SV", "", "SW", ""]
        assert patches.details["dose"].tolist() == [0, 1, 2, 3, 4]
        assert patches.details["sampling"].tolist() == [0.2] * 5
        assert patches.details["mode"].tolist() == ["stem"] * 5


def test_columns_from_the_table_beside_it(tmp_path: Path) -> None:
    save(tmp_path)
    rows = [f"patches.npz,{index},m{index // 2},{index}e3" for index in range(5)]
    (tmp_path / "patches.csv").write_text("\n".join(["file,index,micrograph,dose", *rows]))
    patches = read_patches(tmp_path)
    assert patches.groups.tolist() == ["m0", "m0", "m1", "m1", "m2"]
    assert patches.details["dose"].tolist() == [0, 1e3, 2e3, 3e3, 4e3]


def test_patches_labelled_neither_way_are_left_out_and_said(tmp_path: Path) -> None:
    path = save(tmp_path, labels=np.array(["perfect", "", "perfect", "defect", "defect"]))
    patches = read_patches(tmp_path)
    assert patches.labels is not None
    assert patches.labels.tolist() == [0, 0, 1, 1]
    np.testing.assert_array_equal(patches.images, IMAGES[[0, 2, 3, 4]])
    assert patches.details["index"].tolist() == [0, 2, 3, 4]
    assert patches.notes == (f"{path}: 1 patches are labelled neither way and were left out",)


def test_groups_of_the_user_after_patches_were_left_out(tmp_path: Path) -> None:
    save(tmp_path, labels=np.array([-1, 1, 0, 1, 0]))
    path = tmp_path / "groups.csv"
    rows = [f"patches.npz,{index},g{index}" for index in range(5)]
    path.write_text("\n".join(["file,index,group", *rows]))
    assert read_patches(tmp_path, groups=path).groups.tolist() == ["g1", "g2", "g3", "g4"]


def test_folders_go_before_the_array_file(tmp_path: Path) -> None:
    save(tmp_path)
    write_classes(tmp_path, perfect=grey_patches(2))
    assert read_patches(tmp_path).names == ("perfect/0.png", "perfect/1.png")


def test_without_labels(tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    np.savez(path, images=IMAGES)
    with pytest.raises(UsageError) as caught:
        read_patches(path)
    assert str(caught.value) == (
        f"{path}: no array 'labels' in it: add one with 0 perfect, 1 defect"
    )


@pytest.mark.parametrize("column", ["labels", "micrograph", "dose"])
def test_a_value_for_each_patch(tmp_path: Path, column: str) -> None:
    path = save(tmp_path, **{column: np.zeros(4)})
    with pytest.raises(UsageError) as caught:
        read_patches(tmp_path)
    assert str(caught.value) == (
        f"{path}: {column!r} has the shape (4,) for 5 patches: give one value for each"
    )


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([1, 1, 1, 1, 1], "number of perfect patches 0: at least 2 are needed"),
        ([2, 2, 2, 2, 2], "number of perfect patches 0"),
        ([0, 1, 1, 1, 1], "perfect patches 1: at"),
        ([0, 0, 0, 0, 1], "defect patches 1: at"),
    ],
)
def test_too_few_of_a_class(tmp_path: Path, labels: list[int], message: str) -> None:
    save(tmp_path, labels=np.array(labels))
    with pytest.raises(UsageError, match=message):
        read_patches(tmp_path)


def test_perfect_alone(tmp_path: Path) -> None:
    save(tmp_path, labels=np.zeros(5, int))
    assert len(read_patches(tmp_path)) == 5


def test_labels_that_are_objects_are_refused(tmp_path: Path) -> None:
    save(tmp_path, labels=np.array([0, 1, None, 0, 1]))
    with pytest.raises(ReadError, match=r"patches\.npz: can't be read as NPZ"):
        read_patches(tmp_path)


def test_truncated(tmp_path: Path) -> None:
    path = save(tmp_path)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(ReadError, match=r"patches\.npz: can't be read as NPZ"):
        read_patches(tmp_path)
