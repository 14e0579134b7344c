"""What decides a score beside defects, where it is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import spearmanr

from sixring.evaluate import roc_auc
from sixring.patches import PatchSet
from sixring.study._reasons import explain
from study_outcomes import labelled

TEST = labelled(600, 15)
assert TEST.labels is not None
LABELS: NDArray[np.int8] = TEST.labels
DOSE = np.asarray(TEST.details["dose"], float)
NOISE = np.random.default_rng(0).normal(size=600)


def patch_set(labels: NDArray[np.int8], groups: NDArray[np.str_]) -> PatchSet:
    n = len(labels)
    doses = {"dose": np.full(n, 1000.0)}
    return PatchSet(np.zeros((n, 8, 8), np.float32), labels, groups, ("x",) * n, doses)


def explained(score: NDArray[np.float64], test: PatchSet = TEST) -> dict[str, float | None]:
    return explain(score[np.newaxis].astype(np.float32), test)


def known(value: float | None) -> float:
    assert value is not None
    return value


def test_a_score_that_is_the_noise_follows_the_dose() -> None:
    # Brighter patches have less noise: a residual of 1 / dose.
    found = explained(1 / DOSE)
    assert found["dose"] == pytest.approx(-1)
    assert found["micrographs"] == 15
    assert found["dose_share"] == pytest.approx(1)
    assert found["micrograph_share"] == pytest.approx(1)
    assert found["auc_within_micrographs"] == 0.5


def test_a_score_that_is_chance_follows_nothing() -> None:
    found = explained(NOISE)
    assert abs(known(found["dose"])) < 0.1
    assert known(found["dose_share"]) < 0.01
    assert known(found["micrograph_share"]) < 0.03
    assert known(found["auc_within_micrographs"]) == pytest.approx(0.5, abs=0.07)


def test_the_correlation_is_that_of_perfect_patches() -> None:
    # Defects would turn it round.
    score = np.where(LABELS == 1, 10 * DOSE, -DOSE + 2000 * NOISE)
    perfect = LABELS == 0
    expected = float(spearmanr(score[perfect], DOSE[perfect]).statistic)
    found = explained(score)
    assert found["dose"] == pytest.approx(expected, abs=1e-3)
    assert found["dose_share"] == pytest.approx(expected**2, abs=1e-3)


def test_what_micrographs_have_in_common_beside_the_dose() -> None:
    focus = np.random.default_rng(1).permutation(15).astype(float)
    numbers = np.searchsorted(np.unique(DOSE), DOSE)
    found = explained(focus[numbers] + 0.1 * NOISE)
    assert known(found["micrograph_share"]) > 0.95
    assert known(found["dose_share"]) < 0.5


def test_the_share_of_micrographs_by_hand() -> None:
    labels = np.array([0, 0, 0, 0, 0, 0, 1], np.int8)
    groups = np.array(["a", "a", "a", "b", "b", "b", "a"])
    test = patch_set(labels, groups)
    # Ranks 1 2 4 and 3 5 6: 9.33 of 17.5 within, on 4 of 5 degrees of freedom.
    found = explained(np.array([1.0, 2, 4, 3, 5, 6, 0]), test)
    assert found["micrograph_share"] == pytest.approx(1 - (28 / 3 / 4) / (17.5 / 5))
    assert (found["dose"], found["dose_share"]) == (None, None)


def test_conditions_have_no_part_in_the_auc_within_micrographs() -> None:
    # Defects stand out clearly, but micrographs differ far more.
    numbers = np.searchsorted(np.unique(DOSE), DOSE)
    score = 100.0 * numbers + 2 * LABELS + NOISE
    found = explained(score)
    assert roc_auc(score, LABELS) < 0.6
    assert known(found["auc_within_micrographs"]) == pytest.approx(
        roc_auc(2 * LABELS + NOISE, LABELS), abs=0.03
    )


def test_the_auc_within_micrographs_by_hand() -> None:
    labels = np.array([1, 0, 0, 1, 1, 0, 1, 0, 0], np.int8)
    groups = np.array(["a", "a", "a", "b", "b", "b", "alone", "plain", "plain"])
    test = patch_set(labels, groups)
    # 1/2 in a for one defect, 1 in b for two; the others have one class alone.
    found = explained(np.array([2.0, 1, 3, 9, 8, 7, 0, 5, 5]), test)
    assert found["auc_within_micrographs"] == pytest.approx((0.5 + 2 * 1) / 3)


def test_numbers_are_means_over_the_trainings() -> None:
    scores = np.stack([1 / DOSE, DOSE, DOSE]).astype(np.float32)
    found = explain(scores, TEST)
    assert found["dose"] == pytest.approx(1 / 3)
    assert found["dose_share"] == pytest.approx(1)


def test_what_can_t_be_had_is_none() -> None:
    constant = explained(np.ones(600))
    assert constant["dose"] is None
    assert constant["micrograph_share"] is None
    assert constant["auc_within_micrographs"] == 0.5
    one_dose = replace(TEST, details={"dose": np.full(600, 1000.0)})
    assert explained(NOISE, one_dose)["dose"] is None
    assert explained(NOISE, one_dose)["dose_share"] is None
    single = replace(TEST, groups=np.arange(600).astype(str))
    assert explained(NOISE, single)["micrograph_share"] is None
    assert explained(NOISE, single)["auc_within_micrographs"] is None
    together = replace(TEST, groups=np.full(600, "a"))
    assert explained(NOISE, together)["micrograph_share"] is None
