"""The convolutional variational autoencoder (Kingma and Welling 2013, arXiv:1312.6114).

Trained on perfect patches, it is asked in several ways whether a patch conforms to them. With
m and s^2 the mean and variance of q(z|x), K samples z_k of q and N pixels:

``local``, ``mean``
    The residual of the reconstruction from m, as for the other autoencoders.
``mahalanobis``
    Distance of m from the aggregate posterior, the mixture of q(z|x) over the training patches,
    by that mixture's mean and covariance.
``kl``
    KL(q(z|x) || N(0, I)) / N, in closed form.
``reconstruction_error``
    -E_q[log p(x|z)] / N, by the K samples.
``negative_elbo``
    The sum of the two before: a bound of -log p(x) / N.
``nll``
    -log p(x) / N, importance-sampled (Burda et al. 2015, arXiv:1509.00519): a tighter bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from sixring.errors import UsageError
from sixring.models._halving import conv_decoder, conv_encoder, halved
from sixring.models._residual import local_residual, mean_residual
from sixring.models._settings import Settings, whole, wholes
from sixring.models.network import Trainable, normalise

__all__ = ["VAE", "VAEConfig", "standard_normal_kl"]

_HALVINGS = 4
"""How many of the five convolutions halve the patch: 48 pixels become 3."""
_WIDEST = 10.0
"""Bound of a log variance, so that no step of the training can make it overflow."""
_LOG_2PI = math.log(2 * math.pi)


@dataclass(frozen=True)
class VAEConfig(Settings):
    """The layers of the variational autoencoder."""

    channels: tuple[int, ...] = wholes((16, 32, 32, 64, 64), least=1, count=5)
    """Channels of the five convolutions; the first four halve the patch."""
    latent: int = whole(16, least=1)
    """Dimensions of the latent space."""
    samples: int = whole(16, least=1)
    """Samples of q(z|x) for the expectations: more are truer and slower."""


class VAE(Trainable):
    """Five convolutions and a fully connected map to the latent space, and their mirror image.

    p(x|z) is a Gaussian about the decoder's image; its width, one for all pixels, is learned.

    Parameters
    ----------
    config : VAEConfig
        The layers.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If the patch is too small to be halved four times, or the latent space no smaller than
        the patch.
    """

    config_type = VAEConfig
    scores: ClassVar = (
        "local",
        "mean",
        "mahalanobis",
        "kl",
        "reconstruction_error",
        "negative_elbo",
        "nll",
    )
    views: ClassVar = ("latent_mean", "latent_log_variance", "reconstruction")

    def __init__(self, config: VAEConfig, shape: tuple[int, int]) -> None:
        super().__init__()
        shapes = halved(shape, _HALVINGS, "vae")
        self.pixels = math.prod(shape)
        if config.latent >= self.pixels:
            raise UsageError(
                f"latent must be below the {self.pixels} pixels of a {shape[0]}x{shape[1]} patch, "
                f"not {config.latent}"
            )
        small = (config.channels[-1], *shapes[-1])
        self.encoder = nn.Sequential(conv_encoder(config.channels, _HALVINGS), nn.Flatten())
        self.to_latent = nn.Linear(math.prod(small), 2 * config.latent)
        self.decoder = nn.Sequential(
            nn.Linear(config.latent, math.prod(small)),
            nn.Unflatten(1, small),
            nn.ELU(),
            conv_decoder(config.channels, shapes),
        )
        self.log_width = nn.Parameter(torch.zeros(()))
        # Fixed, so that a patch has the same score whenever it is asked for.
        self.register_buffer("noise", torch.randn(config.samples, config.latent))
        self.register_buffer("aggregate_mean", torch.zeros(config.latent))
        self.register_buffer("aggregate_covariance", torch.eye(config.latent))
        self.register_buffer("whitening", torch.eye(config.latent))
        self.noise: Tensor
        self.aggregate_mean: Tensor
        self.aggregate_covariance: Tensor
        self.whitening: Tensor

    def encode(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean and the log variance of q(z|x), shape (n, latent) each."""
        mean, log_variance = self.to_latent(self.encoder(patches)).chunk(2, dim=1)
        return mean, log_variance.clamp(-_WIDEST, _WIDEST)

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the scores, q(z|x) and the reconstruction from its mean."""
        mean, log_variance = self.encode(patches)
        rebuilt = self.decoder(mean)
        kl = standard_normal_kl(mean, log_variance)

        drawn = mean.unsqueeze(1) + self.noise * torch.exp(log_variance / 2).unsqueeze(1)
        images = self.decoder(drawn.flatten(0, 1)).unflatten(0, (-1, len(self.noise)))
        likelihoods = self._log_likelihood(patches.unsqueeze(1), images)
        error = -likelihoods.mean(dim=1)
        # log p(z) - log q(z|x): what is common to both Gaussians cancels.
        ratios = (self.noise**2 - drawn**2 + log_variance.unsqueeze(1)).sum(dim=2) / 2
        evidence = torch.logsumexp(likelihoods + ratios, dim=1) - math.log(len(self.noise))
        return {
            "local": local_residual(patches, rebuilt),
            "mean": mean_residual(patches, rebuilt),
            "mahalanobis": self._distance(mean),
            "kl": kl / self.pixels,
            "reconstruction_error": error / self.pixels,
            "negative_elbo": (error + kl) / self.pixels,
            "nll": -evidence / self.pixels,
            "latent_mean": mean,
            "latent_log_variance": log_variance,
            "reconstruction": rebuilt.squeeze(1),
        }

    def objective(self, patches: Tensor, labels: Tensor) -> Tensor:
        """Compute the negative ELBO of each patch, with one sample of q(z|x) (their eq. 10)."""
        mean, log_variance = self.encode(patches)
        drawn = mean + torch.randn_like(mean) * torch.exp(log_variance / 2)
        likelihood = self._log_likelihood(patches, self.decoder(drawn))
        return standard_normal_kl(mean, log_variance) - likelihood

    @torch.no_grad()
    def settle(self, batches: Iterable[Tensor]) -> None:
        """Take mean and covariance of the aggregate posterior from the training patches.

        The covariance of a mixture is that of its means plus the mean of its covariances.
        """
        pairs = [self.encode(normalise(images)) for images in batches]
        means = torch.cat([mean for mean, _ in pairs]).double()
        variances = torch.cat([log_variance for _, log_variance in pairs]).double().exp()
        centre = means.mean(dim=0)
        covariance = (means - centre).T @ (means - centre) / len(means)
        covariance += torch.diag(variances.mean(dim=0))
        root = torch.linalg.cholesky(covariance)
        identity = torch.eye(len(root), dtype=root.dtype, device=root.device)
        whitening = torch.linalg.solve_triangular(root, identity, upper=False)
        self.aggregate_mean.copy_(centre)
        self.aggregate_covariance.copy_(covariance)
        self.whitening.copy_(whitening)

    def _log_likelihood(self, patches: Tensor, images: Tensor) -> Tensor:
        """Return log p(x|z), summed over channel and pixels, which are the last three axes."""
        square = ((patches - images) * torch.exp(-self.log_width)) ** 2
        return -(square / 2).sum(dim=(-3, -2, -1)) - self.pixels * (self.log_width + _LOG_2PI / 2)

    def _distance(self, mean: Tensor) -> Tensor:
        whitened = (mean - self.aggregate_mean) @ self.whitening.T
        return torch.sqrt((whitened**2).sum(dim=1))


def standard_normal_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(N(mean, diag exp(log_variance)) || N(0, I)), shape (n,) (their appendix B)."""
    return (mean**2 + torch.exp(log_variance) - 1 - log_variance).sum(dim=1) / 2
