"""The page on the limit: its command, typed, prints what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sixring.limit._looks import WINDOW
from sixring.limit._poses import CELL_AREA, poses
from typed_commands import commands, typed

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "limit.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.mark.slow
def test_the_command_prints_what_is_shown(tmp_path: Path) -> None:
    (command,) = commands(DOCS / "limit.md")
    (shown,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    answer = typed(command, tmp_path)
    # Drawn electrons may differ by a few from one version of NumPy to the next.
    for line, expected in zip(answer.stdout.splitlines(), shown.splitlines(), strict=True):
        assert NUMBER.sub("0", " ".join(line.split())) == NUMBER.sub(
            "0", " ".join(expected.split())
        )
        for found, number in zip(NUMBER.findall(line), NUMBER.findall(expected), strict=True):
            assert float(found) == pytest.approx(float(number), rel=0.1, abs=0.01)
    assert sorted(path.name for path in (tmp_path / "limit").iterdir()) == [
        *("limit.csv", "limit.json", "limit.png")
    ]


def test_the_figure_is_there_and_small() -> None:
    (image,) = re.findall(r"!\[.*\]\((images/.*\.png)\)", PAGE)
    assert (DOCS / image).stat().st_size < 120_000


def test_what_the_page_says_of_the_method() -> None:
    assert f"window of {WINDOW:g} Å" in PAGE
    assert f"{round(1e4 / CELL_AREA, -2):.0f} in 100 nm²" in PAGE
    for row in re.findall(r"^\| ([A-Z][\w-]*) \| \d", PAGE, re.MULTILINE):
        assert poses(row)
