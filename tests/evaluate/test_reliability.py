"""Reliability curves counted by hand and by scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from scored_patches import Scored, tied_scores
from sixring.evaluate import reliability


def test_two_bins_by_hand() -> None:
    curve = reliability([0.1, 0.3, 0.6, 0.8], [0, 1, 1, 1], bins=2, resamples=100)
    np.testing.assert_allclose(curve.edges, [0, 0.5, 1])
    assert curve.patches.tolist() == [2, 2]
    np.testing.assert_allclose(curve.share, [0.5, 0.5])
    np.testing.assert_allclose(curve.predicted, [0.2, 0.7])
    np.testing.assert_allclose(curve.observed, [0.5, 1.0])
    assert curve.error.value == pytest.approx(0.3)
    assert curve.largest_gap == pytest.approx(0.3)
    assert curve.prevalence == 0.75


def test_two_bins_at_another_prevalence_by_hand() -> None:
    # At 1 in 4 a defect weighs 1/4 over 3, the one perfect patch 3/4.
    curve = reliability([0.1, 0.3, 0.6, 0.8], [0, 1, 1, 1], bins=2, prevalence=0.25, resamples=100)
    np.testing.assert_allclose(curve.share, [3 / 4 + 1 / 12, 2 / 12])
    np.testing.assert_allclose(curve.predicted[0], (0.1 * 9 + 0.3) / 10)
    np.testing.assert_allclose(curve.observed, [1 / 10, 1.0])
    assert curve.patches.tolist() == [2, 2]


def test_edges_belong_to_the_bin_above_and_1_to_the_last() -> None:
    curve = reliability([0.0, 0.5, 1.0, 0.49], [0, 0, 1, 1], bins=2, resamples=100)
    assert curve.patches.tolist() == [2, 2]


@given(tied_scores(), st.integers(2, 12))
def test_the_curve_is_that_of_scikit_learn(case: Scored, bins: int) -> None:
    probabilities = (case.scores + 1) / 2 * 0.98 + 0.007  # off the edges, which it counts below
    curve = reliability(probabilities, case.labels, bins=bins, resamples=100)
    observed, predicted = calibration_curve(case.labels, probabilities, n_bins=bins)
    filled = curve.patches > 0
    np.testing.assert_allclose(curve.observed[filled], observed, atol=1e-12)
    np.testing.assert_allclose(curve.predicted[filled], predicted, atol=1e-12)
    assert np.isnan(curve.observed[~filled]).all()
    weights = curve.patches[filled] / len(case.labels)
    np.testing.assert_allclose(curve.share[filled], weights, atol=1e-12)
    expected = np.sum(weights * np.abs(observed - predicted))
    assert curve.error.value == pytest.approx(expected, abs=1e-12)


def test_true_probabilities_lie_within_their_intervals() -> None:
    generator = np.random.default_rng(0)
    probabilities = generator.uniform(size=4000)
    labels = (generator.uniform(size=4000) < probabilities).astype(int)
    curve = reliability(probabilities, labels, groups=generator.integers(60, size=4000))
    assert curve.error.value < 0.03
    within = (curve.low <= curve.predicted) & (curve.predicted <= curve.high)
    assert within.sum() >= 8
    # As wide as a binomial's: 1.96 sqrt(p (1 - p) / n).
    spread = 1.96 * np.sqrt(curve.observed * (1 - curve.observed) / curve.patches)
    np.testing.assert_allclose((curve.high - curve.low) / 2, spread, rtol=0.35)
    assert curve.error.how == "bootstrap over groups, 1000 resamples, percentile"
    assert curve.error.low is not None
    assert curve.error.high is not None
    assert curve.error.low < curve.error.high


def test_boasting_is_seen() -> None:
    generator = np.random.default_rng(0)
    labels = (generator.uniform(size=3000) < 0.5).astype(int)
    curve = reliability(np.where(labels == 1, 0.7, 0.6), labels, resamples=100)
    np.testing.assert_allclose(curve.observed[[6, 7]], [0, 1])
    assert curve.error.value == pytest.approx(0.6 * (1 - labels.mean()) + 0.3 * labels.mean())


def test_one_group_has_no_intervals() -> None:
    curve = reliability([0.1, 0.3, 0.6, 0.8], [0, 1, 1, 1], groups=["a"] * 4)
    assert np.isnan(curve.low).all()
    assert curve.error.low is None
    assert curve.error.how.startswith("no interval: all patches are of one group ('a')")


def test_resamples_that_agree_have_no_intervals() -> None:
    curve = reliability([0.5] * 8, [0, 1] * 4, groups=list("aabbccdd"), resamples=100)
    assert curve.error.value == 0.0
    assert curve.error.how == "no interval: all resamples agree"
    assert np.isnan(curve.low).all()


def test_the_seed_decides_the_intervals() -> None:
    generator = np.random.default_rng(0)
    probabilities, labels = generator.uniform(size=200), np.tile([0, 1], 100)
    first, again, other = (
        reliability(probabilities, labels, seed=seed, resamples=100).low for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
