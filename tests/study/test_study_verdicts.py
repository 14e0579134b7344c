"""What several differences tell at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.study._reading import compared
from sixring.study._results import Kind
from sixring.study._verdicts import judge
from study_documents import document, no_interval

ROWS = [
    compared(
        document(), "imbalance", Kind("challenge", "", "cnn-a"), Kind("imbalance", one, "cnn-a")
    )
    for one in ("weights", "focal", "none")
]


def words(values: list[float | None]) -> list[str]:
    rows = [{**row, "p_value": p} for row, p in zip(ROWS, values, strict=True)]
    return [verdict.word for verdict in judge(document(), rows)]


@pytest.mark.parametrize(
    ("values", "higher"),
    [
        # Thrice, twice and once the p-value, from the least on.
        ([0.016, 0.024, 0.049], [True, True, True]),
        ([0.049, 0.016, 0.024], [True, True, True]),
        ([0.017, 0.001, 0.026], [True, True, True]),
        ([0.018, 0.018, 0.018], [False, False, False]),
        ([0.001, 0.026, 0.026], [True, False, False]),
        ([None, 0.001, 0.2], [False, True, False]),
    ],
)
def test_p_values_are_corrected_after_holm(values: list[float | None], higher: list[bool]) -> None:
    assert [word == "higher" for word in words(values)] == higher


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_no_difference_becomes_clearer_by_others(values: list[float]) -> None:
    for value, word in zip(values, words([*values]), strict=True):
        assert word == "alike" or value < 0.05
        assert word == "higher" or 3 * value >= 0.05


def test_a_difference_without_an_interval_is_none() -> None:
    row = {**ROWS[2], "difference": no_interval(0.12)}
    assert [verdict.word for verdict in judge(document(), [row])] == ["alike"]


def test_what_learned_nothing_is_not_compared() -> None:
    keys = {("challenge", "", "cnn-a"): 0.52, ("imbalance", "none", "cnn-a"): 0.40}
    (verdict,) = judge(document(keys), ROWS[2:])
    assert verdict.word == "unknown"
    # One that did is enough.
    keys["challenge", "", "cnn-a"] = 0.54
    (verdict,) = judge(document(keys), ROWS[2:])
    assert verdict.word == "higher"


def test_single_trainings_are_told_of() -> None:
    assert [verdict.single for verdict in judge(document(seeds=1), ROWS)] == [True] * 3
    made = document(seeds=3)
    assert not any(verdict.single for verdict in judge(made, ROWS))
    for row in made["results"]:
        if row["variant"] == "focal":
            row["seeds"] = [0]
    assert [verdict.single for verdict in judge(made, ROWS)] == [False, True, False]
