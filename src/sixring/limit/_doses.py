"""AUC against dose, and the doses at which a defect can be seen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from sixring.errors import UsageError
from sixring.evaluate import (
    Estimate,
    Hypotheses,
    bayes_observer,
    detectability,
    search_observer,
)
from sixring.limit._crossing import crossing

__all__ = [
    "AUC",
    "RECALL",
    "default_doses",
    "dose_for_auc",
    "dose_for_search",
    "known_auc",
    "known_dose",
]

AUC = 0.99
"""Where a defect counts as seen."""
RECALL = 0.95
"""Of a search."""
_STEPS = (1.0, 2.0, 5.0)
_WEAKEST, _STRONGEST = 0.7, 8.0
"""d' between which doses are chosen for a curve, the place being known."""
_MORE = 2.0
"""So much more dose, roughly, an unknown place needs."""


def known_auc(strengths: NDArray[np.float64], weights: NDArray[np.float64], dose: float) -> float:
    """Return the mean AUC where each defect's place is known.

    Parameters
    ----------
    strengths : ndarray, shape (n,)
        d' of each at a dose of 1; its square grows in proportion to the dose.
    weights : ndarray, shape (n,)
        How often each occurs; their sum is 1.
    dose : float
        Electrons per angstrom^2.

    Returns
    -------
    float
    """
    return float(weights @ ndtr(strengths * math.sqrt(dose / 2)))


def known_dose(strengths: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the dose at which :func:`known_auc` is 0.99.

    Raises
    ------
    UsageError
        If there is none.
    """
    target = detectability(AUC) ** 2
    seen = strengths > 0
    if not (seen.any() and weights[seen].sum() / 2 + 0.5 > AUC):
        raise UsageError(
            "under these conditions a part of the defects looks like the perfect sheet, whatever "
            "the dose: choose others"
        )

    def missing(log_dose: float) -> float:
        return known_auc(strengths, weights, math.exp(log_dose)) - AUC

    # Were all as strong as the strongest, less would do.
    first = math.log(target / strengths.max() ** 2) - 1e-9
    last = first + 1.0
    while missing(last) < 0:
        last += 1.0
    return math.exp(brentq(missing, first, last, xtol=1e-9))


def default_doses(middle: float) -> tuple[float, ...]:
    """Return doses in steps of 1, 2 and 5 along which an AUC goes from chance to certainty.

    Parameters
    ----------
    middle : float
        Dose at which it is 0.99, the place being known.

    Returns
    -------
    tuple of float
        Rising.
    """
    first, last = (middle * (d / detectability(AUC)) ** 2 for d in (_WEAKEST, _STRONGEST))
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    steps = (step * 10.0**power for power in powers for step in _STEPS)
    return tuple(dose for dose in steps if first <= dose <= last)


def dose_for_auc(
    hypotheses: Hypotheses, known: float, *, draws: int, rng: np.random.Generator
) -> Estimate:
    """Return the dose at which the AUC is 0.99, place, orientation and kind being unknown.

    Parameters
    ----------
    hypotheses : Hypotheses
        At a dose of 1.
    known : float
        Dose at which it is 0.99 where all this is known.
    draws : int
        Images of each class at each of the doses that are tried.
    rng : numpy.random.Generator
        Where the noise comes from.

    Returns
    -------
    Estimate
        Electrons per angstrom^2.
    """
    target = float(ndtri(AUC))
    rarest = 1 / (4 * draws)

    def distance(dose: float) -> tuple[float, float]:
        found = bayes_observer(hypotheses.at_dose(dose), draws=draws, rng=rng)
        auc = float(np.clip(found.auc.value, rarest, 1 - rarest))
        quantile = float(ndtri(auc))
        density = math.exp(-(quantile**2) / 2) / math.sqrt(2 * math.pi)
        return quantile - target, max(found.error, rarest) / density

    # d' grows with the root of the dose.
    return crossing(distance, start=_MORE * known, slope=target / 2)


def dose_for_search(
    hypotheses: Hypotheses, cells: float, *, draws: int, rng: np.random.Generator
) -> Estimate:
    """Return the dose at which a search of so many cells gives one false alarm.

    Parameters
    ----------
    hypotheses : Hypotheses
        What may lie in one cell, at a dose of 1.
    cells : float
        Each is an alarm where noise reaches the threshold at which 95 % of the defects are found
        in the cells in which they are.
    draws : int
        Images with a defect at each of the doses that are tried.
    rng : numpy.random.Generator
        Where the noise comes from.

    Returns
    -------
    Estimate
        Electrons per angstrom^2.
    """

    def rarity(dose: float) -> tuple[float, float]:
        at_dose = hypotheses.at_dose(dose)
        found = search_observer(at_dose, recall=RECALL, draws=draws, rng=rng)
        return -math.log(cells * found.false_alarm), found.error / found.false_alarm

    # For one defect: the threshold is 1.64 below the mean, and as many deviations above that of
    # noise as make the one false alarm among all that is looked for.
    needed = float(ndtri(RECALL) - ndtri(1 / (cells * len(hypotheses))))
    strength = float(hypotheses.weights @ hypotheses.detectabilities())
    slope = needed * (needed - float(ndtri(RECALL))) / 2
    return crossing(rarity, start=(needed / strength) ** 2, slope=slope)
