"""From scores to numbers, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.quality import (
    ALL,
    DEFECTS,
    Ideal,
    counted_gap,
    judge_cell,
    judge_challenge,
    judge_reliability,
)
from benchmarks.quality._sets import Cell
from benchmarks.quality._tables import _interval, _number, _title
from quality_cases import LOGISTIC, fake
from sixring.evaluate import Estimate, detectability, reliability
from sixring.patches import PatchSet

IDEAL = {kind: Ideal(0.99, Estimate(0.9, 0.88, 0.92)) for kind in (ALL, *DEFECTS)}


def patch_set(defects: list[str]) -> PatchSet:
    n = len(defects)
    return PatchSet(
        images=np.zeros((n, 2, 2), np.float32),
        labels=np.array([int(name != "") for name in defects], np.int8),
        groups=np.array([f"m{k}" for k in range(n)]),
        names=tuple(str(k) for k in range(n)),
        details={"defect": np.array(defects)},
    )


def scores(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_each_kind_against_all_perfect_patches() -> None:
    patches = patch_set(["", "", "", "", "SV", "SV", "SW", "SW"])
    found = judge_cell(patches, scores(0, 1, 2, 3, 2.5, 1.5, 4, 5), IDEAL)
    assert list(found) == [ALL, "SV", "SW"]
    assert found["SV"]["auc"]["value"] == pytest.approx((3 + 2) / 8)
    assert found["SW"]["auc"]["value"] == 1
    assert found[ALL]["auc"]["value"] == pytest.approx((3 + 2 + 4 + 4) / 16)
    assert found["SV"]["auc"]["low"] < 5 / 8 < found["SV"]["auc"]["high"]


def test_the_efficiency_is_the_square_of_the_ratio_of_both_detectabilities() -> None:
    patches = patch_set(["", "", "", "", "SV", "SV"])
    found = judge_cell(patches, scores(0, 1, 2, 3, 2.5, 1.5), IDEAL)
    expected = (detectability(5 / 8) / detectability(0.9)) ** 2
    assert found["SV"]["efficiency"] == pytest.approx(expected)
    # Below chance there is nothing of it.
    worse = judge_cell(patches, scores(2, 3, 4, 5, 0, 1), IDEAL)
    assert worse["SV"]["efficiency"] == 0


@pytest.mark.parametrize(
    ("ideal", "values"), [(1.0, (0, 1, 0.5)), (0.9, (0, 1, 2)), (0.5, (0, 1, 0.5))]
)
def test_no_efficiency_where_it_can_t_be_told(
    ideal: float, values: tuple[float, float, float]
) -> None:
    known = {kind: Ideal(1.0, Estimate(ideal)) for kind in (ALL, "SV", *DEFECTS)}
    found = judge_cell(patch_set(["", "", "SV"]), scores(*values), known)
    assert found["SV"]["efficiency"] is None


def test_the_challenge_has_recall_at_one_false_alarm_in_a_hundred() -> None:
    patches = patch_set([""] * 200 + ["SV"] * 4)
    values = np.concatenate([np.arange(200), [198.5, 197.5, 196.5, 500]])
    found = judge_challenge(patches, values.astype(np.float32))
    # Two perfect patches may be called defects: 198 and 199.
    assert found["recall"]["value"] == 0.75
    assert found["auc"]["value"] == pytest.approx((199 + 198 + 197 + 200) / 800)
    assert 0 < found["average_precision"]["value"] < 1


def test_bins_of_few_patches_don_t_count() -> None:
    # 100 patches of 0.25 come true half as often again, 100 of 0.75 as they should, one of 0.55
    # not at all.
    predicted = np.repeat([0.25, 0.75, 0.55], [100, 100, 1])
    labels = np.concatenate([np.arange(100) < 35, np.arange(100) < 75, [False]]).astype(int)
    found = reliability(predicted, labels)
    assert found.largest_gap == pytest.approx(0.55)
    gap, bins = counted_gap(found)
    assert gap == pytest.approx(0.10)
    assert bins == 2
    few = reliability(predicted[::10], labels[::10])
    assert counted_gap(few) == (None, 0)


def test_probabilities_are_shifted_to_the_prevalence() -> None:
    labels = np.repeat([0, 1], [300, 100]).astype(np.int8)
    groups = np.array([str(k) for k in range(400)])
    model = fake(calibration=LOGISTIC)
    found = judge_reliability(model, np.zeros(400, np.float32), labels, groups)
    assert found is not None
    assert found["prevalence"] == 0.25
    assert found["largest_gap"] == pytest.approx(0, abs=1e-9)
    assert found["bins"] == 1
    assert found["predicted"][2] == pytest.approx(0.25)
    assert found["predicted"][3] is None
    assert judge_reliability(fake(), np.zeros(400, np.float32), labels, groups) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.500"),
        (0.99949, "0.999"),
        (0.9996, "0.9996"),
        (0.99996, "0.99996"),
        (0.9999996, "1.000"),
        (1.0, "1.000"),
    ],
)
def test_what_isn_t_one_is_written_so(value: float, text: str) -> None:
    assert _number(value) == text


def test_intervals_and_titles() -> None:
    assert _interval({"value": 0.9, "low": 0.8, "high": 0.9997}) == "0.900 [0.800, 0.9997]"
    assert _interval({"value": 0.9, "low": None, "high": None}) == "0.900"
    titles = [_title(Cell("hrtem", 300.0)), _title(Cell("hrtem", 1e4)), _title(Cell("stem", 3e4))]
    assert titles == ["HRTEM 300", "HRTEM 1e4", "STEM 3e4"]
