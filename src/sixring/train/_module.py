"""A network as Lightning trains it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from lightning.pytorch import LightningModule
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor
from torch.optim.lr_scheduler import LambdaLR

from sixring.errors import UsageError
from sixring.evaluate import roc_auc
from sixring.models import Kind
from sixring.models.network import Trainable
from sixring.patches import DEFECT, PERFECT
from sixring.train._data import Part
from sixring.train._order import seed_of
from sixring.train._schedule import step_width
from sixring.train._training import Training

__all__ = ["AUC", "LOSS", "TRAINING_LOSS", "Augment", "PatchModule", "Plan"]

LOSS, AUC, TRAINING_LOSS = "validation_loss", "validation_auc", "training_loss"

Augment = Callable[[Tensor, torch.Generator], Tensor]
"""Changes patches, shape (n, 1, rows, cols), at random."""

# What random numbers are drawn for: the first part of every draw's key.
_STEP, _WATCH = 1, 2


@dataclass(frozen=True, eq=False)
class Plan:
    """What is trained, on what and how."""

    kind: Kind
    """Whether the labels are learned from."""
    train: Part
    """What the network learns from."""
    validation: Part
    """What it is watched on."""
    training: Training
    """The settings."""
    seed: int
    """Everything random follows from it."""
    augment: Augment | None
    """What changes the patches of a step, or None."""


class PatchModule(LightningModule):
    """One step of training and of watching.

    Every step seeds its own random numbers from the training's seed, the epoch and the step, so
    that a resumed training goes on as it would have gone.

    Parameters
    ----------
    network : Trainable
        What is trained.
    plan : Plan
        How.
    """

    def __init__(self, network: Trainable, plan: Plan) -> None:
        super().__init__()
        self.network = network
        self._plan = plan
        imbalance = plan.training.imbalance
        self._weights = _class_weights(plan.train) if imbalance == "weights" else None
        # Where the classes are drawn equally often to learn from, they count alike here.
        alike = imbalance in ("balanced", "weights")
        self._watch_weights = _class_weights(plan.validation) if alike else None
        self._losses: list[Tensor] = []
        self._scores: list[Tensor] = []

    @property
    def watches_auc(self) -> bool:
        """Whether the AUC is known after each epoch: cheap for supervised models."""
        both = all(self._plan.validation.count(label) for label in (PERFECT, DEFECT))
        asked = self._plan.training.monitor == "auc" or self._plan.kind == "supervised"
        return both and asked

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        """Return AdamW (Loshchilov and Hutter 2017, arXiv:1711.05101) and its step width."""
        training = self._plan.training
        adam = torch.optim.AdamW(
            self.network.parameters(), lr=training.learning_rate, weight_decay=training.weight_decay
        )
        steps = training.epochs * math.ceil(len(self._plan.train.labels) / training.batch_size)
        width = LambdaLR(adam, lambda step: step_width(step, steps, training.schedule))
        return {"optimizer": adam, "lr_scheduler": {"scheduler": width, "interval": "step"}}

    def training_step(self, batch: tuple[Tensor, Tensor], step: int) -> Tensor:
        """Return the mean loss of some patches."""
        images, labels = batch
        seed = seed_of(self._plan.seed, (_STEP, self.current_epoch, step))
        if self._plan.augment is not None:
            with torch.no_grad():
                generator = torch.Generator().manual_seed(seed)
                images = self._plan.augment(images.unsqueeze(1), generator).squeeze(1)
        torch.manual_seed(seed)  # for what the network itself draws: noise, dropout
        losses = self._weighted(self.network.losses(images, labels), labels, self._weights)
        self.log(TRAINING_LOSS, losses.mean(), on_step=False, on_epoch=True, batch_size=len(images))
        return losses.mean()

    def on_validation_epoch_start(self) -> None:
        """Start afresh; the noise of a network is the same whenever it is watched."""
        self._losses, self._scores = [], []
        torch.manual_seed(seed_of(self._plan.seed, (_WATCH, 0)))
        if self.watches_auc:
            images = torch.from_numpy(self._plan.train.images).to(self.device)
            self.network.settle(images.split(self._plan.training.batch_size))

    def validation_step(self, batch: tuple[Tensor, Tensor], step: int) -> None:
        """Collect the losses and scores of some patches."""
        images, labels = batch
        # A one-class model's loss on defects says nothing about what it has learned.
        learned = labels >= 0 if self._plan.kind == "supervised" else labels == PERFECT
        losses = self.network.losses(images[learned], labels[learned])
        self._losses.append(self._weighted(losses, labels[learned], self._watch_weights))
        if self.watches_auc:
            self._scores.append(self.network.watched(images))

    def on_validation_epoch_end(self) -> None:
        """Say how the network does.

        Raises
        ------
        UsageError
            If it does nothing any more: the loss isn't finite.
        """
        loss = float(torch.cat(self._losses).double().mean())
        if not math.isfinite(loss):
            raise UsageError(
                f"the loss became {loss} in epoch {self.current_epoch + 1}: lower learning_rate, "
                f"which is {self._plan.training.learning_rate:g}"
            )
        self.log(LOSS, loss)
        if self.watches_auc:
            scores = torch.cat(self._scores).cpu().numpy()
            self.log(AUC, roc_auc(scores, self._plan.validation.labels))

    def _weighted(self, losses: Tensor, labels: Tensor, weights: Tensor | None) -> Tensor:
        if self._plan.kind == "one-class":
            return losses
        if self._plan.training.imbalance == "focal":
            # exp(-cross-entropy) is the probability that the network gives to the truth.
            return losses * (1 - torch.exp(-losses)) ** self._plan.training.focal_exponent
        return losses if weights is None else losses * weights.to(losses.device)[labels.long()]


def _class_weights(part: Part) -> Tensor:
    """Return the weight of each label with which both classes count alike, on average 1."""
    counts = np.array([part.count(label) for label in (PERFECT, DEFECT)])
    return torch.from_numpy(len(part.labels) / (2 * np.maximum(counts, 1))).float()
