"""Trainings without export, for what concerns the engine alone."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import torch

from honeycomb_patches import honeycomb
from sixring.models import find_model, network_class
from sixring.models.export import export_weights
from sixring.patches import Augmentation
from sixring.train import Training
from sixring.train._data import prepare
from sixring.train._engine import Outcome, Run, train
from sixring.train._module import Augment, Plan
from trained_models import SMALL

SIDE = 16
SMALLEST: dict[str, dict[str, Any]] = {**SMALL, "vae": {**SMALL["vae"], "latent": 2}}
IDENTITY = {"model": "cnn-a", "seed": 0}


@dataclass(frozen=True)
class Engine:
    """One training, to be repeated at will."""

    name: str = "cnn-a"
    seed: int = 0
    side: int = SIDE
    labelled: bool = True
    augmented: bool = True
    poison: Augment | None = None
    """Instead of the augmentation."""

    def train(self, run: Run | None = None, **settings: object) -> Outcome:
        """Train for three epochs, if nothing else is said."""
        training = Training.of({"epochs": 3, "batch_size": 16, "patience": 0, **settings})
        entry = find_model(self.name)
        images, labels = honeycomb(48, side=self.side)
        data = prepare(
            images[labels == 0] if not self.labelled else images,
            labels if self.labelled else None,
            None,
            None,
            kind=entry.kind,
            share=0.25,
            seed=self.seed,
        )
        augment = Augmentation().apply if self.augmented else None
        plan = Plan(
            kind=entry.kind,
            train=data.train,
            validation=data.validation,
            training=training,
            seed=self.seed,
            augment=self.poison or augment,
        )
        network_type = network_class(self.name)
        config = network_type.config_type.of(SMALLEST[self.name])
        identity = {**IDENTITY, "epochs": training.epochs}
        return train(
            lambda: network_type(config, (self.side, self.side)), plan, run or Run(), identity
        )


def digest(outcome: Outcome) -> str:
    """Return what tells the weights of a training from others."""
    assert all(torch.isfinite(v).all() for v in outcome.network.state_dict().values())
    return sha256(export_weights(outcome.network)).hexdigest()
