"""Doses at which defects are seen, for images of which the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from fringe_images import fringes, spots
from sixring.errors import UsageError
from sixring.evaluate import Hypotheses, bayes_observer, search_observer
from sixring.limit._doses import (
    default_doses,
    dose_for_auc,
    dose_for_search,
    known_auc,
    known_dose,
)

PERFECT = fringes(1.0, side=16)
# d'^2 for an AUC of 0.99.
NEEDED = 2 * norm.ppf(0.99) ** 2


def test_one_strength_by_hand() -> None:
    strengths, weights = np.array([0.1]), np.array([1.0])
    assert known_dose(strengths, weights) == pytest.approx(NEEDED / 0.01)
    assert known_auc(strengths, weights, NEEDED / 0.01) == pytest.approx(0.99)


def test_several_strengths_are_averaged() -> None:
    strengths, weights = np.array([0.1, 0.2]), np.array([0.25, 0.75])
    dose = known_dose(strengths, weights)
    assert NEEDED / 0.04 < dose < NEEDED / 0.01
    aucs = norm.cdf(strengths * np.sqrt(dose / 2))
    assert weights @ aucs == pytest.approx(0.99)
    assert known_auc(strengths, weights, dose) == pytest.approx(0.99)


def test_what_can_never_be_seen() -> None:
    message = "^under these conditions a part of the defects looks like the perfect sheet, whatever"
    with pytest.raises(UsageError, match=message):
        known_dose(np.array([0.1, 0.0]), np.array([0.5, 0.5]))
    with pytest.raises(UsageError, match=message):
        known_dose(np.zeros(2), np.array([0.5, 0.5]))
    # Of so few it doesn't matter.
    assert known_dose(np.array([0.1, 0.0]), np.array([0.999, 0.001])) > 0


@pytest.mark.parametrize("middle", [54.0, 690.0, 1.1e4, 1.7e5])
def test_doses_go_from_chance_to_certainty(middle: float) -> None:
    doses = default_doses(middle)
    assert 5 <= len(doses) <= 8
    assert all(f"{dose:.0e}"[0] in "125" for dose in doses)
    aucs = [known_auc(np.array([1.0]), np.array([1.0]), NEEDED * d / middle) for d in doses]
    assert aucs == sorted(aucs)
    assert aucs[0] < 0.8
    assert aucs[-1] > 0.9995


def test_one_hypothesis_needs_the_dose_of_a_known_one() -> None:
    one = Hypotheses(PERFECT, spots(PERFECT, 0.1, places=1))
    known = known_dose(one.detectabilities(), one.weights)
    found = dose_for_auc(one, known, draws=2000, rng=np.random.default_rng(0))
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert found.value == pytest.approx(known, rel=0.1)


def test_an_unknown_place_needs_more_and_the_auc_there_is_as_said() -> None:
    many = Hypotheses(PERFECT, spots(PERFECT, 0.1, step=4.0))
    known = known_dose(many.detectabilities(), many.weights)
    found = dose_for_auc(many, known, draws=2000, rng=np.random.default_rng(0))
    assert 1.2 * known < found.value < 4 * known
    again = bayes_observer(many.at_dose(found.value), draws=4000, rng=np.random.default_rng(1))
    assert again.auc.value == pytest.approx(0.99, abs=0.003)


def test_a_search_of_one_signal_follows_the_normal_law() -> None:
    one = Hypotheses(PERFECT, spots(PERFECT, 0.1, places=1))
    (strength,) = one.detectabilities()
    cells = 1e4
    found = dose_for_search(one, cells, draws=2000, rng=np.random.default_rng(0))
    needed = norm.ppf(0.95) + norm.isf(1 / cells)
    assert found.value == pytest.approx((needed / strength) ** 2, rel=0.06)


def test_a_search_gives_one_false_alarm_at_its_dose() -> None:
    many = Hypotheses(PERFECT, spots(PERFECT, 0.1, step=4.0))
    found = dose_for_search(many, 300.0, draws=2000, rng=np.random.default_rng(0))
    rng = np.random.default_rng(1)
    at_dose = many.at_dose(found.value)
    again = search_observer(at_dose, draws=8000, rng=rng)
    assert 300 * again.false_alarm == pytest.approx(1, abs=0.35)
    # And counted, where they are frequent enough for it.
    alarms = at_dose.drawn(20_000, rng, defect=False) >= again.threshold
    assert alarms.sum() * 300 / 20_000 == pytest.approx(1, abs=0.6)
    fewer = dose_for_search(many, 3.0, draws=1000, rng=np.random.default_rng(0))
    assert fewer.value < 0.7 * found.value
