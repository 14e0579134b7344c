"""Aggregate posteriors with known distances from the prior."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import ks_1samp
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from sixring.study._posterior import aggregate


def gaussians(
    n: int, d: int = 3, *, spread: float = 0.8, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return means and variances that add up to N(0, 1) in every dimension."""
    generator = np.random.default_rng(seed)
    return spread * generator.normal(size=(n, d)), np.full((n, d), 1 - spread**2)


def test_an_encoder_that_knows_nothing_has_the_prior() -> None:
    prior = aggregate(np.zeros((50, 4)), np.ones((50, 4)))
    assert prior.divergence == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(prior.distances, 0, atol=1e-12)
    np.testing.assert_allclose(prior.kl_terms, 0, atol=1e-12)
    np.testing.assert_allclose(prior.variance, 1)
    assert not prior.active.any()


def test_posteriors_that_add_up_to_the_prior() -> None:
    mixture = aggregate(*gaussians(5000))
    assert mixture.divergence < 0.005
    assert (mixture.distances < mixture.chance).all()
    assert mixture.active.all()
    # Each patch has its own: half of m^2 + s^2 - 1 - log s^2 in each of three dimensions.
    assert mixture.kl_terms.mean() == pytest.approx(-1.5 * np.log(0.36), rel=0.02)


def test_the_divergence_is_that_of_torch() -> None:
    means, variances = gaussians(200, 4)
    means = means @ np.random.default_rng(1).normal(size=(4, 4)) + [0.5, 0, -1, 2]
    mixture = aggregate(means, variances)
    np.testing.assert_allclose(
        mixture.covariance,
        np.cov(means.T, bias=True) + np.diag(variances.mean(axis=0)),
        atol=1e-12,
    )
    np.testing.assert_allclose(mixture.mean, means.mean(axis=0))
    expected = kl_divergence(
        MultivariateNormal(torch.tensor(mixture.mean), torch.tensor(mixture.covariance)),
        MultivariateNormal(torch.zeros(4).double(), torch.eye(4).double()),
    )
    assert mixture.divergence == pytest.approx(float(expected))


def test_the_terms_are_those_of_torch() -> None:
    generator = np.random.default_rng(2)
    means, variances = generator.normal(size=(30, 5)), generator.uniform(0.01, 3, size=(30, 5))
    expected = kl_divergence(
        Normal(torch.tensor(means), torch.tensor(np.sqrt(variances))), Normal(0.0, 1.0)
    ).sum(dim=1)
    np.testing.assert_allclose(aggregate(means, variances).kl_terms, expected.numpy())


def test_distances_by_hand() -> None:
    # N(1, 1) is furthest from N(0, 1) half-way; a point mass at 0, in its middle.
    means = np.column_stack([np.ones(10), np.zeros(10)])
    variances = np.column_stack([np.ones(10), np.full(10, 1e-8)])
    distances = aggregate(means, variances).distances
    assert distances[0] == pytest.approx(2 * ndtr(0.5) - 1, abs=1e-4)
    assert distances[1] == pytest.approx(0.5, abs=0.01)


def test_the_distance_of_sharp_posteriors_is_that_of_samples() -> None:
    generator = np.random.default_rng(3)
    means = generator.normal([0, 0.5], [1, 1.2], size=(400, 2))
    found = aggregate(means, np.full((400, 2), 1e-6)).distances
    expected = np.array([float(ks_1samp(means[:, i], ndtr).statistic) for i in range(2)])
    # The grid may miss the very place of the largest difference by a patch or two.
    np.testing.assert_allclose(found, expected, atol=0.01)
    assert found[1] > 0.15


def test_the_distance_grows_to_one() -> None:
    means, variances = gaussians(100)
    for shift in (-50, 50):
        np.testing.assert_allclose(aggregate(means + shift, variances).distances, 1, atol=1e-9)


def test_units_whose_mean_hardly_moves_are_not_active() -> None:
    alternating = np.tile([-1.0, 1.0], 20)[:, np.newaxis]
    means = alternating * np.sqrt([0.009, 0.011, 1.0]) + [5.0, 0.0, 0.0]
    found = aggregate(means, np.ones((40, 3)))
    assert found.active.tolist() == [False, True, True]


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 20), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_no_aggregate_is_nearer_than_the_prior_itself(n: int, d: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    means = 3 * generator.normal(size=(n, d))
    found = aggregate(means, np.exp(generator.uniform(-9, 2, size=(n, d))))
    assert found.divergence >= 0
    assert (found.kl_terms >= 0).all()
    # The mean of the terms is the divergence of the mixture and what z tells of the patch.
    assert found.kl_terms.mean() >= found.divergence - 1e-9
    assert ((found.distances >= 0) & (found.distances <= 1)).all()


def test_the_document_is_json() -> None:
    found = aggregate(*gaussians(60, 2))
    document = found.document()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["patches"] == 60
    assert document["active"] == 2
    assert document["kl_term"] == pytest.approx(found.kl_terms.mean())
    assert document["chance"] == pytest.approx(1.36 / np.sqrt(60))
    assert document["variance"] == pytest.approx(np.diag(found.covariance).tolist())
