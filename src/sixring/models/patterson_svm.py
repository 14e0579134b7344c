"""One-class SVM on Patterson functions: an autocorrelation unlike the known ones is a defect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from sixring.errors import UsageError
from sixring.models._patterson import PattersonRings
from sixring.models._settings import Settings, number, whole
from sixring.models.network import Network, normalise

__all__ = ["PattersonSVM", "PattersonSVMConfig"]

_NO_WEIGHT = -1e30
"""Logarithm of the weight of a patch on which the SVM doesn't rest: finite, so that sums are."""


@dataclass(frozen=True)
class PattersonSVMConfig(Settings):
    """The size of the one-class SVM."""

    components: int = whole(40, least=1)
    """Leading principal components of the Patterson functions that are kept, each brought to
    the same variance."""
    nu: float = number(0.1, above=0, below=1)
    """Share of the perfect patches that may lie outside what the SVM calls known."""
    patches: int = whole(2000, least=1)
    """Most patches that it is fitted to, drawn at random; its time grows with their square."""


class PattersonSVM(Network):
    """A one-class support vector machine on Patterson functions.

    The Patterson function, or autocorrelation, of a patch doesn't know where the lattice lies
    (Guo et al. 2021, 10.1038/s41524-021-00642-1); its harmonics on rings don't know how it is
    turned. A support vector machine with a Gaussian kernel (Schoelkopf et al. 2001,
    10.1162/089976601750264965) encloses those of perfect patches. The score is the logarithm of
    its threshold less that of its sum of kernels: 0 where it draws the line.

    Parameters
    ----------
    config : PattersonSVMConfig
        The size.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If a Patterson function has fewer numbers than there are to be components.
    """

    config_type = PattersonSVMConfig
    scores: ClassVar = ("outlyingness",)
    views: ClassVar = ("code",)

    def __init__(self, config: PattersonSVMConfig, shape: tuple[int, int]) -> None:
        super().__init__()
        self.nu = config.nu
        self.patterson = PattersonRings(shape)
        if config.components > self.patterson.width:
            raise UsageError(
                f"components must be at most {self.patterson.width}, as many as the Patterson "
                f"function of a {shape[0]}x{shape[1]} patch has numbers, not {config.components}"
            )
        drawn, _ = torch.linalg.qr(torch.randn(self.patterson.width, config.components))
        self.register_buffer("centre", torch.zeros(self.patterson.width))
        self.register_buffer("components", drawn)
        self.register_buffer("vectors", torch.randn(config.patches, config.components))
        self.register_buffer("log_weights", torch.zeros(config.patches))
        self.register_buffer("log_threshold", torch.zeros(()))
        self.centre: Tensor
        self.components: Tensor
        self.vectors: Tensor
        self.log_weights: Tensor
        self.log_threshold: Tensor

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the score and the whitened components."""
        code = (self.patterson(patches) - self.centre) @ self.components
        square = (code**2).sum(dim=1, keepdim=True) + (self.vectors**2).sum(dim=1)
        square = torch.relu(square - 2 * code @ self.vectors.T)
        # The sum of kernels itself is 0 to the computer for all that is far outside.
        kernels = self.log_weights - self._gamma * square
        return {"outlyingness": self.log_threshold - kernels.logsumexp(dim=1), "code": code}

    @torch.no_grad()
    def settle(self, batches: Iterable[Tensor]) -> None:
        """Fit components and support vectors to the training patches.

        Raises
        ------
        UsageError
            If there are no more patches than components.
        """
        from sklearn.decomposition import PCA
        from sklearn.svm import OneClassSVM

        functions = torch.cat([self.patterson(normalise(images)) for images in batches]).double()
        wanted = self.components.shape[1]
        if len(functions) <= wanted:
            raise UsageError(
                f"patterson-svm with components = {wanted} needs more perfect patches than that "
                f"to learn from, not {len(functions)}"
            )
        leading = PCA(wanted, svd_solver="full").fit(functions.numpy())
        scaled = leading.components_.T / leading.explained_variance_**0.5
        self.centre.copy_(torch.from_numpy(leading.mean_))
        self.components.copy_(torch.from_numpy(scaled))

        drawn = torch.randperm(len(functions))[: len(self.vectors)]
        codes = (functions[drawn] - self.centre) @ self.components.double()
        machine = OneClassSVM(nu=self.nu, gamma=self._gamma).fit(codes.numpy())
        support = torch.from_numpy(machine.support_vectors_)
        self.vectors.zero_()[: len(support)] = support
        weights = torch.from_numpy(machine.dual_coef_[0].copy())
        self.log_weights.fill_(_NO_WEIGHT)[: len(support)] = weights.log()
        self.log_threshold.fill_(float(machine.offset_[0])).log_()

    @property
    def _gamma(self) -> float:
        """Of the Gaussian kernel: the code's variance is 1 in each of its directions."""
        return 1 / self.components.shape[1]
