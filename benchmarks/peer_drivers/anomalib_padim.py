"""anomalib's PaDiM with its defaults, but for features that nobody trained."""

from __future__ import annotations

from benchmarks.peer_drivers import Task, Trained, answer
from benchmarks.peer_drivers._anomalib import trained

from anomalib.models import Padim  # isort: skip - only after _anomalib


def train(task: Task) -> Trained:
    """Describe the features of perfect patches, place by place."""
    return trained(task, Padim, "defaults: resnet18")


if __name__ == "__main__":
    answer(train, ("anomalib", "torch"))
