"""Small trainings, each done once for all tests."""

from __future__ import annotations

from functools import cache
from typing import Any

from honeycomb_patches import honeycomb
from sixring.models import MODELS
from sixring.train import PatchModel, make_model

SMALL: dict[str, dict[str, Any]] = {
    "dense-ae": {"hidden": (32,), "code": 8},
    "conv-ae": {"channels": (4, 4), "code_channels": 2},
    "vae": {"channels": (4, 4, 4, 4, 4), "latent": 4, "samples": 2},
    "cnn-a": {"channels": (4, 4, 4), "hidden": (8, 8), "dropout": 0.2},
    "cnn-b": {"channels": (2, 4), "kernels": (3, 3), "pool": 2, "hidden": (8, 8)},
    "resnet": {"stem": 4, "channels": (4, 8), "blocks": (1, 1), "kernel": 5},
    "lattice-fit": {"spread": 0.04},
    "pca": {"components": 8},
    "patterson-svm": {"components": 4, "patches": 40},
    "patch-memory": {"rings": 2, "orders": 3, "components": 6, "vectors": 50, "neighbours": 3},
    "corruption": {"stem": 4, "channels": (8,), "blocks": (1,), "kernel": 5},
}
"""Settings with which a training takes a moment."""
SIDE = 24
IMAGES, LABELS = honeycomb(60, side=SIDE)


def small(name: str, **changes: object) -> PatchModel:
    """Return a small model that isn't trained."""
    descent = {"epochs": 2, "batch_size": 16} if MODELS[name].descends else {}
    settings: dict[str, Any] = {**descent, **SMALL[name], **changes}
    return make_model(name, **settings)


@cache
def trained(name: str) -> PatchModel:
    """Return a small model that saw two epochs, if it has any."""
    return small(name).fit(IMAGES, LABELS)
