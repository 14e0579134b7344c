"""The training itself: piece after piece, with a checkpoint after each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from sixring.io import file_appears_whole
from sixring.models.resnet import ResNet, ResNetConfig
from sixring.train._surroundings import undisturbed
from training._expose import Expose, expose
from training._loss import VIEWS, losses, turned
from training._pieces import Piece, pieces, read_piece
from training._plan import Plan
from training._sources import KINDS

__all__ = ["Seen", "learn"]

_CHECKPOINT = "last.ckpt"
_CLIP = 5.0
"""Longest gradient that a step follows."""


@dataclass
class Seen:
    """What has been learned from, as the model's card tells it."""

    perfect: int = 0
    """Perfect patches."""
    defects: int = 0
    """Patches with a defect."""
    sha256: str = ""
    """Digest of all of them, one piece after another."""

    def add(self, piece: Piece) -> None:
        """Count the patches of a piece."""
        defects = int(piece.labels.sum())
        self.perfect += len(piece) - defects
        self.defects += defects
        digest = sha256(self.sha256.encode())
        for column in (piece.levels, piece.kinds, piece.places):
            digest.update(np.ascontiguousarray(column).data)
        self.sha256 = digest.hexdigest()


@dataclass
class _Course:
    """A training as it stands."""

    network: ResNet
    adam: torch.optim.AdamW
    done: int
    seen: Seen
    log: list[dict[str, float]]

    def save(self, path: Path) -> None:
        state = {
            "network": self.network.state_dict(),
            "adam": self.adam.state_dict(),
            "done": self.done,
            "seen": vars(self.seen),
            "log": self.log,
        }
        with file_appears_whole(path, overwrite=True) as part:
            torch.save(state, part)

    def restore(self, path: Path) -> None:
        state: dict[str, Any] = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.adam.load_state_dict(state["adam"])
        self.done, self.log = state["done"], state["log"]
        self.seen = Seen(**state["seen"])


Watch = Callable[[ResNet], dict[str, float]]
"""Says how a network does, in numbers with names."""
Tell = Callable[[dict[str, float]], None]
"""Is told the line of the log."""


def learn(
    plan: Plan,
    folder: Path,
    watch: Watch,
    tell: Tell,
    *,
    jobs: int = 1,
    expose: Expose = expose,
) -> tuple[ResNet, Seen, list[dict[str, float]]]:
    """Train the network, from the beginning or from the checkpoint that is there.

    Parameters
    ----------
    plan : Plan
        How.
    folder : Path
        Where the checkpoint lies, and the pieces until they have been used.
    watch : callable
        Asked every few pieces, and after the last.
    tell : callable
        Told the line of the log for each piece.
    jobs : int, optional
        Processes that simulate.
    expose : callable, optional
        What makes the images of a specimen, a function at the top of a module.

    Returns
    -------
    network : ResNet
        Ready to score.
    seen : Seen
        What it has learned from.
    log : list of dict
        The lines.
    """
    with undisturbed():
        course = _begin(plan)
        if (folder / _CHECKPOINT).exists():
            course.restore(folder / _CHECKPOINT)
        # What is done needs no pieces; what is left needs those that it is mixed with.
        left = range(max(0, course.done - plan.window + 1), plan.pieces)
        left = left if course.done < plan.pieces else range(0)
        with closing(pieces(plan, folder / "pieces", left, jobs=jobs, expose=expose)) as stream:
            _go_on(course, plan, folder, zip(left, stream, strict=True), watch, tell)
    return course.network.eval(), course.seen, course.log


def _go_on(
    course: _Course,
    plan: Plan,
    folder: Path,
    stream: Iterator[tuple[int, Path]],
    watch: Watch,
    tell: Tell,
) -> None:
    kept: list[Piece] = []
    began = time.perf_counter()
    for number, path in stream:
        waited = time.perf_counter() - began
        kept = [read_piece(path), *kept][: plan.window]
        if number < course.done:
            continue
        line = _round(course, plan, kept, number)
        course.done = number + 1
        if course.done % plan.watch_every == 0 or course.done == plan.pieces:
            line |= watch(course.network.eval())
        line |= {"waited": waited, "seconds": time.perf_counter() - began}
        course.log.append(line)
        course.save(folder / _CHECKPOINT)
        tell(line)
        began = time.perf_counter()
        old = path.with_name(f"{number - plan.window + 1:05d}.npz")
        old.unlink(missing_ok=True)


def _begin(plan: Plan) -> _Course:
    torch.manual_seed(_seed(plan, 0, 0))
    network = ResNet(ResNetConfig.of(plan.network), (plan.side, plan.side))
    with torch.no_grad():
        # All hypotheses together are as likely as none.
        network.head.weight.mul_(0.1)
        nn.init.constant_(network.head.get_parameter("bias"), -math.log(len(KINDS)))
    # On a CPU, convolutions of so few channels take half the time with channels last.
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    groups: list[dict[str, Any]] = [
        {
            "params": [weight for weight in network.parameters() if weight.ndim > 1],
            "weight_decay": plan.weight_decay,
        },
        {
            "params": [weight for weight in network.parameters() if weight.ndim <= 1],
            "weight_decay": 0.0,
        },
    ]
    adam = torch.optim.AdamW(groups, lr=plan.learning_rate)
    return _Course(network, adam, 0, Seen(), [])


def _round(course: _Course, plan: Plan, kept: list[Piece], number: int) -> dict[str, float]:
    """Learn from the newest piece and what is left of those before it."""
    course.seen.add(kept[0])
    mixed = [piece.take(_share(plan, len(piece), age)) for age, piece in enumerate(kept)]
    levels = np.concatenate([piece.levels for piece in mixed])
    kinds = np.concatenate([piece.kinds for piece in mixed])
    places = np.concatenate([piece.places for piece in mixed])
    rng = np.random.default_rng(_seed(plan, 1, number))
    order = rng.permutation(len(levels))
    course.network.train()
    total = 0.0
    steps = math.ceil(len(order) / plan.batch)
    for step in range(steps):
        for group in course.adam.param_groups:
            group["lr"] = plan.learning_rate * _width(plan, number + step / steps)
        some = order[step * plan.batch : (step + 1) * plan.batch]
        images, turned_places = turned(levels[some], places[some], int(rng.integers(VIEWS)))
        course.adam.zero_grad()
        loss = losses(
            course.network,
            torch.from_numpy(images.astype(np.float32)),
            torch.from_numpy(kinds[some]),
            torch.from_numpy(turned_places),
        )
        loss.mean().backward()
        torch.nn.utils.clip_grad_norm_(course.network.parameters(), _CLIP)
        course.adam.step()
        total += float(loss.detach().sum())
    return {"piece": number, "patches": len(order), "loss": total / len(order)}


def _share(plan: Plan, n: int, age: int) -> NDArray[np.int64]:
    """Return which patches of a piece are used when it is so many rounds old."""
    return np.arange(age * n // plan.window, (age + 1) * n // plan.window)


def _width(plan: Plan, pieces: float) -> float:
    """Return the step width after so many pieces as a share of the learning rate."""
    warm_up = plan.warm_up * plan.pieces
    if pieces < warm_up:
        return pieces / warm_up
    return (1 + math.cos(math.pi * (pieces - warm_up) / (plan.pieces - warm_up))) / 2


def _seed(plan: Plan, *key: int) -> int:
    """Return the seed of one draw, which none of the simulation shares."""
    sequence = np.random.SeedSequence(plan.seed, spawn_key=(1000, *key))
    return int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))
