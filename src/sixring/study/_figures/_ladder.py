"""Figures 11 and 15: one classifier, one change after another."""

from __future__ import annotations

from sixring.study._figures._canvas import (
    DEFECT,
    PERFECT,
    SMALL,
    TEXT,
    Plate,
    dress,
    new_canvas,
)
from sixring.study._figures._estimates import chance_line, draw_estimate, draw_seeds
from sixring.study._reading import REMEDIES, STEPS, Document, Row, find

__all__ = ["imbalance_remedies", "ladder"]

_METRICS = {
    "auc": "AUC",
    "average_precision": "Average precision",
    "recall": "Recall at 1 % false alarms",
}
_SEEDS_ASIDE = 0.14


def ladder(document: Document) -> Plate:
    """Draw the AUC of the first classifier at each step from the report's experiment upwards."""
    canvas = new_canvas(3.3)
    axes = canvas.add_subplot()
    dress(axes, "", "AUC on the test set")
    names = []
    for place, (step, kind) in enumerate(STEPS.items()):
        row = find(document, kind)
        draw_seeds(axes, place + _SEEDS_ASIDE, row["each"], PERFECT)
        draw_estimate(axes, place, row["auc"], PERFECT)
        names.append(f"{step if place == 0 else f'+ {step}'}\n{row['auc']['value']:.3f}")
    chance_line(axes, label="chance")
    axes.set_xticks(range(len(names)), names, fontsize=TEXT)
    axes.set_xlim(-0.5, len(names) - 0.4)
    axes.margins(y=0.1)
    return Plate(
        "From the report's experiment upwards",
        "The AUC of cnn-a after each change, each on top of those before it, with its 95 % "
        "interval; the single trainings as small dots. Several steps change more than one thing. "
        "Balanced: both classes are drawn equally often. Normalised: batch normalisation behind "
        "the convolutions and layer normalisation in the dense layers, dropout, a larger learning "
        "rate that grows at first and then falls, and weight decay. Augmented: in training "
        "every patch is turned, mirrored, shifted, blurred and given more noise at random, and a "
        "patch is judged by the mean over its eight turns and mirror images. The epoch that is "
        "kept is the one with the highest AUC on the patches held out, and with augmentation the "
        "one with the lowest loss. Longer: as many steps "
        "of the optimiser as a training on all patches has. All patches: the whole training set.",
        canvas,
    )


def imbalance_remedies(document: Document) -> Plate:
    """Draw what is reached with each remedy against the rarity of defects."""
    canvas = new_canvas(2.6)
    panels = canvas.subplots(1, len(_METRICS), sharey=True)
    for axes, (metric, label) in zip(panels, _METRICS.items(), strict=True):
        dress(axes, label)
        for place, kind in enumerate(REMEDIES.values()):
            row = find(document, kind)
            colour = DEFECT if place else PERFECT
            draw_estimate(axes, place, row[metric], colour, lying=True)
            if metric == "auc":
                draw_seeds(axes, place + 2 * _SEEDS_ASIDE, row["each"], colour, lying=True)
        chance_line(axes, at=_chance(row, metric), lying=True)
    panels[0].set_yticks(range(len(REMEDIES)), list(REMEDIES), fontsize=SMALL)
    panels[0].set_ylim(len(REMEDIES) - 0.5, -0.5)
    return Plate(
        "What to do about rare defects",
        "cnn-a on all patches, augmented, with one remedy or another, and with none. Blue: the "
        "default, below it its single trainings. Dashed: what a score would have that knows "
        "nothing. That is 0.5 for the AUC, the share of defects for the average precision, and "
        "for the recall the false-alarm rate.",
        canvas,
    )


def _chance(row: Row, metric: str) -> float:
    """Return what a score that knows nothing would have."""
    levels = {"average_precision": row["prevalence"], "recall": row["false_alarm_rate"]}
    return float(levels.get(metric, 0.5))
