"""One micrograph of the set, and how the detection did on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import sixring
from benchmarks.plain_search import plain_search
from benchmarks.simulated._alarms import Alarm, rank_defects
from benchmarks.simulated._atoms import AtomErrors, score_atoms
from benchmarks.simulated._cases import Case, take_image
from benchmarks.simulated._dirt import Overlap, score_dirt
from benchmarks.simulated._scoring import (
    Area,
    Confusion,
    Counts,
    score_defects,
    score_odd_rings,
)
from sixring.errors import Refusal
from sixring.simulate import Simulated
from sixring.types import Defect, Mask, Region

__all__ = ["Scored", "measure", "score"]

_LISTED = 0.5
"""Defects of this probability and above are those that a user sees."""


@dataclass(frozen=True)
class Scored:
    """How the detection did on one micrograph."""

    case: Case
    """Which one of the set."""
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
    alarms: tuple[Alarm, ...]
    """Defects however improbable, the most probable first."""
    atoms: AtomErrors
    """Atoms."""
    dirt: Overlap
    """Contaminated area; nothing where the image was refused."""


def measure(case: Case, detector: str) -> Scored:
    """Take an image and score the detection on it.

    Parameters
    ----------
    case : Case
        Which one of the set.
    detector : str
        As for :func:`sixring.detect`.

    Returns
    -------
    Scored
        The detection is given the image with sampling, mode, dose and energy, as files carry
        them.
    """
    return score(take_image(case).simulated, case, detector)


def score(simulated: Simulated, case: Case, detector: str) -> Scored:
    """Detect on one micrograph and compare with the truth.

    Parameters
    ----------
    simulated : Simulated
        The micrograph.
    case : Case
        Which one of the set it is.
    detector : str
        As for :func:`sixring.detect`.

    Returns
    -------
    Scored
        Of a refused image nothing is judged.
    """
    found = _find(simulated, detector)
    true = simulated.rings.centres, simulated.rings.sizes
    area = Area.within_border(found.mask.clear, simulated.mask.clear, simulated.sampling)
    listed = [defect for defect in found.defects if defect.probability >= _LISTED]
    return Scored(
        case=case,
        refused=found.refused,
        area=area.judged_nm2,
        judged_share=area.judged_share,
        rings=score_odd_rings(true, found.rings, area),
        plain=score_odd_rings(true, plain_search(simulated.image, simulated.sampling), area),
        defects=score_defects(simulated.defects, listed, area),
        alarms=rank_defects(simulated.defects, found.defects, area),
        atoms=score_atoms(simulated.atoms.positions, found.atoms, area),
        dirt=Overlap()
        if found.refused
        else score_dirt(simulated.mask, found.mask, simulated.sampling),
    )


@dataclass(frozen=True, eq=False)
class _Found:
    """What a detection says, or that it says nothing."""

    refused: bool
    mask: Mask
    rings: tuple[NDArray[np.float64], NDArray[np.int64]]
    defects: tuple[Defect, ...]
    atoms: NDArray[np.float64]


def _find(simulated: Simulated, detector: str) -> _Found:
    try:
        found = sixring.detect(
            simulated.micrograph, detector=detector, min_probability=0.0
        ).detection
    except Refusal:
        nothing = np.full(simulated.image.shape, Region.BLUR, np.uint8)
        nowhere = np.empty((0, 2))
        return _Found(
            refused=True,
            mask=Mask(nothing),
            rings=(nowhere, np.empty(0, np.int64)),
            defects=(),
            atoms=nowhere,
        )
    return _Found(
        refused=False,
        mask=found.mask,
        rings=(found.rings.centres, found.rings.sizes),
        defects=found.defects,
        atoms=found.atoms.positions,
    )
