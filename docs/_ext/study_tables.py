"""The tables of the pages on the study and its models, from the numbers of the study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sixring.models import MODELS
from sixring.study._data import set_settings
from sixring.study._findings_latent import reason
from sixring.study._phrases import SCORE_NAMES, auc_text, percent, span
from sixring.study._plan import AUTOENCODERS, CLASSIFIERS
from sixring.study._reading import Document, Row, scores_of, trainings_of
from sixring.study._results import Kind
from sixring.study._scale import FULL
from sixring.study._tables import Table
from sixring.study._tables import tables as tables_of_the_page

_MAIN = {
    "challenge": "all patches, augmented",
    "plain": "all patches, not augmented",
    "report": "as in the report",
    "autoencoder": "perfect patches, augmented",
}
"""The trainings of a model that its page is about, in words."""
_JUDGED = ("AUC", "AUC of each training", "average precision", "recall at 1 % false alarms")
_UNITS = {"defect": "", "dose": " e/Å²"}
_DASH = "–"

OfModel = Callable[[Document, str], Table]


def tables(document: Document) -> dict[str, Table]:
    """Return the tables that are about all models."""
    return {**tables_of_the_page(document), "models": _models(document)}


def model_results(document: Document, model: str) -> list[Row]:
    """Return the results that a model's page is about, every score of each.

    Raises
    ------
    LookupError
        If the study has none.
    """
    rows = [row for one in _MAIN for row in scores_of(document, one) if row["model"] == model]
    if not rows:
        raise LookupError(f"the study has no results of {model!r}")
    return rows


def _reached(document: Document, model: str) -> Table:
    supervised = MODELS[model].kind == "supervised"  # which has one score, and several trainings
    rows = [
        (
            _MAIN[row["question"]] if supervised else SCORE_NAMES[row["score"]],
            auc_text(row["auc"]),
            ", ".join(f"{auc:.3f}" for auc in row["each"]),
            auc_text(row["average_precision"]),
            auc_text(row["recall"]),
        )
        for row in model_results(document, model)
    ]
    return Table(("training" if supervised else "score", *_JUDGED), tuple(rows), 1)


def _parts(document: Document, model: str) -> Table:
    judged = [row for row in model_results(document, model) if row["decides"] and row["parts"]]
    rows = []
    for parts in zip(*(row["parts"] for row in judged), strict=True):
        first = parts[0]
        if first["column"] in _UNITS:  # mode and sampling are the same for all
            name = f"{first['column']} {first['value']}{_UNITS[first['column']]}"
            numbers = (str(first["n_defect"]), str(first["n_perfect"]))
            rows.append((name, *numbers, *(auc_text(part["auc"]) for part in parts)))
    aucs = tuple(f"AUC, {_MAIN[row['question']]}" for row in judged)
    headings = ("patches", "defect", "perfect", *(aucs if len(aucs) > 1 else ("AUC",)))
    return Table(headings, tuple(rows), 1)


def _reasons(document: Document, model: str) -> Table:
    rows = [
        (
            SCORE_NAMES[row["score"]],
            reason(row),
            _number(row["explained"]["dose"]),
            _share(row["explained"]["micrograph_share"]),
            _number(row["explained"]["auc_within_micrographs"]),
        )
        for row in model_results(document, model)
    ]
    headings = (
        "score",
        "what limits it",
        "correlation with dose",
        "made by micrograph",
        "AUC within micrographs",
    )
    return Table(headings, tuple(rows), 2)


def _trained(document: Document, model: str) -> Table:
    rows = []
    for question, words in _MAIN.items():
        trainings = trainings_of(document, Kind(question, "", model))
        if not trainings:
            continue
        first = trainings[0]
        rows.append(
            (
                words,
                f"{first['perfect']} perfect, {first['defects']} defect{_use(trainings, model)}",
                str(set_settings(FULL, document["seed"])["challenge"].seed),
                ", ".join(str(row["seed"]) for row in trainings),
                span([row["epochs"] for row in trainings]),
                span([row["best_epoch"] for row in trainings]),
                ", ".join(f"{name} = {_setting(v)}" for name, v in first["settings"].items()),
            )
        )
    headings = (
        "training",
        "patches",
        "their seed",
        "seeds of the trainings",
        "epochs",
        "epoch kept",
        "settings beside the defaults",
    )
    return Table(headings, tuple(rows), 1)


def _use(trainings: Sequence[Row], model: str) -> str:
    """Say what becomes of the defects: a one-class model doesn't learn from any."""
    if MODELS[model].kind != "supervised":
        return " to judge it by"
    return f", {span([row['learned_defects'] for row in trainings])} of them learned from"


OF_MODEL: Mapping[str, OfModel] = {
    "reached": _reached,
    "parts": _parts,
    "reasons": _reasons,
    "trained": _trained,
}
"""The tables that are about one model."""


def _models(document: Document) -> Table:
    rows = []
    for name in (*AUTOENCODERS, *CLASSIFIERS):
        entry = MODELS[name]
        main = next(row for row in model_results(document, name) if row["decides"])
        first = trainings_of(document, Kind(main["question"], "", name))[0]
        labelled = entry.kind == "supervised"
        rows.append(
            (
                name,
                f"{first['perfect']} perfect, {first['defects']} defect"
                if labelled
                else f"{first['perfect']} perfect",
                f"{entry.parameters:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"),
                *(auc_text(main[metric]) for metric in ("auc", "average_precision", "recall")),
            )
        )
    headings = ("model", "patches", "parameters", "AUC", *_JUDGED[2:])
    return Table(headings, tuple(rows), 2)


def _number(value: float | None) -> str:
    return _DASH if value is None else f"{value:.2f}".replace("-", "−")


def _share(value: float | None) -> str:
    return _DASH if value is None else percent(value)


def _setting(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
