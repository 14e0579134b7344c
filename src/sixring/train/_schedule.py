"""How wide the steps of a training are as it goes on."""

from __future__ import annotations

import math
from typing import Literal

__all__ = ["Schedule", "step_width"]

Schedule = Literal["cosine", "constant"]

_WARM_UP = 0.1
"""Share of the steps in which the width grows to its full size."""


def step_width(step: int, steps: int, schedule: Schedule) -> float:
    """Return the width of a step as a share of the learning rate.

    Parameters
    ----------
    step : int
        Which step, from 0.
    steps : int
        Of the whole training, if it doesn't stop early.
    schedule : {"cosine", "constant"}
        ``"cosine"`` grows in proportion over the first tenth of the steps, then falls to 0 along
        half a period (Loshchilov and Hutter 2016, arXiv:1608.03983, without their restarts).

    Returns
    -------
    float
        Above 0, up to 1; 0 once the training is over.
    """
    if schedule == "constant":
        return 1.0
    warm_up = _WARM_UP * steps
    if step < warm_up:
        return (step + 1) / (warm_up + 1)
    return (1 + math.cos(math.pi * min((step - warm_up) / (steps - warm_up), 1.0))) / 2
