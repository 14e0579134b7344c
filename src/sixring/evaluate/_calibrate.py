"""Fitting the calibration, and choosing its form."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit, logit

from sixring.evaluate._calibration import Calibration, Isotonic, Logistic
from sixring.evaluate._checks import Judged, judged

__all__ = ["calibrate", "fit_logistic"]

# Under about a thousand patches isotonic regression follows chance (Niculescu-Mizil and Caruana
# 2005, 10.1145/1102351.1102430), and the rarer class counts most.
_ENOUGH_PATCHES = 1000
_ENOUGH_OF_EACH = 200
_FOLDS = 5


def calibrate(
    scores: ArrayLike, labels: ArrayLike, groups: ArrayLike | None = None, seed: int = 0
) -> Calibration:
    """Fit what turns scores into probabilities.

    The form is logistic in the score, with Platt's targets, which keep it finite where the
    classes are wholly apart. With at least 1000 patches, 200 of each class, isotonic regression
    is tried too, and taken where its log loss on left-out folds is lower by more than twice the
    standard error of the difference.

    Parameters
    ----------
    scores : array_like
        Shape (n,), of patches that the model wasn't trained on and won't be evaluated on.
    labels : array_like
        Shape (n,): 0 perfect, 1 defect.
    groups : array_like, optional
        Shape (n,): micrograph of each patch; a fold takes whole groups.
    seed : int, optional
        Of the folds.

    Returns
    -------
    Calibration
        With the reason for its form.

    Raises
    ------
    UsageError
        If the arguments don't fit together, or a class is missing.
    """
    patches = judged(scores, labels, groups)
    n_defect, n_perfect = int(patches.defect.sum()), int((~patches.defect).sum())
    prevalence = float(patches.defect.mean())
    fitted = f"fitted on {n_defect} defect and {n_perfect} perfect patches"
    logistic = fit_logistic(patches.scores, patches.defect)
    if logistic.slope == 0:
        reason = f"no higher scores for defects: the same probability for all; {fitted}"
        return Calibration(logistic, prevalence, reason)
    if len(patches.scores) < _ENOUGH_PATCHES or min(n_defect, n_perfect) < _ENOUGH_OF_EACH:
        reason = f"logistic: too few patches for an isotonic curve; {fitted}"
        return Calibration(logistic, prevalence, reason)
    losses = _left_out_losses(patches, seed)
    if losses is None:
        reason = f"logistic: too few groups to try an isotonic curve; {fitted}"
        return Calibration(logistic, prevalence, reason)
    gain = losses[0] - losses[1]
    error = _standard_error(gain, patches.groups)
    compared = f"log loss of left-out folds: logistic {losses[0].mean():.4f}, isotonic "
    compared += f"{losses[1].mean():.4f}; {fitted}"
    if gain.mean() > 2 * error:
        isotonic = _fit_isotonic(patches.scores, patches.defect)
        return Calibration(isotonic, prevalence, f"isotonic: clearly better, {compared}")
    return Calibration(logistic, prevalence, f"logistic: isotonic isn't clearly better, {compared}")


def fit_logistic(scores: NDArray[np.float64], defect: NDArray[np.bool_]) -> Logistic:
    """Fit the probability of a defect as a logistic function of the score.

    Parameters
    ----------
    scores : ndarray of float64, shape (n,)
        Finite.
    defect : ndarray of bool, shape (n,)
        Where there is one.

    Returns
    -------
    Logistic
        The same for all scores where higher ones aren't likelier.
    """
    n_defect, n_perfect = int(defect.sum()), int((~defect).sum())
    # Platt (1999): one more patch of each class, so that no odds become infinite.
    targets = np.where(defect, (n_defect + 1) / (n_defect + 2), 1 / (n_perfect + 2))
    middle, spread = float(scores.mean()), float(scores.std())
    even = Logistic(0.0, middle, float(logit(targets.mean())))
    if spread == 0:
        return even
    scaled = (scores - middle) / spread

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = parameters[0] + parameters[1] * scaled
        excess = expit(odds) - targets
        value = np.mean(np.logaddexp(0, odds) - targets * odds)
        return float(value), np.array([excess.mean(), np.mean(excess * scaled)])

    start = np.array([even.offset, 0.0])
    found = minimize(
        loss,
        start,
        args=(),
        method="L-BFGS-B",
        jac=True,
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 1000},
    )
    offset, slope = (float(value) for value in found.x)
    return Logistic(slope / spread, middle, offset) if slope > 0 else even


def _fit_isotonic(scores: NDArray[np.float64], defect: NDArray[np.bool_]) -> Isotonic:
    values, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    shares = np.bincount(places, defect) / counts
    fitted = isotonic_regression(shares, weights=counts)
    starts = fitted.blocks[:-1]
    ends = fitted.blocks[1:] - 1
    levels, weights = fitted.x[starts], fitted.weights
    # So many patches without an exception don't prove that there is none: one more might be it.
    inner = levels[(levels > 0) & (levels < 1)]
    least, most = 1 / (weights[0] + 2), 1 - 1 / (weights[-1] + 2)
    low = min(least, inner.min() / 2) if len(inner) else least
    high = max(most, (1 + inner.max()) / 2) if len(inner) else most
    odds = logit(np.clip(levels, low, high))
    # Both ends of each step are knots, or its only score.
    knots = np.unique(np.r_[starts, ends])
    steps = np.searchsorted(starts, knots, side="right") - 1
    return Isotonic(tuple(values[knots].tolist()), tuple(odds[steps].tolist()))


def _left_out_losses(
    patches: Judged, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the log loss of each patch by both forms, fitted on the other folds.

    None where the groups are too few for folds with both classes.
    """
    order = np.random.default_rng(seed).permutation(patches.n_groups)
    fold = order[patches.groups] % _FOLDS
    losses = np.empty((2, len(patches.scores)))
    for number in range(_FOLDS):
        out = fold == number
        kept = patches.defect[~out]
        if kept.all() or not kept.any():
            return None
        scores = patches.scores[~out]
        forms: tuple[Logistic | Isotonic, ...] = (
            fit_logistic(scores, kept),
            _fit_isotonic(scores, kept),
        )
        for form, row in zip(forms, losses, strict=True):
            odds = form.log_odds(patches.scores[out])
            row[out] = np.logaddexp(0, np.where(patches.defect[out], -odds, odds))
    return losses[0], losses[1]


def _standard_error(values: NDArray[np.float64], groups: NDArray[np.int64]) -> float:
    """Return the standard error of a mean whose terms go together in groups."""
    sums = np.bincount(groups, values - values.mean())
    n = len(sums)
    return float(np.sqrt(np.sum(sums**2) * n / max(n - 1, 1)) / len(values))
