"""The values that a room shows, with the docstrings of where they are written."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from built_pages import build, page, table

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("myst_parser") is None, reason="needs the extra docs"),
]
BLOCK = "# Page\n\n```{{eval-rst}}\n.. room-values:: {room}\n\n{names}\n```\n"


def values(folder: Path, room: str, *names: str) -> str:
    lines = "\n".join(f"   {name}" for name in names)
    return build(folder, BLOCK.format(room=room, names=lines), "room_values").stderr


def test_values_of_a_room_that_takes_them_from_elsewhere(tmp_path: Path) -> None:
    assert values(tmp_path, "sixring.patches", "PERFECT", "DEFECT") == ""
    (shown,) = page(tmp_path).iter("table")
    assert table(shown) == (
        ["value", "meaning"],
        [
            ["PERFECT", "Label of a patch of perfect lattice."],
            ["DEFECT", "Label of a patch with a defect in it."],
        ],
    )


def test_values_of_a_module(tmp_path: Path) -> None:
    assert values(tmp_path, "sixring.types", "Mode") == ""
    (shown,) = page(tmp_path).iter("table")
    assert table(shown)[1] == [["Mode", "How an image was recorded."]]


def test_a_value_that_nobody_explained(tmp_path: Path) -> None:
    complaint = values(tmp_path, "sixring.patches", "PatchSet")
    assert "sixring.patches.PatchSet has no docstring below it" in complaint
