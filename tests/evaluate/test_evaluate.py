"""The one door: everything that is said about a model's scores fits together."""

from __future__ import annotations

import json

import numpy as np
import pytest

from scored_patches import normals
from sixring.evaluate import (
    Calibration,
    Estimate,
    Evaluation,
    Threshold,
    average_precision,
    calibrate,
    confusion,
    delong,
    evaluate,
    recall_at,
    reliability,
    roc_auc,
)

CASE = normals(60, 400, 1.5)
VALIDATION = normals(60, 400, 1.5, seed=1)
CALIBRATION = calibrate(*VALIDATION)
THRESHOLD = Threshold(1.0, "by hand")


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluate(
        *CASE[:2],
        groups=CASE.groups,
        details={"defect": np.where(CASE.labels == 1, "SW", "")},
        threshold=THRESHOLD,
        calibration=CALIBRATION,
        resamples=200,
    )


def test_the_numbers_are_those_of_the_single_metrics(found: Evaluation) -> None:
    scores, labels, groups = CASE
    assert found.auc.value == roc_auc(scores, labels)
    assert found.average_precision.value == average_precision(scores, labels)
    assert found.recall.value == recall_at(scores, labels)
    assert found.auc_delong == delong(scores, labels, groups)
    assert found.confusion == confusion(scores, labels, 1.0)
    assert found.hits is not None
    assert found.false_alarms is not None
    assert found.hits.value == pytest.approx(found.confusion.recall)
    assert found.false_alarms.value == pytest.approx(found.confusion.false_alarm_rate)
    assert found.reliability is not None
    probability = CALIBRATION.probability(scores, 60 / 460)
    expected = reliability(probability, labels, groups=groups, resamples=200)
    assert found.reliability.error == expected.error
    np.testing.assert_array_equal(found.reliability.low, expected.low)
    assert (found.n_defect, found.n_perfect, found.n_groups) == (60, 400, 20)
    assert found.prevalence == 60 / 460
    assert found.notes == ()


def test_the_intervals_hold_the_values(found: Evaluation) -> None:
    for estimate in (found.auc, found.average_precision, found.recall, found.hits):
        assert estimate is not None
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low < estimate.value < estimate.high
        assert estimate.how == "bootstrap over 20 groups, 200 resamples, log-odds"
    # Two ways to the same interval.
    assert found.auc.low == pytest.approx(found.auc_delong.low, abs=0.015)
    assert found.auc.high == pytest.approx(found.auc_delong.high, abs=0.015)


def test_the_band_follows_the_roc_curve(found: Evaluation) -> None:
    band, points = found.band, found.points
    for rate, recall in zip(band.false_alarm_rate, band.recall, strict=True):
        allowed = points.false_alarm_rate <= rate + 1e-12
        assert recall == points.recall[allowed].max()
    known = ~np.isnan(band.low)
    # Where every resample finds all defects there is nothing to tell.
    assert known[band.recall < 0.99].all()
    assert (band.low[known] <= band.recall[known] + 1e-12).all()
    assert (band.recall[known] <= band.high[known] + 1e-12).all()


def test_the_same_arguments_give_the_same_bytes(found: Evaluation) -> None:
    arguments = {"groups": CASE.groups, "resamples": 200}
    first, again, other = (
        json.dumps(evaluate(*CASE[:2], groups=CASE.groups, resamples=200, seed=seed).document())
        for seed in (0, 0, 1)
    )
    assert first == again != other
    assert found.auc == evaluate(*CASE[:2], **arguments).auc  # type: ignore[arg-type]


def test_lists_and_other_types_of_numbers_do(found: Evaluation) -> None:
    same = evaluate(
        CASE.scores.tolist(),
        (CASE.labels == 1).tolist(),
        groups=CASE.groups.tolist(),
        resamples=200,
    )
    assert same.auc == found.auc
    single = evaluate(CASE.scores.astype(np.float32), CASE.labels.astype(np.int8), resamples=200)
    assert single.auc.value == pytest.approx(found.auc.value, abs=1e-4)


def test_without_groups_the_patches_are_independent_and_a_note_says_so() -> None:
    alone = evaluate(*CASE[:2], resamples=100)
    assert alone.n_groups == 460
    assert alone.auc.how == "bootstrap over 460 patches, 100 resamples, log-odds"
    assert alone.notes == (
        "no groups were given: the patches are taken to be independent, and the intervals "
        "are too narrow if several come from one micrograph",
    )


def test_one_group_gives_values_without_intervals() -> None:
    single = evaluate(*CASE[:2], groups=["a.tif"] * 460, calibration=CALIBRATION, threshold=1.0)
    reason = "no interval: all patches are of one group ('a.tif'), and at least two are needed"
    for estimate in (single.auc, single.auc_delong, single.recall, single.hits):
        assert estimate is not None
        assert estimate == Estimate(estimate.value, None, None, reason)
    assert np.isnan(single.band.low).all()
    assert single.reliability is not None
    assert single.reliability.error.how == reason


