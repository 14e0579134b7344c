"""From what a network says of a defect to how often that is true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from sixring.graphs import SchemaError

__all__ = ["UNCHANGED", "Calibration", "log_odds"]

_CERTAIN = 1e-6
"""No network is surer than this, or than one less this."""


@dataclass(frozen=True)
class Calibration:
    """A straight line from log odds to log odds, and another beside it for fragments.

    Platt 1999, Probabilistic outputs for support vector machines.
    """

    slope: float
    """By which the log odds are multiplied, above 0."""
    offset: float
    """What is added to them."""
    fragment: float = 0.0
    """What is added besides where only a part of a defect is seen: its middle is elsewhere."""

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise SchemaError(f"a slope can't be {self.slope:g}")

    def __call__(self, probability: float, *, fragment: bool = False) -> float:
        """Return the share of defects, or fragments, of this probability that are there."""
        if self == UNCHANGED:
            return probability
        offset = self.offset + self.fragment * fragment
        return float(expit(offset + self.slope * log_odds(probability)))


UNCHANGED = Calibration(1.0, 0.0)
"""What is said is left as it is."""


def log_odds(probability: float) -> float:
    """Return the log odds of a probability, which are finite."""
    return float(logit(np.clip(probability, _CERTAIN, 1 - _CERTAIN)))
