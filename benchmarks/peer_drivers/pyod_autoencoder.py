"""PyOD's autoencoder, with its defaults."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyod.models.auto_encoder import AutoEncoder

from benchmarks.peer_drivers import Task, Trained, answer

_EPOCHS = 10
"""Its default; the package has no augmentation."""


def train(task: Task) -> Trained:
    """Train on perfect patches."""
    epochs = task.request.epochs or _EPOCHS
    model = AutoEncoder(epoch_num=epochs, device="cpu", random_state=task.request.seed, verbose=0)
    model.fit(task.perfect.reshape(len(task.perfect), -1))

    def score(task: Task) -> NDArray[np.floating]:
        found: NDArray[np.floating] = model.decision_function(task.test.reshape(len(task.test), -1))
        return found

    return Trained(score, f"defaults: 64 and 32 neurons, dropout, {epochs} epochs")


if __name__ == "__main__":
    answer(train, ("pyod", "torch"))
