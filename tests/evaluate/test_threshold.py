"""Thresholds on hand-made scores, and what their reasons say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scored_patches import Scored, normals, tied_scores
from sixring.errors import UsageError
from sixring.evaluate import confusion, false_alarm_threshold, youden_threshold


def test_between_classes_that_are_apart() -> None:
    found = youden_threshold([1.0, 2.0, 4.0, 5.0], [0, 0, 1, 1])
    assert found.value == 3.0
    assert found.reason == (
        "largest recall less false-alarm rate, 1.000 less 0.000, on 2 defect and 2 perfect patches"
    )


def test_the_share_of_defects_doesn_t_move_the_threshold() -> None:
    case = normals(200, 300, 1.5)
    rare = np.r_[case.scores, np.repeat(case.scores[case.labels == 0], 20)]
    labels = np.r_[case.labels, np.zeros(300 * 20)]
    assert youden_threshold(rare, labels).value == youden_threshold(*case[:2]).value
    # For equal normals the best threshold is half-way between their means.
    assert youden_threshold(*normals(20_000, 20_000, 2.0)[:2]).value == pytest.approx(1, abs=0.15)


@given(tied_scores())
def test_no_threshold_has_a_larger_difference(case: Scored) -> None:
    found = confusion(case.scores, case.labels, youden_threshold(*case[:2]).value)
    best = found.recall - found.false_alarm_rate
    for threshold in case.scores:
        other = confusion(case.scores, case.labels, threshold)
        assert other.recall - other.false_alarm_rate <= best + 1e-12


def test_where_defects_score_lower_all_are_called_defect() -> None:
    found = youden_threshold([1.0, 2.0], [1, 0])
    assert found.value == 1.0
    assert "1.000 less 1.000" in found.reason


def test_two_numbers_with_none_between() -> None:
    high = float(np.nextafter(1.0, 2.0))
    assert youden_threshold([1.0, high], [0, 1]).value == high


def test_one_false_alarm_in_a_hundred() -> None:
    found = false_alarm_threshold(np.arange(200.0))
    assert found.value == 197.5  # 198 and 199 are above it
    assert found.reason == (
        "at most 1.00% false alarms: 2 of 200 perfect patches are called defect"
    )


def test_too_few_patches_for_the_rate() -> None:
    found = false_alarm_threshold([3.0, 1.0, 2.0])
    assert found.value == np.nextafter(3.0, 4.0)
    assert found.reason == (
        "at most 1.00% false alarms: 0 of 3 perfect patches are called defect; "
        "at least 100 are needed to tell such a rate"
    )


def test_ties_stay_below_the_threshold_together() -> None:
    found = false_alarm_threshold(np.r_[np.zeros(95), np.ones(4), 2.0], rate=0.03)
    assert found.value == 1.5
    assert "1 of 100" in found.reason
    same = false_alarm_threshold(np.ones(100), rate=0.5)
    assert same.value > 1.0
    assert "0 of 100" in same.reason


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=60), st.floats(0.005, 0.9))
def test_the_rate_is_kept_and_no_lower_score_would_keep_it(values: list[int], rate: float) -> None:
    scores = np.array(values) / 8
    value = false_alarm_threshold(scores, rate).value
    assert np.mean(scores >= value) <= rate + 1e-9
    highest_kept = scores[scores < value].max()
    assert np.mean(scores >= highest_kept) > rate


def test_one_class_models_keep_their_rate_on_new_patches() -> None:
    generator = np.random.default_rng(0)
    found = false_alarm_threshold(generator.normal(size=5000))
    assert np.mean(generator.normal(size=100_000) >= found.value) == pytest.approx(0.01, rel=0.4)


def test_what_can_t_be_asked_for() -> None:
    with pytest.raises(UsageError, match=r"^perfect_scores: there are none$"):
        false_alarm_threshold([])
    expected = r"^rate: a share between 0 and 1 is needed, such as 0\.01, not 1$"
    with pytest.raises(UsageError, match=expected):
        false_alarm_threshold([1.0], rate=1)
    with pytest.raises(UsageError, match="none of the 2 patches is defect"):
        youden_threshold([1.0, 2.0], [0, 0])
