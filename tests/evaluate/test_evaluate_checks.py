"""Every way of asking for a metric that can't be had, and what is said about it."""

from __future__ import annotations

import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.evaluate import (
    average_precision,
    compare_models,
    confusion,
    evaluate,
    recall_at,
    reliability,
    roc_auc,
)
from sixring.evaluate._checks import judged

SCORES = [0.1, 0.4, 0.35, 0.8]
LABELS = [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([], "scores: there are none"),
        ([[0.1, 0.2]], r"scores: one number a patch is needed, not an array of \(1, 2\)"),
        (["a", "b"], "scores: real numbers are needed, not <U1"),
        ([1j, 2j], "scores: real numbers are needed, not complex128"),
        (
            [0.1, np.nan, 0.3, np.inf],
            "scores: 2 of 4 aren't finite, the first is nan at index 1: score these patches "
            "again or leave them out",
        ),
    ],
)
def test_scores_are_finite_numbers(scores: list[float], message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        roc_auc(scores, LABELS[: len(scores)])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 1], r"labels: 4 scores need 4 labels, not an array of \(3,\)"),
        ([0, 1, 2, 1], r"labels: 2 at index 2 is neither 0 \(perfect\) nor 1 \(defect\)"),
        ([0, 1, 0.5, 1], r"labels: 0\.5 at index 2 is neither 0 \(perfect\) nor 1 \(defect\)"),
        ([0, 1, np.nan, 1], r"labels: nan at index 2 is neither 0 \(perfect\) nor 1 \(defect\)"),
        (["0", "1", "0", "1"], r"labels: 0 \(perfect\) or 1 \(defect\) is needed, not <U1"),
        (
            [0, 0, 0, 0],
            r"labels: none of the 4 patches is defect \(label 1\): a metric needs both classes",
        ),
        (
            [1, 1, 1, 1],
            r"labels: none of the 4 patches is perfect \(label 0\): a metric needs both classes",
        ),
    ],
)
def test_labels_are_0_and_1_and_both_occur(labels: list[float], message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        roc_auc(SCORES, labels)


def test_labels_may_be_whole_floats_or_truth_values() -> None:
    assert roc_auc(SCORES, [0.0, 0.0, 1.0, 1.0]) == 0.75
    assert roc_auc(SCORES, [False, False, True, True]) == 0.75


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (["a", "b"], r"groups: 4 scores need 4 groups, not an array of \(2,\)"),
        (
            ["a", "", "b", ""],
            "groups: 2 of 4 patches have none, the first at index 1: "
            "name the micrograph of each patch",
        ),
        (
            [1.0, 2.0, np.nan, 3.0],
            "groups: 1 of 4 patches have none, the first at index 2: "
            "name the micrograph of each patch",
        ),
    ],
)
def test_every_patch_has_a_group(groups: list[float], message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        evaluate(SCORES, LABELS, groups=groups)


@pytest.mark.parametrize("value", [0.0, 1.0, -0.1, 2.0, float("nan")])
def test_shares_lie_between_0_and_1(value: float) -> None:
    said = f"a share between 0 and 1 is needed, such as 0.01, not {value}"
    with pytest.raises(UsageError, match=f"^prevalence: {said}$"):
        evaluate(SCORES, LABELS, prevalence=value)
    with pytest.raises(UsageError, match=f"^prevalence: {said}$"):
        average_precision(SCORES, LABELS, prevalence=value)
    with pytest.raises(UsageError, match=f"^prevalence: {said}$"):
        reliability(SCORES, LABELS, prevalence=value)
    with pytest.raises(UsageError, match=f"^false_alarm_rate: {said}$"):
        evaluate(SCORES, LABELS, false_alarm_rate=value)
    with pytest.raises(UsageError, match=f"^false_alarm_rate: {said}$"):
        recall_at(SCORES, LABELS, value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_threshold_is_a_score(value: float) -> None:
    with pytest.raises(UsageError, match=f"^threshold: a finite score is needed, not {value}$"):
        evaluate(SCORES, LABELS, threshold=value)
    with pytest.raises(UsageError, match=f"^threshold: a finite score is needed, not {value}$"):
        confusion(SCORES, LABELS, value)


def test_the_bootstrap_has_its_limits() -> None:
    with pytest.raises(UsageError, match=r"^resamples: 99 are too few: at least 100$"):
        evaluate(SCORES, LABELS, resamples=99)
    expected = r"^interval: 'normal' isn't known: choose one of log-odds, bca, percentile$"
    with pytest.raises(UsageError, match=expected):
        evaluate(SCORES, LABELS, interval="normal")  # type: ignore[arg-type]


def test_probabilities_are_probabilities() -> None:
    expected = r"^probabilities: 1\.2 at index 1 isn't between 0 and 1: calibrate the scores first$"
    with pytest.raises(UsageError, match=expected):
        reliability([0.2, 1.2], [0, 1])
    with pytest.raises(UsageError, match=r"^probabilities: 1 of 2 aren't finite, the first is nan"):
        reliability([0.2, np.nan], [0, 1])
    with pytest.raises(UsageError, match=r"^bins: at least 2 are needed, not 1$"):
        reliability([0.2, 0.4], [0, 1], bins=1)


def test_two_models_score_the_same_patches() -> None:
    expected = r"^second: 3 scores, but the first model has 4: both must score the same patches$"
    with pytest.raises(UsageError, match=expected):
        compare_models(SCORES, SCORES[:3], LABELS)
    with pytest.raises(UsageError, match=r"^second: 1 of 4 aren't finite, the first is nan"):
        compare_models(SCORES, [0.1, 0.2, np.nan, 0.3], LABELS)


@pytest.mark.parametrize("name", ["defect", "dose", "mode", "sampling"])
def test_details_are_as_long_as_the_scores(name: str) -> None:
    expected = rf"^details: 4 scores need 4 values of '{name}', not an array of \(1,\)$"
    with pytest.raises(UsageError, match=expected):
        evaluate(SCORES, LABELS, details={name: [1.0]})


@pytest.mark.parametrize("name", ["dose", "sampling"])
def test_doses_are_numbers(name: str) -> None:
    with pytest.raises(UsageError, match=rf"^details: '{name}' must be numbers \(could not"):
        evaluate(SCORES, LABELS, details={name: ["low", "low", "low", "high"]})


def test_a_part_of_the_patches_has_its_own_groups() -> None:
    patches = judged(SCORES, LABELS, ["c", "a", "b", "c"])
    assert patches.group_names == ("a", "b", "c")
    part = patches.part(np.array([True, False, True, True]))
    assert part.group_names == ("b", "c")
    assert part.groups.tolist() == [1, 0, 1]
    assert part.groups_with(defect=True) == 2
    assert part.groups_with(defect=False) == 1
