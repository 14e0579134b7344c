"""A number with its interval, and intervals where a bootstrap has nothing to vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binomtest, norm

__all__ = ["LEVEL", "Estimate", "exact_proportion", "score_auc"]

LEVEL = 0.95
"""Coverage that every interval aims at."""


@dataclass(frozen=True)
class Estimate:
    """A value and its 95 % interval."""

    value: float
    """What was measured."""
    low: float | None = None
    """Lower end, None where no interval can be had."""
    high: float | None = None
    """Upper end, None where no interval can be had."""
    how: str = ""
    """How the interval was made, or why there is none."""

    def __str__(self) -> str:
        """Return such as ``0.971 [0.955, 0.983]``."""
        if self.low is None or self.high is None:
            return f"{self.value:.3f}"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def exact_proportion(successes: int, trials: int) -> tuple[float, float]:
    """Return the interval of Clopper and Pearson for a proportion."""
    interval = binomtest(successes, trials).proportion_ci(LEVEL, method="exact")
    return float(interval.low), float(interval.high)


def score_auc(auc: float, n_defect: int, n_perfect: int) -> tuple[float, float]:
    """Return the score interval for an AUC, which stays open where it is 0 or 1.

    Method 5 of Newcombe (2006), Statistics in Medicine 25, 559-573: the AUCs from which the
    measured one is no further than 1.96 standard errors at that AUC, for independent patches.

    Parameters
    ----------
    auc : float
        What was measured, 0 to 1.
    n_defect, n_perfect : int
        How many independent patches of each class.

    Returns
    -------
    tuple of float
        Lower and upper end.
    """
    z = float(norm.ppf((1 + LEVEL) / 2))
    shared = (n_defect + n_perfect) / 2 - 1

    def distance(true: float) -> float:
        spread = 1 + shared * ((1 - true) / (2 - true) + true / (1 + true))
        variance = true * (1 - true) * spread / (n_defect * n_perfect)
        return float((auc - true) ** 2 - z**2 * variance)

    low = brentq(distance, 0.0, auc - 1e-12) if auc > 1e-9 else 0.0
    high = brentq(distance, auc + 1e-12, 1.0) if auc < 1 - 1e-9 else 1.0
    return float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1))
