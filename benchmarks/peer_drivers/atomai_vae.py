"""AtomAI's variational autoencoder with its defaults: what it can't rebuild is a defect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_drivers import Task, Trained, answer
from benchmarks.peer_drivers._torchvision import declare_operators

declare_operators()

from atomai.models import VAE  # noqa: E402 - imports torchvision

_EPOCHS = 100
"""Its default, and that of its example; it has no augmentation for these."""
_BATCH = 100
"""Of its example."""
_LATENT = 10
_AT_ONCE = 500


def train(task: Task) -> Trained:
    """Train on perfect patches."""
    request = task.request
    epochs = request.epochs or _EPOCHS
    model = VAE(task.perfect.shape[1:], latent_dim=_LATENT, seed=request.seed)
    model.fit(
        task.perfect,
        X_test=task.validation[task.validation_labels == 0],
        training_cycles=epochs,
        batch_size=_BATCH,
    )

    def score(task: Task) -> NDArray[np.floating]:
        parts = []
        for start in range(0, len(task.test), _AT_ONCE):
            images = task.test[start : start + _AT_ONCE]
            rebuilt = model.decode(model.encode(images, num_batches=1)[0])
            parts.append(((images - rebuilt.reshape(images.shape)) ** 2).mean(axis=(1, 2)))
        return np.concatenate(parts)

    return Trained(score, f"defaults, {_LATENT} latent dimensions, {epochs} epochs")


if __name__ == "__main__":
    answer(train, ("atomai", "torch"))
