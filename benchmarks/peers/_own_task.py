"""A model of sixring, trained or loaded, and scored as the peers are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_drivers import Task, Trained, answer
from sixring.models import MODELS, SavedModel
from sixring.patches import read_patches

_AT_ONCE = 500
"""Patches that are scored together: what a network keeps of them takes memory."""


def train(task: Task) -> Trained:
    """Train on the patches as they were recorded, or load what was trained before."""
    more = task.request.more
    if more["folder"]:
        model = SavedModel.read(more["folder"])
        settings = "trained before"
    else:
        model, settings = _learned(task, more["model"])
    score = model.description.score

    def scored(task: Task) -> NDArray[np.floating]:
        images = task.recorded
        starts = range(0, len(images), _AT_ONCE)
        parts = [model.outputs(images[k : k + _AT_ONCE], (score,))[score] for k in starts]
        return np.concatenate(parts)

    return Trained(scored, settings)


def _learned(task: Task, name: str) -> tuple[SavedModel, str]:
    from sixring.train import make_model

    patches = read_patches(Path(task.request.more["learning"]))
    split = patches.details["split"]
    patches = patches.take(split != "test")
    settings: dict[str, Any] = {}
    if task.request.epochs and MODELS[name].descends:
        settings["epochs"] = task.request.epochs
    model = make_model(name, seed=task.request.seed, **settings)
    model.fit(
        patches.images,
        patches.labels,
        patches.groups,
        details=patches.details,
        held_out=patches.details["split"] == "validation",
    )
    epochs = f"{len(model.history_)} epochs" if model.history_ else "without epochs"
    return model.saved, f"its usual settings, {epochs}"


if __name__ == "__main__":
    answer(train, ("sixring", "torch", "onnxruntime"))
