"""The tables of the study's page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sixring.report.wording import significant
from sixring.study._data import set_settings
from sixring.study._findings_latent import reason
from sixring.study._phrases import (
    SCORE_NAMES,
    auc_text,
    difference_text,
    percent,
    range_text,
    span,
)
from sixring.study._plan import CLASSIFIERS
from sixring.study._reading import (
    REMEDIES,
    STEPS,
    Document,
    Row,
    compared,
    curve,
    find,
    scores_of,
    trainings_of,
)
from sixring.study._results import Kind
from sixring.study._scale import FULL

__all__ = ["Table", "tables"]

_SETS = {
    "challenge": "to learn from",
    "defects": "to learn from, for the learning curves",
    "test": "to be judged on",
}
_QUESTIONS = {"challenge": "augmented", "plain": "not augmented"}
_LOSSES = ("kept_training_loss", "kept_validation_loss", "training_loss", "validation_loss")
_WHERE_JUDGED = ("AUC", "average precision", "recall at 1 % false alarms")


class Table(NamedTuple):
    """Cells as text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int
    """How many columns, from the left, hold words; the others hold numbers."""


def tables(document: Document) -> dict[str, Table]:
    """Return every table of the page by its name."""
    return {
        "sets": _sets(document),
        "report": _report(document),
        "scores": _scores(document),
        "latent": _latent(document),
        "ladder": _ladder(document),
        "classifiers": _classifiers(document),
        "curve": _curve(document),
        "imbalance": _imbalance(document),
        "trainings": _trainings(document),
    }


def _sets(document: Document) -> Table:
    # The same at every scale.
    seeds = set_settings(FULL, document["seed"])
    rows = []
    for name, use in _SETS.items():
        held = document["data"][name]
        rows.append(
            (
                use,
                str(seeds[name].seed),
                str(held["perfect"]),
                str(held["defects"]),
                str(held["micrographs"]),
                range_text(held["dose"]),
                range_text(held["sampling"]),
            )
        )
    headings = ("set", "seed", "perfect", "defect", "micrographs", "dose, e/Å²", "sampling, Å/px")
    return Table(headings, tuple(rows), 1)


def _report(document: Document) -> Table:
    rows = [
        (
            row["model"],
            str(row["seed"]),
            f"{row['best_epoch']} of {row['epochs']}",
            *(_loss(row[name]) for name in _LOSSES),
            _plain(row["training_auc"]),
            _plain(next(iter(row["auc"].values()))),
        )
        for model in CLASSIFIERS
        for row in trainings_of(document, Kind("report", "", model))
    ]
    headings = (
        "network",
        "seed",
        "epoch kept",
        "loss when kept, training",
        "validation",
        "loss at the end, training",
        "validation",
        "AUC, training",
        "AUC, test",
    )
    return Table(headings, tuple(rows), 1)


def _scores(document: Document) -> Table:
    rows = [
        (
            row["model"],
            SCORE_NAMES[row["score"]],
            reason(row),
            auc_text(row["auc"]),
            _plain(row["explained"]["auc_within_micrographs"]),
            _plain(row["explained"]["dose"], 2),
            _percent(row["explained"]["micrograph_share"]),
        )
        for row in scores_of(document, "autoencoder")
    ]
    headings = (
        "network",
        "score",
        "what limits it",
        "AUC",
        "AUC within micrographs",
        "correlation with dose",
        "made by micrograph",
    )
    return Table(headings, tuple(rows), 3)


