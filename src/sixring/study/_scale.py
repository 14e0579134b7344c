"""How large the study is: what a student waits for, and what its numbers rest on."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FULL", "QUICK", "Scale"]


@dataclass(frozen=True)
class Scale:
    """Numbers of patches, trainings and epochs."""

    name: str
    """``full`` or ``quick``."""
    training: int
    """Patches of the challenge to train on, 20 perfect to 1 defect; a fifth of them only watch."""
    test: int
    """Patches of the challenge to judge on, from other micrographs."""
    small: tuple[int, int]
    """Perfect and defect patches of the report's experiment."""
    autoencoder: tuple[int, int]
    """Perfect patches that an autoencoder gets, and defect patches to judge it by."""
    curve: tuple[int, ...]
    """Defect patches of each point of the learning curves."""
    seeds: int
    """Trainings of each kind, which differ in their seed alone."""
    long_seeds: int
    """Trainings with each remedy for rare defects, and of those on few patches with as many steps:
    they take the longest."""
    curve_seeds: int
    """Trainings of each point of a learning curve."""
    classifier_epochs: int
    """Of a classifier on all patches."""
    small_epochs: int
    """Of a classifier on the few patches of the report."""
    curve_steps: int
    """Steps of the optimiser for a classifier at any point of a learning curve."""
    autoencoder_epochs: int
    """Of an autoencoder."""
    snapshots: tuple[int, ...]
    """Epochs after which the reproductions of the first variational autoencoder are kept."""


FULL = Scale(
    name="full",
    training=10_000,
    test=8400,
    small=(2000, 100),
    autoencoder=(4000, 200),
    curve=(10, 30, 100, 300, 1000),
    seeds=5,
    long_seeds=1,
    curve_seeds=1,
    classifier_epochs=60,
    small_epochs=50,
    curve_steps=1500,
    autoencoder_epochs=20,
    snapshots=(1, 2, 5, 10, 20),
)
"""The whole study, as the documentation shows it."""

QUICK = Scale(
    name="quick",
    training=4200,
    test=2100,
    small=(2000, 100),
    autoencoder=(2000, 100),
    curve=(10, 100),
    seeds=1,
    long_seeds=1,
    curve_seeds=1,
    classifier_epochs=14,
    small_epochs=20,
    curve_steps=400,
    autoencoder_epochs=5,
    snapshots=(1, 2, 3, 5),
)
"""The same figures in minutes, and numbers that are worth less."""
