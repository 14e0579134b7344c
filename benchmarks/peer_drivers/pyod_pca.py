"""PyOD's principal components, with its defaults: all components, weighted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyod.models.pca import PCA

from benchmarks.peer_drivers import Task, Trained, answer


def train(task: Task) -> Trained:
    """Fit to perfect patches."""
    model = PCA(random_state=task.request.seed)
    model.fit(task.perfect.reshape(len(task.perfect), -1))

    def score(task: Task) -> NDArray[np.floating]:
        found: NDArray[np.floating] = model.decision_function(task.test.reshape(len(task.test), -1))
        return found

    return Trained(score, f"defaults: {model.n_components_} components, weighted")


if __name__ == "__main__":
    answer(train, ("pyod", "scikit-learn"))
