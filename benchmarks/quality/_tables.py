"""The numbers as tables in Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from benchmarks.markdown import markdown_table
from benchmarks.quality._ideal import ALL
from benchmarks.quality._notes import HEAD, IDEAL, RELIABILITY, SERIES_NOTE
from benchmarks.quality._sets import CHALLENGE, DEFECTS, SEEDS, SERIES, Cell

__all__ = ["results_text"]

_NONE = "–"
_KINDS = (ALL, *DEFECTS)
_TITLES = {ALL: "all kinds"}
_MODES = {"hrtem": "HRTEM", "stem": "STEM"}
_UNKNOWN, _KNOWN = "*ideal, place unknown*", "*ideal, place known*"


def results_text(document: dict[str, Any]) -> str:
    """Write everything that the documentation shows.

    Parameters
    ----------
    document : dict
        As :func:`measure` returns it, or as it was read from its file.

    Returns
    -------
    str
        Markdown.
    """
    parts = [
        HEAD.format(version=document["version"], **document["plan"]),
        _sets(document),
        "## The standard challenge\n",
        _challenge(document),
        _of_set(document, CHALLENGE, "The same by kind of defect."),
        "## The series\n",
        SERIES_NOTE,
        _overview(document),
        IDEAL.format(
            conditions=document["plan"]["conditions"],
            draws=document["plan"]["draws"],
            hrtem=document["ideal_seconds"]["hrtem"],
            stem=document["ideal_seconds"]["stem"],
        ),
        *(_of_set(document, cell.name, f"### {_title(cell)}") for cell in SERIES),
        "## Reliability\n",
        RELIABILITY,
        _reliability(document),
    ]
    return "\n".join(parts)


def _sets(document: dict[str, Any]) -> str:
    rows = []
    for name, found in document["sets"].items():
        kinds = found["defects"]
        counts = " / ".join(str(kinds.get(kind, 0)) for kind in DEFECTS)
        rows.append(
            (name, str(SEEDS[name]), str(found["micrographs"]), str(found["perfect"]), counts)
        )
    return markdown_table(("set", "seed", "micrographs", "perfect", " / ".join(DEFECTS)), rows)


def _challenge(document: dict[str, Any]) -> str:
    ranked = sorted(document["models"], key=lambda one: -one["challenge"]["auc"]["value"])
    columns = ("auc", "average_precision", "recall")
    rows = [
        (one["name"], one["kind"], *(_interval(one["challenge"][c]) for c in columns))
        for one in ranked
    ]
    unknown = document["ideal"][CHALLENGE][ALL]["unknown"]
    best = (_UNKNOWN, "the limit", _interval(unknown), _NONE, _NONE)
    heads = ("model", "kind", "AUC", "average precision", "recall at 1 % false alarms")
    return markdown_table(heads, [best, *rows])


def _overview(document: dict[str, Any]) -> str:
    heads = ("AUC, all kinds", *(_title(cell) for cell in SERIES))
    ideal = [document["ideal"][cell.name][ALL]["unknown"]["value"] for cell in SERIES]
    rows = [(_UNKNOWN, *(_number(value) for value in ideal))]
    for one in _ranked(document, [cell.name for cell in SERIES]):
        values = (one["parts"][cell.name][ALL]["auc"]["value"] for cell in SERIES)
        rows.append((one["name"], *(_number(value) for value in values)))
    return markdown_table(heads, rows)


def _of_set(document: dict[str, Any], name: str, title: str) -> str:
    """Write the table of one set: a column a kind, the ideal observer above the models."""
    ideal = document["ideal"][name]
    rows = [
        (_KNOWN, *(_number(ideal[kind]["known"]) for kind in _KINDS)),
        (_UNKNOWN, *(_interval(ideal[kind]["unknown"]) for kind in _KINDS)),
    ]
    for one in _ranked(document, [name]):
        rows.append((one["name"], *(_cell(one["parts"][name].get(kind)) for kind in _KINDS)))
    heads = ("AUC, interval, efficiency", *(_TITLES.get(kind, kind) for kind in _KINDS))
    return f"{title}\n\n{markdown_table(heads, rows)}"


def _reliability(document: dict[str, Any]) -> str:
    rows = []
    for one in document["models"]:
        for part, found in one["reliability"].items():
            gap = found["largest_gap"]
            rows.append(
                (
                    one["name"],
                    _MODES.get(part, part),
                    f"{found['prevalence']:.3f}",
                    _NONE if gap is None else f"{gap:.3f}",
                    f"{found['bins']} of {len(found['patches'])}",
                    _interval(found["error"]),
                )
            )
    heads = ("model", "patches", "prevalence", "largest gap", "bins that count", "mean gap")
    return markdown_table(heads, rows) if rows else "No model here has probabilities.\n"


def _ranked(document: dict[str, Any], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the models, the best one on some sets first."""

    def of_all(one: dict[str, Any]) -> float:
        return -math.fsum(one["parts"][name][ALL]["auc"]["value"] for name in names)

    return sorted(document["models"], key=of_all)


def _title(cell: Cell) -> str:
    dose = f"{cell.dose:.0f}" if cell.dose < 1e4 else f"{cell.dose:.0e}".replace("e+0", "e")
    return f"{_MODES[cell.mode]} {dose}"


def _cell(found: dict[str, Any] | None) -> str:
    if found is None:
        return _NONE
    share = found["efficiency"]
    return f"{_interval(found['auc'])} {_NONE if share is None else f'{share:.0%}'}"


def _interval(found: dict[str, Any]) -> str:
    if found["low"] is None:
        return _number(found["value"])
    return f"{_number(found['value'])} [{_number(found['low'])}, {_number(found['high'])}]"


def _number(value: float) -> str:
    """Write three digits, or as many more as tell it from 1, five at most."""
    for digits in (3, 4, 5):
        text = f"{value:.{digits}f}"
        if float(text) < 1:
            return text
    return "1.000"
