"""The table of all variants."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.markdown import markdown_table
from training.detector._watch import BANDS

__all__ = ["Line", "results_text"]


@dataclass(frozen=True)
class Line:
    """One variant."""

    told: str
    """What it is."""
    parameters: int
    """Of its network."""
    minutes: float
    """That its training took, with what it waited for crops."""
    scores: Mapping[str, float]
    """What the watch says of it."""


def results_text(lines: Sequence[Line], *, pieces: int, crops: int, watched: int) -> str:
    """Return the page.

    Parameters
    ----------
    lines : sequence of Line
        The whole first.
    pieces : int
        Of each training.
    crops : int
        In a piece.
    watched : int
        Crops that they are judged on.
    """
    bands = [name for name, (_, low, _) in BANDS.items() if low > 0]
    heads = ["", "parameters", "min", *(_band(name) for name in bands), "atoms found", "dirt IoU"]
    rows = (
        [
            line.told,
            str(line.parameters),
            f"{line.minutes:.0f}",
            *(_number(line.scores.get(name, math.nan)) for name in bands),
            _number(line.scores.get("atom_recall", math.nan)),
            _number(line.scores.get("dirt_iou", math.nan)),
        ]
        for line in lines
    )
    return "\n".join(
        [
            "# What each part buys",
            "",
            f"Short trainings of {pieces} pieces, {crops} crops each, all from the same crops but "
            f"for the last, seed 0, judged on {watched} crops that none has learned from: F1 of "
            "rings other than six by dose, electrons per square angstrom, where the maps show them "
            "by themselves, before a structure is read.",
            "",
            markdown_table(heads, rows),
        ]
    )


def _band(name: str) -> str:
    stem, low, high = BANDS[name]
    limits = f"from {low:.0e}" if math.isinf(high) else f"{low:.0e} to {high:.0e}"
    return f"{'STEM' if stem else 'HRTEM'} {limits}".replace("e+0", "e")


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"
