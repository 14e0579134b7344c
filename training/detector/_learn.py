"""The training of the detector: how it learns from a piece."""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch.nn.utils import convert_conv2d_weight_memory_format

from sixring.train._surroundings import undisturbed
from training._course import Course, Tell, Watch, seed_of
from training._expose import Expose, exposures
from training.detector._crops import VIEWS, Crops, joined, turned
from training.detector._loss import losses, shares
from training.detector._network import HEADS, Detector, Maps
from training.detector._pieces import pieces, read_piece
from training.detector._plan import Plan

__all__ = ["Seen", "learn"]


@dataclass
class Seen:
    """What has been learned from, as the detector's card tells it."""

    crops: int = 0
    """How many."""
    sha256: str = ""
    """Digest of all of them, one piece after another."""

    def add(self, piece: Crops) -> None:
        """Count the crops of a piece."""
        self.crops += len(piece)
        digest = sha256(self.sha256.encode())
        for column in vars(piece).values():
            digest.update(np.ascontiguousarray(column).data)
        self.sha256 = digest.hexdigest()


def learn(
    plan: Plan,
    folder: Path,
    watch: Watch[Detector],
    tell: Tell,
    *,
    jobs: int = 1,
    expose: Expose = exposures,
) -> tuple[Detector, Seen, list[dict[str, float]]]:
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
    network : Detector
        Ready to be used.
    seen : Seen
        What it has learned from.
    log : list of dict
        The lines.
    """
    with undisturbed():
        torch.set_num_threads(plan.threads)
        torch.manual_seed(seed_of(plan.draw(1000, 0)))
        network = Detector(plan.channels, plan.blocks)
        # On a CPU, convolutions of so few channels take half the time with channels last.
        convert_conv2d_weight_memory_format(network, torch.channels_last)
        course = Course(network, Seen(), plan)
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


def _round(
    course: Course[Detector, Seen], plan: Plan, latest: list[Crops], number: int
) -> dict[str, float]:
    """Learn from the latest pieces, the newest first."""
    course.seen.add(latest[0])
    mixed = joined(latest)
    rng = np.random.default_rng(plan.draw(1001, number))
    order = rng.permutation(len(mixed))
    course.network.train()
    total = dict.fromkeys(HEADS, 0.0)
    steps = math.ceil(len(order) / plan.batch)
    for step in range(steps):
        some = mixed.take(order[step * plan.batch : (step + 1) * plan.batch])
        some = turned(some, int(rng.integers(VIEWS)))
        scale = np.exp(rng.uniform(-plan.scale_error, plan.scale_error, (len(some), 1, 1)))
        images = torch.from_numpy((some.images * scale).astype(np.float32))
        with course.learning():
            maps = course.network(images)
        by_head = losses(Maps(*(one.float() for one in maps)), some, plan.weighing)
        loss = torch.stack(shares(by_head, plan.weighing)).sum()
        course.step(loss, number + step / steps)
        for head in HEADS:
            total[head] += float(by_head[head].detach()) * len(some)
    means = {head: value / len(order) for head, value in total.items()}
    loss_of_all = sum(shares(means, plan.weighing))
    return {"piece": number, "crops": len(order), "loss": loss_of_all, **means}
