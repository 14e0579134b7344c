"""One sheet, all images of it, and how the detection did on each."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import sixring
from benchmarks.plain_search import plain_search
from benchmarks.simulated._conditions import CONDITIONS, Condition, draw_sheet, take_image
from benchmarks.simulated._scoring import (
    Area,
    AtomErrors,
    Confusion,
    Counts,
    score_atoms,
    score_defects,
    score_odd_rings,
)
from sixring.errors import Refusal
from sixring.simulate import Simulated

__all__ = ["Scored", "measure", "score"]


@dataclass(frozen=True)
class Scored:
    """How the detection did on one micrograph."""

    condition: Condition
    """How the micrograph was taken."""
    seed: int
    """Which sheet it shows."""
    refused: bool
    """Whether the detection refused it."""
    area: float
    """Area that was judged, in nm^2."""
    judged_share: float
    """Share of the clean area that was judged, 0 to 1."""
    rings: Counts
    """Rings other than six."""
    plain: Counts
    """The same of the plain search, where the detection judged."""
    defects: Confusion
    """Defects by name."""
    atoms: AtomErrors
    """Atoms."""


def measure(seed: int, conditions: Sequence[Condition] = CONDITIONS) -> tuple[Scored, ...]:
    """Draw a sheet, take its images and score the detection on each.

    Parameters
    ----------
    seed : int
        Everything random follows from it.
    conditions : sequence of Condition
        How the images are taken.

    Returns
    -------
    tuple of Scored
        One for each condition.
    """
    sheet = draw_sheet(seed)
    scored = []
    for condition in conditions:
        print(f"seed {seed}: {condition.series}, {condition.short_dose} e/A^2", file=sys.stderr)
        scored.append(score(take_image(sheet, condition, seed), condition, seed))
    return tuple(scored)


def score(simulated: Simulated, condition: Condition, seed: int) -> Scored:
    """Detect on one micrograph, its sampling and mode given, and compare with the truth."""
    true = simulated.rings.centres, simulated.rings.sizes
    nowhere = np.zeros(simulated.image.shape, bool)
    try:
        found = sixring.detect(simulated.micrograph).detection
    except Refusal:
        found = None
    judged = nowhere if found is None else found.mask.clear
    area = Area.within_border(judged, simulated.mask.clear, simulated.sampling)
    plain = plain_search(simulated.image, simulated.sampling)
    no_rings = np.empty((0, 2)), np.empty(0, np.int64)
    rings = no_rings if found is None else (found.rings.centres, found.rings.sizes)
    atoms = np.empty((0, 2)) if found is None else found.atoms.positions
    return Scored(
        condition=condition,
        seed=seed,
        refused=found is None,
        area=area.judged_nm2,
        judged_share=area.judged_share,
        rings=score_odd_rings(true, rings, area),
        plain=score_odd_rings(true, plain, area),
        defects=score_defects(simulated.defects, () if found is None else found.defects, area),
        atoms=score_atoms(simulated.atoms.positions, atoms, area),
    )
