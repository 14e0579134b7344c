"""The convolutional autoencoder: as the dense one, but a pixel keeps its neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from sixring.errors import UsageError
from sixring.models._halving import conv_decoder, conv_encoder, halved
from sixring.models._residual import local_residual, mean_residual, square_distance
from sixring.models._settings import Settings, whole, wholes
from sixring.models.network import Trainable

__all__ = ["ConvAE", "ConvAEConfig"]


@dataclass(frozen=True)
class ConvAEConfig(Settings):
    """The layers of the convolutional autoencoder."""

    channels: tuple[int, ...] = wholes((16, 32, 32), least=1)
    """Channels of the convolutions, each of which halves the patch."""
    code_channels: int = whole(4, least=1)
    """Channels of the code, at the size to which the patch was halved."""


class ConvAE(Trainable):
    """Convolutions to a code that is a small image, and back.

    Parameters
    ----------
    config : ConvAEConfig
        The layers.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If the patch is too small to be halved so often, or the code no smaller than the patch.
    """

    config_type = ConvAEConfig
    scores: ClassVar = ("local", "mean")
    views: ClassVar = ("code", "reconstruction")

    def __init__(self, config: ConvAEConfig, shape: tuple[int, int]) -> None:
        super().__init__()
        halvings = len(config.channels)
        shapes = halved(shape, halvings, "conv-ae")
        size = config.code_channels * math.prod(shapes[-1])
        if size >= math.prod(shape):
            raise UsageError(
                f"code_channels must make a code smaller than the {math.prod(shape)} pixels of a "
                f"{shape[0]}x{shape[1]} patch: {config.code_channels} make {size} numbers"
            )
        channels = (*config.channels, config.code_channels)
        self.encoder = conv_encoder(channels, halvings)[:-1]  # the code isn't bent
        self.decoder = conv_decoder(channels, shapes)

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the residuals, the code and the reconstruction."""
        code = self.encoder(patches)
        rebuilt = self.decoder(code)
        return {
            "local": local_residual(patches, rebuilt),
            "mean": mean_residual(patches, rebuilt),
            "code": code.flatten(1),
            "reconstruction": rebuilt.squeeze(1),
        }

    def objective(self, patches: Tensor, labels: Tensor) -> Tensor:
        """Compute the squared L2 distance between each patch and its reconstruction."""
        return square_distance(patches, self.decoder(self.encoder(patches)))
