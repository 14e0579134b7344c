from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from torch import Tensor

from sixring.models.network import normalise
from sixring.models.vae import VAE, VAEConfig, standard_normal_kl

SIDE = 20
PIXELS = SIDE**2


def make(**settings: int) -> VAE:
    torch.manual_seed(0)
    return VAE(VAEConfig(channels=(4, 4, 4, 4, 4), **settings), (SIDE, SIDE)).eval()


def images(n: int = 5) -> Tensor:
    return torch.randn(n, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


@given(mean=st.floats(-4, 4), log_variance=st.floats(-5, 3))
def test_the_kl_term_is_its_integral(mean: float, log_variance: float) -> None:
    width = math.exp(log_variance / 2)
    q, p = stats.norm(mean, width), stats.norm(0, 1)
    ends = (mean - 12 * width, mean + 12 * width)
    expected, _ = integrate.quad(
        lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), *ends, epsabs=1e-9
    )
    kl = standard_normal_kl(torch.tensor([[mean]]), torch.tensor([[log_variance]]))
    assert float(kl) == pytest.approx(expected, abs=1e-4)


def test_the_kl_term_adds_up_over_dimensions_and_is_that_of_torch() -> None:
    mean, log_variance = torch.randn(3, 4), torch.randn(3, 4)
    q = torch.distributions.Normal(mean, torch.exp(log_variance / 2))
    p = torch.distributions.Normal(torch.zeros(4), torch.ones(4))
    expected = torch.distributions.kl_divergence(q, p).sum(dim=1)
    torch.testing.assert_close(standard_normal_kl(mean, log_variance), expected)


def test_the_kl_term_of_the_prior_is_nothing() -> None:
    assert float(standard_normal_kl(torch.zeros(1, 5), torch.zeros(1, 5))) == 0


def test_the_bound_is_the_sum_of_its_two_terms() -> None:
    scores = make()(images())
    torch.testing.assert_close(
        scores["negative_elbo"], scores["reconstruction_error"] + scores["kl"]
    )


def test_importance_sampling_bounds_the_likelihood_more_tightly() -> None:
    network = make(samples=500)
    with torch.no_grad():
        network.to_latent.weight *= 30  # so that q(z|x) is far from the prior
        scores = network(images(20))
    assert (scores["kl"] > 1e-4).all()
    assert (scores["nll"] < scores["negative_elbo"]).all()


def test_where_the_decoder_knows_one_image_the_likelihood_is_a_gaussian() -> None:
    network = make(samples=2000, latent=2)
    network.log_width.data.fill_(0.3)
    for parameter in network.decoder.parameters():
        parameter.data.zero_()  # whatever z is, the image is zero
    with torch.no_grad():
        scores = network(images())
        patches = normalise(images())
    width = torch.tensor(0.3).exp()
    expected = -torch.distributions.Normal(0, width).log_prob(patches).mean(dim=(1, 2, 3))
    torch.testing.assert_close(scores["reconstruction_error"], expected, rtol=1e-4, atol=0)
    # E_q[p(z) / q(z|x)] = 1, so the estimate of log p(x) has no bias from q.
    torch.testing.assert_close(scores["nll"], expected, atol=0.05 / PIXELS, rtol=0)
    assert (scores["negative_elbo"] > expected).all()


def test_the_objective_is_the_bound_with_one_sample() -> None:
    network = make(samples=2000)
    torch.manual_seed(0)
    with torch.no_grad():
        many = torch.stack([network.losses(images(), torch.zeros(5)) for _ in range(300)])
        bound = network(images())["negative_elbo"] * PIXELS
    error = many.std(dim=0) / math.sqrt(len(many))
    assert ((many.mean(dim=0) - bound).abs() < 6 * error + 1e-3 * bound).all()


def test_sampling_follows_mean_and_width_of_the_posterior() -> None:
    network = make(samples=4000, latent=3)
    assert network.noise.shape == (4000, 3)
    assert float(network.noise.mean()) == pytest.approx(0, abs=0.05)
    assert float(network.noise.std()) == pytest.approx(1, abs=0.05)


def test_log_variances_are_kept_from_overflowing() -> None:
    network = make()
    with torch.no_grad():
        network.to_latent.bias.fill_(1000.0)
        scores = network(images())
    assert float(scores["latent_log_variance"].detach().max()) == 10
    assert all(torch.isfinite(value).all() for value in scores.values())


def test_settling_takes_mean_and_covariance_of_the_aggregate_posterior() -> None:
    network = make(latent=3)
    with torch.no_grad():
        network.to_latent.weight *= 10
    batches = images(50)
    network.settle(batches.split(7))
    with torch.no_grad():
        mean, log_variance = (v.double().numpy() for v in network.encode(normalise(batches)))
    covariance = np.cov(mean.T, bias=True) + np.diag(np.exp(log_variance).mean(axis=0))
    np.testing.assert_allclose(network.aggregate_mean, mean.mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(network.aggregate_covariance, covariance, rtol=1e-4, atol=1e-6)


def test_the_distance_is_that_of_mahalanobis() -> None:
    network = make(latent=3)
    with torch.no_grad():
        network.to_latent.weight *= 10
        network.settle([images(50)])
        outputs = network(images(4))
    away = (outputs["latent_mean"] - network.aggregate_mean).double().numpy()
    inverse = np.linalg.inv(network.aggregate_covariance.double().numpy())
    expected = [math.sqrt(a @ inverse @ a) for a in away]
    np.testing.assert_allclose(outputs["mahalanobis"], expected, rtol=1e-4)


def test_before_settling_the_aggregate_is_the_prior() -> None:
    outputs = make()(images())
    expected = torch.linalg.vector_norm(outputs["latent_mean"], dim=1)
    torch.testing.assert_close(outputs["mahalanobis"], expected)


def test_the_aggregate_of_one_patch_can_be_taken() -> None:
    network = make()
    network.settle([images(1)])
    assert torch.isfinite(network.whitening).all()
