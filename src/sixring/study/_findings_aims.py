"""What was reached, held against what the project had set itself before."""

from __future__ import annotations

from sixring.study._phrases import auc_text
from sixring.study._plan import CLASSIFIERS
from sixring.study._reading import Document, Row, find, scores_of
from sixring.study._results import Kind

__all__ = ["aim_findings"]

_OF_CLASSIFIERS = dict(zip(CLASSIFIERS, (0.97, 0.95), strict=True))
"""The AUC that each was to reach on all patches, augmented and balanced."""
_OF_AUTOENCODERS = 0.85
"""The AUC that the best of their scores was to reach."""


def aim_findings(document: Document) -> list[str]:
    """Say of each aim whether it was reached, and where most is missing.

    Parameters
    ----------
    document : mapping
        What ``study.json`` holds.

    Returns
    -------
    list of str
        Nothing for a quick study, as the aims are those of the full one.
    """
    if document["scale"] != "full":
        return []
    reached = {model: find(document, Kind("challenge", "", model)) for model in CLASSIFIERS}
    best = max(scores_of(document, "autoencoder"), key=_auc)
    parts = [
        *(_outcome(model, _OF_CLASSIFIERS[model], row) for model, row in reached.items()),
        _outcome("the best score of an autoencoder", _OF_AUTOENCODERS, best),
    ]
    return [
        f"The project had set itself an AUC for the full study beforehand: {'; '.join(parts)}.",
        *(sentence for model, row in reached.items() for sentence in _weakest(model, row)),
    ]


def _outcome(name: str, aim: float, row: Row) -> str:
    value, high = row["auc"]["value"], row["auc"]["high"]
    if value >= aim:
        return f"{aim:.2f} for {name}, reached with {auc_text(row['auc'])}"
    missed = f"{aim:.2f} for {name}, missed with {auc_text(row['auc'])}"
    if high is None:
        return missed
    return f"{missed}, which doesn't exclude it" if aim <= high else f"{missed}, clearly"


def _weakest(model: str, row: Row) -> list[str]:
    """Say for which defect and which dose a classifier does worst."""
    ends = []
    for column, words in (("defect", "among the defects"), ("dose", "among the doses")):
        parts = [part for part in row["parts"] if part["column"] == column]
        worst, well = (end(parts, key=_auc, default=row) for end in (min, max))
        if _auc(worst) < _auc(well):
            unit = " e/Å²" if column == "dose" else ""
            ends.append(
                f"{words} with {worst['value']}{unit} ({auc_text(worst['auc'])}; with "
                f"{well['value']}{unit} it has {auc_text(well['auc'])})"
            )
    return [f"{model} misses most {', and '.join(ends)}."] if ends else []


def _auc(row: Row) -> float:
    return float(row["auc"]["value"])
