"""From scores on the validation part to a threshold and to probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.evaluate import (
    Calibration,
    Estimate,
    Threshold,
    calibrate,
    evaluate,
    false_alarm_threshold,
    youden_threshold,
)
from sixring.patches import DEFECT, PERFECT
from sixring.train._data import Part

__all__ = ["Decision", "decide"]


@dataclass(frozen=True)
class Decision:
    """What a model's scores mean."""

    threshold: Threshold
    """From where a patch is called a defect."""
    calibration: Calibration | None
    """From score to probability; None without defects."""
    auc: Estimate | None
    """How well the scores tell the classes apart; None without defects."""


def decide(scores: NDArray[np.float32], part: Part, seed: int) -> Decision:
    """Choose the threshold and fit the probabilities.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        The model's default score.
    part : Part
        The n patches, which the model hasn't learned from.
    seed : int
        Of folds and resamples.

    Returns
    -------
    Decision
        With defects: Youden's threshold. Without: the one with 1 % of false alarms.
    """
    perfect = part.labels == PERFECT
    if not part.count(DEFECT):
        return Decision(false_alarm_threshold(scores[perfect]), None, None)
    return Decision(
        youden_threshold(scores, part.labels),
        calibrate(scores, part.labels, part.groups, seed=seed),
        evaluate(scores, part.labels, groups=part.groups, seed=seed).auc,
    )
