"""The numbers as tables in Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from benchmarks.markdown import markdown_table
from benchmarks.peers._notes import HEAD, LEADS, SMALL

__all__ = ["results_text"]

Document = dict[str, Any]

_NONE = "–"
_TITLES = {"hrtem": "HRTEM", "stem": "STEM", "patches": "Patches"}
_ENOUGH = 100
"""Patches of each class of a test set, for models to be ranked by it."""


def results_text(document: Document) -> str:
    """Write everything that is to be read.

    Parameters
    ----------
    document : dict
        As :func:`measure` returns it, with ``machine``, or as it was read from its file.

    Returns
    -------
    str
        Markdown.
    """
    plan = document["plan"]
    epochs = str(plan["epochs"]) if plan["epochs"] else "as many as each tool's authors recommend"
    head = HEAD.format(
        version=document["version"],
        machine=document["machine"],
        trainings=plan["seeds"],
        epochs=epochs,
        threads=plan["threads"],
        hours=plan["hours"],
    )
    parts = [head]
    if _is_small(document):
        parts.append(SMALL)
    for course in document["courses"]:
        parts += [f"## {_TITLES[course['name']]}\n", _results(course)]
        if course["leads"]:
            parts += [LEADS, _leads(course)]
        parts += [_sets(course), _settings(course)]
    return "\n".join(parts)


def _is_small(document: Document) -> bool:
    """Say whether it shows that everything runs, rather than who is better."""
    tests = (
        found
        for course in document["courses"]
        for name, found in course["sets"].items()
        if name not in ("training", "validation")
    )
    few = any(min(found["perfect"], found["defect"]) < _ENOUGH for found in tests)
    return few or document["plan"]["epochs"] > 0


def _results(course: Document) -> str:
    scored = [row for row in course["rows"] if row["auc"]]
    columns = list(scored[0]["auc"]) if scored else []
    ranked = sorted(scored, key=lambda row: -_mean(row, columns))
    rows = [
        (
            _title(row),
            row["kind"],
            *(_interval(row["auc"][column]) for column in columns),
            _duration(row["cost"]["train_seconds"]),
            f"{1000 * row['cost']['score_seconds']:.3g} ms",
            f"{row['cost']['peak_megabytes']:.0f} MB",
        )
        for row in ranked
    ]
    empty = [_NONE] * (len(columns) + 3)
    rows += [(_title(row), row["kind"], *empty) for row in course["rows"] if not row["auc"]]
    heads = (
        "model",
        "has seen",
        *(f"AUC, {_column(column, course)}" for column in columns),
        "training",
        "scoring a patch",
        "peak memory",
    )
    return markdown_table(heads, rows) + _failures(course)


def _mean(row: Document, columns: Sequence[str]) -> float:
    return math.fsum(row["auc"][column]["value"] for column in columns)


def _title(row: Document) -> str:
    return f"**{row['title']}**" if row["is_own"] else str(row["title"])


def _failures(course: Document) -> str:
    lines = []
    for row in course["rows"]:
        tried = row["trainings"] + len(row["failures"])
        for reason in dict.fromkeys(row["failures"]):
            times = row["failures"].count(reason)
            lines.append(f"- {row['title']}: {times} of {tried} trainings failed: `{reason}`")
    return "\n" + "\n".join(lines) + "\n" if lines else ""


def _column(name: str, course: Document) -> str:
    """Write the dose of a set that has one."""
    dose = name.removeprefix(f"{course['name']}-")
    return f"{float(dose):g} e/A^2" if dose.isdigit() else name


def _leads(course: Document) -> str:
    rows = [
        (
            _column(found["set"], course),
            found["own"],
            found["peer"],
            _interval(found["difference"], signed=True),
            _verdict(found["difference"]),
        )
        for found in course["leads"]
    ]
    return markdown_table(("set", "sixring's best", "best peer", "difference", "leads"), rows)


def _verdict(difference: Document) -> str:
    if difference["low"] is not None and difference["low"] > 0:
        return "sixring"
    if difference["high"] is not None and difference["high"] < 0:
        return "the peer"
    return "not decided"


def _sets(course: Document) -> str:
    rows = [
        (name, *(str(found[key]) for key in ("perfect", "defect", "micrographs")))
        for name, found in course["sets"].items()
    ]
    return markdown_table(("set", "perfect", "defect", "micrographs"), rows)


def _settings(course: Document) -> str:
    rows = []
    for row in course["rows"]:
        if row["cost"]:
            cost = row["cost"]
            versions = ", ".join(f"{name} {number}" for name, number in cost["versions"].items())
            rows.append((row["title"], cost["settings"], str(row["trainings"]), versions))
    return markdown_table(("model", "settings", "trainings", "with"), rows) if rows else ""


def _interval(found: Document, *, signed: bool = False) -> str:
    form = "{:+.3f}" if signed else "{:.3f}"
    text = form.format(found["value"])
    if found["low"] is None:
        return text
    return f"{text} [{form.format(found['low'])}, {form.format(found['high'])}]"


def _duration(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} s"
