"""Patches of a honeycomb by hand: three waves, and for a defect a dark spot somewhere."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sixring.models import Description, Judgement, SavedModel, TrainingData, network_class

SIDE = 48
_PERIOD = 10.65  # d-spacing of graphene, 2.13 A, at 0.2 A/px


def honeycomb(
    n: int,
    *,
    seed: int = 0,
    share: float = 0.3,
    noise: float = 0.5,
    depth: float = 4.0,
    side: int = SIDE,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return n patches in random pose, and which of them have a spot."""
    rng = np.random.default_rng(seed)
    rows, cols = np.mgrid[:side, :side]
    labels = (np.arange(n) < round(share * n)).astype(np.int64)
    rng.shuffle(labels)
    angle = rng.uniform(0, np.pi / 3, (n, 1, 1))
    images = noise * rng.normal(size=(n, side, side))
    for turn in range(3):
        direction = angle + turn * np.pi / 3
        along = rows * np.sin(direction) + cols * np.cos(direction)
        images += np.cos(2 * np.pi * along / _PERIOD + rng.uniform(0, 2 * np.pi, (n, 1, 1)))
    centre = rng.uniform(side / 4, 3 * side / 4, (2, n, 1, 1))
    square = (rows - centre[0]) ** 2 + (cols - centre[1]) ** 2
    images -= depth * labels[:, None, None] * np.exp(-square / 18)
    return images.astype(np.float32), labels


@cache
def untrained(name: str, side: int = SIDE, seed: int = 0) -> SavedModel:
    """Return a model as it would be saved, its weights as they are drawn."""
    import torch

    from sixring.models.export import export_graph, export_weights

    network_type = network_class(name)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = network_type(network_type.config_type(), (side, side)).eval()
    return SavedModel(
        describe(name, side), export_graph(network, (side, side)), export_weights(network)
    )


def describe(name: str, side: int = SIDE) -> Description:
    """Return what a model that learned nothing would say about itself."""
    network_type = network_class(name)
    return Description(
        name=name,
        shape=(side, side),
        seed=0,
        config={},
        training={"epochs": 1},
        augmentation=None,
        scores=network_type.scores,
        score=network_type.scores[0],
        views=network_type.views,
        threshold=0.5,
        threshold_reason="chosen by hand",
        calibration=None,
        data=TrainingData("0" * 64, 30, 0, None, (0.2, 0.2), (1e3, 1e4), ("hrtem",)),
        validation=Judgement(6, 0, 1, 1.5, None, None, None, "no defects"),
        versions={"sixring": "0.1.0"},
    )
