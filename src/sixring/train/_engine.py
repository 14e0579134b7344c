"""The one engine that trains every network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback, EarlyStopping, RichProgressBar
from torch import Tensor
from torch.nn.utils import convert_conv2d_weight_memory_format
from torch.utils.data import DataLoader, TensorDataset

from sixring.errors import UsageError
from sixring.models.network import Network, Trainable
from sixring.train._keeper import CHECKPOINT, Keeper, read_checkpoint
from sixring.train._module import AUC, LOSS, PatchModule, Plan
from sixring.train._order import EpochOrder, seed_of
from sixring.train._surroundings import undisturbed

__all__ = ["Outcome", "Run", "train"]

_WEIGHTS, _SETTLING = (0, 0), (3, 0)
"""The draws of the first weights, and of what is learned without descent."""
_AT_ONCE = 64
"""Patches that are given together to a network that is settled."""


@dataclass(frozen=True)
class Run:
    """What a training does beside learning."""

    folder: Path | None = None
    """Where checkpoint and history are written; nowhere if None."""
    resume: bool = False
    """Whether to go on from the checkpoint in the folder, if there is one."""
    progress: bool = False
    """Whether to show a bar on stderr."""
    on_epoch: Callable[[int, Network], None] | None = None
    """Called after each epoch with its number, from 1, and the network."""

    def __post_init__(self) -> None:
        if self.resume and self.folder is None:
            raise UsageError("resume needs the folder in which the checkpoint lies: pass folder")


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a training made."""

    network: Network
    """With the weights of its best epoch, on the CPU, ready to score."""
    best_epoch: int
    """From 1; 0 without descent."""
    history: list[dict[str, float]]
    """One row an epoch: ``epoch, training_loss, validation_loss`` and, where known,
    ``validation_auc``; empty without descent."""


def train(
    build: Callable[[], Network], plan: Plan, run: Run, identity: Mapping[str, Any]
) -> Outcome:
    """Train a network.

    A :class:`~sixring.models.network.Trainable` is trained by descent and then settled; another
    network is settled alone, which writes no checkpoint, has no epochs and begins anew where it
    was interrupted.

    Parameters
    ----------
    build : callable
        Makes the network, its weights drawn from torch's random numbers.
    plan : Plan
        What to train on, and how.
    run : Run
        What else to do.
    identity : mapping
        What the training is made from, in plain types: a checkpoint of another is refused.

    Returns
    -------
    Outcome
        The same for the same plan, however often the training was killed and resumed.

    Raises
    ------
    UsageError
        If there is no GPU where one is asked for, no defect to watch the AUC on, the loss
        stops being finite, or the checkpoint is of another training.
    ReadError
        If the checkpoint is damaged.
    OutputError
        If checkpoint or history can't be written.
    """
    accelerator = _accelerator(plan.training.device)
    with undisturbed():
        torch.manual_seed(seed_of(plan.seed, _WEIGHTS))
        network = build()
        best_epoch, history = 0, list[dict[str, float]]()
        if isinstance(network, Trainable):
            keeper = _descend(network, plan, run, identity, accelerator)
            best_epoch, history = keeper.best_epoch, keeper.history
        network.cpu().eval()
        torch.manual_seed(seed_of(plan.seed, _SETTLING))
        network.settle(torch.from_numpy(plan.train.images).split(_AT_ONCE))
    return Outcome(network, best_epoch, history)


def _descend(
    network: Trainable, plan: Plan, run: Run, identity: Mapping[str, Any], accelerator: str
) -> Keeper:
    """Train by descent, and leave the network with the weights of its best epoch."""
    # On a CPU, convolutions of so few channels take half the time with channels last.
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    module = PatchModule(network, plan)
    keeper = _keeper(module, plan, run, identity)
    checkpoint = _checkpoint(run, keeper)
    if checkpoint is None or not checkpoint["done"]:
        _fit(module, plan, run, keeper, accelerator, resume=checkpoint is not None)
    else:
        keeper.load_state_dict(checkpoint["keeper"])
    module.load_state_dict(keeper.best)
    return keeper


def _accelerator(device: str) -> str:
    there = torch.cuda.is_available()
    if device == "gpu" and not there:
        raise UsageError("device is 'gpu', and PyTorch finds none: use 'auto' or 'cpu'")
    return "gpu" if there and device != "cpu" else "cpu"


def _keeper(module: PatchModule, plan: Plan, run: Run, identity: Mapping[str, Any]) -> Keeper:
    monitor = LOSS if plan.training.monitor == "loss" else AUC
    if monitor == AUC and not module.watches_auc:
        raise UsageError(
            "monitor is 'auc', and the validation part has no defects to tell it from: "
            "pass defect patches too, or monitor='loss'"
        )
    told = run.on_epoch

    def on_epoch(epoch: int, trained: LightningModule) -> None:
        if told is not None:
            told(epoch, module.network)

    return Keeper(monitor, identity, run.folder, on_epoch if told else None)


def _checkpoint(run: Run, keeper: Keeper) -> dict[str, Any] | None:
    """Return what the checkpoint holds, where the training is to go on from one."""
    if run.folder is None or not run.resume or not (run.folder / CHECKPOINT).exists():
        return None
    return read_checkpoint(run.folder / CHECKPOINT, keeper.identity)


def _fit(
    module: PatchModule,
    plan: Plan,
    run: Run,
    keeper: Keeper,
    accelerator: str,
    *,
    resume: bool,
) -> None:
    training = plan.training
    callbacks: list[Callback] = [keeper]
    if training.patience:
        mode = "min" if keeper.monitor == LOSS else "max"
        callbacks.append(EarlyStopping(keeper.monitor, patience=training.patience, mode=mode))
    if run.progress:
        callbacks.append(RichProgressBar(console_kwargs={"stderr": True}))
    trainer = Trainer(
        max_epochs=training.epochs,
        accelerator=accelerator,
        devices=1,
        callbacks=callbacks,
        logger=False,
        deterministic=True,
        use_distributed_sampler=False,  # the order is the plan's
        num_sanity_val_steps=0,
        enable_progress_bar=run.progress,
        enable_model_summary=False,
        default_root_dir=run.folder or gettempdir(),
    )
    balanced = plan.kind == "supervised" and training.imbalance == "balanced"
    order = EpochOrder(
        plan.train.labels, batch_size=training.batch_size, balanced=balanced, seed=plan.seed
    )
    trainer.fit(
        module,
        DataLoader(_dataset(plan, "train"), sampler=order, batch_size=None),
        DataLoader(_dataset(plan, "validation"), batch_size=training.batch_size),
        ckpt_path=run.folder / CHECKPOINT if resume and run.folder else None,
        weights_only=True,
    )


def _dataset(plan: Plan, part: str) -> TensorDataset:
    chosen = plan.train if part == "train" else plan.validation
    columns: tuple[Tensor, ...] = (
        torch.from_numpy(chosen.images),
        torch.from_numpy(chosen.labels),
    )
    return TensorDataset(*columns)
