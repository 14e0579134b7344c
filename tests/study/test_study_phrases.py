"""Numbers of the study in words."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.models import network_class
from sixring.study._phrases import (
    NO_BREAK,
    SCORE_MEANINGS,
    SCORE_NAMES,
    auc_text,
    difference_text,
    grade,
    percent,
    range_text,
    share_text,
    span,
    worth,
)
from sixring.study._plan import AUTOENCODERS, CLASSIFIERS
from study_documents import estimate, no_interval


def read(text: str) -> str:
    return text.replace(NO_BREAK, " ")


def test_every_score_of_every_model_of_the_study_has_a_name() -> None:
    for name in (*AUTOENCODERS, *CLASSIFIERS):
        scores = network_class(name).scores
        assert set(scores) <= set(SCORE_NAMES), name
        if scores[0] != "logit":
            assert set(scores) <= set(SCORE_MEANINGS), name


def test_an_auc_with_its_interval_stays_on_one_line() -> None:
    text = auc_text(estimate(0.9731, 0.0102))
    assert read(text) == "0.973 [0.963, 0.983]"
    assert " " not in text
    assert auc_text(no_interval(0.5)) == "0.500"


def test_a_difference_has_a_sign() -> None:
    text = difference_text(estimate(0.115, 0.035))
    assert read(text) == "+0.115 [+0.080, +0.150]"
    assert read(difference_text(estimate(-0.02, 0.05))) == "−0.020 [−0.070, +0.030]"
    assert difference_text(no_interval(-0.25)) == "−0.250"
    assert " " not in text


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (estimate(0.50, 0.03), "which can't be told from chance"),
        (estimate(0.60, 0.12), "which can't be told from chance"),
        (estimate(0.53, 0.03), "which can't be told from chance"),
        (estimate(0.40, 0.03), "below chance, as defects score lower than perfect patches"),
        (estimate(0.55, 0.03), "better than chance"),
        (estimate(0.99, 0.01), "better than chance"),
        (no_interval(0.9), "without an interval to tell it from chance by"),
    ],
)
def test_an_auc_beside_chance(found: dict[str, float], words: str) -> None:
    assert grade(found) == words


def test_what_a_result_is_worth_in_defects_found() -> None:
    row = {"auc": estimate(0.97), "recall": estimate(0.35, 0.15), "false_alarm_rate": 0.01}
    assert read(worth(row)) == (
        "better than chance; at 1 % false alarms it finds 35 % [20 %, 50 %] of the defects"
    )
    row["recall"] = no_interval(0.04)
    assert read(worth(row)).endswith("finds 4.0 % of the defects")


def test_a_share_with_its_interval_stays_on_one_line() -> None:
    assert " " not in share_text(estimate(0.35, 0.15))


@given(st.floats(0, 1), st.floats(0, 0.5))
def test_every_auc_is_worth_something(value: float, half: float) -> None:
    assert grade(estimate(value, half))
    assert grade(no_interval(value))


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.004, "0.4 %"), (0.0476, "4.8 %"), (0.0996, "10 %"), (1.0, "100 %")],
)
def test_a_share(share: float, text: str) -> None:
    assert read(percent(share)) == text


@given(st.floats(0, 1))
def test_a_share_is_read_back(share: float) -> None:
    number = re.fullmatch(rf"([\d.]+){NO_BREAK}%", percent(share))
    assert number is not None
    # Half a unit of the last digit, and what the number itself is rounded by.
    assert math.isclose(float(number[1]) / 100, share, abs_tol=0.005 + 1e-12)


def test_ranges() -> None:
    assert span([3.0, 1.0, 2.0]) == "1 to 3"
    assert span([0.2, 0.2]) == "0.2"
    assert range_text([1003.2, 9987.6]) == "1000 to 9990"
    assert range_text([0.2, 0.2]) == "0.2"
    assert range_text(None) == "–"
