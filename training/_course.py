"""A training: piece after piece, with a checkpoint after each, so that a kill changes nothing."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from sixring.io import file_appears_whole

__all__ = ["Course", "Pace", "Tell", "Watch", "seed_of", "width"]

_CHECKPOINT = "last.ckpt"
_CLIP = 5.0
"""Longest gradient that a step follows."""

Network = TypeVar("Network", bound=nn.Module)
Seen = TypeVar("Seen")
Piece = TypeVar("Piece")
Watch = Callable[[Network], dict[str, float]]
"""Says how a network does, in numbers with names."""
Tell = Callable[[dict[str, float]], None]
"""Is told the line of the log."""


class Pace(Protocol):
    """What a plan says of the steps."""

    @property
    def pieces(self) -> int:
        """Pieces of the stream."""

    @property
    def window(self) -> int:
        """So many pieces are mixed, and each is learned from so often."""

    @property
    def watch_every(self) -> int:
        """Pieces after which the network is watched."""

    @property
    def learning_rate(self) -> float:
        """Step width of AdamW, where it is largest."""

    @property
    def weight_decay(self) -> float:
        """Pull of the weights to zero."""

    @property
    def warm_up(self) -> float:
        """Share of the pieces in which the step width grows."""

    @property
    def bfloat16(self) -> bool:
        """Whether the network learns with numbers of 16 bits."""


class Course(Generic[Network, Seen]):
    """A training as it stands.

    Parameters
    ----------
    network : Module
        With its first weights.
    seen : object
        What it has learned from: attributes that a checkpoint can hold.
    plan : Pace
        How it is trained.
    """

    def __init__(self, network: Network, seen: Seen, plan: Pace) -> None:
        self.network = network
        self.seen = seen
        self.log: list[dict[str, float]] = []
        self.done = 0
        self._plan = plan
        weights = list(network.parameters())
        groups: list[dict[str, Any]] = [
            {"params": [w for w in weights if w.ndim > 1], "weight_decay": plan.weight_decay},
            {"params": [w for w in weights if w.ndim <= 1], "weight_decay": 0.0},
        ]
        self._adam = torch.optim.AdamW(groups, lr=plan.learning_rate)

    def resume(self, folder: Path) -> None:
        """Go on from the checkpoint of a folder, if there is one."""
        path = folder / _CHECKPOINT
        if not path.exists():
            return
        state: dict[str, Any] = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self._adam.load_state_dict(state["adam"])
        self.done, self.log = state["done"], state["log"]
        self.seen = type(self.seen)(**state["seen"])

    @property
    def left(self) -> range:
        """The pieces that are needed: those to learn from, and those that they are mixed with."""
        if self.done >= self._plan.pieces:
            return range(0)
        return range(max(0, self.done - self._plan.window + 1), self._plan.pieces)

    def learning(self) -> AbstractContextManager[None]:
        """Compute with numbers of 16 bits, if the plan says so: what the network does goes inside.

        Of its multiplications alone; weights, their steps and the loss keep 32 bits.
        """
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._plan.bfloat16)

    def step(self, loss: Tensor, pieces: float) -> None:
        """Follow the gradient of a loss.

        Parameters
        ----------
        loss : Tensor
            A number.
        pieces : float
            How many have been learned from, of which the step width follows.
        """
        for group in self._adam.param_groups:
            group["lr"] = self._plan.learning_rate * width(self._plan, pieces)
        self._adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), _CLIP)
        self._adam.step()

    def follow(
        self,
        stream: Iterable[Path],
        folder: Path,
        *,
        read: Callable[[Path], Piece],
        learn_from: Callable[[list[Piece], int], dict[str, float]],
        watch: Watch[Network],
        tell: Tell,
    ) -> None:
        """Learn from what is left.

        Parameters
        ----------
        stream : iterable of Path
            The files of the pieces that are :attr:`left`; they are removed when used up.
        folder : Path
            Where the checkpoint lies.
        read : callable
            Reads a piece.
        learn_from : callable
            Learns from the latest pieces, the newest first, given its number, and returns the
            beginning of the line of the log.
        watch : callable
            Asked every few pieces, and after the last.
        tell : callable
            Told the line of the log for each piece.
        """
        plan = self._plan
        latest: list[Piece] = []
        began = time.perf_counter()
        for number, path in zip(self.left, stream, strict=True):
            waited = time.perf_counter() - began
            latest = [read(path), *latest][: plan.window]
            if number < self.done:
                continue
            line = learn_from(latest, number)
            self.done = number + 1
            if self.done % plan.watch_every == 0 or self.done == plan.pieces:
                line |= watch(self.network.eval())
            line |= {"waited": waited, "seconds": time.perf_counter() - began}
            self.log.append(line)
            self._save(folder / _CHECKPOINT)
            path.with_name(f"{number - plan.window + 1:05d}.npz").unlink(missing_ok=True)
            tell(line)
            began = time.perf_counter()

    def _save(self, path: Path) -> None:
        state = {
            "network": self.network.state_dict(),
            "adam": self._adam.state_dict(),
            "done": self.done,
            "seen": vars(self.seen),
            "log": self.log,
        }
        with file_appears_whole(path, overwrite=True) as part:
            torch.save(state, part)


def width(plan: Pace, pieces: float) -> float:
    """Return the step width after so many pieces as a share of the learning rate.

    It grows evenly in the warm-up, and then falls along half a cosine.
    """
    warm_up = plan.warm_up * plan.pieces
    if pieces < warm_up:
        return pieces / warm_up
    return (1 + math.cos(math.pi * (pieces - warm_up) / (plan.pieces - warm_up))) / 2


def seed_of(sequence: np.random.SeedSequence) -> int:
    """Return a seed as PyTorch takes one."""
    return int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))
