from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from patch_files import grey_patches, write_classes, write_patch
from sixring.errors import ReadError, UsageError
from sixring.patches import read_patches


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four patches: perfect/0.png, perfect/1.png, and a stack of two in defect/s.npy."""
    folder = tmp_path / "data"
    write_classes(folder, perfect=grey_patches(2))
    write_patch(folder / "defect" / "s.npy", grey_patches(2, seed=1))
    return folder


def table(folder: Path, *lines: str, name: str = "groups.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refused(folder: Path, groups: Path) -> str:
    with pytest.raises((UsageError, ReadError)) as caught:
        read_patches(folder, groups=groups)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_groups_by_path_and_index(folder: Path) -> None:
    groups = table(
        folder,
        "file,index,group",
        "defect/s.npy,1,day 2",
        "defect/s.npy,0,day 1",
        "perfect/1.png,0,day 2",
        "perfect/0.png,,day 1",
        "perfect/other.png,,day 9",
    )
    patches = read_patches(folder, groups=groups)
    assert patches.groups.tolist() == ["day 1", "day 2", "day 1", "day 2"]


def test_groups_by_bare_name_one_row_for_a_whole_stack(folder: Path) -> None:
    groups = table(folder, "group, file ", "a,1.png", "b,0.png", "007,s.npy")
    patches = read_patches(folder, groups=str(groups))
    assert patches.groups.tolist() == ["b", "a", "007", "007"]


def test_paths_as_windows_writes_them(folder: Path) -> None:
    groups = table(folder, "file,group", "perfect\\0.png,a", "perfect\\1.png,b", "defect\\s.npy,c")
    assert read_patches(folder, groups=groups).groups.tolist() == ["a", "b", "c", "c"]


def test_the_table_of_a_data_set(folder: Path) -> None:
    table(
        folder,
        "file,index,label,micrograph,split,defect,dose,sampling_A,mode,row_px,col_px",
        "perfect/0.png,0,perfect,m1,train,,1000,0.2,hrtem,5,5",
        "perfect/1.png,0,perfect,m2,test,,2e3,0.21,hrtem,5,5",
        "defect/s.npy,0,defect,m1,train,SV,1000,0.2,hrtem,5,5",
        "defect/s.npy,1,defect,m2,test,DV-585,,0.21,stem,5,5",
        name="patches.csv",
    )
    patches = read_patches(folder)
    assert patches.groups.tolist() == ["m1", "m2", "m1", "m2"]
    assert set(patches.details) == {
        "file", "index", "split", "defect", "dose", "sampling", "mode",
    }  # fmt: skip
    assert patches.details["defect"].tolist() == ["", "", "SV", "DV-585"]
    np.testing.assert_array_equal(patches.details["dose"], [1000, 2000, 1000, np.nan])
    np.testing.assert_array_equal(patches.details["sampling"], [0.2, 0.21, 0.2, 0.21])
    assert patches.details["mode"].tolist() == ["hrtem", "hrtem", "hrtem", "stem"]
    assert patches.details["split"].tolist() == ["train", "test", "train", "test"]


def test_the_groups_of_the_user_go_first(folder: Path) -> None:
    table(folder, "file,micrograph,defect", "0.png,m1,", "1.png,m1,", "s.npy,m1,SV",
          name="patches.csv")  # fmt: skip
    groups = table(folder, "file,group", "0.png,a", "1.png,b", "s.npy,c")
    patches = read_patches(folder, groups=groups)
    assert patches.groups.tolist() == ["a", "b", "c", "c"]
    assert patches.details["defect"].tolist() == ["", "", "SV", "SV"]


def test_a_table_without_groups_leaves_each_file_its_own(folder: Path) -> None:
    table(folder, "file,dose", "0.png,1", "1.png,2", "s.npy,3", name="patches.csv")
    patches = read_patches(folder)
    assert patches.groups.tolist() == ["perfect/0.png", "perfect/1.png"] + ["defect/s.npy"] * 2


def test_no_such_table(folder: Path) -> None:
    path = folder / "none.csv"
    assert refused(folder, path) == f"{path}: no such table: check the name"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\xd8", b'file,group\n"a,b'])
def test_what_is_no_csv(folder: Path, content: bytes) -> None:
    path = folder / "groups.csv"
    path.write_bytes(content)
    assert f"{path}: can't be read as CSV (" in refused(folder, path)


def test_no_column_of_files(folder: Path) -> None:
    path = table(folder, "name,group", "0.png,a")
    assert f"{path}: no column 'file', only name, group: the columns are" in refused(folder, path)


def test_no_column_of_groups(folder: Path) -> None:
    path = table(folder, "file,session", "0.png,a", "1.png,a", "s.npy,a")
    assert refused(folder, path) == (
        f"{path}: no column 'group', only file, session: "
        "add one with the micrograph or session of each file"
    )


def test_a_file_without_a_row(folder: Path) -> None:
    path = table(folder, "file,group", "0.png,a", "1.png,b")
    assert refused(folder, path) == (f"{path}: no row for defect/s.npy: add one for each file")


def test_a_patch_without_a_row(folder: Path) -> None:
    path = table(folder, "file,index,group", "0.png,,a", "1.png,,b", "s.npy,0,c", "s.npy,2,c")
    assert refused(folder, path) == (
        f"{path}: no row for index 1 of defect/s.npy: add one for each patch"
    )


@pytest.mark.parametrize(
    ("lines", "which"),
    [
        (("file,group", "0.png,a", "0.png,b"), "0.png"),
        (("file,index,group", "s.npy,1,a", "s.npy,1,b"), "index 1 of s.npy"),
    ],
)
def test_two_rows_for_one_patch(folder: Path, lines: tuple[str, ...], which: str) -> None:
    path = table(folder, *lines)
    assert refused(folder, path) == f"{path}: two rows for {which}: keep one"


def test_an_empty_group(folder: Path) -> None:
    path = table(folder, "file,group", "0.png,a", "1.png", "s.npy,b")
    assert refused(folder, path) == f"{path}: 1 patches have no group: fill in the column"


def test_a_dose_that_is_no_number(folder: Path) -> None:
    path = table(folder, "file,dose", "0.png,1", "1.png,high", "s.npy,1", name="patches.csv")
    with pytest.raises(UsageError, match=r"the column dose must hold numbers \(.*'high'") as caught:
        read_patches(folder)
    assert str(caught.value).startswith(str(path))
