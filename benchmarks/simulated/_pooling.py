"""Several micrographs of one kind, as one row of a table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.simulated._alarms import Alarm, recall_at
from benchmarks.simulated._atoms import AtomErrors
from benchmarks.simulated._dirt import Overlap
from benchmarks.simulated._measure import Scored
from benchmarks.simulated._scoring import MASKED, MISSED, NONE, Confusion, Counts

__all__ = ["Pooled", "f1_interval", "pool"]

_RESAMPLES = 2000


@dataclass(frozen=True)
class Pooled:
    """Sums over micrographs."""

    images: int
    """How many there are."""
    refused: int
    """How many of them were refused."""
    area: float
    """Area that was judged, in nm^2."""
    judged_share: float
    """Mean share of the clean area that was judged, 0 to 1."""
    rings: Counts
    """Rings other than six."""
    plain: Counts
    """The same of the plain search."""
    defects: Confusion
    """Defects by name."""
    alarms: tuple[Alarm, ...]
    """Defects however improbable."""
    atoms: AtomErrors
    """Atoms."""
    dirt: Overlap
    """Contaminated area of the images that weren't refused."""

    @property
    def false_defects(self) -> float:
        """False defects for each 100 nm^2 that was judged; NaN where nothing was."""
        false = sum(n for (true, _), n in self.defects.items() if true == NONE)
        return 100 * false / self.area if self.area else math.nan

    def tally(self, name: str | None = None) -> tuple[int, int, int]:
        """Return how many defects, of one name or all, were judged, found, and named right."""
        judged = found = right = 0
        for (true, called), n in self.defects.items():
            if called != MASKED and true != NONE and name in (None, true):
                judged += n
                found += n * (called != MISSED)
                right += n * (called == true)
        return judged, found, right

    def recall_at(self, rate: float) -> float:
        """Return the share of the judged defects found at so many false ones per 100 nm^2."""
        return recall_at(rate, self.alarms, judged=self.tally()[0], area=self.area)

    @property
    def macro_f1(self) -> float:
        """Mean over the true names of the F1 of naming, of the defects that were found.

        NaN where none was found. A defect that was missed has no name to be right or wrong.
        """
        pairs = {
            pair: n
            for pair, n in self.defects.items()
            if pair[0] != NONE and pair[1] not in (MISSED, MASKED)
        }
        values = []
        for name in {true for true, _ in pairs}:
            there = sum(n for (true, _), n in pairs.items() if true == name)
            called = sum(n for (_, called), n in pairs.items() if called == name)
            values.append(2 * pairs.get((name, name), 0) / (there + called))
        return float(np.mean(values)) if values else math.nan

    @property
    def masked_defects(self) -> int:
        """How many defects on clean sheet the mask hides."""
        return sum(n for (_, called), n in self.defects.items() if called == MASKED)


def pool(scored: Sequence[Scored]) -> Pooled:
    """Add up several micrographs.

    Parameters
    ----------
    scored : sequence of Scored
        At least one.

    Returns
    -------
    Pooled
        Every ring, defect and atom weighs the same, whichever image it is in.
    """
    return Pooled(
        images=len(scored),
        refused=sum(one.refused for one in scored),
        area=sum(one.area for one in scored),
        judged_share=float(np.mean([one.judged_share for one in scored])),
        rings=sum((one.rings for one in scored), Counts()),
        plain=sum((one.plain for one in scored), Counts()),
        defects=sum((one.defects for one in scored), Counter()),
        alarms=tuple(alarm for one in scored for alarm in one.alarms),
        atoms=sum((one.atoms for one in scored), AtomErrors()),
        dirt=sum((one.dirt for one in scored), Overlap()),
    )


def f1_interval(counts: Sequence[Counts], *, seed: int = 0) -> tuple[float, float]:
    """Bootstrap F1 over micrographs.

    Parameters
    ----------
    counts : sequence of Counts
        One for each micrograph.
    seed : int
        Seed of the resampling.

    Returns
    -------
    tuple of float
        The 2.5th and the 97.5th percentile of F1 over 2000 draws with replacement of as many
        micrographs (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13);
        NaN where a draw may hold nothing at all.
    """
    draws = np.random.default_rng(seed).integers(len(counts), size=(_RESAMPLES, len(counts)))
    values = [sum((counts[k] for k in draw), Counts()).f1 for draw in draws]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
