"""The table of both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.markdown import markdown_table
from benchmarks.simulated import Counts
from sixring.types import Mode

__all__ = ["Row", "results_text"]


@dataclass(frozen=True)
class Row:
    """All images of a mode and dose."""

    mode: Mode
    """The kind of microscope."""
    dose: float
    """Electrons per angstrom^2."""
    images: int
    """How many."""
    ours: Counts
    """Odd rings of the learned detector, where it judges."""
    theirs: Counts
    """Of the Segmentor there."""
    everywhere: Counts
    """Of the Segmentor on all clean sheet."""


def results_text(
    rows: Sequence[Row],
    cost: Mapping[str, Any],
    *,
    ours: str,
    crops: int,
    our_seconds: float,
    threads: int,
) -> str:
    """Return the page.

    Parameters
    ----------
    rows : sequence of Row
        In the order of the table.
    cost : mapping
        What the program of the Segmentor says of its cost.
    ours : str
        What the learned detector was trained by.
    crops : int
        Crops that the Segmentor was given.
    our_seconds : float
        What the learned detector took for the same pixels.
    threads : int
        That computed at once.
    """
    versions = ", ".join(f"{name} {version}" for name, version in cost["versions"].items())
    heads = ("mode", "e/A^2", "images", "learned", "Segmentor, there", "Segmentor, all clean sheet")
    table = (
        (
            row.mode.upper(),
            f"{row.dose:g}",
            str(row.images),
            *map(_f1, (row.ours, row.theirs, row.everywhere)),
        )
        for row in rows
    )
    lines = [
        "# AtomAI's Segmentor beside the learned detector",
        "",
        f"{versions}, {threads} threads. The Segmentor: its U-Net, {cost['parameters']} "
        f"parameters, flips and quarter turns, averaged weights; {cost['cycles']} batches, "
        f"{cost['seen']} crops seen of {crops} different ones, in {cost['train_seconds'] / 60:.0f} "
        f"minutes. The learned detector: {ours}.",
        "",
        "F1 of rings other than six on the fixed set of benchmarks/simulated, matched within "
        "1.2 A, ten members and more as one size. The Segmentor learned where atoms are; its "
        "rings are the faces of the graph that bonds up to 1.9 A make of them. It has no mask: "
        "they count where the learned detector judges, and then on all that truly is a clean "
        "sheet.",
        "",
        markdown_table(heads, table),
        f"Looking at the same {cost['pixels'] / 1e6:.1f} million pixels took the Segmentor "
        f"{cost['predict_seconds']:.0f} s, and the learned detector {our_seconds:.0f} s from the "
        "image to the named defects.",
        "",
    ]
    return "\n".join(lines)


def _f1(counts: Counts) -> str:
    return "" if math.isnan(counts.f1) else f"{counts.f1:.2f}"
