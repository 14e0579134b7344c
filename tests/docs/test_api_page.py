"""The page on Python lists all that its rooms show at their doors."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
WITHOUT_A_PAGE = {"__version__"}
LISTED = re.compile(
    r"^(?:\.\. currentmodule:: (?P<room>\S+)|   (?P<name>\w+)"
    r"|\.\. autoclass:: (?P<named>\w+))$",
    re.MULTILINE,
)


def listed() -> dict[str, list[str]]:
    rooms: dict[str, list[str]] = {}
    for found in LISTED.finditer(PAGE.read_text(encoding="utf-8")):
        if found["room"]:
            names = rooms.setdefault(found["room"], [])
        else:
            names.append(found["name"] or found["named"])
    return rooms


def test_the_rooms_that_have_a_section() -> None:
    assert set(listed()) >= {
        *("sixring", "sixring.types", "sixring.errors", "sixring.simulate", "sixring.patches"),
        *("sixring.models", "sixring.train", "sixring.evaluate", "sixring.limit"),
        "sixring.study",
    }


@pytest.mark.parametrize("room", listed())
def test_every_public_name_is_listed_once(room: str) -> None:
    names = listed()[room]
    assert sorted(names) == sorted(set(import_module(room).__all__) - WITHOUT_A_PAGE)
