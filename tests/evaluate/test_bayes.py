"""The best detector for an unknown place, against closed forms and other detectors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import norm

from fringe_images import fringes, spots
from sixring.errors import UsageError
from sixring.evaluate import (
    Hypotheses,
    bayes_observer,
    delong,
    detectability,
    ideal_observer,
    roc_auc,
    search_observer,
)

PERFECT = fringes(20.0, side=16)
DEFECTS = spots(PERFECT, 0.25, step=4.0)
NUISANCES = np.stack([PERFECT, np.ones_like(PERFECT), np.gradient(PERFECT, axis=0)])


def mean_known(hypotheses: Hypotheses) -> float:
    return float(hypotheses.weights @ ndtr(hypotheses.detectabilities() / np.sqrt(2)))


@pytest.mark.parametrize("strength", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("nuisances", [None, NUISANCES])
def test_one_hypothesis_is_the_closed_form(strength: float, nuisances: object) -> None:
    defects = spots(PERFECT, strength, places=1)
    one = Hypotheses(PERFECT, defects, nuisances=nuisances)  # type: ignore[arg-type]
    found = bayes_observer(one, draws=8000, rng=np.random.default_rng(0))
    expected = ideal_observer(PERFECT, defects[0], nuisances=nuisances).auc  # type: ignore[arg-type]
    assert 0.6 < expected < 0.995
    assert found.auc.value == pytest.approx(expected, abs=4 * found.error)


def test_the_auc_and_its_error_are_those_of_the_draws() -> None:
    found = bayes_observer(Hypotheses(PERFECT, DEFECTS), draws=300, rng=np.random.default_rng(0))
    scores, labels = np.concatenate([found.perfect, found.defect]), np.repeat([0, 1], 300)
    assert found.auc == delong(scores, labels)
    assert found.auc.value == pytest.approx(roc_auc(scores, labels))
    again = [
        bayes_observer(Hypotheses(PERFECT, DEFECTS), draws=300, rng=np.random.default_rng(seed))
        for seed in range(30)
    ]
    spread = float(np.std([one.auc.value for one in again]))
    assert found.error == pytest.approx(spread, rel=0.35)


@settings(max_examples=10)
@given(
    st.floats(0.05, 0.4),
    st.lists(st.floats(0.1, 1.0), min_size=9, max_size=9),
    st.integers(0, 2**32),
)
def test_what_is_not_known_costs(strength: float, weights: list[float], seed: int) -> None:
    defects = spots(PERFECT, strength, step=4.0)
    known = Hypotheses(PERFECT, defects, weights=weights)
    free = Hypotheses(PERFECT, defects, weights=weights, nuisances=NUISANCES)
    rng = np.random.default_rng(seed)
    unknown, without = (bayes_observer(one, draws=1000, rng=rng) for one in (known, free))
    # The closed form is that of small differences: it misses the truth by up to 0.005 here.
    assert unknown.auc.value <= mean_known(known) + 4 * unknown.error + 0.005
    apart = np.hypot(unknown.error, without.error)
    assert without.auc.value <= unknown.auc.value + 4 * apart + 1e-3
    assert mean_known(free) <= mean_known(known)


def test_the_square_of_the_detectability_is_linear_in_the_dose() -> None:
    one = Hypotheses(PERFECT, DEFECTS[:1])
    squares = []
    for factor in (0.25, 0.5, 1.0):
        at_dose = one.at_dose(factor)
        np.testing.assert_allclose(
            at_dose.detectabilities() ** 2, factor * one.detectabilities() ** 2
        )
        found = bayes_observer(at_dose, draws=5000, rng=np.random.default_rng(3))
        squares.append(detectability(found.auc.value) ** 2 / factor)
    np.testing.assert_allclose(squares, squares[0], rtol=0.15)


def test_many_places_cost_what_orthogonal_signals_do() -> None:
    # Far apart, the ratios are independent lognormals: the AUC follows from normal numbers.
    perfect = np.full((1, 64), 1e6)
    defects = perfect + np.eye(64)[:, None] * 3e3
    strength = 3.0
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((2, 20_000, 64))
    noise[1, :, 0] += strength
    ratios = np.exp(strength * noise - strength**2 / 2).mean(axis=2)
    expected = roc_auc(ratios.ravel(), np.repeat([0, 1], 20_000))
    found = bayes_observer(Hypotheses(perfect, defects), draws=8000, rng=rng)
    assert found.auc.value == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_no_other_detector_does_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shown = rng.integers(9, size=3000)
    perfect, defect = (rng.poisson(m, (3000, 16, 16)) for m in (PERFECT, DEFECTS[shown]))
    hypotheses, labels = Hypotheses(PERFECT, DEFECTS), np.repeat([0, 1], 3000)
    best = roc_auc(hypotheses.log_ratios(np.concatenate([perfect, defect])), labels)
    matched = np.concatenate([perfect, defect]) - PERFECT
    filters = DEFECTS / PERFECT - 1
    responses = np.tensordot(matched, filters, axes=((1, 2), (1, 2)))
    highest = roc_auc(responses.max(axis=1), labels)
    summed = roc_auc(responses.sum(axis=1), labels)
    assert 0.6 < summed < highest < best + 0.005
    assert best < 0.999


def test_a_sure_case_has_an_interval_and_no_error() -> None:
    found = bayes_observer(
        Hypotheses(PERFECT, 9 * DEFECTS), draws=100, rng=np.random.default_rng(0)
    )
    assert (found.auc.value, found.error) == (1.0, 0.0)
    assert found.auc.low is not None
    assert 0.9 < found.auc.low < 1


@pytest.mark.parametrize("recall", [0.2, 0.5, 0.8])
def test_rare_false_alarms_are_as_frequent_as_they_are_counted(recall: float) -> None:
    hypotheses = Hypotheses(PERFECT, DEFECTS)
    rng = np.random.default_rng(0)
    found = search_observer(hypotheses, recall=recall, draws=4000, rng=rng)
    assert found.recall == recall
    hits = hypotheses.drawn(4000, rng, defect=True) >= found.threshold
    assert hits.mean() == pytest.approx(recall, abs=4 * np.sqrt(0.25 / 2000))
    alarms = hypotheses.drawn(15_000, rng, defect=False) >= found.threshold
    counted, error = alarms.mean(), np.sqrt(found.false_alarm / 15_000)
    assert found.false_alarm == pytest.approx(counted, abs=4 * np.hypot(error, found.error))
    assert 0 < found.false_alarm < 0.2


def test_very_rare_false_alarms_follow_the_normal_law() -> None:
    # One signal: the ratio is normal, and nothing of it was drawn at 1e-7.
    perfect, defects = np.full((1, 100), 1e4), np.full((1, 1, 100), 1.006e4)
    one = Hypotheses(perfect, defects)
    d = float(one.detectabilities()[0])
    found = search_observer(one, draws=20_000, rng=np.random.default_rng(0))
    expected = norm.sf(d - norm.ppf(0.95))
    assert expected < 1e-5
    assert found.false_alarm == pytest.approx(expected, abs=4 * found.error)
    assert found.error < 0.1 * expected


def test_the_error_of_a_rare_false_alarm_is_its_spread() -> None:
    hypotheses = Hypotheses(PERFECT, DEFECTS)
    found = [
        search_observer(hypotheses, draws=400, rng=np.random.default_rng(seed))
        for seed in range(60)
    ]
    spread = float(np.std([one.false_alarm for one in found]))
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.35)


def test_the_same_seed_gives_the_same_numbers() -> None:
    hypotheses = Hypotheses(PERFECT, DEFECTS)
    one, other = (
        bayes_observer(hypotheses, draws=50, rng=np.random.default_rng(5)) for _ in range(2)
    )
    np.testing.assert_array_equal(one.perfect, other.perfect)
    np.testing.assert_array_equal(one.defect, other.defect)


def test_what_can_t_be_asked_for() -> None:
    hypotheses = Hypotheses(PERFECT, DEFECTS)
    rng = np.random.default_rng(0)
    for draws in (19, 0, 25.5):
        message = f"^draws: a whole number of at least 20 is needed, not {draws}$"
        with pytest.raises(UsageError, match=message):
            bayes_observer(hypotheses, draws=draws, rng=rng)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=message):
            search_observer(hypotheses, draws=draws, rng=rng)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^recall: a share between 0 and 1 is needed"):
        search_observer(hypotheses, recall=1.0, rng=rng)
    free = Hypotheses(PERFECT, DEFECTS, nuisances=NUISANCES)
    with pytest.raises(
        UsageError,
        match=r"^hypotheses: the law of rare false alarms holds without nuisances alone$",
    ):
        search_observer(free, rng=rng)
