"""A study of a few patches and trainings of an epoch, made as the large one is."""

from __future__ import annotations

from dataclasses import replace

from sixring.study import QUICK

__all__ = ["TINY"]

TINY = replace(
    QUICK,
    training=126,
    test=210,
    small=(40, 4),
    autoencoder=(40, 4),
    curve=(2, 4),
    classifier_epochs=1,
    small_epochs=2,
    curve_steps=1,
    autoencoder_epochs=2,
    snapshots=(1, 2),
)
