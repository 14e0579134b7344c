"""What was found against what is there, on one micrograph."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching import at, match
from sixring.types import Defect

__all__ = [
    "DEFECT_WITHIN",
    "MASKED",
    "MISSED",
    "NONE",
    "Area",
    "Confusion",
    "Counts",
    "defects_alone",
    "positions_of",
    "score_defects",
    "score_odd_rings",
    "share",
]

MISSED = "missed"
"""A true defect that wasn't found, though its place was judged."""
MASKED = "masked"
"""A true defect on clean sheet that the detection's mask hides."""
NONE = "none"
"""What a false defect truly is."""

_BORDER = 3.0  # angstrom
_RING_WITHIN, DEFECT_WITHIN = 1.2, 2.5  # angstrom

_EDGE = "edge"

Confusion = Counter[tuple[str, str]]
"""How often a true name went with a found one; the former may be :data:`NONE`, the latter
:data:`MISSED` or :data:`MASKED`."""


@dataclass(frozen=True, eq=False)
class Area:
    """Which part of an image counts, pixel by pixel."""

    judged: NDArray[np.bool_]
    """Where the detection says that it can judge: what it finds falsely here counts."""
    clean: NDArray[np.bool_]
    """Where there truly is a clean sheet: what it misses or masks here counts."""
    sampling: float
    """Angstrom per pixel."""

    @classmethod
    def within_border(
        cls, judged: NDArray[np.bool_], clean: NDArray[np.bool_], sampling: float
    ) -> Area:
        """Leave out a border of 3 angstrom along the edge of the image."""
        edge = round(_BORDER / sampling)
        inner = np.zeros(judged.shape, bool)
        inner[edge:-edge, edge:-edge] = True
        return cls(judged & inner, clean & inner, sampling)

    @property
    def judged_nm2(self) -> float:
        """Area that is judged, in nm^2."""
        return float(self.judged.sum()) * self.sampling**2 / 100

    @property
    def judged_share(self) -> float:
        """Share of the clean area that is judged, 0 to 1."""
        return share(float((self.judged & self.clean).sum()), float(self.clean.sum()))


@dataclass(frozen=True)
class Counts:
    """How many were found, missed, and found where there are none."""

    right: int = 0
    """Found, of those that are there."""
    missed: int = 0
    """Not found, though their place was judged."""
    false: int = 0
    """Found, but not there."""
    masked: int = 0
    """There, but hidden by the mask: in no other number."""

    def __add__(self, other: Counts) -> Counts:
        """Pool two."""
        return Counts(
            self.right + other.right,
            self.missed + other.missed,
            self.false + other.false,
            self.masked + other.masked,
        )

    @property
    def precision(self) -> float:
        """Share of what was found that is there; NaN where nothing was found."""
        return share(self.right, self.right + self.false)

    @property
    def recall(self) -> float:
        """Share of what is there that was found; NaN where nothing is there."""
        return share(self.right, self.right + self.missed)

    @property
    def recall_of_all(self) -> float:
        """The same where what the mask hides counts as missed."""
        return share(self.right, self.right + self.missed + self.masked)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return share(2 * self.right, 2 * self.right + self.missed + self.false)


def score_odd_rings(
    true: tuple[NDArray[np.float64], NDArray[np.int64]],
    found: tuple[NDArray[np.float64], NDArray[np.int64]],
    area: Area,
) -> Counts:
    """Match rings other than six, one to one, where centres are near and sizes equal.

    Parameters
    ----------
    true, found : tuple of ndarray
        Centres, shape (n, 2), in pixels, and sizes, shape (n,), of all rings.
    area : Area
        What counts. A ring inside may be matched to one outside.

    Returns
    -------
    Counts
        Centres match within 1.2 angstrom.
    """
    total = Counts()
    for size in sorted({*true[1].tolist(), *found[1].tolist()} - {6}):
        there, here = (centres[sizes == size] for centres, sizes in (true, found))
        pairs = match(there, here, _RING_WITHIN / area.sampling)
        matched = np.isin(np.arange(len(there)), [i for i, _ in pairs])
        alone = ~np.isin(np.arange(len(here)), [j for _, j in pairs])
        clean, judged = at(area.clean, there), at(area.judged, there)
        total += Counts(
            right=int((clean & judged & matched).sum()),
            missed=int((clean & judged & ~matched).sum()),
            false=int((at(area.judged, here) & alone).sum()),
            masked=int((clean & ~judged).sum()),
        )
    return total


def score_defects(true: Sequence[Defect], found: Sequence[Defect], area: Area) -> Confusion:
    """Match defects, one to one, where positions are near, whatever their names.

    Parameters
    ----------
    true, found : sequence of Defect
        Positions in pixels. Edges of the sheet are no defects of it, and are passed over.
    area : Area
        What counts.

    Returns
    -------
    Confusion
        Positions match within 2.5 angstrom.
    """
    true, found = defects_alone(true), defects_alone(found)
    there, here = positions_of(true), positions_of(found)
    partner = dict(match(there, here, DEFECT_WITHIN / area.sampling))
    names: Confusion = Counter()
    for i, (defect, clean, judged) in enumerate(
        zip(true, at(area.clean, there), at(area.judged, there), strict=True)
    ):
        if clean and judged:
            names[defect.name, found[partner[i]].name if i in partner else MISSED] += 1
        elif clean:
            names[defect.name, MASKED] += 1
    for j, (defect, judged) in enumerate(zip(found, at(area.judged, here), strict=True)):
        if judged and j not in partner.values():
            names[NONE, defect.name] += 1
    return names


def positions_of(defects: Sequence[Defect]) -> NDArray[np.float64]:
    """Return where defects lie, shape (n, 2), in pixels."""
    return np.array([defect.position for defect in defects], float).reshape(-1, 2)


def defects_alone(defects: Sequence[Defect]) -> list[Defect]:
    """Return the defects of a sheet without its edges."""
    return [defect for defect in defects if defect.name != _EDGE]


def share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
