from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest

import sixring
from sixring.batch import Settings
from sixring.batch._record import RECORD_KEY, Record, find_records, identity

SETTINGS = Settings(sampling=0.112, mode="stem")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.tif"
    path.write_bytes(b"an image")
    return path


@pytest.fixture
def record(source: Path) -> Record:
    return Record.of(source, SETTINGS, {"file": "a.tif"})


def test_says_what_the_results_were_made_from(record: Record, source: Path) -> None:
    assert record.path == str(source)
    assert record.bytes == 8
    assert record.modified_ns == source.stat().st_mtime_ns
    # printf 'an image' | sha256sum
    assert record.sha256 == "a5df3fde7b200c3fa2791144c7e05c5c2bced4c6ad863d3a4cf76c972c1712f9"
    assert record.version == sixring.__version__
    assert record.settings == {
        "sampling": 0.112,
        "mode": "stem",
        "detector": "learned",
        "min_probability": 0.5,
        "lattice_sampling": False,
    }


def test_nothing_differs_right_away(record: Record, source: Path) -> None:
    assert record.differs(source, SETTINGS) is None


def test_touching_a_file_changes_nothing(record: Record, source: Path) -> None:
    os.utime(source, (0, 0))
    assert record.differs(source, SETTINGS) is None


def test_another_content_of_the_same_size_differs(record: Record, source: Path) -> None:
    source.write_bytes(b"an image".upper())
    os.utime(source, (0, 0))
    assert record.differs(source, SETTINGS) == f"{source} has changed since they were made"


def test_other_settings_differ(record: Record, source: Path) -> None:
    message = "they were made with sampling = 0.112, and now it is None"
    assert record.differs(source, replace(SETTINGS, sampling=None)) == message


def test_another_version_differs(record: Record, source: Path) -> None:
    old = replace(record, version="0.0.1")
    message = f"they were made by sixring 0.0.1, and this is {sixring.__version__}"
    assert old.differs(source, SETTINGS) == message


def test_records_are_found_by_folder(tmp_path: Path, record: Record) -> None:
    (tmp_path / "b").mkdir()
    text = json.dumps({"other": 1, RECORD_KEY: asdict(record)})
    (tmp_path / "b" / "result.json").write_text(text, encoding="utf-8")
    assert find_records(tmp_path) == {"b": record}


def test_a_folder_that_was_being_filled_is_none(tmp_path: Path, record: Record) -> None:
    (tmp_path / ".b-0123.part").mkdir()
    text = json.dumps({RECORD_KEY: asdict(record)})
    (tmp_path / ".b-0123.part" / "result.json").write_text(text, encoding="utf-8")
    assert find_records(tmp_path) == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"batch": 3}', '{"batch": {}}', '{"batch": {"x": 1}}', '"\ud800"'],
)
def test_folders_of_others_are_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "result.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert find_records(tmp_path) == {}


def test_a_link_is_another_input_than_its_target(tmp_path: Path, source: Path) -> None:
    link = tmp_path / "link.tif"
    link.symlink_to(source)
    assert identity(link) != identity(source)


def test_one_input_however_it_is_named(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert identity(Path("a.tif")) == identity(Path("x/../a.tif")) == source
