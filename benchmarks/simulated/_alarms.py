"""Defects in the order of their probabilities: what is found at how many false alarms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.matching import at
from benchmarks.simulated._scoring import DEFECT_WITHIN, Area, defects_alone, positions_of
from sixring.types import Defect

__all__ = ["Alarm", "rank_defects", "recall_at"]


@dataclass(frozen=True)
class Alarm:
    """One defect that was found, however improbable."""

    probability: float
    """As the detection gives it."""
    right: bool
    """Whether it is there."""
    fragment: bool = False
    """Whether it is a part of a defect, too little to tell of which."""


def rank_defects(true: Sequence[Defect], found: Sequence[Defect], area: Area) -> tuple[Alarm, ...]:
    """Tell for each defect that was found whether it is there.

    The most probable one chooses first, and takes the nearest true defect within 2.5 angstrom
    that no other has taken: a true defect is found once, and what else is called there is false.

    Parameters
    ----------
    true, found : sequence of Defect
        Positions in pixels; edges of the sheet are passed over.
    area : Area
        What counts: right ones where a clean sheet is judged, false ones wherever is judged.

    Returns
    -------
    tuple of Alarm
        The most probable first.
    """
    there = positions_of(defects_alone(true))
    counted = at(area.clean & area.judged, there)
    free = np.ones(len(there), bool)
    alarms = []
    for defect in sorted(defects_alone(found), key=lambda one: -one.probability):
        position = np.array(defect.position)
        distance = np.linalg.norm(there - position, axis=1) * area.sampling
        distance[~free] = math.inf
        nearest = int(distance.argmin()) if len(there) else -1
        if nearest >= 0 and distance[nearest] <= DEFECT_WITHIN:
            free[nearest] = False
            if counted[nearest]:
                alarms.append(Alarm(defect.probability, True, defect.fragment))
        elif at(area.judged, position[None])[0]:
            alarms.append(Alarm(defect.probability, False, defect.fragment))
    return tuple(alarms)


def recall_at(rate: float, alarms: Sequence[Alarm], *, judged: int, area: float) -> float:
    """Return the share of defects found where the threshold allows so many false alarms.

    Parameters
    ----------
    rate : float
        False alarms for each 100 nm^2.
    alarms : sequence of Alarm
        Of all images.
    judged : int
        True defects that were judged.
    area : float
        Area that was judged, nm^2.

    Returns
    -------
    float
        0 to 1, at the lowest threshold on the probability with at most so many; NaN where there
        was no defect to be found.
    """
    if judged == 0:
        return math.nan
    probability = np.array([alarm.probability for alarm in alarms])
    right = np.array([alarm.right for alarm in alarms], bool)
    best = 0
    for threshold in set(probability.tolist()):
        passed = probability >= threshold
        if (passed & ~right).sum() <= rate * area / 100:
            best = max(best, int((passed & right).sum()))
    return best / judged
