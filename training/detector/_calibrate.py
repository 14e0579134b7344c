"""Probabilities that mean what they say, by micrographs that the network hasn't learned from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from benchmarks.simulated import (
    MASKED,
    MISSED,
    NONE,
    Alarm,
    Area,
    Confusion,
    rank_defects,
    score_defects,
)
from sixring.detection._calibration import UNCHANGED, Calibration, log_odds
from sixring.detection._description import Learned
from sixring.detection._eye import Eye, TrainedEye
from sixring.detection._learned import detect_learned
from sixring.errors import Refusal
from sixring.evaluate._calibrate import fit_logistic
from sixring.simulate import Simulated
from sixring.structures import CHAINS
from sixring.types import Defect, Findable, Mode
from training._expose import Expose, exposures
from training.detector._plan import Plan
from training.detector._sources import SOURCES

__all__ = ["Judged", "calibrated", "judged", "judged_micrographs"]

_DRAW = 1002
"""First part of the key of these specimens, on which nothing else is drawn."""
_LISTED = 0.5
"""Probability from which on a defect counts as found."""
_DOSES = (2e2, 6e2, 2e3, 6e3, 2e4, 6e4, 2e5, 6e5, 2e6, 1e7)
"""Limits of the doses that are told apart, electrons per angstrom^2."""
_FARTHEST = 40.0
"""Log odds so far above others leave nothing of them."""
_FEWEST = 10
"""Of fewer defects nothing is said."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What was found in a micrograph, beside what is there."""

    mode: Mode
    """The kind of microscope."""
    dose: float
    """Electrons per angstrom^2."""
    true: tuple[Defect, ...]
    """Defects that are there."""
    found: tuple[Defect, ...]
    """Those that were found, however improbable."""
    area: Area
    """What counts."""


def judged_micrographs(plan: Plan, folder: Path, *, expose: Expose = exposures) -> list[Judged]:
    """Detect on micrographs as the sources give them.

    Parameters
    ----------
    plan : Plan
        How many specimens.
    folder : Path
        Of the detector, whose own calibration changes nothing.
    expose : callable, optional
        What makes the images of a specimen.

    Returns
    -------
    list of Judged
        But for the images that were refused.
    """
    eye = TrainedEye(folder)
    weights = np.array([source.weight for source in SOURCES])
    found = []
    for k in range(plan.calibrated):
        rng = np.random.default_rng(plan.draw(_DRAW, k))
        source = SOURCES[int(rng.choice(len(SOURCES), p=weights / weights.sum()))]
        found += [judged(simulated, eye) for simulated in expose(source, plan.exposures, rng)]
    return [one for one in found if one is not None]


def judged(simulated: Simulated, eye: Eye) -> Judged | None:
    """Detect on one micrograph.

    Parameters
    ----------
    simulated : Simulated
        The micrograph.
    eye : Eye
        What sees the rings.

    Returns
    -------
    Judged or None
        None where the image is refused.
    """
    try:
        found = detect_learned(
            simulated.micrograph, min_probability=0.0, lattice_sampling=False, eye=eye
        )
    except Refusal:
        return None
    return Judged(
        mode=simulated.mode,
        dose=simulated.dose,
        true=simulated.defects,
        found=found.defects,
        area=Area.within_border(found.mask.clear, simulated.mask.clear, simulated.sampling),
    )


def calibrated(
    learned: Mapping[str, Learned], micrographs: Sequence[Judged], tell: Callable[[str], None]
) -> dict[str, Learned]:
    """Say of each mode what the word of the network means, and how much it finds.

    Parameters
    ----------
    learned : mapping
        By mode, the images from which the network has learned.
    micrographs : sequence of Judged
        Other ones.
    tell : callable
        Told a line for each mode.

    Returns
    -------
    dict
        The same with the calibration, which is the likeliest straight line of log odds, and for
        fragments one beside it by which as many are there as it says. Its slope is 1 where
        defects that are likelier by the network aren't there more often, as where hardly one is
        false, or after a try-out; grain boundaries that were found where there are some don't
        count. What is found is counted by kind and by half decades of the dose, where there are
        ten such defects at least; what the mask hides doesn't count.
    """
    found = {}
    for mode, before in learned.items():
        some = [one for one in micrographs if one.mode == mode]
        alarms = [a for one in some for a in rank_defects(one.true, _placed(one), one.area)]
        line = _line(alarms)
        found[mode] = replace(before, calibration=line, findable=_findable(some, line))
        tell(
            f"{mode}: {sum(a.right for a in alarms)} of {len(alarms)} defects are there; log odds "
            f"times {line.slope:.3f} and {line.offset:+.3f}, of {sum(a.fragment for a in alarms)} "
            f"fragments {line.fragment:+.3f} besides"
        )
    return found


def _placed(one: Judged) -> list[Defect]:
    """Return what was found that has a place.

    A chain that runs on beyond what is judged, or in two pieces past dirt, has its middle anywhere:
    where there truly are chains, those that were found are left out.
    """
    if not any(defect.name in CHAINS for defect in one.true):
        return list(one.found)
    return [defect for defect in one.found if defect.name not in CHAINS]


def _line(alarms: Sequence[Alarm]) -> Calibration:
    whole = [alarm for alarm in alarms if not alarm.fragment]
    if not whole:
        return UNCHANGED
    said = np.array([log_odds(alarm.probability) for alarm in whole])
    line = fit_logistic(said, np.array([alarm.right for alarm in whole], bool))
    if line.slope > 0:
        calibration = Calibration(line.slope, line.offset - line.slope * line.centre)
    else:
        calibration = Calibration(1.0, _besides(whole, UNCHANGED))
    parts = [alarm for alarm in alarms if alarm.fragment]
    return replace(calibration, fragment=_besides(parts, calibration))


def _besides(parts: Sequence[Alarm], line: Calibration) -> float:
    """Return what must be added to the log odds of some so that as many are there as it says.

    One more of each kind, right and false, keeps it finite, as in :func:`fit_logistic`.
    """
    odds = np.array([line.offset + line.slope * log_odds(part.probability) for part in parts])
    there = (sum(part.right for part in parts) + 1) / (len(parts) + 2) * len(parts)

    def too_many(added: float) -> float:
        return float(expit(odds + added).sum() - there)

    if not parts:
        return 0.0
    reach = float(np.abs(odds).max()) + _FARTHEST
    return float(brentq(too_many, -reach, reach))


def _findable(micrographs: Sequence[Judged], calibration: Calibration) -> tuple[Findable, ...]:
    entries: list[Findable] = []
    for low, high in pairwise(_DOSES):
        pairs: Confusion = Counter()
        for one in micrographs:
            if low < one.dose <= high:
                listed = [
                    found
                    for found in one.found
                    if calibration(found.probability, fragment=found.fragment) >= _LISTED
                ]
                pairs += score_defects(one.true, listed, one.area)
        entries += _by_kind(pairs, (low, high))
    return tuple(entries)


def _by_kind(pairs: Confusion, dose: tuple[float, float]) -> list[Findable]:
    found: dict[str, Findable] = {}
    for (true, called), number in sorted(pairs.items()):
        if true == NONE or called == MASKED:
            continue
        entry = found.get(true, Findable(true, dose, 0, 0))
        found[true] = replace(
            entry, there=entry.there + number, found=entry.found + number * (called != MISSED)
        )
    return [entry for entry in found.values() if entry.there >= _FEWEST]
