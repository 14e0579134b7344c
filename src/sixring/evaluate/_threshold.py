"""From which score a patch is called defect, and why from there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sixring.evaluate._checks import check_scores, check_share, judged

__all__ = ["Threshold", "false_alarm_threshold", "youden_threshold"]


@dataclass(frozen=True)
class Threshold:
    """A score and the reason for it."""

    value: float
    """A patch with this score or a higher one is called defect."""
    reason: str
    """How it was chosen, on how many patches."""


def youden_threshold(scores: ArrayLike, labels: ArrayLike) -> Threshold:
    """Choose the threshold with the largest recall less false-alarm rate (Youden 1950).

    It doesn't depend on how rare defects are in the patches, and takes a missed share of the
    defects to be as bad as the same share of false alarms.

    Parameters
    ----------
    scores : array_like
        Shape (n,), of patches that take no part in the final evaluation.
    labels : array_like
        Shape (n,): 0 perfect, 1 defect.

    Returns
    -------
    Threshold
        Half-way between two neighbouring scores, so that rounding can't move a patch across it;
        the lowest score where it is best to call every patch defect.

    Raises
    ------
    UsageError
        If the arguments don't fit together, or a class is missing.
    """
    patches = judged(scores, labels)
    values, places = np.unique(patches.scores, return_inverse=True)
    n_defect, n_perfect = int(patches.defect.sum()), int((~patches.defect).sum())
    # From the lowest value up: what lies at or above each.
    hits = np.bincount(places, patches.defect)[::-1].cumsum()[::-1] / n_defect
    alarms = np.bincount(places, ~patches.defect)[::-1].cumsum()[::-1] / n_perfect
    best = int(np.argmax(np.round(hits - alarms, 12)))
    value = float(values[best]) if best == 0 else _between(values[best - 1], values[best])
    return Threshold(
        value,
        f"largest recall less false-alarm rate, {hits[best]:.3f} less {alarms[best]:.3f}, "
        f"on {n_defect} defect and {n_perfect} perfect patches",
    )


def false_alarm_threshold(perfect_scores: ArrayLike, rate: float = 0.01) -> Threshold:
    """Choose the lowest threshold with at most a share `rate` of false alarms.

    For models that know perfect patches alone: the share of defects isn't assumed.

    Parameters
    ----------
    perfect_scores : array_like
        Shape (n,): scores of perfect patches that the model wasn't trained on.
    rate : float, optional
        The share of them that may be called defect, 0 to 1.

    Returns
    -------
    Threshold
        Its reason says so where the patches are too few to tell such a rate.

    Raises
    ------
    UsageError
        If the scores aren't finite numbers, or `rate` isn't between 0 and 1.
    """
    values = np.sort(check_scores(perfect_scores, "perfect_scores"))[::-1]
    rate = check_share(rate, "rate")
    n = len(values)
    allowed = math.floor(rate * n + 1e-9)
    # The highest score that mustn't be called defect, and the next above it.
    kept = values[allowed]
    above = values[:allowed][values[:allowed] > kept]
    value = _between(kept, above[-1]) if len(above) else float(np.nextafter(kept, np.inf))
    reason = (
        f"at most {rate:.2%} false alarms: {len(above)} of {n} perfect patches are called defect"
    )
    if n * rate < 1:
        reason += f"; at least {math.ceil(1 / rate)} are needed to tell such a rate"
    return Threshold(value, reason)


def _between(low: float, high: float) -> float:
    """Return the middle of two scores, or the higher one where there is no number between."""
    middle = float(low + (high - low) / 2)
    return middle if low < middle else float(high)
