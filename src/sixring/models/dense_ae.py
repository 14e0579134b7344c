"""The dense autoencoder: what it can't rebuild from a short code, it hasn't seen before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from torch import Tensor, nn

from sixring.errors import UsageError
from sixring.models._residual import local_residual, mean_residual, square_distance
from sixring.models._settings import Settings, whole, wholes
from sixring.models.network import Trainable

__all__ = ["DenseAE", "DenseAEConfig"]


@dataclass(frozen=True)
class DenseAEConfig(Settings):
    """The layers of the dense autoencoder."""

    hidden: tuple[int, ...] = wholes((512, 128), least=1)
    """Nodes of the layers between patch and code; the decoder has them in reverse."""
    code: int = whole(32, least=1)
    """Nodes of the code."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.code >= min(self.hidden):
            raise UsageError(
                f"code must be below every hidden layer, or nothing is compressed: "
                f"it is {self.code}, and hidden is {self.hidden}"
            )


class DenseAE(Trainable):
    """Dense layers to a code and back; the loss is the summed squared L2 distance.

    Parameters
    ----------
    config : DenseAEConfig
        The layers.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If the code isn't smaller than the patch.
    """

    config_type = DenseAEConfig
    scores: ClassVar = ("local", "mean")
    views: ClassVar = ("code", "reconstruction")

    def __init__(self, config: DenseAEConfig, shape: tuple[int, int]) -> None:
        super().__init__()
        pixels = math.prod(shape)
        if config.code >= pixels:
            raise UsageError(
                f"code must be below the {pixels} pixels of a {shape[0]}x{shape[1]} patch, "
                f"not {config.code}"
            )
        widths = (pixels, *config.hidden, config.code)
        self.encoder = _dense(widths)
        self.decoder = nn.Sequential(_dense(widths[::-1]), nn.Unflatten(1, (1, *shape)))

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the residuals, the code and the reconstruction."""
        code = self.encoder(patches.flatten(1))
        rebuilt = self.decoder(code)
        return {
            "local": local_residual(patches, rebuilt),
            "mean": mean_residual(patches, rebuilt),
            "code": code,
            "reconstruction": rebuilt.squeeze(1),
        }

    def objective(self, patches: Tensor, labels: Tensor) -> Tensor:
        """Compute the squared L2 distance between each patch and its reconstruction."""
        return square_distance(patches, self.decoder(self.encoder(patches.flatten(1))))


def _dense(widths: tuple[int, ...]) -> nn.Sequential:
    """Return dense layers with rectifiers between them, none after the last."""
    layers: list[nn.Module] = []
    for entering, leaving in pairwise(widths):
        layers += [nn.Linear(entering, leaving), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
