"""What the training of the detector makes small."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.detector._crops import Crops
from training.detector._network import HEADS, Maps
from training.detector._plan import Weighing
from training.detector._targets import OFFSET_STEP, SILICON, SIX

__all__ = ["losses", "plain", "probabilities", "shares", "weights_of"]

Loss = TypeVar("Loss", Tensor, float)

_PRECISE = 0.05
"""Below this, an offset's error counts squared, angstrom."""
_SEEN = {False: 2e3, True: 1e5}
"""Dose from which on an image of HRTEM, or of STEM, counts in full, electrons per angstrom^2:
there most defects can be seen."""


def weights_of(crops: Crops, least: float) -> Tensor:
    """Return how much each crop counts, shape (n,).

    Below the dose at which defects can be seen it falls with the signal-to-noise ratio, down to
    the least: what no detector can learn mustn't drown the rest.
    """
    seen = np.where(crops.stem, _SEEN[True], _SEEN[False])
    return torch.from_numpy(np.clip(np.sqrt(crops.doses / seen), least, 1.0).astype(np.float32))


def losses(maps: Maps, crops: Crops, weighing: Weighing) -> dict[str, Tensor]:
    """Return the loss of each head.

    Parameters
    ----------
    maps : Maps
        What the network says.
    crops : Crops
        What is true.
    weighing : Weighing
        What counts how much.

    Returns
    -------
    dict of Tensor
        Of rings, atoms and area the weighted mean of the cross-entropy of the cells that are
        judged, in nats; of the offsets the mean smooth distance along each axis where there are
        rings or atoms, in angstrom.
    """
    weight = weights_of(crops, weighing.least)[:, None, None]
    judged = torch.from_numpy(crops.judged) * weight
    found = {"area": _mean(_entropy(maps.area, crops.area), weight.expand_as(judged))}
    odd = (crops.rings > 0) & (crops.rings != SIX)
    for name, logits, offset, rare in (
        ("ring", maps.rings, maps.ring_offset, odd),
        ("atom", maps.atoms, maps.atom_offset, crops.atoms == SILICON),
    ):
        classes, way = getattr(crops, f"{name}s"), getattr(crops, f"{name}_offset")
        times = 1 + (weighing.rare - 1) * torch.from_numpy(rare)
        found[f"{name}s"] = _mean(_entropy(logits, classes) * times, judged)
        true = torch.from_numpy(way) * OFFSET_STEP
        error = functional.smooth_l1_loss(offset, true, reduction="none", beta=_PRECISE)
        there = judged * times * torch.from_numpy(classes > 0)
        found[f"{name}_offset"] = _mean(error.mean(dim=1), there)
    return {name: found[name] for name in HEADS}


def shares(by_head: Mapping[str, Loss], weighing: Weighing) -> list[Loss]:
    """Return what each head adds to the loss, of tensors or of numbers."""
    each = zip(HEADS, weighing.shares, strict=True)
    return [share * by_head[head] for head, share in each]


def _entropy(logits: Tensor, classes: NDArray[np.uint8]) -> Tensor:
    return functional.cross_entropy(
        logits, torch.from_numpy(classes.astype(np.int64)), reduction="none"
    )


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    """Return the weighted mean, 0 where nothing has a weight."""
    return (values * weights).sum() / weights.sum().clamp(min=1e-6)


def plain(maps: Maps, rare: float) -> Maps:
    """Return the logits of the true probabilities: the weight of what is rare is taken off."""
    odd = [float(k not in (0, SIX)) for k in range(HEADS["rings"])]
    silicon = [float(k == SILICON) for k in range(HEADS["atoms"])]
    rings, atoms = (
        logits - math.log(rare) * logits.new_tensor(such)[:, None, None]
        for logits, such in ((maps.rings, odd), (maps.atoms, silicon))
    )
    return maps._replace(rings=rings, atoms=atoms)


def probabilities(maps: Maps, rare: float) -> Maps:
    """Return the probabilities that the logits stand for, the weight of what is rare taken off."""
    logits = plain(maps, rare)
    return maps._replace(
        rings=logits.rings.softmax(dim=1),
        atoms=logits.atoms.softmax(dim=1),
        area=logits.area.softmax(dim=1),
    )
