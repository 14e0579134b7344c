from __future__ import annotations

import re
from pathlib import Path

import pytest

from sixring.batch._summary import Row, read_summary, summary_csv
from sixring.errors import UsageError
from sixring.report import SUMMARY_COLUMNS

HEADER = (
    "file,status,reason,mode,sampling_A,orientation_deg,clear_area_nm2,contaminated_fraction,"
    "n_defects,density_per_nm2,density_low,density_high,seconds\n"
)


def row(**values: str | float | int | None) -> Row:
    return {**dict.fromkeys(SUMMARY_COLUMNS), **values}


def test_columns_are_those_of_the_interface() -> None:
    assert summary_csv([]) == HEADER


def test_numbers_have_six_digits_and_what_is_unknown_is_empty() -> None:
    text = summary_csv([row(file="a.tif", status="ok", sampling_A=0.1 + 0.2, n_defects=1234567)])
    assert text == HEADER + "a.tif,ok,,,0.3,,,,1234567,,,,\n"


def test_commas_and_quotes_survive(tmp_path: Path) -> None:
    rows = [row(file='a,"b".tif', status="failed", reason="it's empty, so what")]
    path = tmp_path / "summary.csv"
    path.write_text(summary_csv(rows), encoding="utf-8")
    assert read_summary(path) == rows


def test_no_file_has_no_rows(tmp_path: Path) -> None:
    assert read_summary(tmp_path / "summary.csv") == []


@pytest.mark.parametrize("content", [b"", b"x,y\n1,2\n", b"\xff\xfe\x00 not a table"])
def test_another_table_is_not_taken_for_ours(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "summary.csv"
    path.write_bytes(content)
    message = f"{path} wasn't written by sixring: choose another output folder"
    with pytest.raises(UsageError, match=re.escape(message)):
        read_summary(path)
