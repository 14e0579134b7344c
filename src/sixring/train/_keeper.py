"""What has to survive a kill: the best weights, the history, and where the training stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Checkpoint
from torch import Tensor

from sixring.errors import ReadError, UsageError
from sixring.io import file_appears_whole
from sixring.train._module import AUC, LOSS, TRAINING_LOSS

__all__ = ["CHECKPOINT", "HISTORY", "Keeper", "read_checkpoint"]

CHECKPOINT, HISTORY = "last.ckpt", "history.csv"
_KEY = "sixring"
"""Where, in Lightning's checkpoint, what the training is made from is written down."""


class Keeper(Checkpoint):
    """Keeps the best weights and writes a checkpoint after each epoch.

    Lightning's own ModelCheckpoint forgets which epoch was the best when the folder has moved,
    and keeps it in a second file, which a kill can leave behind the first.

    Parameters
    ----------
    monitor : {"validation_loss", "validation_auc"}
        What makes an epoch the best.
    identity : mapping
        What the training is made from, so that a checkpoint of another one can be told.
    folder : Path, optional
        Where checkpoint and history go; nothing is written where it isn't given.
    on_epoch : callable, optional
        Called after each epoch with its number, from 1, and the module.
    """

    def __init__(
        self,
        monitor: str,
        identity: Mapping[str, Any],
        folder: Path | None = None,
        on_epoch: Callable[[int, LightningModule], None] | None = None,
    ) -> None:
        self.monitor = monitor
        self.identity = dict(identity)
        self.folder = folder
        self.on_epoch = on_epoch
        self.best: dict[str, Tensor] = {}
        self.best_epoch = 0
        self.history: list[dict[str, float]] = []

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write the epoch down; Lightning calls this after early stopping has had its say."""
        epoch = trainer.current_epoch + 1
        measured = {name: float(value) for name, value in trainer.callback_metrics.items()}
        columns = [name for name in (TRAINING_LOSS, LOSS, AUC) if name in measured]
        self.history.append({"epoch": epoch, **{name: measured[name] for name in columns}})
        if self._best_is_last():
            self.best_epoch = epoch
            self.best = {k: v.cpu().clone() for k, v in pl_module.state_dict().items()}
        # Before the checkpoint: an epoch of which it says that it's done has been told.
        if self.on_epoch is not None:
            self.on_epoch(epoch, pl_module)
        if self.folder is not None:
            self._write(trainer, self.folder)

    def _best_is_last(self) -> bool:
        sign = 1 if self.monitor == LOSS else -1
        values = [sign * row[self.monitor] for row in self.history]
        return values[-1] < min(values[:-1], default=float("inf"))

    def _write(self, trainer: Trainer, folder: Path) -> None:
        table = io.StringIO()
        writer = csv.DictWriter(table, self.history[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.history)
        with file_appears_whole(folder / HISTORY, overwrite=True) as part:
            part.write_text(table.getvalue(), encoding="utf-8")
        with file_appears_whole(folder / CHECKPOINT, overwrite=True) as part:
            trainer.save_checkpoint(part)

    def on_save_checkpoint(
        self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Add what the training is made from, and whether it is done."""
        done = trainer.should_stop or trainer.current_epoch + 1 == trainer.max_epochs
        checkpoint[_KEY] = {"identity": self.identity, "done": done, "keeper": self.state_dict()}

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed training needs, in plain types that need no unpickling."""
        return {"best": self.best, "best_epoch": self.best_epoch, "history": self.history}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up what :meth:`state_dict` returned."""
        self.best = state_dict["best"]
        self.best_epoch = state_dict["best_epoch"]
        self.history = state_dict["history"]


def read_checkpoint(path: str | PathLike[str], identity: Mapping[str, Any]) -> dict[str, Any]:
    """Read a checkpoint of the same training; nothing in it is run.

    Parameters
    ----------
    path : str or path
        The file.
    identity : mapping
        What the training is made from.

    Returns
    -------
    dict
        ``done``, and ``keeper``, the state of the :class:`Keeper`.

    Raises
    ------
    ReadError
        If it is damaged, or isn't one of sixring's.
    UsageError
        If it is of a training that was made from something else.
    """
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
        state: dict[str, Any] = found[_KEY]
        written = state["identity"]
    # What torch raises for a damaged file depends on where the damage is.
    except Exception as error:
        raise ReadError(
            f"{path}: is damaged, or no checkpoint of sixring's: remove it, and train from the "
            "beginning"
        ) from error
    for name, value in identity.items():
        if written.get(name) != value:
            raise UsageError(
                f"{path}: is of a training with {name} = {written.get(name)!r}, and now it is "
                f"{value!r}: name another folder, or train without resuming"
            )
    return state
