"""What is told of a training, and its table."""

from __future__ import annotations

from pathlib import Path

import pytest

from sixring.errors import OutputError
from training._log import tell, write_log

LINES = [{"piece": 0.0, "loss": 1.23456}, {"piece": 1.0, "loss": 0.5, "auc": 0.9}]


def test_a_line_is_told_with_four_digits(capsys: pytest.CaptureFixture[str]) -> None:
    for line in LINES:
        tell(line)
    assert capsys.readouterr().out == "piece 0, loss 1.235\npiece 1, loss 0.5, auc 0.9\n"


def test_the_table_has_all_digits_and_may_have_gaps(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("what was there before")
    write_log(path, ("piece", "loss", "auc"), LINES)
    assert path.read_text() == "piece,loss,auc\n0.0,1.23456,\n1.0,0.5,0.9\n"


def test_a_column_that_was_not_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="auc"):
        write_log(tmp_path / "log.csv", ("piece", "loss"), LINES)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_can_not_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        write_log(tmp_path / "file" / "log.csv", ("piece", "loss"), LINES[:1])
