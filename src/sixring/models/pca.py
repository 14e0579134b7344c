"""Principal components: what the leading ones of perfect patches don't hold is a residual."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from sixring.errors import UsageError
from sixring.models._residual import local_residual, mean_residual
from sixring.models._settings import Settings, whole
from sixring.models._views import symmetric_views
from sixring.models.network import Network, normalise

__all__ = ["PCA", "PCAConfig"]


@dataclass(frozen=True)
class PCAConfig(Settings):
    """The size of the principal component analysis."""

    components: int = whole(48, least=1)
    """Leading components that a patch is rebuilt from. Fewer don't hold the lattice in every
    pose, more begin to hold the defects too."""


class PCA(Network):
    """Principal components of perfect patches, the best linear autoencoder (Hotelling 1933).

    They are those of the patches and their turns and mirror images, which are perfect too.

    Parameters
    ----------
    config : PCAConfig
        The size.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If there are as many components as pixels.
    """

    config_type = PCAConfig
    scores: ClassVar = ("local", "mean")
    views: ClassVar = ("code", "reconstruction")

    def __init__(self, config: PCAConfig, shape: tuple[int, int]) -> None:
        super().__init__()
        self.shape = shape
        pixels = math.prod(shape)
        if config.components >= pixels:
            raise UsageError(
                f"components must be below the {pixels} pixels of a {shape[0]}x{shape[1]} patch, "
                f"not {config.components}"
            )
        drawn, _ = torch.linalg.qr(torch.randn(pixels, config.components))
        self.register_buffer("centre", torch.zeros(pixels))
        self.register_buffer("components", drawn)
        self.centre: Tensor
        self.components: Tensor

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the residuals, the code and the reconstruction."""
        code = (patches.flatten(1) - self.centre) @ self.components
        flat = code @ self.components.T + self.centre
        rebuilt = flat.unflatten(1, (1, *self.shape))
        return {
            "local": local_residual(patches, rebuilt),
            "mean": mean_residual(patches, rebuilt),
            "code": code,
            "reconstruction": rebuilt.squeeze(1),
        }

    @torch.no_grad()
    def settle(self, batches: Iterable[Tensor]) -> None:
        """Take centre and components from the training patches.

        Raises
        ------
        UsageError
            If the patches are fewer than the components.
        """
        pixels, wanted = self.components.shape
        count, total = 0, torch.zeros(pixels, dtype=torch.float64)
        products = torch.zeros(pixels, pixels, dtype=torch.float64)
        for images in batches:
            flat = normalise(images).flatten(1).double()
            count += len(flat)
            total += flat.sum(dim=0)
            products += flat.T @ flat
        if count < wanted:
            raise UsageError(
                f"pca with components = {wanted} needs as many perfect patches to learn from, "
                f"not {count}"
            )
        # A view is the patch with its pixels in another order, so nothing is summed anew.
        grid = torch.arange(pixels).reshape(1, 1, *self.shape)
        orders = [view.flatten() for view in symmetric_views(grid)]
        centre = torch.stack([total[order] for order in orders]).mean(dim=0) / count
        moments = sum(products[order][:, order] for order in orders) / (len(orders) * count)
        self.centre.copy_(centre)
        self.components.copy_(_leading(moments - torch.outer(centre, centre), wanted))


def _leading(covariance: Tensor, wanted: int) -> Tensor:
    """Return the eigenvectors of the largest eigenvalues, largest first, as columns."""
    from scipy.sparse.linalg import eigsh

    start = torch.randn(len(covariance), dtype=torch.float64).numpy()
    values, vectors = eigsh(covariance.numpy(), k=wanted, v0=start)
    return torch.from_numpy(vectors[:, values.argsort()[::-1]].copy())
