"""Several trainings of a model: their mean, and intervals for other micrographs and trainings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm

from scored_patches import Scored, normals, tied_scores
from sixring.errors import UsageError
from sixring.evaluate import (
    average_precision,
    compare_models,
    compare_repeats,
    delong,
    evaluate,
    evaluate_repeats,
    recall_at,
    roc_auc,
)
from sixring.evaluate._checks import judged
from sixring.evaluate._estimate import Estimate, score_auc
from sixring.evaluate._intervals import Settings
from sixring.evaluate._ranking import Metric
from sixring.evaluate._trainings import check_trainings, degrees_of_freedom


def trainings(
    case: Scored, k: int, spread: float, seed: int = 0, noise: float = 0.0
) -> NDArray[np.float64]:
    """Return scores of k trainings, of which each is better or worse at defects by `spread`."""
    generator = np.random.default_rng(seed)
    better = spread * generator.normal(size=(k, 1))
    own = noise * generator.normal(size=(k, len(case.scores)))
    return case.scores + better * case.labels + own


def ends(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


def width(estimate: Estimate) -> float:
    low, high = ends(estimate)
    return high - low


def test_the_values_are_means_over_the_trainings() -> None:
    case = normals(60, 300, 1.5)
    scores = trainings(case, 3, 0.3, noise=0.2)
    found = evaluate_repeats(scores, case.labels, groups=case.groups, resamples=100)
    aucs = [roc_auc(row, case.labels) for row in scores]
    assert found.each == pytest.approx(aucs)
    assert found.auc.value == pytest.approx(np.mean(aucs))
    assert found.average_precision.value == pytest.approx(
        np.mean([average_precision(row, case.labels) for row in scores])
    )
    assert found.recall.value == pytest.approx(
        np.mean([recall_at(row, case.labels) for row in scores])
    )
    assert (found.prevalence, found.false_alarm_rate) == (60 / 360, 0.01)
    assert found.parts == ()
    for estimate in (found.auc, found.average_precision, found.recall):
        low, high = ends(estimate)
        assert 0 < low < estimate.value < high < 1
        assert estimate.how == ("bootstrap over 20 groups and 3 trainings, 100 resamples, log-odds")


def test_a_single_training_has_the_interval_that_evaluate_gives_it() -> None:
    case = normals(60, 300, 1.5)
    once = evaluate(case.scores, case.labels, groups=case.groups, resamples=300, seed=3)
    found = evaluate_repeats([case.scores], case.labels, groups=case.groups, resamples=300, seed=3)
    for one, other in (
        (found.auc, once.auc),
        (found.average_precision, once.average_precision),
        (found.recall, once.recall),
    ):
        assert one.value == pytest.approx(other.value)
        assert ends(one) == pytest.approx(ends(other))
    assert found.auc.how == (
        "bootstrap over 20 groups, not over trainings: there is one, 300 resamples, log-odds"
    )


def test_trainings_that_agree_don_t_widen_the_interval() -> None:
    case = normals(60, 300, 1.5)
    one = evaluate_repeats([case.scores], case.labels, groups=case.groups)
    five = evaluate_repeats([case.scores] * 5, case.labels, groups=case.groups)
    assert ends(five.auc) == pytest.approx(ends(one.auc))
    assert five.each == (five.auc.value,) * 5


def test_trainings_that_differ_widen_it_as_their_spread_says() -> None:
    case = normals(2000, 4000, 1.0, groups=400)
    scores = trainings(case, 5, 0.5)
    found = evaluate_repeats(scores, case.labels, groups=case.groups)
    # With patches by the thousand hardly anything is left but the trainings: Student's t for 4.
    error = np.std(found.each, ddof=1) / np.sqrt(5)
    assert width(found.auc) == pytest.approx(2 * 2.776 * error, rel=0.12)


def test_more_trainings_narrow_it_down_to_what_micrographs_vary() -> None:
    case = normals(400, 2000, 1.0, groups=200)
    few = evaluate_repeats(trainings(case, 3, 0.4), case.labels, groups=case.groups)
    many = evaluate_repeats(trainings(case, 30, 0.4), case.labels, groups=case.groups)
    alone = evaluate(case.scores, case.labels, groups=case.groups)
    assert width(few.auc) > 1.5 * width(many.auc)
    assert width(alone.auc) < width(many.auc) < 2 * width(alone.auc)


def test_results_apart_are_those_of_evaluate() -> None:
    case = normals(40, 200, 1.5)
    details = {
        "defect": np.array(["SV"] * 25 + ["flower"] * 15 + [""] * 200),
        "dose": np.tile([1000.0, 3000.0], 120),
        "mode": np.array(["hrtem"] * 40 + ["stem"] * 200),
    }
    once = evaluate(case.scores, case.labels, groups=case.groups, details=details, resamples=100)
    found = evaluate_repeats(
        [case.scores], case.labels, groups=case.groups, details=details, resamples=100
    )
    assert [(p.column, p.value, p.n_defect, p.n_perfect) for p in found.parts] == [
        ("defect", "SV", 25, 200),
        ("defect", "flower", 15, 200),
        ("dose", "1000", 20, 100),
        ("dose", "3000", 20, 100),
    ]
    for mine, other in zip(found.parts, once.parts, strict=True):
        assert mine.auc.value == other.auc.value
        assert ends(mine.auc) == pytest.approx(ends(other.auc))


def test_parts_keep_all_trainings() -> None:
    case = normals(40, 200, 1.5)
    scores = trainings(case, 4, 0.5, noise=0.3)
    kinds = np.array(["SV"] * 25 + ["flower"] * 15 + [""] * 200)
    found = evaluate_repeats(scores, case.labels, details={"defect": kinds}, resamples=100)
    chosen = (kinds == "flower") | (case.labels == 0)
    expected = np.mean([roc_auc(row[chosen], case.labels[chosen]) for row in scores])
    assert found.parts[1].auc.value == pytest.approx(expected)
    assert "215 patches and 4 trainings" in found.parts[1].auc.how


def test_trainings_without_a_mistake_leave_room_for_one() -> None:
    labels = np.repeat([1, 0], [20, 30])
    found = evaluate_repeats([labels, 2 * labels], labels, resamples=100)
    assert ends(found.auc) == pytest.approx(score_auc(1.0, 20, 30))
    assert found.auc.how == "score interval for 20 and 30 groups: all resamples agree"


def test_one_micrograph_has_no_interval() -> None:
    found = evaluate_repeats([[1.0, 2, 3, 4]] * 3, [0, 0, 1, 1], groups=["a"] * 4)
    reason = "no interval: all patches are of one group ('a'), and at least two are needed"
    assert found.auc == Estimate(1.0, how=reason)
    compared = compare_repeats([[1.0, 2, 3, 4]], [[4.0, 3, 2, 1]], [0, 0, 1, 1], ["a"] * 4)
    assert compared.difference == Estimate(1.0, how=reason)
    assert (compared.z, compared.p_value) == (None, None)


def test_same_seed_same_numbers() -> None:
    case = normals(30, 100, 1.0)
    scores = trainings(case, 3, 0.3)
    runs = [
        evaluate_repeats(scores, case.labels, groups=case.groups, resamples=100, seed=seed)
        for seed in (1, 1, 2)
    ]
    assert runs[0] == runs[1]
    assert runs[0].auc != runs[2].auc


@settings(deadline=None, max_examples=40)
@given(tied_scores(), st.integers(1, 4))
def test_intervals_hold_probabilities_or_say_why_not(case: Scored, k: int) -> None:
    scores = [np.roll(case.scores, i) for i in range(k)]
    found = evaluate_repeats(scores, case.labels, groups=case.groups, resamples=100)
    assert len(found.each) == k
    for estimate in (found.auc, found.average_precision, found.recall):
        assert estimate.how
        assert 0 <= estimate.value <= 1
        if estimate.low is None:
            assert estimate.how.startswith("no interval: ")
        else:
            low, high = ends(estimate)
            assert 0 <= low <= high <= 1
    compared = compare_repeats(scores, [case.scores], case.labels, case.groups, resamples=100)
    assert -1 <= compared.difference.value <= 1


def test_a_difference_of_single_trainings_is_that_of_delong() -> None:
    case = normals(300, 1500, 1.0, groups=200)
    other = trainings(case, 1, 0.0, seed=1, noise=0.8)
    found = compare_repeats([case.scores], other, case.labels, case.groups, resamples=2000)
    expected = compare_models(case.scores, other[0], case.labels, case.groups)
    assert found.first == pytest.approx(expected.first)
    assert found.second == pytest.approx(expected.second)
    assert found.difference.value == pytest.approx(expected.difference.value)
    assert ends(found.difference) == pytest.approx(ends(expected.difference), abs=0.004)
    assert found.z == pytest.approx(expected.z, rel=0.1)
    assert found.difference.how == (
        "bootstrap over 200 groups, not over trainings: there is one, 2000 resamples, Student's t"
    )


def test_what_micrographs_do_to_both_models_drops_out_of_the_difference() -> None:
    case = normals(200, 1000, 1.0)
    harder = np.random.default_rng(5).normal(size=20)
    _, numbers = np.unique(case.groups, return_inverse=True)
    shared = case.scores + harder[numbers] * case.labels
    better = shared + 0.4 * case.labels
    found = compare_repeats([better] * 3, [shared] * 3, case.labels, case.groups)
    alone = delong(shared, case.labels, case.groups)
    assert width(found.difference) < 0.5 * width(alone)
    assert found.p_value is not None
    assert found.p_value < 1e-3


def test_models_trained_unequally_often() -> None:
    case = normals(100, 500, 1.0)
    first, second = trainings(case, 5, 0.3), trainings(case, 2, 0.3, seed=9)
    found = compare_repeats(first, second, case.labels, case.groups, resamples=200)
    assert "20 groups and 5 and 2 trainings" in found.difference.how
    back = compare_repeats(second, first, case.labels, case.groups, resamples=200)
    assert back.difference.value == pytest.approx(-found.difference.value)


def test_the_same_scores_don_t_differ() -> None:
    case = normals(30, 100, 1.0)
    found = compare_repeats([case.scores], [case.scores], case.labels, case.groups)
    assert found.difference == Estimate(0.0, how="no interval: all resamples agree")


def test_degrees_of_freedom_by_hand() -> None:
    patches = judged(*normals(50, 100, 1.0, groups=11))
    # Variance of a mean of three values that scatter by 1: 1 / 3, with 2 degrees of freedom;
    # 2 / 3 are left for the 11 groups.
    values = np.array([-1.0, 0.0, 1.0])
    expected = 1 / ((1 / 3) ** 2 / 2 + (2 / 3) ** 2 / 10)
    assert degrees_of_freedom(1.0, [values], patches) == pytest.approx(expected)
    assert degrees_of_freedom(1.0, [], patches) == pytest.approx(10)
    assert degrees_of_freedom(1.0, [np.array([0.5])], patches) == pytest.approx(10)
    # No resample can take away what the trainings show.
    assert degrees_of_freedom(0.0, [values], patches) == pytest.approx(2)
    assert degrees_of_freedom(0.0, [np.zeros(3)], patches) == 10


def test_what_can_t_be_judged_is_refused() -> None:
    labels = [0, 0, 1, 1]
    good = [1.0, 2, 3, 4]

    def refusal(scores: list[list[float]], wrong: list[int] = labels, **more: float) -> str:
        with pytest.raises(UsageError) as caught:
            evaluate_repeats(scores, wrong, **more)  # type: ignore[arg-type]
        return str(caught.value)

    assert refusal([]) == "scores: there are no trainings"
    assert refusal([good, good[:3]]) == (
        "scores of training 2: 3 scores, but there are 4 labels: every training must score the "
        "same patches"
    )
    assert refusal([good, [1.0, 2, np.nan, 4]]) == (
        "scores of training 2: 1 of 4 aren't finite, the first is nan at index 2: score these "
        "patches again or leave them out"
    )
    assert refusal([good], [0, 0, 0, 0]) == (
        "labels: none of the 4 patches is defect (label 1): a metric needs both classes"
    )
    assert refusal([good], resamples=10) == "resamples: 10 are too few: at least 100"
    assert refusal([good], prevalence=1.0).startswith("prevalence: a share between 0 and 1")
    assert refusal([good], false_alarm_rate=0.0).startswith("false_alarm_rate: a share between")
    with pytest.raises(UsageError, match="scores of training 1: one number a patch is needed"):
        evaluate_repeats(good, labels)
    with pytest.raises(UsageError, match="second of training 1: 3 scores, but there are 4"):
        compare_repeats([good], [good[:3]], labels)
    with pytest.raises(UsageError, match="resamples: 99 are too few"):
        compare_repeats([good], [good], labels, resamples=99)


def test_draws_of_trainings_are_other_numbers_than_those_of_micrographs() -> None:
    labels = np.array([0, 1] * 4)
    # One training is right everywhere and two are wrong: the mean AUC is the right one's share.
    drawn = check_trainings([labels, -labels, -labels], labels, None).drawn(
        Settings(0.5, 0.5, None, 400, "percentile", 3)
    )[:, Metric.AUC]
    shares = np.random.default_rng(3).multinomial(2, np.full(3, 1 / 3), 400)[:, 0] / 2
    known = np.isfinite(drawn)
    assert known.sum() > 300
    assert abs(np.corrcoef(drawn[known], shares[known])[0, 1]) < 0.2


@pytest.mark.slow
def test_more_than_nine_intervals_in_ten_hold_the_truth() -> None:
    # The truth is the mean over all trainings of a model whose defects stand out by a distance
    # that varies between trainings by 0.25 and between micrographs by 0.5.
    generator = np.random.default_rng(0)
    numbers = np.repeat(np.arange(40), 50)
    labels = np.tile(np.repeat([1, 0], [5, 45]), 40)
    truth = float(norm.cdf(1.5 / np.sqrt(2 + 0.25**2 + 0.5**2)))
    held = 0
    for seed in range(200):
        distance = 1.5 + 0.25 * generator.normal(size=(5, 1)) + 0.5 * generator.normal(size=40)
        scores = generator.normal(size=2000) + distance[:, numbers] * labels
        found = evaluate_repeats(scores, labels, groups=numbers, resamples=200, seed=seed)
        low, high = ends(found.auc)
        held += low <= truth <= high
    assert 0.91 <= held / 200 <= 0.99
