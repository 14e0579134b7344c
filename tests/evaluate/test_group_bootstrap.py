"""Draws of groups and what intervals are made of them."""

from __future__ import annotations

import time
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray
from scipy.stats import bootstrap as bootstrap_by_scipy
from scipy.stats import t as student

from scored_patches import Scored, normals, tied_scores
from sixring.evaluate._bootstrap import Resampling, bounds, obstacle
from sixring.evaluate._checks import judged
from sixring.evaluate._estimate import exact_proportion, score_auc
from sixring.evaluate._intervals import Settings, summarise
from sixring.evaluate._ranking import Metric

SETTINGS = Settings(
    prevalence=0.05,
    false_alarm_rate=0.01,
    threshold=None,
    resamples=200,
    interval="percentile",
    seed=0,
)


def drawn(case: Scored, resamples: int = 200, seed: int = 0) -> NDArray[np.float64]:
    patches = judged(case.scores, case.labels, case.groups)
    return np.concatenate(list(Resampling.of(patches, resamples, seed)))


@given(tied_scores())
def test_the_patches_of_a_group_are_drawn_together(case: Scored) -> None:
    weights = drawn(case)
    assert weights.shape == (200, len(case.scores))
    for name in np.unique(case.groups):
        of_group = weights[:, case.groups == name]
        assert (of_group == of_group[:, :1]).all()
    # As many groups as there are, each as often as any other.
    _, first = np.unique(case.groups, return_index=True)
    assert (weights[:, first].sum(axis=1) == len(first)).all()


def test_groups_are_drawn_apart_by_what_they_hold() -> None:
    # Two with defects alone, thirty with perfect patches alone: no resample without a class.
    groups = np.array(["d1", "d2"] + [f"p{i}" for i in range(30)])
    weights = drawn(Scored(np.arange(32.0), np.repeat([1, 0], [2, 30]), groups))
    assert (weights[:, :2].sum(axis=1) == 2).all()
    assert (weights[:, 2:].sum(axis=1) == 30).all()
    assert 0.4 < np.mean(weights[:, 0] == 1) < 0.6  # 1/2: one of each of two
    np.testing.assert_allclose(weights[:, 2:].mean(), 1.0)


def test_a_group_of_its_own_kind_varies_with_the_others() -> None:
    # One group with both classes would else be in every resample exactly once.
    labels = np.array([1, 0, 0, 0, 0, 0, 1, 1])
    groups = np.array(["both", "both", "a", "b", "c", "d", "e", "f"])
    weights = drawn(Scored(np.arange(8.0), labels, groups))
    assert weights[:, 0].std() > 0.5
    assert (weights[:, 6:].sum(axis=1) == 2).all()


def test_the_draws_follow_from_the_seed() -> None:
    case = normals(10, 50, 1.0)
    np.testing.assert_array_equal(drawn(case, seed=3), drawn(case, seed=3))
    assert not np.array_equal(drawn(case, seed=3), drawn(case, seed=4))


def test_the_draws_don_t_depend_on_the_size_of_the_pieces() -> None:
    many = normals(100, 5000, 1.0)
    assert len(list(Resampling.of(judged(*many), 200, 0))) > 1
    assert drawn(many).shape == (200, 5100)


def test_the_jackknife_leaves_out_one_group_a_row_or_a_block() -> None:
    few = normals(10, 90, 1.0, groups=7)
    rows = Resampling.of(judged(*few), 100, 0).left_out()
    assert rows.shape == (7, 100)
    for row in rows:
        assert len(np.unique(few.groups[row == 0])) == 1
    many = judged(*normals(100, 900, 1.0)[:2])
    rows = Resampling.of(many, 100, 0).left_out()
    assert rows.shape == (200, 1000)
    assert ((1 - rows).sum(axis=0) == 1).all()
    assert ((1 - rows).sum(axis=1) == 5).all()


