"""ResNet: residual convolutions, whose evidence is pooled over positions and kinds of defect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from sixring.errors import UsageError
from sixring.models._halving import halved
from sixring.models._settings import Settings, whole, wholes, words
from sixring.models.network import Trainable, normalise

__all__ = ["ResNet", "ResNetConfig", "log_mean_exp"]

_VIEWS = (1, 2, 4)


@dataclass(frozen=True)
class ResNetConfig(Settings):
    """The layers of the ResNet."""

    stem: int = whole(16, least=1)
    """Channels of the first convolution, which sees the patch in its full size."""
    kernel: int = whole(7, least=1)
    """Side of its kernel in pixels."""
    channels: tuple[int, ...] = wholes((32, 64), least=1)
    """Channels each time that the image has been halved."""
    blocks: tuple[int, ...] = wholes((1, 2), least=1)
    """Residual blocks of two convolutions of 3x3 pixels at each of these sizes."""
    views: int = whole(2, least=1)
    """Over how many views of a patch the evidence is averaged: 1, the patch alone; 2, it and the
    patch turned by half; 4, the mirror images of both too. Time grows with it."""
    kinds: str = words("")
    """Names of the kinds of defect that are told apart, with blanks between them; none where
    there is nothing but defect and perfect."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.channels) != len(self.blocks):
            raise UsageError(
                f"channels and blocks must be equally many, not {len(self.channels)} and "
                f"{len(self.blocks)}"
            )
        if self.kernel % 2 == 0:
            raise UsageError(f"kernel must be odd, or a patch would grow, not {self.kernel}")
        if self.views not in _VIEWS:
            raise UsageError(f"views must be 1, 2 or 4, not {self.views}")


class ResNet(Trainable):
    r"""Evidence for each kind of defect at each position, and the Bayes statistic of all of it.

    The last convolution gives :math:`a_k(x)`, the log-likelihood ratio of a defect of the kind k
    at the position x against none. Of K kinds and N positions, all equally likely, Bayes makes

    .. math:: \mathrm{logit} = \log \sum_k \frac{1}{N} \sum_x e^{a_k(x)}

    the log odds of a defect anywhere, when the odds of the kinds are left to the network. There is
    no layer that knows the size of the patch: any size can be scored.

    Residual blocks: He et al. 2015, arXiv:1512.03385; first weights: the same, arXiv:1502.01852.
    Log-sum-exp over positions: Pinheiro and
    Collobert 2014, arXiv:1411.6228.

    Parameters
    ----------
    config : ResNetConfig
        The layers.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If the patch is too small to be halved so often.
    """

    config_type = ResNetConfig
    scores: ClassVar = ("logit",)
    views: ClassVar = ("kind",)
    any_size: ClassVar = True

    def __init__(self, config: ResNetConfig, shape: tuple[int, int]) -> None:
        super().__init__()
        halved(shape, len(config.channels), "resnet")
        self._views = config.views
        self.stem = nn.Sequential(*_bent(1, config.stem, config.kernel))
        layers: list[nn.Module] = []
        before = config.stem
        for width, blocks in zip(config.channels, config.blocks, strict=True):
            layers += _bent(before, width, 3, stride=2)
            layers += [_Residual(width) for _ in range(blocks)]
            before = width
        self.body = nn.Sequential(*layers)
        self.head = nn.Conv2d(before, max(1, len(config.kinds.split())), 1)

    def maps(self, patches: Tensor) -> Tensor:
        """Compute the evidence at each position of normalised patches, as they are.

        Parameters
        ----------
        patches : Tensor, shape (n, 1, rows, cols)
            As :func:`~sixring.models.network.normalise` returns them.

        Returns
        -------
        Tensor, shape (n, kinds, rows / 2**h, cols / 2**h)
            The patch is halved h times, odd sides rounded up.
        """
        maps: Tensor = self.head(self.body(self.stem(patches)))
        return maps

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the logit, and the log-probability of each kind, were it a defect."""
        views = _views(patches, self._views)
        evidence = log_mean_exp(self.maps(torch.cat(views)))
        evidence = evidence.unflatten(0, (len(views), -1)).mean(dim=0)
        logit = torch.logsumexp(evidence, dim=1)
        return {"logit": logit, "kind": evidence - logit.unsqueeze(1)}

    def watched(self, images: Tensor) -> Tensor:
        """Compute the logit of the patches as they are."""
        return torch.logsumexp(log_mean_exp(self.maps(normalise(images))), dim=1)

    def objective(self, patches: Tensor, labels: Tensor) -> Tensor:
        """Compute the cross-entropy of each patch: whether it is a defect, of whatever kind."""
        logits = torch.logsumexp(log_mean_exp(self.maps(patches)), dim=1)
        return functional.binary_cross_entropy_with_logits(
            logits, labels.to(patches.dtype), reduction="none"
        )


class _Residual(nn.Module):
    """Two convolutions, added to what came in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        *first, _ = _bent(channels, channels, 3)
        self.change = nn.Sequential(*_bent(channels, channels, 3), *first)

    def forward(self, values: Tensor) -> Tensor:
        """Add the change to the values, shape (n, channels, rows, cols)."""
        return functional.relu(values + self.change(values))


def log_mean_exp(maps: Tensor) -> Tensor:
    """Return the logarithm of the mean over all positions of the exponential.

    Parameters
    ----------
    maps : Tensor, shape (n, kinds, rows, cols)
        Evidence at each position.

    Returns
    -------
    Tensor, shape (n, kinds)
        The mean, and not the sum, so that it doesn't depend on the size of the patch.
    """
    most = maps.amax(dim=(2, 3), keepdim=True)
    return (most + torch.exp(maps - most).mean(dim=(2, 3), keepdim=True).log()).flatten(1)


def _views(patches: Tensor, count: int) -> list[Tensor]:
    """Return patches, and as many views of them of the same size as are asked for."""
    views = [patches]
    if count > 1:
        views.append(patches.flip([2, 3]))
    if count > 2:
        views += [view.flip([2]) for view in views]
    return views


def _bent(entering: int, leaving: int, kernel: int, stride: int = 1) -> list[nn.Module]:
    """Return a convolution, its normalisation, and a rectifier."""
    # The normalisation has an offset of its own.
    convolution = nn.Conv2d(entering, leaving, kernel, stride, padding=kernel // 2, bias=False)
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    return [convolution, nn.BatchNorm2d(leaving), nn.ReLU()]
