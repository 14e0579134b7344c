"""The results in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import sixring
from benchmarks.simulated._conditions import CONDITIONS, PLANTED, Condition
from benchmarks.simulated._measure import Scored
from benchmarks.simulated._pooling import Pooled, f1_interval, pool
from benchmarks.simulated._scoring import MASKED, MISSED, NONE
from sixring.structures import load_catalogue

__all__ = ["results_text"]

_NOTE = """\
**A ceiling, not a forecast.** The images are linear imaging in ideal focus: every atom is the
same round spot, there are no aberrations, no astigmatism, no detector or scan errors, and the
noise is Poisson's. Real images are worse in ways that are not in these numbers.

Each micrograph shows a sheet of 12.4 nm with {planted} planted defects, orientation free and places
jittered, in 560 x 560 pixels of 0.2 A. The detection is given sampling and mode; all else is at its
defaults. Doses are in e/A^2. Seeds {seeds}: a micrograph each
in every row. The constants of the detection were chosen on other seeds (0 and 1), but of the same
kind of sheet and imaging.

Rings match one to one within 1.2 A and with equal size, defects within 2.5 A. Every ring of the
list counts, however improbable, and every defect of probability 0.5 or more. **Left out:** a
border of 3 A along the edge of the image, and what the detection itself masks as unfit to judge.
What it masks although the sheet there is clean and in focus is counted as *masked*, beside the
score and not in it: read the two together. What lies under true contamination can't be missed, but
what is found there falsely, unmasked, counts as false.
"""
_RINGS_NOTE = """\
Beside the detection stands a plain search on the same images and the same judged area:
difference of Gaussians (0.45 and 2.5 A), local extrema of the better contrast sign, number of
neighbours in the Delaunay triangulation. *F1, 95 %* is the bootstrap interval over the
micrographs; with so few of them it is coarse, and tends to be too narrow.
"""
_DEFECTS_NOTE = """\
*Found* is the share of the judged defects that were found under any name, *named right* the share
of those found. *Atoms* are paired with the nearest true one within half a bond; *rms* is the root
of their mean squared distance.
"""
_KINDS_NOTE = """\
Found, of those judged; in brackets how many were also named right, where not all were.
"""
_CONFUSION_NOTE = """\
Rows are what is there, columns what it was called; `missed` was judged and not found, `masked` was
hidden by the mask, `none` is a false defect.
"""


def results_text(scored: Sequence[Scored]) -> str:
    """Write all tables.

    Parameters
    ----------
    scored : sequence of Scored
        Every condition for every seed.

    Returns
    -------
    str
        Markdown.
    """
    seeds = sorted({one.seed for one in scored})
    by_condition = {
        condition: [one for one in scored if one.condition == condition] for condition in CONDITIONS
    }
    pooled = {condition: pool(some) for condition, some in by_condition.items()}
    note = _NOTE.format(planted=len(PLANTED), seeds=", ".join(map(str, seeds)))
    parts = [
        f"# Simulated micrographs\n\nsixring {sixring.__version__}.\n",
        note,
        f"## Rings other than six\n\n{_RINGS_NOTE}",
        _rings(by_condition, pooled),
        f"## Defects and atoms\n\n{_DEFECTS_NOTE}",
        _defects(pooled),
        f"## Defects by kind\n\n{_KINDS_NOTE}",
        *_kinds(pooled),
        f"## What was taken for what\n\n{_CONFUSION_NOTE}",
        *(_confusion(condition, pooled[condition]) for condition in _highest_doses()),
    ]
    return "\n".join(parts)


def _rings(by_condition: dict[Condition, list[Scored]], pooled: dict[Condition, Pooled]) -> str:
    rows = []
    for condition, sums in pooled.items():
        low, high = f1_interval([one.rings for one in by_condition[condition]])
        ours, plain = sums.rings, sums.plain
        rows.append(
            (
                condition.series,
                condition.short_dose,
                _percent(sums.judged_share) + (f" ({sums.refused} refused)" * bool(sums.refused)),
                f"{ours.masked} of {ours.right + ours.missed + ours.masked}",
                *map(_hundredths, (ours.precision, ours.recall, ours.f1)),
                "–" if math.isnan(low) else f"{low:.2f} to {high:.2f}",
                *map(_hundredths, (plain.precision, plain.recall, plain.f1)),
            )
        )
    heads = ("images", "dose", "area judged", "masked", "precision", "recall", "F1", "F1, 95 %")
    return _table((*heads, "plain precision", "plain recall", "plain F1"), rows)


def _defects(pooled: dict[Condition, Pooled]) -> str:
    rows = []
    for condition, sums in pooled.items():
        judged, found, right = sums.tally()
        rows.append(
            (
                condition.series,
                condition.short_dose,
                str(judged),
                str(sums.masked_defects),
                _percent(found / judged if judged else math.nan),
                _percent(right / found if found else math.nan),
                _one_decimal(sums.false_defects),
                _percent(sums.atoms.found_share),
                _one_decimal(100 * sums.atoms.rms),
            )
        )
    heads = ("images", "dose", "judged", "masked", "found", "named right", "false per 100 nm^2")
    return _table((*heads, "atoms found", "atoms' rms error, pm"), rows)


def _kinds(pooled: dict[Condition, Pooled]) -> Iterable[str]:
    for series in dict.fromkeys(condition.series for condition in pooled):
        chosen = {c: sums for c, sums in pooled.items() if c.series == series}
        rows = (
            (name, *(_of_kind(sums, name) for sums in chosen.values()))
            for name in _in_catalogue_order(set(PLANTED))
        )
        yield _table((series, *(condition.short_dose for condition in chosen)), rows)


def _of_kind(sums: Pooled, name: str) -> str:
    judged, found, right = sums.tally(name)
    return f"{found} of {judged}" + (f" ({right})" if right < found else "")


def _confusion(condition: Condition, sums: Pooled) -> str:
    names = _in_catalogue_order({name for pair in sums.defects for name in pair} | set(PLANTED))
    called = [name for name in names if any(found == name for _, found in sums.defects)]
    there = [name for name in names if any(true == name for true, _ in sums.defects)]
    columns, rows = [*called, MISSED, MASKED], [*there, NONE]
    cells = (
        (f"**{true}**", *(str(sums.defects[true, found] or "") for found in columns))
        for true in rows
    )
    title = f"### {condition.series}, {condition.short_dose} e/A^2\n"
    return f"{title}\n{_table(('', *columns), cells)}"


def _highest_doses() -> list[Condition]:
    """Return the condition of highest dose of each series of several doses."""
    clean = [condition for condition in CONDITIONS if not condition.contaminated]
    return [
        max((c for c in clean if c.series == series), key=lambda c: c.dose)
        for series in dict.fromkeys(condition.series for condition in clean)
    ]


def _in_catalogue_order(names: set[str]) -> list[str]:
    order = [*dict.fromkeys(entry.name for entry in load_catalogue()), "unknown"]
    return [name for name in order if name in names]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _hundredths(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _one_decimal(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1f}"


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.0f} %"
