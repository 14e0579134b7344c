"""A network in training, asked as a trained one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from sixring.models.network import Network

__all__ = ["Outputs", "told_by_outputs"]

Outputs = Callable[[ArrayLike], dict[str, NDArray[np.float32]]]
"""Computes every output of a network in training, by name."""


def told_by_outputs(on_epoch: Callable[[int, Outputs], None]) -> Callable[[int, Network], None]:
    """Let a network in training be asked as a trained one is."""

    def told(epoch: int, network: Network) -> None:
        from sixring.models.export import network_outputs

        on_epoch(epoch, lambda images: network_outputs(network, images))

    return told