@pytest.mark.parametrize("interval", ["percentile", "bca"])
def test_percentiles_and_bca_are_those_of_scipy(interval: Literal["percentile", "bca"]) -> None:
    sample = np.random.default_rng(0).exponential(size=40)

    def mean(values: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
        return np.asarray(values.mean(axis=axis))

    expected = bootstrap_by_scipy(
        [sample], mean, n_resamples=4000, method=interval, rng=np.random.default_rng(1)
    )
    left_out = (sample.sum() - sample) / (len(sample) - 1)
    found = bounds(
        np.asarray(expected.bootstrap_distribution)[:, np.newaxis],
        np.array([sample.mean()]),
        interval,
        jackknife=lambda: left_out[:, np.newaxis],
    )
    np.testing.assert_allclose(found[0], expected.confidence_interval, atol=1e-9)


def test_log_odds_by_hand() -> None:
    # A standard error of 0.02 at 0.9 is 0.02 / 0.09 in log odds; t for 5 groups.
    resampled = 0.9 + 0.02 * np.repeat([-1.0, 1.0], 500)[:, np.newaxis]
    half = student.ppf(0.975, 4) * resampled.std(ddof=1) / 0.09
    expected = 1 / (1 + np.exp(-(np.log(9) + np.array([-half, half]))))
    np.testing.assert_allclose(bounds(resampled, np.array([0.9]), "log-odds", units=5)[0], expected)
    # At 1 there are no log odds: percentiles.
    at_one = np.linspace(0.8, 1.0, 1001)[:, np.newaxis]
    np.testing.assert_allclose(
        bounds(at_one, np.array([1.0]), "log-odds", units=5)[0], [0.805, 0.995]
    )


def test_without_variation_or_resamples_there_are_no_bounds() -> None:
    resampled = np.full((1000, 2), 0.7)
    resampled[:, 1] = np.nan
    resampled[:99, 1] = np.linspace(0, 1, 99)
    assert np.isnan(bounds(resampled, np.array([0.7, 0.5]))).all()


def test_why_there_is_no_interval() -> None:
    labels = [0, 0, 1, 1]
    one = judged([1.0, 2, 3, 4], labels, ["a.tif"] * 4)
    assert obstacle(one) == (
        "no interval: all patches are of one group ('a.tif'), and at least two are needed"
    )
    defects = judged([1.0, 2, 3, 4], labels, ["a", "b", "c", "c"])
    assert obstacle(defects) == (
        "no interval: all defect patches are of one group, and at least two are needed"
    )
    perfects = judged([1.0, 2, 3, 4], labels, ["a", "a", "b", "c"])
    assert obstacle(perfects) == (
        "no interval: all perfect patches are of one group, and at least two are needed"
    )
    assert obstacle(judged([1.0, 2, 3, 4], labels, ["a", "b", "a", "b"])) == ""


def test_groups_widen_the_interval_where_their_patches_are_alike() -> None:
    generator = np.random.default_rng(0)
    numbers = np.repeat(np.arange(20), 50)
    labels = np.tile(np.repeat([1, 0], [10, 40]), 20)
    # Each micrograph makes all of its defects harder or easier.
    scores = generator.normal(size=1000) + labels * (1 + generator.normal(size=20)[numbers])
    together = summarise(judged(scores, labels, numbers), SETTINGS).estimates[Metric.AUC]
    alone = summarise(judged(scores, labels), SETTINGS).estimates[Metric.AUC]
    assert together.value == alone.value
    assert together.low is not None
    assert together.high is not None
    assert alone.low is not None
    assert alone.high is not None
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_classes_wholly_apart_leave_room_for_a_mistake() -> None:
    scores = np.r_[np.full(20, 2.0), np.full(30, 1.0)]
    labels = np.repeat([1, 0], [20, 30])
    settings = Settings(0.05, 0.01, 1.5, 200, "log-odds", 0)
    found = summarise(judged(scores, labels), settings).estimates
    assert (found[Metric.AUC].value, found[Metric.AUC].high) == (1.0, 1.0)
    assert found[Metric.AUC].low == pytest.approx(score_auc(1.0, 20, 30)[0])
    assert found[Metric.AUC].how == "score interval for 20 and 30 groups: all resamples agree"
    assert (found[Metric.HITS].low, found[Metric.HITS].high) == exact_proportion(20, 20)
    assert (found[Metric.ALARMS].low, found[Metric.ALARMS].high) == exact_proportion(0, 30)
    assert found[Metric.RECALL].how == (
        "Clopper-Pearson, one trial for each of 20 groups: all resamples agree"
    )
    assert found[Metric.AVERAGE_PRECISION].low is None
    assert found[Metric.AVERAGE_PRECISION].how == "no interval: all resamples agree"


def test_a_proportion_that_never_failed() -> None:
    low, high = exact_proportion(20, 20)
    assert low == pytest.approx(0.025 ** (1 / 20))  # all 20 again in one case of forty
    assert high == 1.0


def newcombe_variance(auc: float, m: int, n: int) -> float:
    shared = (m + n) / 2 - 1
    spread = 1 + shared * (1 - auc) / (2 - auc) + shared * auc / (1 + auc)
    return auc * (1 - auc) * spread / (m * n)


@pytest.mark.parametrize("auc", [0.0, 0.02, 0.5, 0.8, 0.999, 1.0])
def test_the_ends_of_the_score_interval_are_1_96_errors_away(auc: float) -> None:
    low, high = score_auc(auc, 12, 40)
    assert low <= auc <= high
    for end in (low, high):
        if 0 < end < 1:
            distance = abs(auc - end) / np.sqrt(newcombe_variance(end, 12, 40))
            assert distance == pytest.approx(1.959964, abs=1e-4)
    assert (low == 0) == (auc == 0)
    assert (high == 1) == (auc == 1)
    mirrored = score_auc(1 - auc, 12, 40)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(tied_scores())
def test_intervals_hold_the_value_or_say_why_not(case: Scored) -> None:
    patches = judged(case.scores, case.labels, case.groups)
    for estimate in summarise(patches, SETTINGS).estimates.values():
        assert estimate.how
        if estimate.low is None or estimate.high is None:
            assert estimate.how.startswith("no interval: ")
            assert str(estimate) == f"{estimate.value:.3f}"
        else:
            assert 0 <= estimate.low <= estimate.high <= 1


@pytest.mark.parametrize(("n_defect", "groups"), [(500, 40), (5000, 10_000)])
def test_a_thousand_resamples_of_ten_thousand_scores_take_a_second_or_two(
    n_defect: int, groups: int
) -> None:
    case = normals(n_defect, 10_000 - n_defect, 2.0, groups=groups)
    settings = Settings(0.05, 0.01, 1.0, 1000, "log-odds", 0)
    started = time.process_time()
    summarise(judged(*case), settings, np.linspace(0, 1, 101))
    # 0.1 to 0.3 s where it was written: room for slower machines and other work.
    assert time.process_time() - started < 3.0
