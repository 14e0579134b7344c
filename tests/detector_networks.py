"""A detector that learned nothing, as one that has learned something would be saved."""

from __future__ import annotations

import torch

from training.detector._network import Detector

__all__ = ["drawn_detector"]


def drawn_detector(seed: int, channels: tuple[int, ...], blocks: tuple[int, ...]) -> Detector:
    """Return a network whose weights are drawn, ready to be used."""
    torch.manual_seed(seed)
    made = Detector(channels, blocks)
    with torch.no_grad():
        # As after some training: the normalisations are not the identity.
        for layer in made.modules():
            if isinstance(layer, torch.nn.BatchNorm2d):
                layer.running_mean.uniform_(-0.2, 0.2)  # type: ignore[union-attr]
                layer.running_var.uniform_(0.5, 2.0)  # type: ignore[union-attr]
    return made.eval()
