"""What the study found about its classifiers, in sentences that its numbers choose."""

from __future__ import annotations

from collections.abc import Sequence

from sixring.study._phrases import auc_text, difference_text, grade, span, worth
from sixring.study._plan import CLASSIFIERS
from sixring.study._reading import (
    REMEDIES,
    STEPS,
    Document,
    compared,
    curve,
    find,
    learned,
    trainings_of,
)
from sixring.study._results import Kind
from sixring.study._verdicts import Verdict, judge

__all__ = ["classifier_findings", "curve_findings", "imbalance_findings", "ladder_findings"]

_GOOD = 0.9
"""The AUC that the learning curves are asked for."""
_NOT_OF_OTHERS = "which says nothing of other trainings"
_CORRECTED = "corrected for their number after Holm"


def ladder_findings(document: Document) -> list[str]:
    """Say which steps lead from the report's result to that on all patches."""
    first, *between, last = STEPS
    rows = {step: find(document, STEPS[step]) for step in (first, last)}
    sentences = [
        f"When its training is {', '.join(between)} and has {last}, the AUC of {CLASSIFIERS[0]} "
        f"goes from {auc_text(rows[first]['auc'])} in the report's experiment to "
        f"{auc_text(rows[last]['auc'])}, {worth(rows[last])}."
    ]
    steps = [*between, last]
    judged = judge(document, [compared(document, "ladder", STEPS[step]) for step in steps])
    verdicts = dict(zip(steps, judged, strict=True))
    single = [step for step, verdict in verdicts.items() if verdict.single]
    if single:
        changes = [f"'{step}' {_difference(verdicts[step])}" for step in single]
        sentences.append(
            f"With a single training to compare, the change is {', '.join(changes)}, "
            f"{_NOT_OF_OTHERS}."
        )
    several = {step: verdict for step, verdict in verdicts.items() if not verdict.single}
    return [*sentences, *_changes(several, len(steps))] if several else sentences


def _changes(verdicts: dict[str, Verdict], among: int) -> list[str]:
    """Say which steps change the AUC, where there are trainings enough to say so."""
    of = {
        word: [step for step, verdict in verdicts.items() if verdict.word == word]
        for word in ("higher", "lower", "unknown")
    }
    number = _comparisons(among)
    if of["higher"]:
        largest = max(
            of["higher"], key=lambda step: float(verdicts[step].comparison["difference"]["value"])
        )
        sentences = [
            f"{_listed(of['higher'])} raised the AUC by more than chance might ({number}); the "
            f"largest step was '{largest}' with {_difference(verdicts[largest])}."
        ]
    else:
        sentences = [f"No single step raised the AUC by more than chance might ({number})."]
    if of["lower"]:
        lost = [f"'{step}' lowered the AUC: {_difference(verdicts[step])}" for step in of["lower"]]
        sentences.append(f"{'; '.join(lost)}.")
    if of["unknown"]:
        sentences.append(
            f"Of {_listed(of['unknown'])} nothing can be said: neither before nor after can the "
            "AUC be told from chance."
        )
    return sentences


def classifier_findings(document: Document) -> list[str]:
    """Compare both classifiers, and training with and without augmentation."""
    kinds = [Kind("challenge", "", model) for model in CLASSIFIERS]
    augmented = [compared(document, "augmentation", kind) for kind in kinds]
    *effects, both = judge(document, [*augmented, compared(document, "model", kinds[0])])
    sentences = []
    for kind, effect in zip(kinds, effects, strict=True):
        row, first = find(document, kind), trainings_of(document, kind)[0]
        sentences.append(
            f"On {first['perfect'] + first['defects']} patches {kind.model} reaches "
            f"{auc_text(row['auc'])}, {worth(row)}. {_effect(effect)}"
        )
    first_model, second_model = CLASSIFIERS
    names = f"{first_model} and {second_model}"
    if both.single:
        return [
            *sentences,
            f"With augmentation these trainings of {names} differ by {_difference(both)}, "
            f"{_NOT_OF_OTHERS}.",
        ]
    verdict = {
        "higher": f"{first_model} is better than {second_model}",
        "lower": f"{second_model} is better than {first_model}",
        "alike": f"{names} can't be told apart",
        "unknown": f"neither {first_model} nor {second_model} can be told from chance",
    }[both.word]
    number = _comparisons(len(effects) + 1)
    return [*sentences, f"With augmentation {verdict}: {_difference(both)} ({number})."]


