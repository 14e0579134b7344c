"""The aggregate posterior of some patches, and how far it is from where it should be.

The encoder of a variational autoencoder makes a Gaussian q(z|x) of every patch. Those of many
patches together, their mixture, are the aggregate posterior, which training draws towards the
prior N(0, I).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

__all__ = ["CHANCE", "Posterior", "aggregate"]

_ACTIVE = 0.01
"""Least variance of an active unit's mean: Burda et al. (2015), arXiv:1509.00519, section 5.2."""
CHANCE = 1.36
"""Times 1 / sqrt n: what 19 in 20 Kolmogorov-Smirnov distances of n draws stay below."""
_GRID = 501
_REACH = 5.0
"""Standard deviations beyond the outermost means that cumulative probabilities differ in."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """The aggregate posterior of n patches in d latent dimensions. Divergences are in nats."""

    means: NDArray[np.float64]
    """Mean of each patch's q(z|x), shape (n, d)."""
    variances: NDArray[np.float64]
    """Its variance, shape (n, d)."""
    mean: NDArray[np.float64]
    """Mean of the mixture, shape (d,)."""
    covariance: NDArray[np.float64]
    """Covariance of the mixture, shape (d, d)."""
    divergence: float
    """KL divergence from N(0, I) of the Gaussian with this mean and covariance. That of the
    mixture itself is at least as large."""
    distances: NDArray[np.float64]
    """Kolmogorov-Smirnov distance of each dimension from N(0, 1), shape (d,): the largest
    difference of the cumulative probabilities, 0 where they are the same, 1 where they are
    wholly apart."""
    active: NDArray[np.bool_]
    """Which dimensions tell patches apart at all, shape (d,): the variance of their mean over the
    patches is above 0.01."""
    kl_terms: NDArray[np.float64]
    """KL(q(z|x) || N(0, I)) of each patch, shape (n,): what the ELBO subtracts."""

    @property
    def variance(self) -> NDArray[np.float64]:
        """Variance of the mixture in each dimension, shape (d,)."""
        return np.diagonal(self.covariance)

    @property
    def chance(self) -> float:
        """Distance from N(0, 1) that n draws from N(0, 1) exceed in one case of twenty.

        A mixture of as many Gaussians is smoother than draws, and stays below it more often.
        """
        return float(CHANCE / np.sqrt(len(self.means)))

    def document(self) -> dict[str, Any]:
        """Return all but the single patches, as JSON can hold it."""
        return {
            "patches": len(self.means),
            "mean": self.mean.tolist(),
            "variance": self.variance.tolist(),
            "divergence": self.divergence,
            "distances": self.distances.tolist(),
            "chance": self.chance,
            "active": int(self.active.sum()),
            "kl_term": float(self.kl_terms.mean()),
            "kl_term_spread": float(self.kl_terms.std()),
        }


def aggregate(means: NDArray[np.float64], variances: NDArray[np.float64]) -> Posterior:
    """Put the q(z|x) of some patches together.

    Parameters
    ----------
    means, variances : ndarray, shape (n, d)
        Of each patch.
    """
    mean = means.mean(axis=0)
    scatter = (means - mean).T @ (means - mean) / len(means)
    covariance = scatter + np.diag(variances.mean(axis=0))
    logarithm = np.linalg.slogdet(covariance).logabsdet
    divergence = (np.trace(covariance) + mean @ mean - len(mean) - logarithm) / 2
    return Posterior(
        means=means,
        variances=variances,
        mean=mean,
        covariance=covariance,
        divergence=float(divergence),
        distances=_distances(means, variances),
        active=np.diagonal(scatter) > _ACTIVE,
        kl_terms=(means**2 + variances - 1 - np.log(variances)).sum(axis=1) / 2,
    )


def _distances(means: NDArray[np.float64], variances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Kolmogorov-Smirnov distance of each dimension from N(0, 1), shape (d,)."""
    margin = _REACH * np.sqrt(max(variances.max(), 1.0))
    grid = np.linspace(min(means.min(), 0) - margin, max(means.max(), 0) + margin, _GRID)
    return np.array(
        [
            np.max(np.abs(_cumulative(grid, *dimension) - ndtr(grid)))
            for dimension in zip(means.T, variances.T, strict=True)
        ]
    )


def _cumulative(
    grid: NDArray[np.float64], means: NDArray[np.float64], variances: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the probability that one dimension of a mixture is below each number of `grid`."""
    scaled = (grid - means[:, np.newaxis]) / np.sqrt(variances)[:, np.newaxis]
    probabilities: NDArray[np.float64] = ndtr(scaled).mean(axis=0)
    return probabilities
