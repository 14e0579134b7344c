"""What the study found about its classifiers, in sentences that its numbers choose."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sixring.report.wording import significant
from sixring.study._phrases import auc_text, difference_text, grade, told
from sixring.study._plan import CLASSIFIERS
from sixring.study._reading import (
    REMEDIES,
    STEPS,
    Document,
    Row,
    compared,
    curve,
    find,
    trainings_of,
)
from sixring.study._results import Kind

__all__ = [
    "classifier_findings",
    "curve_findings",
    "imbalance_findings",
    "ladder_findings",
    "report_findings",
    "start_loss",
    "why_so",
]

_BY_HEART, _AT_START = 0.25, 0.9
"""Final training loss over that at the start: below the first a training set is known by heart,
above the second nothing was learned."""
_GOOD = 0.9
"""The AUC that the learning curves are asked for."""


def report_findings(document: Document) -> list[str]:
    """Say what the report's experiment comes to."""
    sentences = []
    for model in CLASSIFIERS:
        kind = Kind("report", "", model)
        row, first = find(document, kind), trainings_of(document, kind)[0]
        sentences.append(
            f"Trained as in the report, on {first['perfect']} perfect and {first['defects']} "
            f"defect patches for {_epochs(trainings_of(document, kind))}, {model} reaches an AUC "
            f"of {auc_text(row['auc'])} on the test set: {grade(row['auc'])}."
        )
    return sentences


def start_loss(training: Row) -> float:
    """Return the loss of a network that knows nothing but how rare defects are."""
    share = float(training["defects"] / (training["perfect"] + training["defects"]))
    return -share * math.log(share) - (1 - share) * math.log(1 - share)


def why_so(document: Document) -> list[str]:
    """Explain the result of the report's experiment by how its trainings ended."""
    every = {model: trainings_of(document, Kind("report", "", model)) for model in CLASSIFIERS}
    start = start_loss(every[CLASSIFIERS[0]][0])
    return [
        f"A network that knows nothing but how rare defects are has a loss of {start:.3f}.",
        *(sentence for model, rows in every.items() for sentence in _ends(model, rows, start)),
    ]


def _ends(model: str, rows: Sequence[Row], start: float) -> list[str]:
    by_heart = [row for row in rows if row["training_loss"] < _BY_HEART * start]
    at_start = [row for row in rows if row["training_loss"] > _AT_START * start]
    between = [row for row in rows if row not in by_heart and row not in at_start]
    sentences = []
    if by_heart:
        worse = min(row["validation_loss"] for row in by_heart) > start
        others = "worse than knowing nothing" if worse else "of less use"
        sentences.append(
            f"{model}: in {_of(by_heart, rows)} the loss on the training patches fell to "
            f"{_losses(by_heart, 'training_loss')}, and on the patches held out it ended at "
            f"{_losses(by_heart, 'validation_loss')}. The network learned its patches by heart, "
            f"the noise of each included; for other patches that is {others}."
        )
    if at_start:
        sentences.append(
            f"{model}: in {_of(at_start, rows)} the loss on the training patches was still "
            f"{_losses(at_start, 'training_loss')} at the end. The network never got away from "
            "its start: it calls every patch perfect with nearly the same confidence."
        )
    if between:
        sentences.append(
            f"{model}: in {_of(between, rows)} the loss on the training patches ended at "
            f"{_losses(between, 'training_loss')} and on the patches held out at "
            f"{_losses(between, 'validation_loss')}: something was learned, neither by heart nor "
            "all that there is."
        )
    return sentences


def ladder_findings(document: Document) -> list[str]:
    """Say which steps lead from the report's result to the best one."""
    rows = {step: find(document, kind) for step, kind in STEPS.items()}
    steps = list(rows)
    sentences = [
        f"From {auc_text(rows[steps[0]]['auc'])} in the report's experiment the AUC of "
        f"{CLASSIFIERS[0]} goes to {auc_text(rows[steps[-1]]['auc'])} when its training is "
        f"{', '.join(steps[1:-1])} and has {steps[-1]}: {grade(rows[steps[-1]]['auc'])}."
    ]
    changes = {step: compared(document, "ladder", STEPS[step])["difference"] for step in steps[1:]}
    raising = [step for step in changes if told(changes[step]) == "higher"]
    lowering = [step for step in changes if told(changes[step]) == "lower"]
    if raising:
        largest = max(raising, key=lambda step: float(changes[step]["value"]))
        sentences.append(
            f"{_listed(raising)} raised the AUC by more than chance might; the largest step was "
            f"'{largest}' with {difference_text(changes[largest])}."
        )
    else:
        sentences.append("No single step raised the AUC by more than chance might.")
    if lowering:
        sentences.append(f"{_listed(lowering)} lowered the AUC.")
    if told(_whole(rows[steps[0]], rows[steps[-1]])) == "higher":
        sentences.append(
            "The convolutions and dense layers are the same all along: the report's result is one "
            "of its data and its training, and not of its architecture."
        )
    return sentences