def _effect(verdict: Verdict) -> str:
    if verdict.word == "unknown":
        return "Neither with augmentation nor without can its AUC be told from chance."
    if verdict.single:
        return (
            "The trainings with augmentation and without differ by "
            f"{_difference(verdict)}, {_NOT_OF_OTHERS}."
        )
    effect = {
        "higher": "raises the AUC",
        "lower": "lowers the AUC",
        "alike": "changes the AUC by no more than chance might",
    }[verdict.word]
    return f"Augmentation {effect}: {_difference(verdict)}."


def curve_findings(document: Document) -> list[str]:
    """Say how many defect patches it takes."""
    sentences = []
    for augmented, words in ((True, "With"), (False, "Without")):
        points = curve(document, augmented=augmented)
        ends = [
            f"{number} defect patches ({_learned(document, points[number]['variant'])} to learn "
            f"from) give {auc_text(points[number]['auc'])}, {grade(points[number]['auc'])}"
            for number in (min(points), max(points))
        ]
        reached = [n for n, row in points.items() if row["auc"]["value"] >= _GOOD]
        end = f"{_GOOD:g} is reached with {reached[0]}" if reached else f"{_GOOD:g} isn't reached"
        single = min(len(row["seeds"]) for row in points.values()) == 1
        limits = "; these are single trainings, which say nothing of others" if single else ""
        sentences.append(f"{words} augmentation, {'; '.join(ends)}; {end}{limits}.")
    sentences.append(
        "All trainings of a curve have about as many steps of the optimiser: it says what more "
        "defects bring in a training of that length. A longer one may bring more, as the step "
        "'longer' of the ladder does, with as few defects."
    )
    return sentences


def _learned(document: Document, variant: str) -> str:
    rows = trainings_of(document, Kind("curve", variant, CLASSIFIERS[0]))
    return span([row["learned_defects"] for row in rows])


def imbalance_findings(document: Document) -> list[str]:
    """Say whether the default remedy against the rarity of defects is the best."""
    default, *others = REMEDIES
    if not any(learned(find(document, kind)) for kind in REMEDIES.values()):
        return [
            f"With none of these {len(REMEDIES)} can the AUC be told from chance: no such "
            "training is known to have learned anything, so nothing can be said of the remedies."
        ]
    rows = [compared(document, "imbalance", REMEDIES[default], REMEDIES[name]) for name in others]
    verdicts = dict(zip(others, judge(document, rows), strict=True))
    name_of = default.capitalize()
    sentences = []
    unknown = [name for name, verdict in verdicts.items() if verdict.word == "unknown"]
    if unknown:
        sentences.append(
            f"The AUC with {default} can't be told from chance, nor that with "
            f"{' or '.join(unknown)}: nothing can be said of which is better."
        )
    known = {name: verdict for name, verdict in verdicts.items() if verdict.word != "unknown"}
    single = [name for name, verdict in known.items() if verdict.single]
    if single:
        sentences.append(
            f"With a single training to compare, {default} differs from "
            f"{_with_differences(known, single)}, {_NOT_OF_OTHERS}."
        )
    verbs = {"higher": "is better than", "lower": "is worse than", "alike": "can't be told from"}
    several = {name: verdict for name, verdict in known.items() if not verdict.single}
    for word, verb in verbs.items():
        names = [name for name, verdict in several.items() if verdict.word == word]
        if names:
            sentences.append(f"{name_of} {verb} {_with_differences(several, names)}.")
    if several:
        sentences.append(f"These are {_comparisons(len(verdicts))}.")
    return sentences


def _with_differences(verdicts: dict[str, Verdict], names: Sequence[str]) -> str:
    return ", ".join(f"{name} ({_difference(verdicts[name])})" for name in names)


def _difference(verdict: Verdict) -> str:
    return difference_text(verdict.comparison["difference"])


def _comparisons(number: int) -> str:
    return f"{number} comparisons, {_CORRECTED}"


def _listed(steps: Sequence[str]) -> str:
    quoted = [f"'{step}'" for step in steps]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
