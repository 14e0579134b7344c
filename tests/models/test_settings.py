from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, dataclass

import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.models import Settings, choice, flag, number, text, whole, wholes, words


@dataclass(frozen=True)
class Oven(Settings):
    trays: int = whole(2, least=1)
    shelves: tuple[int, ...] = wholes((3, 4), least=0)
    sides: tuple[int, int] = wholes((30, 40), least=1, count=2)
    heat: float = number(180.0, above=0, below=300)
    steam: float = number(0.0, least=0)
    fan: bool = flag(True)
    mode: str = choice("bake", "grill")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("trays", 0, "trays must be a whole number of at least 1, not 0"),
        ("trays", 2.0, "trays must be a whole number of at least 1, not 2.0"),
        ("trays", True, "trays must be a whole number of at least 1, not True"),
        ("trays", "two", "trays must be a whole number of at least 1, not 'two'"),
        ("shelves", (), "shelves must be one or more whole numbers of at least 0, not ()"),
        (
            "shelves",
            (1, -1),
            "shelves must be one or more whole numbers of at least 0, not (1, -1)",
        ),
        ("shelves", 3, "shelves must be one or more whole numbers of at least 0, not 3"),
        ("sides", (1,), "sides must be 2 whole numbers of at least 1, not (1,)"),
        ("heat", 0, "heat must be a number above 0 and below 300, not 0"),
        ("heat", 300.0, "heat must be a number above 0 and below 300, not 300.0"),
        ("heat", float("nan"), "heat must be a number above 0 and below 300, not nan"),
        ("heat", True, "heat must be a number above 0 and below 300, not True"),
        ("steam", -0.5, "steam must be a number at least 0, not -0.5"),
        ("steam", float("inf"), "steam must be a number at least 0, not inf"),
        ("fan", 1, "fan must be true or false, not 1"),
        ("mode", "boil", "mode must be one of bake, grill, not 'boil'"),
        ("mode", ["bake"], "mode must be one of bake, grill, not ['bake']"),
    ],
)
def test_a_value_that_can_not_be_is_named(name: str, value: object, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        Oven(**{name: value})  # type: ignore[arg-type]
    assert str(caught.value) == sentence


def test_defaults_are_what_the_fields_say() -> None:
    assert Oven() == Oven(2, (3, 4), (30, 40), 180.0, 0.0, True, "bake")


def test_lists_count_as_tuples_and_numpy_numbers_as_numbers() -> None:
    oven = Oven.of({"shelves": [1, 2], "trays": np.int64(4), "heat": np.float32(50)})
    assert oven.shelves == (1, 2)
    assert oven.trays == 4


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Oven().trays = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("tray", "there is no setting 'tray': did you mean trays?"),
        (
            "x",
            "there is no setting 'x': choose from fan, heat, mode, shelves, sides, steam, trays",
        ),
    ],
)
def test_a_name_that_is_not_known_gets_a_hint(name: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        Oven.of({name: 1})
    assert str(caught.value) == sentence


@dataclass(frozen=True)
class Named(Settings):
    start: str = text("")
    kinds: str = words("")


@pytest.mark.parametrize("kinds", ["", "SV", "DV-585 SW"])
def test_words(kinds: str) -> None:
    assert Named.of({"kinds": kinds, "start": "any text, even  this"}).kinds == kinds


@pytest.mark.parametrize("kinds", [" ", "SV  SW", "SV SV", "SV\nSW", "SV SW ", 1, ("SV",)])
def test_what_are_no_words(kinds: object) -> None:
    message = f"^kinds must be different words with a blank between them, not {kinds!r}$"
    with pytest.raises(UsageError, match=re.escape(message[1:-1])):
        Named(kinds=kinds)  # type: ignore[arg-type]


@pytest.mark.parametrize("start", [3, None, "two\nlines"])
def test_what_is_no_text(start: object) -> None:
    with pytest.raises(UsageError, match=re.escape(f"start must be text, not {start!r}")):
        Named(start=start)  # type: ignore[arg-type]
