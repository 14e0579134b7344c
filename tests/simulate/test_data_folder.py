from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest

from sixring.errors import UsageError
from sixring.simulate._folder import RECORD, DataFolder, plain, table_appears_whole

SETTINGS: dict[str, Any] = {"n": 5, "preset": {"name": "stem", "conditions": {"dose": 1e4}}}


def listing(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_a_new_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a" / "b", "patches", SETTINGS)
    assert listing(folder.path) == {RECORD, ".parts"}
    record = json.loads((folder.path / RECORD).read_text(encoding="utf-8"))
    assert (record["kind"], record["finished"]) == ("patches", False)
    assert record["settings"] == SETTINGS
    folder.finish(n_defect=3)
    assert listing(folder.path) == {RECORD}
    record = json.loads((folder.path / RECORD).read_text(encoding="utf-8"))
    assert (record["finished"], record["n_defect"]) == (True, 3)


def test_an_unfinished_one_is_continued(tmp_path: Path) -> None:
    (DataFolder(tmp_path, "patches", SETTINGS).parts / "0.npz").touch()
    assert (DataFolder(tmp_path, "patches", SETTINGS).parts / "0.npz").exists()


@pytest.mark.parametrize(
    ("settings", "kind", "difference"),
    [
        ({**SETTINGS, "n": 6}, "patches", "n = 5, and now it is 6"),
        (
            {**SETTINGS, "preset": {"name": "stem", "conditions": {"dose": 2e4}}},
            "patches",
            "dose = 10000.0, and now it is 20000.0",
        ),
        ({"n": 5}, "patches", f"preset = {SETTINGS['preset']}, and now it is None"),
        (SETTINGS, "micrographs", "kind = patches, and now it is micrographs"),
    ],
)
def test_not_with_other_settings(
    tmp_path: Path,
    settings: dict[str, Any],
    kind: Literal["patches", "micrographs"],
    difference: str,
) -> None:
    part = DataFolder(tmp_path, "patches", SETTINGS).parts / "0.npz"
    part.touch()
    with pytest.raises(UsageError) as raised:
        DataFolder(tmp_path, kind, settings)
    assert str(raised.value) == (
        f"{tmp_path} holds an unfinished data set with {difference}: give the same to go on with "
        "it, add --overwrite, or choose another --out"
    )
    assert part.exists()

    DataFolder(tmp_path, kind, settings, overwrite=True)
    assert not part.exists()


def test_another_version_may_make_other_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DataFolder(tmp_path, "patches", SETTINGS)
    monkeypatch.setattr("sixring.simulate._folder.version", lambda _: "9.9")
    with pytest.raises(UsageError, match=r"with version = .*, and now it is 9\.9: give the same"):
        DataFolder(tmp_path, "patches", SETTINGS)


def test_a_finished_one_is_left_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path, "patches", SETTINGS)
    (tmp_path / "perfect").mkdir()
    (tmp_path / "perfect" / "a.tif").touch()
    (tmp_path / "patches.csv").touch()
    (tmp_path / "notes.txt").touch()
    folder.finish()
    with pytest.raises(UsageError) as raised:
        DataFolder(tmp_path, "patches", SETTINGS)
    assert str(raised.value) == (
        f"{tmp_path} holds a finished data set: add --overwrite or choose another --out"
    )
    assert (tmp_path / "perfect" / "a.tif").exists()

    DataFolder(tmp_path, "micrographs", SETTINGS, overwrite=True)
    assert listing(tmp_path) == {RECORD, ".parts", "notes.txt"}


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_somebody_else_made_is_never_replaced(tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "perfect").mkdir()
    with pytest.raises(UsageError) as raised:
        DataFolder(tmp_path, "patches", SETTINGS, overwrite=overwrite)
    assert str(raised.value) == (
        f"{tmp_path / 'perfect'} wasn't written by this command: choose another --out"
    )
    assert listing(tmp_path) == {"perfect"}


@pytest.mark.parametrize("text", ["", "[]", '{"kind": "books"}', "\udcff"])
def test_a_record_of_something_else(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError) as raised:
        DataFolder(tmp_path, "patches", SETTINGS, overwrite=True)
    assert str(raised.value) == (
        f"{tmp_path / RECORD} wasn't written by sixring: choose another --out"
    )


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(UsageError) as raised:
        DataFolder(tmp_path / "a", "patches", SETTINGS)
    assert str(raised.value) == (
        f"can't write to the output folder {tmp_path / 'a'} (File exists): choose another --out"
    )


def test_plain_data() -> None:
    value = {"a": (1, [2.5, float("inf")]), "b": {"c": -float("inf")}, "d": None}
    assert plain(value) == {"a": [1, [2.5, "inf"]], "b": {"c": "-inf"}, "d": None}


def test_a_table_replaces_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old", encoding="utf-8")
    with table_appears_whole(tmp_path / "a.csv", ("x", "y")) as write_row:
        write_row({"y": "a, b", "x": 1})
        write_row({"y": 2})
        assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "old"
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == 'x,y\n1,"a, b"\n,2\n'