def _latent(document: Document) -> Table:
    latent = document["latent"]
    parts = [latent[name] for name in ("training", "perfect", "defects")]
    measures = (
        ("patches", [str(part["patches"]) for part in parts]),
        ("active dimensions", [str(part["active"]) for part in parts]),
        ("nats from N(0, I)", [significant(part["divergence"]) for part in parts]),
        (
            "largest Kolmogorov-Smirnov distance from N(0, 1) of a dimension",
            [significant(max(part["distances"]), 2) for part in parts],
        ),
        ("KL term, mean, nats", [significant(part["kl_term"]) for part in parts]),
        ("KL term, spread, nats", [significant(part["kl_term_spread"]) for part in parts]),
        (
            "outside the region of conforming patches",
            [
                percent(1 - latent["conforming"]),
                percent(latent["outside_perfect"]["value"]),
                percent(latent["outside_defects"]["value"]),
            ],
        ),
    )
    headings = ("", "perfect, learned from", "perfect, test", "defects, test")
    return Table(headings, tuple((name, *cells) for name, cells in measures), 1)


def _ladder(document: Document) -> Table:
    rows = []
    for place, (step, kind) in enumerate(STEPS.items()):
        row, trainings = find(document, kind), trainings_of(document, kind)
        change = "–"
        if place:
            change = difference_text(compared(document, "ladder", kind)["difference"])
        rows.append(
            (
                step,
                str(trainings[0]["perfect"]),
                str(trainings[0]["defects"]),
                _learned(trainings),
                str(len(row["seeds"])),
                auc_text(row["auc"]),
                change,
            )
        )
    headings = ("step", "perfect", "defect", "learned from", "trainings", "AUC", "change")
    return Table(headings, tuple(rows), 1)


def _classifiers(document: Document) -> Table:
    rows = [
        (model, words, str(len(row["seeds"])), *_judged(row))
        for model in CLASSIFIERS
        for question, words in _QUESTIONS.items()
        for row in [find(document, Kind(question, "", model))]
    ]
    return Table(("network", "patches", "trainings", *_WHERE_JUDGED), tuple(rows), 2)


def _curve(document: Document) -> Table:
    augmented, plain = (curve(document, augmented=kind) for kind in (True, False))
    rows = []
    for number, row in augmented.items():
        kind = Kind("curve", row["variant"], row["model"])
        difference = compared(document, "augmentation", kind)["difference"]
        rows.append(
            (
                str(number),
                _learned(trainings_of(document, kind)),
                str(len(row["seeds"])),
                auc_text(row["auc"]),
                auc_text(plain[number]["auc"]),
                difference_text(difference),
            )
        )
    headings = (
        "defect patches",
        "learned from",
        "trainings",
        "AUC, augmented",
        "AUC, not augmented",
        "difference",
    )
    return Table(headings, tuple(rows), 0)


def _imbalance(document: Document) -> Table:
    found = {name: find(document, kind) for name, kind in REMEDIES.items()}
    rows = ((name, str(len(row["seeds"])), *_judged(row)) for name, row in found.items())
    return Table(("remedy", "trainings", *_WHERE_JUDGED), tuple(rows), 1)


def _trainings(document: Document) -> Table:
    rows = [
        (
            row["name"],
            _settings(row["settings"].items()),
            str(row["perfect"]),
            str(row["defects"]),
            str(row["learned_defects"]),
            f"{row['best_epoch']} of {row['epochs']}",
            _loss(row["training_loss"]),
            _plain(row["training_auc"]),
            _plain(next(iter(row["auc"].values()))),
        )
        for row in document["trainings"]
    ]
    headings = (
        "training",
        "settings beside the defaults",
        "perfect",
        "defect",
        "learned from",
        "epoch kept",
        "final training loss",
        "AUC, training",
        "AUC, test",
    )
    return Table(headings, tuple(rows), 2)


def _judged(row: Row) -> tuple[str, ...]:
    return tuple(auc_text(row[metric]) for metric in ("auc", "average_precision", "recall"))


def _loss(value: float | None) -> str:
    return "–" if value is None else significant(value, 2)


def _learned(rows: Sequence[Row]) -> str:
    return span([row["learned_defects"] for row in rows])


def _plain(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def _percent(share: float | None) -> str:
    return "–" if share is None else percent(share)


def _settings(settings: Iterable[tuple[str, object]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings)
