from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pytest

from sixring.graphs import SchemaError, read_json, read_record


@dataclass(frozen=True)
class Leaf:
    count: int


@dataclass(frozen=True)
class Tree:
    name: str
    height: float
    evergreen: bool
    rings: tuple[int, ...]
    place: tuple[float, float] | None
    kind: Literal["oak", "fir"]
    leaves: Mapping[str, Leaf]
    extra: bool | int | str


GOOD: dict[str, object] = {
    "name": "old",
    "height": 3,
    "evergreen": False,
    "rings": [1, 2],
    "place": [0.5, 1.0],
    "kind": "fir",
    "leaves": {"top": {"count": 4}},
    "extra": "x",
}


def test_a_document_becomes_its_record() -> None:
    tree = Tree("old", 3, False, (1, 2), (0.5, 1.0), "fir", {"top": Leaf(4)}, "x")
    assert read_record(Tree, GOOD, "tree") == tree
    assert read_record(Tree, {**GOOD, "place": None}, "tree").place is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": 5}, "tree.name can't be 5"),
        ({"height": "3"}, "tree.height can't be '3'"),
        ({"height": True}, "tree.height can't be True"),
        ({"evergreen": 0}, "tree.evergreen can't be 0"),
        ({"rings": 7}, "tree.rings can't be 7"),
        ({"rings": [1, True]}, "tree.rings[1] can't be True"),
        ({"place": [1.0]}, "tree.place has 1 entries, not 2"),
        ({"kind": "ash"}, "tree.kind can't be 'ash'"),
        ({"leaves": []}, "tree.leaves can't be []"),
        ({"leaves": {"top": {"count": 1.5}}}, "tree.leaves['top'].count can't be 1.5"),
        ({"leaves": {"top": {}}}, "tree.leaves['top'] lacks 'count'"),
        ({"leaves": {"top": 3}}, "tree.leaves['top'] is no object"),
        ({"extra": [1]}, "tree.extra can't be [1]"),
        ({"name": None}, "tree.name can't be None"),
        ({"bark": 1}, "tree has 'bark', which isn't known"),
        ({"name": ["x" * 99]}, f"tree.name can't be ['{'x' * 35}..."),
    ],
)
def test_what_has_another_form_is_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(SchemaError) as caught:
        read_record(Tree, {**GOOD, **change}, "tree")
    assert str(caught.value) == sentence


def test_what_lacks_a_field_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"^tree lacks 'name'$"):
        read_record(Tree, {k: v for k, v in GOOD.items() if k != "name"}, "tree")
    with pytest.raises(SchemaError, match=r"^tree is no object$"):
        read_record(Tree, [1], "tree")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"{", "it is no JSON"),
        (b"\xff\xfe", "it is no JSON"),
        (b'{"a": NaN}', "it is no JSON (it has the number NaN)"),
        (b'{"a": -Infinity}', "it is no JSON (it has the number -Infinity)"),
        (b'{"a": 1, "a": 2}', "it is no JSON (it has a key twice)"),
        (b"[" * 100_000, "it is no JSON"),
    ],
)
def test_what_is_no_json_is_refused(text: bytes, sentence: str) -> None:
    with pytest.raises(SchemaError) as caught:
        read_json(text)
    assert str(caught.value).startswith(sentence)


def test_json_is_read() -> None:
    assert read_json('{"a": [1, 2.5, "é", null]}'.encode()) == {"a": [1, 2.5, "é", None]}
