from __future__ import annotations

import pytest

from benchmarks.markdown import markdown_table


def test_a_table_has_its_heads_a_rule_and_its_rows() -> None:
    text = markdown_table(("dose", "F1"), (row for row in [("1000", "0.69"), ("3000", "")]))
    assert text == "| dose | F1 |\n|---|---|\n| 1000 | 0.69 |\n| 3000 |  |\n"


def test_a_table_without_rows_is_its_heads() -> None:
    assert markdown_table(["dose"], []) == "| dose |\n|---|\n"


def test_each_row_fits_the_heads() -> None:
    with pytest.raises(ValueError, match=r"a row of 1 cells under 2 heads: \['1000'\]"):
        markdown_table(("dose", "F1"), [("1000",)])
