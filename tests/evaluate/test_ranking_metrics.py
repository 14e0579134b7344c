"""Metrics of the order of scores against scikit-learn, slow counts and hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score
from sklearn.metrics import confusion_matrix as counted_by_sklearn
from sklearn.metrics import roc_curve as roc_by_sklearn

from scored_patches import Scored, normals, tied_scores
from sixring.evaluate import average_precision, confusion, operating_points, recall_at, roc_auc
from sixring.evaluate._checks import judged
from sixring.evaluate._ranking import Metric, metrics, plain_metrics, rank


def slow_auc(case: Scored) -> float:
    pairs = [
        (a > b) + 0.5 * (a == b)
        for a in case.scores[case.labels == 1]
        for b in case.scores[case.labels == 0]
    ]
    return float(np.mean(pairs))


def slow_recall(case: Scored, rate: float) -> float:
    best = 0.0
    for threshold in case.scores:
        called = case.scores >= threshold
        if np.mean(called[case.labels == 0]) <= rate:
            best = max(best, float(np.mean(called[case.labels == 1])))
    return best


def test_four_patches_by_hand() -> None:
    scores, labels = [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]
    assert roc_auc(scores, labels) == 0.75  # 3 of 4 pairs in order
    assert average_precision(scores, labels) == pytest.approx(1 / 2 * 1 + 1 / 2 * 2 / 3)
    assert recall_at(scores, labels, 0.01) == 0.5
    assert recall_at(scores, labels, 0.5) == 1.0
    counts = confusion(scores, labels, 0.4)
    assert (counts.hits, counts.misses, counts.false_alarms, counts.passes) == (1, 1, 1, 1)
    assert (counts.recall, counts.false_alarm_rate) == (0.5, 0.5)


def test_the_same_score_for_all_is_chance() -> None:
    scores, labels = np.ones(10), np.repeat([1, 0], [2, 8])
    assert roc_auc(scores, labels) == 0.5
    assert average_precision(scores, labels) == pytest.approx(0.2)
    assert recall_at(scores, labels) == 0.0


@given(tied_scores())
def test_the_areas_are_those_of_scikit_learn(case: Scored) -> None:
    assert roc_auc(case.scores, case.labels) == pytest.approx(
        roc_auc_score(case.labels, case.scores), abs=1e-12
    )
    assert roc_auc(case.scores, case.labels) == pytest.approx(slow_auc(case), abs=1e-12)
    assert average_precision(case.scores, case.labels) == pytest.approx(
        average_precision_score(case.labels, case.scores), abs=1e-12
    )


@given(tied_scores(), st.floats(0.02, 0.98))
def test_average_precision_at_a_prevalence_is_that_of_weighted_classes(
    case: Scored, prevalence: float
) -> None:
    share = case.labels.mean()
    weights = np.where(case.labels == 1, prevalence / share, (1 - prevalence) / (1 - share))
    assert average_precision(case.scores, case.labels, prevalence) == pytest.approx(
        average_precision_score(case.labels, case.scores, sample_weight=weights), abs=1e-12
    )


@given(tied_scores())
def test_the_roc_curve_is_that_of_scikit_learn(case: Scored) -> None:
    points = operating_points(case.scores, case.labels)
    alarms, recall, thresholds = roc_by_sklearn(case.labels, case.scores, drop_intermediate=False)
    np.testing.assert_allclose(points.false_alarm_rate, alarms, atol=1e-12)
    np.testing.assert_allclose(points.recall, recall, atol=1e-12)
    np.testing.assert_array_equal(points.threshold, thresholds)


@given(tied_scores())
def test_the_precision_is_that_of_scikit_learn(case: Scored) -> None:
    points = operating_points(case.scores, case.labels)
    precision, recall, thresholds = precision_recall_curve(case.labels, case.scores)
    # There ascending by the threshold, with a last point of no threshold.
    np.testing.assert_allclose(points.precision[::-1], precision, atol=1e-12)
    np.testing.assert_allclose(points.recall[::-1], recall, atol=1e-12)
    np.testing.assert_array_equal(points.threshold[:0:-1], thresholds)
    assert points.prevalence == case.labels.mean()


def test_precision_at_another_prevalence_by_hand() -> None:
    # Recall 0.8 and 10 % false alarms; 1 defect in 100: 0.008 / (0.008 + 0.099).
    labels = np.repeat([1, 0], [10, 10])
    scores = np.r_[np.ones(8), np.zeros(2), np.ones(1), np.zeros(9)]
    points = operating_points(scores, labels, prevalence=0.01)
    assert points.precision[1] == pytest.approx(0.008 / 0.107)
    assert operating_points(scores, labels).precision[1] == pytest.approx(8 / 9)


@given(tied_scores(), st.floats(0.01, 0.99))
def test_recall_at_a_false_alarm_rate_is_the_best_of_all_thresholds(
    case: Scored, rate: float
) -> None:
    assert recall_at(case.scores, case.labels, rate) == pytest.approx(slow_recall(case, rate))


@pytest.mark.parametrize("alarms", range(1, 100))
def test_a_false_alarm_rate_may_be_met_exactly(alarms: int) -> None:
    # 100 perfect patches, and the defect below the first `alarms` of them.
    scores = np.r_[-alarms + 0.5, -np.arange(100)]
    labels = np.r_[1, np.zeros(100)]
    assert recall_at(scores, labels, alarms / 100) == 1.0
    assert recall_at(scores, labels, alarms / 100 - 1e-6) == 0.0


@given(tied_scores(), st.sampled_from([-0.25, 0.1, 0.5]))
def test_the_confusion_is_that_of_scikit_learn(case: Scored, threshold: float) -> None:
    counts = confusion(case.scores, case.labels, threshold)
    expected = counted_by_sklearn(case.labels, case.scores >= threshold, labels=[0, 1])
    found = [[counts.passes, counts.false_alarms], [counts.misses, counts.hits]]
    assert found == expected.tolist()


@given(tied_scores(), st.lists(st.integers(0, 3), min_size=30, max_size=30))
def test_weights_count_as_patches_that_are_there_several_times(
    case: Scored, counts: list[int]
) -> None:
    weights = np.array(counts[: len(case.scores)], dtype=float)
    repeated = np.repeat(np.arange(len(case.scores)), weights.astype(int))
    labels = case.labels[repeated]
    ranking = rank(judged(case.scores, case.labels), 0.25)
    found = metrics(ranking, weights[np.newaxis], prevalence=0.1, false_alarm_rate=0.25)[0]
    if not 0 < labels.sum() < len(labels):
        assert np.isnan(found).all()
        return
    several = rank(judged(case.scores[repeated], labels), 0.25)
    expected = plain_metrics(several, prevalence=0.1, false_alarm_rate=0.25)
    np.testing.assert_allclose(found, expected, atol=1e-12)


@given(tied_scores())
def test_hits_and_alarms_are_those_of_the_confusion(case: Scored) -> None:
    counts = confusion(case.scores, case.labels, 0.25)
    found = plain_metrics(
        rank(judged(case.scores, case.labels), 0.25), prevalence=0.5, false_alarm_rate=0.1
    )
    assert found[Metric.HITS] == pytest.approx(counts.recall)
    assert found[Metric.ALARMS] == pytest.approx(counts.false_alarm_rate)


def test_without_a_threshold_there_are_no_hits() -> None:
    ranking = rank(judged([0.0, 1.0], [0, 1]))
    found = plain_metrics(ranking, prevalence=0.5, false_alarm_rate=0.1)
    assert np.isnan(found[[Metric.HITS, Metric.ALARMS]]).all()
    assert np.isfinite(found[: Metric.HITS]).all()


def test_the_metrics_keep_to_scores_of_any_size() -> None:
    case = normals(50, 200, 1.0)
    for scores in (case.scores * 1e200, case.scores * 1e-200, np.exp(case.scores)):
        assert roc_auc(scores, case.labels) == roc_auc(case.scores, case.labels)
