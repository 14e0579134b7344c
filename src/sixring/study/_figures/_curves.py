"""Figure 14: what more defect patches bring."""

from __future__ import annotations

from sixring.study._figures._canvas import DEFECT, PERFECT, SMALL, Plate, dress, new_canvas
from sixring.study._figures._estimates import chance_line, draw_estimate, draw_seeds
from sixring.study._phrases import span
from sixring.study._plan import CLASSIFIERS
from sixring.study._reading import Document, curve, trainings_of
from sixring.study._results import Kind

__all__ = ["learning_curves"]

_ASIDE = 1.06
"""Factor between the two curves, so that their whiskers don't hide each other."""
_LOWEST = 0.4
"""Where the AUC begins, if no interval goes below it."""


def learning_curves(document: Document) -> Plate:
    """Draw the AUC of cnn-a over the number of defect patches it learned from."""
    canvas = new_canvas(3.2)
    axes = canvas.add_subplot()
    dress(axes, "Defect patches (of these, learned from)", "AUC on the test set")
    axes.set_xscale("log")
    numbers: list[int] = []
    for augmented, colour, name, aside in (
        (True, PERFECT, "with augmentation", 1 / _ASIDE),
        (False, DEFECT, "without augmentation", _ASIDE),
    ):
        points = curve(document, augmented=augmented)
        numbers = list(points)
        axes.plot(
            [number * aside for number in points],
            [row["auc"]["value"] for row in points.values()],
            color=colour,
            linewidth=1.1,
        )
        for number, row in points.items():
            draw_seeds(axes, number * aside**2, row["each"], colour)
            label = name if number == numbers[0] else None
            hollow = not augmented
            draw_estimate(axes, number * aside, row["auc"], colour, hollow=hollow, label=label)
    chance_line(axes, label="chance")
    axes.set_xticks(numbers, [f"{number}\n({_learned(document, number)})" for number in numbers])
    axes.set_xticks([], minor=True)
    axes.set_xlim(numbers[0] / 1.5, numbers[-1] * 1.5)
    lowest = min(axes.get_ylim()[0], _LOWEST)
    axes.set_ylim(lowest, 1.0)
    canvas.legend(loc="outside upper center", ncols=2, fontsize=SMALL, frameon=False)
    return Plate(
        "Learning curves over the number of defect patches",
        "cnn-a, trained on the same perfect patches and more and more defects, for as many steps "
        "of the optimiser each, with its 95 % interval; where there are several trainings, they "
        "stand beside it as small dots. About "
        "a fifth of the defects is held out to watch the training: those that are learned from "
        "stand in brackets. Both curves stand a little "
        "to either side of the number that they belong to.",
        canvas,
    )


def _learned(document: Document, number: int) -> str:
    rows = trainings_of(document, Kind("curve", str(number), CLASSIFIERS[0]))
    return span([row["learned_defects"] for row in rows])