def classifier_findings(document: Document) -> list[str]:
    """Compare both classifiers, and training with and without augmentation."""
    sentences = []
    for model in CLASSIFIERS:
        kind = Kind("challenge", "", model)
        row, first = find(document, kind), trainings_of(document, kind)[0]
        difference = compared(document, "augmentation", kind)["difference"]
        effect = {
            "higher": "raises it",
            "lower": "lowers it",
            "alike": "changes it by no more than chance might",
        }[told(difference)]
        sentences.append(
            f"On {first['perfect'] + first['defects']} patches {model} reaches "
            f"{auc_text(row['auc'])}, {grade(row['auc'])}; augmentation {effect}: "
            f"{difference_text(difference)}."
        )
    first_model, second_model = CLASSIFIERS
    difference = compared(document, "model", Kind("challenge", "", first_model))["difference"]
    verdict = {
        "higher": f"{first_model} is better than {second_model}",
        "lower": f"{second_model} is better than {first_model}",
        "alike": f"{first_model} and {second_model} can't be told apart",
    }[told(difference)]
    sentences.append(f"With augmentation {verdict}: {difference_text(difference)}.")
    return sentences


def curve_findings(document: Document) -> list[str]:
    """Say how many defect patches it takes."""
    sentences = []
    for augmented, words in ((True, "With"), (False, "Without")):
        points = curve(document, augmented=augmented)
        fewest, most = min(points), max(points)
        first, last = points[fewest], points[most]
        reached = [n for n, row in points.items() if row["auc"]["value"] >= _GOOD]
        end = f"{_GOOD:g} is reached with {reached[0]}" if reached else f"{_GOOD:g} isn't reached"
        sentences.append(
            f"{words} augmentation, {fewest} defect patches give {auc_text(first['auc'])} and "
            f"{most} give {auc_text(last['auc'])}; {end}."
        )
    return sentences


def imbalance_findings(document: Document) -> list[str]:
    """Say whether the default remedy against the rarity of defects is the best."""
    default, *others = REMEDIES
    found: dict[str, list[str]] = {"higher": [], "lower": [], "alike": []}
    for name in others:
        row = compared(document, "imbalance", REMEDIES[default], REMEDIES[name])
        difference = row["difference"]
        found[told(difference)].append(f"{name} ({difference_text(difference)})")
    verbs = {"higher": "is better than", "lower": "is worse than", "alike": "can't be told from"}
    return [
        f"{default.capitalize()} {verbs[verdict]} {', '.join(names)}."
        for verdict, names in found.items()
        if names
    ]


def _whole(first: Row, last: Row) -> Row:
    """Return the difference of two results; told apart where their intervals are."""
    a, b = first["auc"], last["auc"]
    value = b["value"] - a["value"]
    if a["low"] is None or b["low"] is None:
        return {"value": value, "low": None, "high": None}
    return {"value": value, "low": b["low"] - a["high"], "high": b["high"] - a["low"]}


def _epochs(rows: Sequence[Row]) -> str:
    fewest, most = min(row["epochs"] for row in rows), max(row["epochs"] for row in rows)
    return f"{most} epochs" if fewest == most else f"{fewest} to {most} epochs"


def _of(some: Sequence[Row], rows: Sequence[Row]) -> str:
    if len(rows) == 1:
        return "the only training"
    if len(some) == len(rows):
        return "both trainings" if len(rows) == 2 else f"all {len(rows)} trainings"
    return f"{len(some)} of {len(rows)} trainings"


def _losses(rows: Sequence[Row], column: str) -> str:
    ends = [significant(f(row[column] for row in rows), 2) for f in (min, max)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _listed(steps: Sequence[str]) -> str:
    quoted = [f"'{step}'" for step in steps]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
