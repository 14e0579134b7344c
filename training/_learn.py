"""The training itself: piece after piece, with a checkpoint after each."""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from sixring.models.network import normalise
from sixring.models.resnet import ResNet, ResNetConfig
from sixring.train._surroundings import undisturbed
from training._course import Course, Tell, Watch, seed_of
from training._expose import Expose, expose
from training._loss import VIEWS, losses, turned
from training._pieces import Piece, pieces, read_piece
from training._plan import Plan
from training._sources import KINDS

__all__ = ["Seen", "learn"]


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


def learn(
    plan: Plan,
    folder: Path,
    watch: Watch[ResNet],
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
        course.resume(folder)
        stream = pieces(plan, folder / "pieces", course.left, jobs=jobs, expose=expose)
        with closing(stream) as paths:
            course.follow(
                paths,
                folder,
                read=read_piece,
                learn_from=partial(_round, course, plan),
                watch=watch,
                tell=tell,
            )
    return course.network.eval(), course.seen, course.log


def _begin(plan: Plan) -> Course[ResNet, Seen]:
    torch.manual_seed(_seed(plan, 0, 0))
    network = ResNet(ResNetConfig.of(plan.network), (plan.side, plan.side))
    with torch.no_grad():
        # All hypotheses together are as likely as none.
        network.head.weight.mul_(0.1)
        nn.init.constant_(network.head.get_parameter("bias"), -math.log(len(KINDS)))
    # On a CPU, convolutions of so few channels take half the time with channels last.
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    return Course(network, Seen(), plan)


def _round(
    course: Course[ResNet, Seen], plan: Plan, kept: list[Piece], number: int
) -> dict[str, float]:
    """Learn from the latest pieces, the newest first."""
    course.seen.add(kept[0])
    levels = np.concatenate([piece.levels for piece in kept])
    kinds = np.concatenate([piece.kinds for piece in kept])
    places = np.concatenate([piece.places for piece in kept])
    rng = np.random.default_rng(_seed(plan, 1, number))
    order = rng.permutation(len(levels))
    course.network.train()
    total = 0.0
    steps = math.ceil(len(order) / plan.batch)
    for step in range(steps):
        some = order[step * plan.batch : (step + 1) * plan.batch]
        images, turned_places = turned(levels[some], places[some], int(rng.integers(VIEWS)))
        patches = normalise(torch.from_numpy(images.astype(np.float32)))
        with course.learning():
            maps = course.network.maps(patches)
        loss = losses(
            maps.float(),
            torch.from_numpy(kinds[some]),
            torch.from_numpy(turned_places),
            side=plan.side,
        )
        course.step(loss.mean(), number + step / steps)
        total += float(loss.detach().sum())
    return {"piece": number, "patches": len(order), "loss": total / len(order)}


def _seed(plan: Plan, *key: int) -> int:
    """Return the seed of one draw, which none of the simulation shares."""
    return seed_of(np.random.SeedSequence(plan.seed, spawn_key=(1000, *key)))
