"""Results in ``study.json``, found by what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sixring.study._plan import CLASSIFIERS
from sixring.study._results import LADDER, Kind

__all__ = [
    "REMEDIES",
    "STEPS",
    "Document",
    "Row",
    "compared",
    "curve",
    "find",
    "learned",
    "result_of",
    "scores_of",
    "trainings_of",
]

Document = Mapping[str, Any]
"""What ``study.json`` holds."""
Row = Mapping[str, Any]
"""One of its results or trainings."""

_IN_WORDS = ("as reported", "balanced", "normalised", "augmented", "longer", "all patches")
STEPS = dict(zip(_IN_WORDS, LADDER, strict=True))
"""The ladder in words: each step keeps what the one before brought."""
REMEDIES = {
    "balanced sampling": STEPS["all patches"],
    "class weights": Kind("imbalance", "weights", CLASSIFIERS[0]),
    "focal loss": Kind("imbalance", "focal", CLASSIFIERS[0]),
    "nothing": Kind("imbalance", "none", CLASSIFIERS[0]),
}
"""What can be done about rare defects on all patches, all else being the same."""


def scores_of(document: Document, question: str) -> list[Row]:
    """Return the results of a question, one for each variant, model and score."""
    return [row for row in document["results"] if row["question"] == question]


def find(document: Document, kind: Kind) -> Row:
    """Return the result of the score that decides.

    Raises
    ------
    LookupError
        If the study has no such trainings.
    """
    row: Row
    for row in document["results"]:
        if row["decides"] and _kind(row) == kind:
            return row
    raise LookupError(f"the study has no result of {kind}")


def result_of(document: Document, side: Row) -> Row:
    """Return the result of a side of a comparison.

    Raises
    ------
    LookupError
        If the study has none.
    """
    row: Row
    for row in document["results"]:
        if _kind(row) == _kind(side) and row["score"] == side["score"]:
            return row
    raise LookupError(f"the study has no result of {side['score']} of {_kind(side)}")


def learned(row: Row) -> bool:
    """Tell whether an AUC is above chance: whether its interval lies above 0.5."""
    return row["auc"]["low"] is not None and row["auc"]["low"] > 0.5


def trainings_of(document: Document, kind: Kind) -> list[Row]:
    """Return the trainings of a kind, one for each seed."""
    return [row for row in document["trainings"] if _kind(row) == kind]


def compared(document: Document, about: str, first: Kind, second: Kind | None = None) -> Row:
    """Return what is known about the difference of two kinds of training.

    Parameters
    ----------
    document : mapping
        What ``study.json`` holds.
    about : str
        What they differ by: ``model``, ``augmentation``, ``ladder``, ``imbalance``, ``pooling``.
    first : Kind
        The one from which the other is subtracted.
    second : Kind, optional
        The other one; the only one that `first` is compared with if None.

    Raises
    ------
    LookupError
        If they weren't compared.
    """
    row: Row
    for row in document["comparisons"]:
        if (
            row["about"] == about
            and _kind(row["first"]) == first
            and second in (None, _kind(row["second"]))
        ):
            return row
    raise LookupError(f"the study has no comparison of {first} about {about}")


def curve(document: Document, *, augmented: bool) -> dict[int, Row]:
    """Return the points of a learning curve by their number of defect patches, ascending."""
    points: dict[int, Row] = {}
    for row in scores_of(document, "curve"):
        number, _, plain = row["variant"].partition("-")
        if augmented is not bool(plain):
            points[int(number)] = row
    return dict(sorted(points.items()))


def _kind(row: Row) -> Kind:
    return Kind(row["question"], row["variant"], row["model"])
