"""Figure 8: how the report's classifiers rank the patches they learned from, and others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sixring.evaluate import operating_points, roc_auc
from sixring.study._data import StudyData, labels_of
from sixring.study._figures._canvas import (
    DEFECT,
    GREY,
    PERFECT,
    SMALL,
    Plate,
    dress,
    new_canvas,
)
from sixring.study._training import Outcome

__all__ = ["roc_curves"]

_MARGIN = 0.015

_Ranking = tuple[NDArray[np.float32], NDArray[np.int8]]
"""Scores and labels."""


def roc_curves(outcomes: Sequence[Outcome], data: StudyData) -> Plate:
    """Draw the ROC curves of the report's experiment on training and test set.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Those of the report's experiment.
    data : StudyData
        The patches.
    """
    models = sorted({outcome.job.model for outcome in outcomes})
    test_labels = labels_of(data.test)
    canvas = new_canvas(3.6)
    for axes, model in zip(canvas.subplots(1, len(models), squeeze=False)[0], models, strict=True):
        dress(axes, "False-alarm rate", "Recall", model)
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        own = [outcome for outcome in outcomes if outcome.job.model == model]
        learned = [(o.training_scores, o.training_labels) for o in own]
        unseen = [(next(iter(o.scores.values())), test_labels) for o in own]
        for name, colour, rankings in (("training", PERFECT, learned), ("test", DEFECT, unseen)):
            for place, (scores, labels) in enumerate(rankings):
                points = operating_points(scores, labels)
                axes.plot(
                    points.false_alarm_rate,
                    points.recall,
                    color=colour,
                    linewidth=1.2,
                    alpha=0.85,
                    label=None if place else f"{name}, AUC {_range(rankings)}",
                )
        axes.set_xlim(-_MARGIN, 1 + _MARGIN)
        axes.set_ylim(-_MARGIN, 1 + _MARGIN)
        axes.set_aspect("equal")
        axes.legend(loc="lower right", fontsize=SMALL, frameon=False)
    seeds = len({outcome.job.seed for outcome in outcomes})
    lines = "One training of each" if seeds == 1 else f"One line for each of {seeds} trainings"
    return Plate(
        "ROC curves of the classifiers on training and test set",
        f"{lines}, on the patches that it learned from (blue) and on those of micrographs that "
        "it never saw (orange). A curve along the dashed diagonal is chance; one that climbs "
        "straight up and then goes right is perfect.",
        canvas,
    )


def _range(rankings: Iterable[_Ranking]) -> str:
    """Return the least and the largest AUC, once where they agree."""
    aucs = [f"{roc_auc(scores, labels):.2f}" for scores, labels in rankings]
    low, high = min(aucs), max(aucs)
    return low if low == high else f"{low} to {high}"
