"""The dose at which something measured with noise crosses zero."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from sixring.evaluate import Estimate

__all__ = ["crossing"]

_STEPS = 5
"""Doses at which it is measured."""
_LEAP = math.log(4.0)
"""Farthest from one dose to the next, in its logarithm."""
_CURVED = 0.2
"""Error of a line drawn through a measurement, as a share of how far from zero it is."""
_UNSURE = 0.3
"""Standard error of the slope that is expected, as a share of it."""
_FLATTEST = 1 / 3
"""Of the slope that is expected: the one found isn't believed to be less."""
_Z = float(norm.ppf(0.975))


def crossing(
    measure: Callable[[float], tuple[float, float]], *, start: float, slope: float
) -> Estimate:
    """Find where a quantity that grows with the logarithm of the dose is zero.

    It is measured where the last measurements point to, five times, and a line is laid through
    all of them, those near zero counting most.

    Parameters
    ----------
    measure : callable
        Takes a dose; returns the quantity and its standard error.
    start : float
        Dose to begin with.
    slope : float
        What it grows by, roughly, where the dose grows by a factor of e.

    Returns
    -------
    Estimate
        The dose, with a 95 % interval for the errors of the measurements.
    """
    place, found = math.log(start), np.empty((0, 3))
    error = math.inf
    for _ in range(_STEPS):
        found = np.vstack([found, [place, *measure(math.exp(place))]])
        root, error = _root(found, slope)
        place = float(np.clip(root, place - _LEAP, place + _LEAP))
    low, high = (math.exp(place + sign * _Z * error) for sign in (-1, 1))
    return Estimate(math.exp(place), low, high, f"a line through {_STEPS} doses")


def _root(found: NDArray[np.float64], slope: float) -> tuple[float, float]:
    """Return where a line through measurements is zero, and the standard error of that."""
    place, value, error = found.T
    trust = 1 / (error**2 + (_CURVED * value) ** 2)
    weight = trust / trust.sum()
    away = place - weight @ place
    # Where all measurements are near one another, they say little of the slope.
    believed = 1 / (_UNSURE * slope) ** 2
    steepness = (trust @ (away * value) + believed * slope) / (trust @ away**2 + believed)
    steepness = max(float(steepness), _FLATTEST * slope)
    root = float(weight @ place - weight @ value / steepness)
    return root, float(np.sqrt(weight**2 @ error**2)) / steepness
