from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.io import INPUT_SUFFIXES, find_inputs
from sixring.io._inputs import _natural


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of empty files: only names count here."""
    for name in (
        "image_10.tif", "image_2.tif", "Image_1.TIF", "b.dm4", "notes.txt", ".hidden.tif",
        "a_1.ser", "a_2.ser", "a.emi", "lone.emi", "x_LABEL.png", "set[1].png",
    ):  # fmt: skip
        (tmp_path / name).touch()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "deep.tif").touch()
    (tmp_path / "odd.tif").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths: str) -> list[str]:
    return [str(path) for path in find_inputs(paths)]


def test_folder_in_natural_order_each_datum_once(folder: Path) -> None:
    assert [path.name for path in find_inputs([folder])] == [
        "a_1.ser", "a_2.ser", "b.dm4", "Image_1.TIF", "image_2.tif", "image_10.tif",
        "lone.emi", "set[1].png", "x_LABEL.png",
    ]  # fmt: skip


@pytest.mark.usefixtures("folder")
def test_relative_names_stay_relative() -> None:
    assert names("b.dm4", "./inner") == ["b.dm4", "inner/deep.tif"]


@pytest.mark.usefixtures("folder")
def test_glob() -> None:
    assert names("image_*") == ["image_2.tif", "image_10.tif"]
    assert names("a*") == ["a_1.ser", "a_2.ser"]
    assert names("**/*.tif") == ["image_2.tif", "image_10.tif", "inner/deep.tif"]


@pytest.mark.usefixtures("folder")
def test_a_name_with_brackets_is_a_file_first() -> None:
    assert names("set[1].png") == ["set[1].png"]


@pytest.mark.usefixtures("folder")
def test_a_named_file_is_taken_whatever_it_is() -> None:
    assert names("notes.txt", "a.emi", "a_1.ser") == ["notes.txt", "a.emi", "a_1.ser"]


def test_the_order_of_the_arguments_is_kept_and_nothing_comes_twice(folder: Path) -> None:
    (folder / "link.tif").symlink_to(folder / "b.dm4")
    assert names("image_2.tif", "b.dm4", "./b.dm4", "image_*", "link.tif") == [
        "image_2.tif", "b.dm4", "image_10.tif",
    ]  # fmt: skip


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([], "no input: give files, folders or globs"),
        (["b.dm4", "c.dm4"], "c.dm4: no such file or folder: check the name"),
        (["*.jpg"], "*.jpg: no image matches: check the pattern and the suffix"),
        (["*.txt"], "*.txt: no image matches: check the pattern and the suffix"),
        (["inn*"], "inn*: no image matches: check the pattern and the suffix"),
    ],
)
def test_what_names_nothing(paths: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_inputs(paths)
    assert str(caught.value) == message


def test_folder_without_images(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UsageError) as caught:
        find_inputs([tmp_path])
    assert str(caught.value).startswith(
        f"{tmp_path}: no image in this folder (folders within aren't searched): "
        "the kinds that are read are .dm3 .dm4"
    )


def test_suffixes() -> None:
    assert {".dm3", ".dm4", ".emd", ".ser", ".emi", ".mrc", ".hspy", ".tif", ".tiff", ".png",
            ".jpg", ".jpeg", ".npy", ".npz", ".h5", ".hdf5"} <= INPUT_SUFFIXES  # fmt: skip
    assert ".zip" not in INPUT_SUFFIXES


@given(st.lists(st.integers(0, 10**6), unique=True))
def test_numbers_are_sorted_by_value(numbers: list[int]) -> None:
    paths = [Path(f"scan{number}_a.tif") for number in numbers]
    expected = [Path(f"scan{number}_a.tif") for number in sorted(numbers)]
    assert sorted(paths, key=_natural) == expected


@given(st.lists(st.text(st.characters(exclude_characters="\0"), min_size=1)))
def test_any_names_can_be_sorted(texts: list[str]) -> None:
    paths = [Path(text) for text in texts]
    backwards = paths[::-1]
    assert sorted(paths, key=_natural) == sorted(backwards, key=_natural)
