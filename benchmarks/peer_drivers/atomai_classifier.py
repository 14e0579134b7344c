"""AtomAI's classifier, as its own example trains it, with its own flips and turns.

Its ``fit`` leaves ``rotation`` and ``zoom`` out without a word, and fails with its other
augmentations, as these make real numbers of the labels: so the steps of ``fit`` are taken one by
one.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.peer_drivers import Task, Trained, answer
from benchmarks.peer_drivers._torchvision import declare_operators

declare_operators()

from atomai.models import Classifier  # noqa: E402 - imports torchvision
from atomai.transforms import datatransform  # noqa: E402

_EPOCHS = 30
"""Of the example in its documentation."""
_BATCH = 64
"""Its default. Batches that aren't full are dropped, so that there must be one full one."""
_AVERAGED = 5
"""Epochs whose weights are averaged; with fewer it fails."""
_AT_ONCE = 500


def train(task: Task) -> Trained:
    """Train on perfect and defect patches."""
    request = task.request
    epochs = request.epochs or _EPOCHS
    model = Classifier(model="mobilenet", nb_classes=2, seed=request.seed)
    model.compile_trainer(
        (
            task.training[:, None],
            task.training_labels.astype(np.int64),
            task.validation[:, None],
            task.validation_labels.astype(np.int64),
        ),
        loss="nll",
        training_cycles=epochs,
        batch_size=min(_BATCH, len(task.training), len(task.validation)),
        full_epoch=True,
        swa=epochs >= _AVERAGED,
        plot_training_history=False,
    )
    model.data_augmentation(_turned)
    model.run()
    model.net.eval()

    def score(task: Task) -> NDArray[np.floating]:
        parts = []
        for start in range(0, len(task.test), _AT_ONCE):
            images = torch.from_numpy(task.test[start : start + _AT_ONCE, None])
            with torch.inference_mode():
                logarithms = model.net(images).numpy()
            parts.append(logarithms[:, 1] - logarithms[:, 0])
        return np.concatenate(parts)

    averaged = ", averaged weights" if epochs >= _AVERAGED else ""
    settings = f"mobilenet, flips and quarter turns{averaged}, {epochs} epochs"
    return Trained(score, settings)


def _turned(
    images: torch.Tensor, labels: torch.Tensor, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Flip and turn patches as AtomAI does it where labels are masks."""
    changes = datatransform(n_channels=1, rotation=True)
    stack = images[:, 0].numpy()
    turned, _ = changes.apply_rotation(stack, np.zeros((*stack.shape, 1), np.float32))
    return torch.from_numpy(turned[:, None]).float(), labels


if __name__ == "__main__":
    answer(train, ("atomai", "torch"))
