"""anomalib's PatchCore, with untrained features and a memory that two cores can search."""

from __future__ import annotations

from benchmarks.peer_drivers import Task, Trained, answer
from benchmarks.peer_drivers._anomalib import trained

from anomalib.models import Patchcore  # isort: skip - only after _anomalib

_SHARE = 0.01
"""Of the features of all perfect patches that are kept. By default it is ten times as many, of a
network with four times the channels: days on two cores."""


def train(task: Task) -> Trained:
    """Remember features of perfect patches."""
    return trained(
        task,
        Patchcore,
        f"resnet18, layers 1 and 2, coreset {_SHARE:g}",
        backbone="resnet18",
        layers=["layer1", "layer2"],
        coreset_sampling_ratio=_SHARE,
    )


if __name__ == "__main__":
    answer(train, ("anomalib", "torch"))
