"""From a score to the probability of a defect, at any share of defects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from sixring.errors import UsageError
from sixring.evaluate._checks import check_scores, check_share

__all__ = ["Calibration", "Isotonic", "Logistic"]


@dataclass(frozen=True)
class Logistic:
    """Log odds that are linear in the score (Platt 1999)."""

    slope: float
    """Log odds for each unit of the score, not negative."""
    centre: float
    """The score at which the log odds are `offset`."""
    offset: float
    """Log odds at `centre`."""

    def log_odds(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log odds of scores, same shape."""
        return self.offset + self.slope * (scores - self.centre)


@dataclass(frozen=True)
class Isotonic:
    """Log odds that grow with the score in any way, linear between knots."""

    scores: tuple[float, ...]
    """Ascending."""
    odds: tuple[float, ...]
    """Log odds at each of `scores`, ascending; beyond the ends they stay as they are."""

    def log_odds(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log odds of scores, same shape."""
        return np.interp(scores, self.scores, self.odds)


@dataclass(frozen=True)
class Calibration:
    """What turns scores into probabilities; small enough to be saved with a model."""

    curve: Logistic | Isotonic
    """Log odds of a defect against the score, at `prevalence`."""
    prevalence: float
    """Share of defects among the patches it was fitted on."""
    reason: str
    """Why it has this form, and what it was fitted on."""

    def probability(
        self, scores: ArrayLike, prevalence: float | None = None
    ) -> NDArray[np.float64]:
        """Return the probability that each patch holds a defect.

        Parameters
        ----------
        scores : array_like
            Shape (n,).
        prevalence : float, optional
            Share of defects where the patches come from; that of the calibration's own patches
            if None. The odds are shifted by Bayes' theorem: a score is taken to be as likely
            for either class as it was, and only the classes to be rarer or commoner.

        Returns
        -------
        ndarray
            Shape (n,), 0 to 1; it never decreases with the score.

        Raises
        ------
        UsageError
            If the scores aren't finite numbers, or `prevalence` isn't between 0 and 1.
        """
        odds = self.curve.log_odds(check_scores(scores))
        if prevalence is not None:
            stated = check_share(prevalence, "prevalence")
            odds = odds + logit(stated) - logit(self.prevalence)
        probability: NDArray[np.float64] = expit(odds)
        return probability

    def document(self) -> dict[str, Any]:
        """Return the calibration as JSON can hold it; :meth:`from_document` reads it."""
        if isinstance(self.curve, Logistic):
            curve: dict[str, Any] = {
                "kind": "logistic",
                "slope": self.curve.slope,
                "centre": self.curve.centre,
                "offset": self.curve.offset,
            }
        else:
            curve = {
                "kind": "isotonic",
                "scores": list(self.curve.scores),
                "log_odds": list(self.curve.odds),
            }
        return {**curve, "prevalence": self.prevalence, "reason": self.reason}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Calibration:
        """Read what :meth:`document` returned.

        Raises
        ------
        UsageError
            If it isn't a calibration: another kind, values missing, not finite or not ascending.
        """
        if not isinstance(document, Mapping):
            raise UsageError(f"calibration: not what was saved, but {document!r}")
        kind = _entry(document, "kind")
        curve: Logistic | Isotonic
        if kind == "logistic":
            curve = Logistic(*(_number(document, key) for key in ("slope", "centre", "offset")))
            rises = curve.slope >= 0
        elif kind == "isotonic":
            curve = Isotonic(_numbers(document, "scores"), _numbers(document, "log_odds"))
            _check_knots(curve)
            rises = bool(np.all(np.diff(curve.odds) >= 0))
        else:
            raise UsageError(f"calibration: kind {kind!r} is neither logistic nor isotonic")
        if not rises:
            raise UsageError("calibration: the probability would fall where the score rises")
        prevalence = check_share(_number(document, "prevalence"), "calibration: prevalence")
        return cls(curve, prevalence, str(_entry(document, "reason")))


def _entry(document: Mapping[str, object], key: str) -> object:
    if key not in document:
        raise UsageError(f"calibration: {key} is missing")
    return document[key]


def _number(document: Mapping[str, object], key: str) -> float:
    value = _entry(document, key)
    if not _is_number(value):
        raise UsageError(f"calibration: {key} must be a finite number, not {value!r}")
    return float(value)


def _numbers(document: Mapping[str, object], key: str) -> tuple[float, ...]:
    values = _entry(document, key)
    if not isinstance(values, Sequence) or not values or not all(map(_is_number, values)):
        raise UsageError(f"calibration: {key} must be a list of finite numbers, not {values!r}")
    return tuple(map(float, values))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _check_knots(curve: Isotonic) -> None:
    knots = len(curve.scores)
    if knots != len(curve.odds):
        raise UsageError(
            f"calibration: {knots} scores don't fit {len(curve.odds)} log odds: one each is needed"
        )
    if not np.all(np.diff(curve.scores) > 0):
        raise UsageError("calibration: scores must ascend")
