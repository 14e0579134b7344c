"""What differences between results tell, several of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sixring.study._reading import Document, Row, learned, result_of

__all__ = ["Verdict", "judge"]

Word = Literal["higher", "lower", "alike", "unknown"]
"""``unknown``: neither of both can be told from chance, so that there is nothing to compare."""
_LEVEL = 0.05
"""Chance of seeing a difference among several where there is none."""


class Verdict(NamedTuple):
    """What one of several differences tells."""

    comparison: Row
    """Of which."""
    word: Word
    """The first one's AUC beside the second one's."""
    single: bool
    """Whether one of both is a single training, which says nothing of other trainings."""


def judge(document: Document, comparisons: Sequence[Row]) -> list[Verdict]:
    """Judge comparisons that are printed together, each with its chance of being an accident.

    Holm (1979), Scand. J. Stat. 6, 65-70: the chance that any of them is taken for a difference
    where there is none stays at 5 %.

    Parameters
    ----------
    document : mapping
        What ``study.json`` holds.
    comparisons : sequence of mapping
        Rows of it.
    """
    values = _holm([row["p_value"] for row in comparisons])
    return [_verdict(document, row, p) for row, p in zip(comparisons, values, strict=True)]


def _verdict(document: Document, row: Row, p_value: float) -> Verdict:
    sides = [result_of(document, row[side]) for side in ("first", "second")]
    single = min(len(side["seeds"]) for side in sides) == 1
    if not any(learned(side) for side in sides):
        return Verdict(row, "unknown", single)
    difference = row["difference"]
    if p_value >= _LEVEL or difference["low"] is None:
        return Verdict(row, "alike", single)
    return Verdict(row, "higher" if difference["value"] > 0 else "lower", single)


def _holm(values: Sequence[float | None]) -> list[float]:
    """Return corrected p-values; what has none isn't told apart."""
    known = [1.0 if value is None else value for value in values]
    corrected, largest = [1.0] * len(known), 0.0
    for place, i in enumerate(sorted(range(len(known)), key=lambda i: known[i])):
        largest = max(largest, (len(known) - place) * known[i])
        corrected[i] = min(1.0, largest)
    return corrected