def test_few_groups_are_said() -> None:
    case = normals(60, 400, 1.5, groups=4)
    few = evaluate(*case[:2], groups=case.groups, resamples=100)
    assert few.notes == ("only 4 groups hold the rarer class: the intervals are rough",)


def test_too_few_perfect_patches_for_the_false_alarm_rate() -> None:
    few = evaluate(*normals(20, 50, 2.0)[:2], groups=np.arange(70), resamples=100)
    assert few.notes == (
        "50 perfect patches can't show a false-alarm rate of 0.01: "
        "recall is stated for no false alarm at all",
    )
    scores, labels, _ = normals(20, 50, 2.0)
    assert few.recall.value == np.mean(scores[labels == 1] > scores[labels == 0].max())


def test_a_bare_threshold_is_the_user_s(found: Evaluation) -> None:
    bare = evaluate(*CASE[:2], groups=CASE.groups, threshold=1.0, resamples=200)
    assert bare.threshold == Threshold(1.0, "given by the user")
    assert bare.hits == found.hits


def test_without_threshold_and_calibration_there_is_less() -> None:
    less = evaluate(*CASE[:2], resamples=100)
    for missing in (less.threshold, less.confusion, less.hits, less.false_alarms):
        assert missing is None
    assert less.calibration is None
    assert less.reliability is None
    assert set(less.tables()) == {"metrics", "roc", "points"}
    assert less.document()["confusion"] is None


def test_the_stated_prevalence_is_that_of_precision_and_probabilities() -> None:
    rare = evaluate(
        *CASE[:2],
        groups=CASE.groups,
        prevalence=0.01,
        calibration=CALIBRATION,
        resamples=100,
    )
    assert rare.average_precision.value == average_precision(*CASE[:2], prevalence=0.01)
    assert rare.points.prevalence == 0.01
    assert rare.reliability is not None
    assert rare.reliability.prevalence == 0.01
    assert rare.reliability.error.value < 0.02
    assert rare.auc.value == roc_auc(*CASE[:2])


@pytest.mark.parametrize("interval", ["bca", "percentile"])
def test_other_intervals_lie_near(interval: str, found: Evaluation) -> None:
    other = evaluate(
        *CASE[:2],
        groups=CASE.groups,
        resamples=200,
        interval=interval,  # type: ignore[arg-type]
    )
    assert other.auc.how == f"bootstrap over 20 groups, 200 resamples, {interval}"
    assert other.auc.low == pytest.approx(found.auc.low, abs=0.02)
    assert other.auc.low != found.auc.low


def test_the_document_is_json_and_whole(found: Evaluation) -> None:
    document = json.loads(json.dumps(found.document(), allow_nan=False))
    assert document["auc"] == {
        "value": found.auc.value,
        "low": found.auc.low,
        "high": found.auc.high,
        "how": found.auc.how,
    }
    assert document["threshold"] == {"value": 1.0, "reason": "by hand"}
    assert document["confusion"]["hits"] + document["confusion"]["misses"] == 60
    assert Calibration.from_document(document["calibration"]) == CALIBRATION
    assert len(document["roc"]["recall"]) == len(found.band.recall)
    assert document["parts"][0]["value"] == "SW"
    assert document["parts"][0]["auc"]["value"] == found.auc.value
    assert len(document["reliability"]["observed"]) == 10
    assert document["notes"] == []
    assert set(document) == {
        *("n_defect", "n_perfect", "n_groups", "prevalence", "false_alarm_rate", "auc"),
        *("auc_delong", "average_precision", "recall", "hits", "false_alarms"),
        *("calibration_error", "threshold", "confusion", "calibration", "reliability"),
        *("roc", "parts", "notes"),
    }


def test_empty_bins_are_null_in_the_document() -> None:
    sure = evaluate([0.0, 1.0] * 8, [0, 1] * 8, calibration=CALIBRATION, resamples=100)
    document = json.loads(json.dumps(sure.document(), allow_nan=False))
    assert None in document["reliability"]["observed"]


def test_the_tables(found: Evaluation) -> None:
    tables = found.tables()
    metrics = tables["metrics"].set_index("metric")
    assert list(metrics.columns) == ["value", "low", "high", "how"]
    assert metrics.loc["auc", "value"] == found.auc.value
    assert list(metrics.index) == [
        "auc",
        "auc_delong",
        "average_precision",
        "recall",
        "hits",
        "false_alarms",
        "calibration_error",
    ]
    parts = tables["parts"]
    assert parts.loc[0, "column"] == "defect"
    assert parts.loc[0, "recall_low"] == found.recall.low
    points = tables["points"]
    assert len(points) == len(np.unique(CASE.scores)) + 1
    assert points["threshold"].is_monotonic_decreasing
    assert tables["reliability"]["patches"].sum() == 460
    assert list(tables["roc"].columns) == ["false_alarm_rate", "recall", "low", "high"]


def test_an_estimate_as_text() -> None:
    assert str(Estimate(0.97143, 0.9549, 0.98321, "")) == "0.971 [0.955, 0.983]"
    assert str(Estimate(0.97143)) == "0.971"
