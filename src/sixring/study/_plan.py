"""Which networks the study trains, on what and how."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sixring.study._scale import Scale
from sixring.train import Training

__all__ = [
    "AUTOENCODERS",
    "CLASSIFIERS",
    "HELD_OUT",
    "Job",
    "Question",
    "TrainingSet",
    "epochs_for",
    "plan",
]

CLASSIFIERS = ("cnn-a", "cnn-b")
AUTOENCODERS = ("dense-ae", "conv-ae", "vae")

Question = Literal["report", "ladder", "challenge", "plain", "imbalance", "curve", "autoencoder"]
"""What a training is to answer.

``report``
    What came of the report's own classifiers?
``ladder``
    Which step brings the first classifier from there to the challenge's result?
``challenge``, ``plain``
    What do both reach on all patches, with and without augmentation?
``imbalance``
    What is best done about rare defects, on all patches?
``curve``
    How many defect patches does it take?
``autoencoder``
    What do networks reach that saw perfect patches alone?
"""
TrainingSet = Literal["challenge", "defects"]
"""``challenge`` has 20 perfect patches to 1 defect, ``defects`` 2 to 1."""

_BY_RANKING: Mapping[str, Any] = {"monitor": "auc", "patience": 0}
"""Without augmentation a network soon is far too sure of itself: the loss on patches that it hasn't
learned from is lowest in the first epoch, whatever it learns to tell later. So the epoch in which
it tells them best is kept, which can only flatter it."""
AS_REPORTED: Mapping[str, Any] = {
    "augment": False,
    "imbalance": "none",
    "batch_norm": False,
    "layer_norm": False,
    "dropout": 0.0,
    "symmetric": False,
    "schedule": "constant",
    "learning_rate": 1e-3,
    "weight_decay": 0.0,
    **_BY_RANKING,
}
"""What the report says of its classifiers; and how an epoch is chosen, of which it says nothing."""
HELD_OUT = 0.2
"""Share of a training's patches that watch it, as the report split them."""
_NORMALISED = ("batch_norm", "layer_norm", "dropout", "schedule", "learning_rate", "weight_decay")


@dataclass(frozen=True)
class Job:
    """One training."""

    question: Question
    """What it is to answer."""
    variant: str
    """What tells it from others of the same question."""
    model: str
    """A name of :func:`sixring.model_names`."""
    seed: int
    """Of the training; the choice of the patches follows from it too."""
    data: TrainingSet
    """Where its patches come from."""
    perfect: int | None
    """How many perfect patches it gets; all if None."""
    defects: int | None
    """How many defect patches it gets; all if None."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of the model, beside its name and seed."""

    @property
    def name(self) -> str:
        """Which no other training has."""
        parts = (self.question, self.variant, self.model, str(self.seed))
        return "-".join(part for part in parts if part)

    def document(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)


def epochs_for(steps: int, patches: int) -> int:
    """Return the epochs in which so many patches, less those held out, make so many steps."""
    return math.ceil(steps / _steps_an_epoch(patches))


def _steps_an_epoch(patches: int) -> int:
    return math.ceil(patches * (1 - HELD_OUT) / Training().batch_size)


def plan(scale: Scale, seed: int = 0) -> list[Job]:
    """List the trainings, those that take longest first.

    Parameters
    ----------
    scale : Scale
        How many, and how long.
    seed : int, optional
        The trainings of a kind have this seed and those that follow it.
    """
    seeds = range(seed, seed + scale.seeds)
    return [
        *_on_everything(scale, seeds),
        *_autoencoders(scale, seeds),
        *_remedies(scale, seeds[: scale.long_seeds]),
        *_few_patches(scale, seeds),
        *_curves(scale, seeds[: scale.curve_seeds]),
    ]


def _on_everything(scale: Scale, seeds: range) -> Iterator[Job]:
    # To the end, where the step width has fallen to nothing.
    augmented = {"epochs": scale.classifier_epochs, "augment": True, "patience": 0}
    plain = {"epochs": scale.classifier_epochs, "augment": False, **_BY_RANKING}
    for seed in seeds:
        for model in CLASSIFIERS:
            for augment in (True, False):
                question: Question = "challenge" if augment else "plain"
                settings = augmented if augment else plain
                yield Job(question, "", model, seed, "challenge", None, None, settings)


def _autoencoders(scale: Scale, seeds: range) -> Iterator[Job]:
    epochs = {"epochs": scale.autoencoder_epochs}
    for seed in seeds:
        for model in AUTOENCODERS:
            yield Job("autoencoder", "", model, seed, "challenge", *scale.autoencoder, epochs)


def _few_patches(scale: Scale, seeds: range) -> Iterator[Job]:
    epochs = {"epochs": scale.small_epochs}
    balanced = {**AS_REPORTED, "imbalance": "balanced"}
    normalised = {k: v for k, v in balanced.items() if k not in _NORMALISED}
    augmented = {"augment": True, "patience": 0}
    # As many steps as a training on all patches has: what more patches bring shows by itself.
    on_all = scale.classifier_epochs * _steps_an_epoch(scale.training)
    longer = {**augmented, "epochs": epochs_for(on_all, sum(scale.small))}
    ladder = {
        "balanced": ({**balanced, **epochs}, seeds),
        "normalised": ({**normalised, **epochs}, seeds),
        "augmented": ({**augmented, **epochs}, seeds),
        "longer": (longer, seeds[: scale.long_seeds]),
    }
    for seed in seeds:
        for model in CLASSIFIERS:
            settings = {**AS_REPORTED, **epochs}
            yield Job("report", "", model, seed, "challenge", *scale.small, settings)
    for step, (settings, of_step) in ladder.items():
        for seed in of_step:
            yield Job("ladder", step, CLASSIFIERS[0], seed, "challenge", *scale.small, settings)


def _remedies(scale: Scale, seeds: range) -> Iterator[Job]:
    """Compare with the challenge's trainings, which draw both classes equally often."""
    for seed in seeds:
        for remedy in ("weights", "focal", "none"):
            settings = {
                "epochs": scale.classifier_epochs,
                "augment": True,
                "patience": 0,
                "imbalance": remedy,
            }
            yield Job("imbalance", remedy, CLASSIFIERS[0], seed, "challenge", None, None, settings)


def _curves(scale: Scale, seeds: range) -> Iterator[Job]:
    for seed in seeds:
        for defects in scale.curve:
            epochs = epochs_for(scale.curve_steps, scale.small[0] + defects)
            for variant, settings in (
                (f"{defects}", {"augment": True, "patience": 0}),
                (f"{defects}-plain", {"augment": False, **_BY_RANKING}),
            ):
                given = {"epochs": epochs, **settings}
                few = (scale.small[0], defects)
                yield Job("curve", variant, CLASSIFIERS[0], seed, "defects", *few, given)
