"""DeLong's variance against a published example and U-statistics counted pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm

from scored_patches import Scored, normals, tied_scores
from sixring.evaluate import Comparison, compare_models, delong
from sixring.evaluate._checks import Judged, judged
from sixring.evaluate._delong import delong_covariance


def by_pairs(scores: NDArray[np.float64], patches: Judged) -> NDArray[np.float64]:
    """The covariance of the AUCs, written as the papers have it, one pair after the other."""
    placements = []
    for row in scores:
        defects, perfects = row[patches.defect], row[~patches.defect]
        kernel = np.array([[(a > b) + 0.5 * (a == b) for b in perfects] for a in defects])
        placements.append((kernel.mean(axis=1), kernel.mean(axis=0), kernel.mean()))
    of_defects, of_perfects = patches.groups[patches.defect], patches.groups[~patches.defect]
    m, n = len(of_defects), len(of_perfects)
    i10, i01 = len(set(of_defects)), len(set(of_perfects))
    groups = sorted({*of_defects.tolist(), *of_perfects.tolist()})
    i = len(groups)
    covariance = np.zeros((len(scores), len(scores)))
    for r, (v10_r, v01_r, auc_r) in enumerate(placements):
        for s, (v10_s, v01_s, auc_s) in enumerate(placements):
            s10 = s01 = s11 = 0.0
            for g in groups:
                d, p = of_defects == g, of_perfects == g
                a_r, a_s = np.sum(v10_r[d] - auc_r), np.sum(v10_s[d] - auc_s)
                b_r, b_s = np.sum(v01_r[p] - auc_r), np.sum(v01_s[p] - auc_s)
                s10 += a_r * a_s
                s01 += b_r * b_s
                s11 += a_r * b_s + b_r * a_s
            covariance[r, s] = (
                i10 / (i10 - 1) * s10 / m**2
                + i01 / (i01 - 1) * s01 / n**2
                + i / (i - 1) * s11 / (m * n)
            )
    return covariance


def test_the_ratings_of_hanley_and_mcneil() -> None:
    # Hanley and McNeil (1982), Radiology 143, 29-36, table I: 109 CT images rated 1 to 5, of 58
    # normal and 51 abnormal patients. The area is 0.893; statistics packages that take DeLong's
    # standard error print 0.0307 and, without a transformation, 0.83295 to 0.95339.
    ratings = np.arange(1, 6)
    scores = np.r_[np.repeat(ratings, [33, 6, 6, 11, 2]), np.repeat(ratings, [3, 2, 2, 11, 33])]
    labels = np.repeat([0, 1], [58, 51])
    aucs, covariance = delong_covariance(scores[np.newaxis].astype(float), judged(scores, labels))
    error = np.sqrt(covariance[0, 0])
    assert aucs[0] == pytest.approx(0.8932, abs=5e-5)
    assert error == pytest.approx(0.0307, abs=5e-5)
    assert aucs[0] - 1.959964 * error == pytest.approx(0.83295, abs=5e-6)
    assert aucs[0] + 1.959964 * error == pytest.approx(0.95339, abs=5e-6)
    found = delong(scores, labels)
    half = 1.959964 * error / (aucs[0] * (1 - aucs[0]))
    assert found.low == pytest.approx(expit(logit(aucs[0]) - half), abs=1e-6)
    assert found.high == pytest.approx(expit(logit(aucs[0]) + half), abs=1e-6)
    assert found.how == "DeLong, 109 groups, log odds"


@given(tied_scores())
def test_the_covariance_of_independent_patches_counted_pair_by_pair(case: Scored) -> None:
    patches = judged(case.scores, case.labels)
    if min(patches.groups_with(True), patches.groups_with(False)) < 2:
        return
    scores = np.stack([case.scores, np.round(np.sin(5 * np.arange(len(case.scores))), 1)])
    _, covariance = delong_covariance(scores, patches)
    np.testing.assert_allclose(covariance, by_pairs(scores, patches), atol=1e-12)
    # With each patch for itself these are sample covariances.
    defects, perfects = np.sum(case.labels == 1), np.sum(case.labels == 0)
    kernel = np.sign(
        scores[:, case.labels == 1][:, :, np.newaxis] - scores[:, case.labels == 0][:, np.newaxis]
    )
    kernel = (kernel + 1) / 2
    textbook = np.cov(kernel.mean(axis=2)) / defects + np.cov(kernel.mean(axis=1)) / perfects
    np.testing.assert_allclose(covariance, textbook, atol=1e-12)


@given(tied_scores())
def test_the_covariance_with_groups_counted_pair_by_pair(case: Scored) -> None:
    patches = judged(case.scores, case.labels, case.groups)
    if min(patches.groups_with(True), patches.groups_with(False)) < 2:
        return
    scores = np.stack([case.scores, np.round(np.cos(3 * np.arange(len(case.scores))), 1)])
    aucs, covariance = delong_covariance(scores, patches)
    np.testing.assert_allclose(covariance, by_pairs(scores, patches), atol=1e-12)
    assert ((aucs >= 0) & (aucs <= 1)).all()


def test_the_variance_is_the_spread_over_many_samples() -> None:
    aucs, variances = [], []
    for seed in range(400):
        case = normals(40, 60, 1.2, seed=seed)
        auc, covariance = delong_covariance(case.scores[np.newaxis], judged(*case[:2]))
        aucs.append(auc[0])
        variances.append(covariance[0, 0])
    assert np.mean(aucs) == pytest.approx(norm.cdf(1.2 / np.sqrt(2)), abs=0.01)
    # The standard deviation of 400 draws is known to 3.5 %.
    assert np.sqrt(np.mean(variances)) == pytest.approx(np.std(aucs), rel=0.12)


def test_two_models_that_differ_by_hand() -> None:
    case = normals(60, 100, 1.5)
    second = case.scores + np.random.default_rng(1).normal(size=160)
    found = compare_models(case.scores, second, case.labels)
    scores = np.stack([case.scores, second])
    covariance = by_pairs(scores, judged(*case[:2]))
    error = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert found.difference.value == pytest.approx(found.first - found.second)
    assert found.z == pytest.approx(found.difference.value / error)
    assert found.z is not None
    assert found.p_value == pytest.approx(2 * norm.cdf(-abs(found.z)))
    assert found.difference.low == pytest.approx(found.difference.value - 1.959964 * error)
    assert found.difference.high == pytest.approx(found.difference.value + 1.959964 * error)
    assert found.difference.how == "DeLong, 160 groups"
    turned = compare_models(second, case.scores, case.labels)
    assert turned.z == pytest.approx(-found.z)
    assert turned.p_value == pytest.approx(found.p_value)


def test_chance_rejects_equal_models_as_often_as_it_says() -> None:
    p_values = []
    for seed in range(300):
        case = normals(40, 60, 1.0, seed=seed)
        generator = np.random.default_rng(1000 + seed)
        noise = generator.normal(size=(2, 100))
        found = compare_models(case.scores + noise[0], case.scores + noise[1], case.labels)
        assert found.p_value is not None
        p_values.append(found.p_value)
    # Binomial with 300 trials of 0.05: 0.013 is one standard deviation.
    assert 0.01 < np.mean(np.array(p_values) < 0.05) < 0.09
    assert 0.4 < np.mean(p_values) < 0.6


def test_models_with_one_order_don_t_differ() -> None:
    case = normals(10, 30, 1.0)
    found = compare_models(case.scores, np.exp(case.scores), case.labels)
    assert (found.difference.low, found.difference.high) == (0.0, 0.0)
    assert found.difference.how == "the models put the patches in the same order"
    assert (found.z, found.p_value) == (0.0, 1.0)


def test_what_can_t_be_tested_is_said() -> None:
    labels = np.repeat([1, 0], [3, 3])
    scores = np.r_[np.ones(3), np.zeros(3)]
    opposite = compare_models(scores, -scores, labels)
    assert (opposite.first, opposite.second) == (1.0, 0.0)
    assert opposite.p_value is None
    assert opposite.difference.how == "no interval: neither AUC varies between the patches"
    alone = compare_models(scores, -scores, labels, ["a"] * 6)
    assert alone == Comparison(1.0, 0.0, alone.difference, None, None)
    assert alone.difference.how == (
        "no interval: all patches are of one group ('a'), and at least two are needed"
    )


def test_an_interval_where_the_variance_is_zero() -> None:
    labels = np.repeat([1, 0], [20, 30])
    found = delong(labels, labels)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low is not None
    assert 0.85 < found.low < 0.95
    assert found.how == "score interval for 20 and 30 groups"
    single = delong(labels, labels, ["a"] * 50)
    assert (single.value, single.low) == (1.0, None)
    assert single.how.startswith("no interval: all patches are of one group ('a')")
