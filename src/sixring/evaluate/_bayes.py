"""The best that any detector could do that doesn't know where the defect is, nor which."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.evaluate._checks import check_share, judged
from sixring.evaluate._delong import delong_auc, delong_covariance
from sixring.evaluate._estimate import Estimate
from sixring.evaluate._hypotheses import Hypotheses

__all__ = ["BayesObserver", "SearchObserver", "bayes_observer", "search_observer"]

_FEWEST = 20
"""Draws, for an interval to mean anything."""


@dataclass(frozen=True, eq=False)
class BayesObserver:
    """How well images with one of several defects can be told from those of a perfect sheet."""

    auc: Estimate
    """Area under the ROC curve, with the interval that so many draws leave."""
    error: float
    """Its standard error by DeLong; 0 where all draws of one class are above the other's."""
    perfect: NDArray[np.float64]
    """Shape (draws,): the statistic of images of the perfect sheet."""
    defect: NDArray[np.float64]
    """Shape (draws,): the statistic of images with a defect."""


@dataclass(frozen=True)
class SearchObserver:
    """How rarely noise alone looks like a defect."""

    recall: float
    """Share of the defects that are found."""
    threshold: float
    """The statistic from which on a place is called a defect."""
    false_alarm: float
    """Probability that a perfect sheet reaches it."""
    error: float
    """Standard error of that."""


def bayes_observer(
    hypotheses: Hypotheses, *, draws: int = 2000, rng: np.random.Generator
) -> BayesObserver:
    """Find the AUC of the best detector by drawing images with Poisson noise.

    Parameters
    ----------
    hypotheses : Hypotheses
        The images without noise. One defect alone is the case in which it is known, of which
        :func:`ideal_observer` gives the limit of many electrons.
    draws : int
        Images drawn of the perfect sheet, and as many with a defect, each drawn by its weight.
    rng : numpy.random.Generator
        Where the noise comes from.

    Returns
    -------
    BayesObserver
        The AUC and what it was found from.

    Raises
    ------
    UsageError
        If there are fewer than 20 draws.
    """
    _check_draws(draws)
    perfect = hypotheses.drawn(draws, rng, defect=False)
    defect = hypotheses.drawn(draws, rng, defect=True)
    patches = judged(np.concatenate([perfect, defect]), np.repeat([0, 1], draws))
    _, covariance = delong_covariance(patches.scores[np.newaxis], patches)
    error = float(np.sqrt(max(covariance[0, 0], 0.0)))
    return BayesObserver(delong_auc(patches), error, perfect, defect)


def search_observer(
    hypotheses: Hypotheses,
    *,
    recall: float = 0.95,
    draws: int = 2000,
    rng: np.random.Generator,
) -> SearchObserver:
    """Find how often the best detector takes noise for a defect, however rarely.

    No image of a perfect sheet is drawn. The statistic ``s`` is the logarithm of the likelihood
    ratio of defect to perfect, so that perfect images with it are ``exp(-s)`` times as frequent
    as defective ones, and ``P0(s >= t) = E1[exp(-s); s >= t]`` is a mean over draws with a
    defect: Wald's likelihood ratio identity (Siegmund, Sequential Analysis, 1985, chapter 2).

    Parameters
    ----------
    hypotheses : Hypotheses
        The images without noise of what is looked for at one place, without nuisances.
    recall : float
        Share of the defects that shall be found, between 0 and 1.
    draws : int
        Images drawn.
    rng : numpy.random.Generator
        Where the noise comes from.

    Returns
    -------
    SearchObserver
        Threshold and probability.

    Raises
    ------
    UsageError
        If the recall is no such share, there are fewer than 20 draws, or there are nuisances: what
        is left after their projection is no likelihood ratio of what is drawn.
    """
    _check_draws(draws)
    found = check_share(recall, "recall")
    if hypotheses.nuisances is not None:
        raise UsageError("hypotheses: the law of rare false alarms holds without nuisances alone")
    statistic = hypotheses.drawn(draws, rng, defect=True)
    threshold = float(np.quantile(statistic, 1 - found, method="lower"))
    rarity = np.where(statistic >= threshold, np.exp(-statistic), 0.0)
    # Missing a share more lowers the threshold, and with it as much is gained as is lost: what
    # varies is the smaller of both, the influence of a draw on the estimate.
    influence = np.exp(-np.maximum(statistic, threshold))
    return SearchObserver(
        found, threshold, float(rarity.mean()), float(influence.std() / np.sqrt(draws))
    )


def _check_draws(draws: int) -> None:
    if not isinstance(draws, Integral) or draws < _FEWEST:
        raise UsageError(f"draws: a whole number of at least {_FEWEST} is needed, not {draws}")
