"""Probabilities against known ones, scikit-learn and Bayes' theorem by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from scored_patches import Scored, normals, tied_scores
from sixring.errors import UsageError
from sixring.evaluate import Calibration, Isotonic, Logistic, calibrate, reliability
from sixring.evaluate._calibrate import _fit_isotonic, fit_logistic

EVEN = Calibration(Logistic(1.0, 0.0, 0.0), 0.5, "by hand")


def drawn(
    n: int, probability: Callable[[NDArray[np.float64]], NDArray[np.float64]], seed: int = 0
) -> Scored:
    """Draw scores between -3 and 3, and labels with a known probability for each."""
    generator = np.random.default_rng(seed)
    scores = generator.uniform(-3, 3, size=n)
    labels = (generator.uniform(size=n) < probability(scores)).astype(np.int64)
    groups = np.char.add("m", generator.integers(40, size=n).astype(str))
    return Scored(scores, labels, groups)


def test_a_logistic_curve_is_found_again() -> None:
    case = drawn(20_000, lambda s: expit(2 * s - 1))
    found = calibrate(*case)
    assert isinstance(found.curve, Logistic)
    assert found.curve.slope == pytest.approx(2, rel=0.06)
    grid = np.linspace(-3, 3, 25)
    np.testing.assert_allclose(found.probability(grid), expit(2 * grid - 1), atol=0.02)
    assert found.prevalence == case.labels.mean()
    assert found.reason.startswith("logistic: isotonic isn't clearly better, log loss of left-out")


@settings(deadline=None, max_examples=20)
@given(tied_scores())
def test_the_fit_is_that_of_scikit_learn_on_platt_s_targets(case: Scored) -> None:
    found = fit_logistic(case.scores, case.labels == 1)
    n_defect, n_perfect = np.sum(case.labels == 1), np.sum(case.labels == 0)
    target = np.where(case.labels == 1, (n_defect + 1) / (n_defect + 2), 1 / (n_perfect + 2))
    # A target between 0 and 1 is a patch of both classes with these weights.
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
    model.fit(
        np.r_[case.scores, case.scores][:, np.newaxis],
        np.repeat([1, 0], len(target)),
        sample_weight=np.r_[target, 1 - target],
    )
    if model.coef_[0, 0] < 1e-6 or np.ptp(case.scores) == 0:
        assert found.slope < 1e-4
        return
    expected = model.decision_function(case.scores[:, np.newaxis])
    np.testing.assert_allclose(found.log_odds(case.scores), expected, atol=1e-3)


@pytest.mark.parametrize(("factor", "shift"), [(1e6, 0.0), (1e-6, 0.0), (1.0, 1e6), (1e-3, -50.0)])
def test_scores_of_any_scale_give_the_same_probabilities(factor: float, shift: float) -> None:
    case = normals(100, 400, 1.5)
    plain = calibrate(*case[:2]).probability(case.scores)
    scaled = case.scores * factor + shift
    np.testing.assert_allclose(calibrate(scaled, case.labels).probability(scaled), plain, atol=1e-4)


def test_classes_wholly_apart_stay_short_of_certainty() -> None:
    scores = np.r_[np.full(30, 2.0), np.full(60, -2.0)]
    found = calibrate(scores, np.repeat([1, 0], [30, 60]))
    # Platt's targets: one more patch of each class.
    np.testing.assert_allclose(found.probability([2.0, -2.0]), [31 / 32, 1 / 62], rtol=1e-4)


def test_a_score_that_is_the_wrong_way_round_tells_nothing() -> None:
    case = normals(100, 300, -1.0)
    found = calibrate(*case[:2])
    assert found.reason.startswith("no higher scores for defects: the same probability for all")
    np.testing.assert_allclose(found.probability([-5.0, 0.0, 5.0]), 0.25, atol=0.01)
    same = calibrate(np.ones(8), np.repeat([1, 0], 4))
    np.testing.assert_allclose(same.probability([1.0]), 0.5, atol=1e-9)


def test_a_step_is_fitted_by_an_isotonic_curve() -> None:
    case = drawn(6000, lambda s: np.where(s > 0, 0.8, 0.1))
    found = calibrate(*case)
    assert isinstance(found.curve, Isotonic)
    assert found.reason.startswith("isotonic: clearly better, log loss of left-out folds")
    np.testing.assert_allclose(
        found.probability([-2.0, -1.0, 1.0, 2.0]), [0.1, 0.1, 0.8, 0.8], atol=0.05
    )


@given(tied_scores())
def test_an_isotonic_curve_is_that_of_scikit_learn(case: Scored) -> None:
    found = expit(_fit_isotonic(case.scores, case.labels == 1).log_odds(case.scores))
    model = IsotonicRegression(out_of_bounds="clip").fit(case.scores, case.labels)
    expected = model.predict(case.scores)
    inside = (expected > 0) & (expected < 1)
    np.testing.assert_allclose(found[inside], expected[inside], atol=1e-9)
    assert (found > 0).all()
    assert (found < 1).all()
    # Kept from certainty, but on the same side of everything else.
    assert (found[expected == 0] <= 0.5).all()
    assert (found[expected == 1] >= 0.5).all()
    order = np.argsort(case.scores)
    assert (np.diff(found[order]) >= -1e-12).all()


def test_certainty_needs_more_patches_than_there_are() -> None:
    scores = np.r_[np.full(98, 0.0), np.full(48, 1.0)]
    found = _fit_isotonic(scores, scores == 1)
    np.testing.assert_allclose(expit(found.log_odds(np.array([0.0, 1.0]))), [0.01, 0.98])


def test_too_few_patches_or_groups_for_an_isotonic_curve() -> None:
    few = drawn(900, lambda s: np.where(s > 0, 0.8, 0.1))
    assert calibrate(*few).reason.startswith("logistic: too few patches for an isotonic curve")
    rare = normals(150, 5000, 2.0)
    assert calibrate(*rare).reason == (
        "logistic: too few patches for an isotonic curve; "
        "fitted on 150 defect and 5000 perfect patches"
    )
    many = drawn(2000, lambda s: np.where(s > 0, 0.8, 0.1))
    found = calibrate(many.scores, many.labels, ["one"] * 2000)
    assert found.reason.startswith("logistic: too few groups to try an isotonic curve")


def test_the_prevalence_shifts_the_odds_by_hand() -> None:
    # Odds of 4 where half are defects: at 1 in 100 they are 4 / 99, at 4 in 5 they are 16.
    score = float(np.log(4))
    assert EVEN.probability([score])[0] == pytest.approx(4 / 5)
    assert EVEN.probability([score], prevalence=0.01)[0] == pytest.approx(4 / 103)
    assert EVEN.probability([score], prevalence=0.8)[0] == pytest.approx(16 / 17)


@given(st.floats(-8, 8), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_the_shift_is_bayes_theorem(score: float, fitted: float, stated: float) -> None:
    calibration = Calibration(Logistic(1.0, 0.0, 0.0), fitted, "by hand")
    p = expit(score)
    ratio = p / (1 - p) * (1 - fitted) / fitted  # of the likelihoods
    expected = stated * ratio / (stated * ratio + 1 - stated)
    assert calibration.probability([score], stated)[0] == pytest.approx(expected)
    assert calibration.probability([score], fitted)[0] == pytest.approx(p)


def test_shifted_probabilities_come_true_at_the_other_prevalence() -> None:
    # For normals the log odds are linear in the score: the shift is exact.
    balanced, rare = normals(5000, 5000, 2.0), normals(1000, 19_000, 2.0, seed=1)
    calibration = calibrate(balanced.scores, balanced.labels)
    probability = calibration.probability(rare.scores, prevalence=0.05)
    curve = reliability(probability, rare.labels, resamples=100)
    assert curve.error.value < 0.005
    unshifted = reliability(calibration.probability(rare.scores), rare.labels, resamples=100)
    assert unshifted.error.value > 0.1


@pytest.mark.parametrize(
    "calibration",
    [
        EVEN,
        Calibration(Isotonic((0.0, 1.0, 2.0), (-2.0, -2.0, 3.0)), 0.1, "by hand"),
        calibrate(*normals(50, 100, 1.0)[:2]),
    ],
)
def test_a_calibration_survives_json(calibration: Calibration) -> None:
    text = json.dumps(calibration.document(), allow_nan=False)
    assert Calibration.from_document(json.loads(text)) == calibration


LOGISTIC = {
    "kind": "logistic",
    "slope": 1.0,
    "centre": 0.0,
    "offset": 0.0,
    "prevalence": 0.5,
    "reason": "",
}
ISOTONIC = {
    "kind": "isotonic",
    "scores": [0.0, 1.0],
    "log_odds": [0.0, 1.0],
    "prevalence": 0.5,
    "reason": "",
}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (LOGISTIC | {"kind": "spline"}, "kind 'spline' is neither logistic nor isotonic"),
        ({"kind": "logistic"}, "slope is missing"),
        ({}, "kind is missing"),
        (LOGISTIC | {"slope": "1"}, "slope must be a finite number, not '1'"),
        (LOGISTIC | {"slope": True}, "slope must be a finite number, not True"),
        (LOGISTIC | {"offset": float("nan")}, "offset must be a finite number, not nan"),
        (LOGISTIC | {"slope": -1.0}, "the probability would fall where the score rises"),
        (
            LOGISTIC | {"prevalence": 1.0},
            "prevalence: a share between 0 and 1 is needed, such as 0.01, not 1.0",
        ),
        (ISOTONIC | {"log_odds": [1.0, 0.0]}, "the probability would fall where the score rises"),
        (ISOTONIC | {"scores": [1.0, 1.0]}, "scores must ascend"),
        (
            ISOTONIC | {"scores": [1.0]},
            "1 scores don't fit 2 log odds: one each is needed",
        ),
        (
            ISOTONIC | {"scores": [], "log_odds": []},
            "scores must be a list of finite numbers, not []",
        ),
        (
            ISOTONIC | {"log_odds": [0.0, float("inf")]},
            "log_odds must be a list of finite numbers, not [0.0, inf]",
        ),
        (
            ISOTONIC | {"scores": ["a", "b"]},
            "scores must be a list of finite numbers, not ['a', 'b']",
        ),
        (ISOTONIC | {"scores": 3}, "scores must be a list of finite numbers, not 3"),
        (["logistic"], "not what was saved, but ['logistic']"),
    ],
)
def test_what_isn_t_a_calibration_is_refused(document: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        Calibration.from_document(document)
    assert str(raised.value) == f"calibration: {message}"


def test_what_can_t_be_calibrated() -> None:
    with pytest.raises(UsageError, match=r"^labels: none of the 3 patches is defect"):
        calibrate([1.0, 2.0, 3.0], [0, 0, 0])
    with pytest.raises(UsageError, match=r"^scores: 1 of 1 aren't finite"):
        EVEN.probability([np.nan])
    with pytest.raises(UsageError, match=r"^prevalence: a share between 0 and 1"):
        EVEN.probability([1.0], prevalence=0.0)


def test_the_probability_rises_with_the_score() -> None:
    case = drawn(3000, lambda s: expit(s**3))
    scores = np.linspace(-10, 10, 500)
    for form in (fit_logistic, _fit_isotonic):
        odds = form(case.scores, case.labels == 1).log_odds(scores)
        assert (np.diff(odds) >= 0).all()
    assert logit(0.5) == 0.0
