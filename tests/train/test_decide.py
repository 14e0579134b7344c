from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sixring.train._data import Part
from sixring.train._decide import decide


def part(labels: np.ndarray, groups: np.ndarray | None = None) -> Part:
    return Part(np.zeros((len(labels), 8, 8), np.float32), labels.astype(np.int8), groups)


def scored(n: int = 400, share: float = 0.25) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = rng.random(n) < share
    return (rng.normal(size=n) + 1.5 * labels).astype(np.float32), labels


def test_with_defects_everything_is_decided() -> None:
    scores, labels = scored()
    decision = decide(scores, part(labels), seed=0)
    assert decision.auc is not None
    assert decision.auc.value == pytest.approx(roc_auc_score(labels, scores))
    assert decision.auc.low is not None
    assert decision.auc.low < decision.auc.value
    assert decision.calibration is not None
    probability = decision.calibration.probability(scores)
    assert probability.mean() == pytest.approx(labels.mean(), abs=0.02)
    called = scores >= decision.threshold.value
    # Youden's threshold lies between the classes, whose means are 0 and 1.5.
    assert 0.3 < decision.threshold.value < 1.2
    assert called[labels].mean() - called[~labels].mean() > 0.45


def test_groups_widen_the_interval() -> None:
    scores, labels = scored()
    # Patches of a micrograph that score alike are fewer than they seem.
    shift = np.repeat(np.random.default_rng(1).normal(size=20), 20)
    groups = np.repeat([f"m{i:02}" for i in range(20)], 20)
    scores += shift.astype(np.float32)
    alone = decide(scores, part(labels), seed=0).auc
    grouped = decide(scores, part(labels, groups), seed=0).auc
    assert alone is not None
    assert grouped is not None
    assert alone.value == grouped.value
    assert "20 groups" in grouped.how
    assert alone.low is not None
    assert alone.high is not None
    assert grouped.low is not None
    assert grouped.high is not None
    assert grouped.high - grouped.low > alone.high - alone.low


def test_without_defects_there_is_only_a_threshold() -> None:
    scores = np.linspace(0, 1, 200, dtype=np.float32)
    decision = decide(scores, part(np.zeros(200)), seed=0)
    assert decision.auc is None
    assert decision.calibration is None
    assert (scores >= decision.threshold.value).sum() == 2
    assert decision.threshold.reason == (
        "at most 1.00% false alarms: 2 of 200 perfect patches are called defect"
    )


def test_the_seed_decides_on_the_resamples() -> None:
    scores, labels = scored(60)
    first, second = (decide(scores, part(labels), seed=seed) for seed in (0, 0))
    assert first == second
    other = decide(scores, part(labels), seed=1)
    assert other.auc is not None
    assert first.auc is not None
    assert other.auc.low != first.auc.low
