"""How the detector does on crops that it hasn't learned from, by mode and dose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.detection._canonical import CANONICAL
from sixring.detection._votes import Points, atom_points, ring_points
from sixring.types import Region
from training.detector._crops import Crops
from training.detector._loss import losses, probabilities, shares
from training.detector._network import HEADS, Detector, Maps
from training.detector._plan import Weighing
from training.detector._targets import AREAS, CELL, OFFSET_STEP, SIX

__all__ = ["BANDS", "NAMES", "watched"]

_LIMITS = {
    "hrtem": (0.0, 6e2, 2e3, 6e3, 2e4, np.inf),
    "stem": (0.0, 6e4, 2e5, 6e5, 2e6, np.inf),
}
"""Limits of the doses that are told apart, electrons per angstrom^2."""
_RING_MATCH, _ATOM_MATCH = 1.2, 0.71
"""Angstrom."""
_READ = {"ring": ring_points, "atom": atom_points}
_AT_ONCE = 8


BANDS = {
    f"odd_f1_{mode}_{k}": (mode == "stem", low, high)
    for mode, limits in _LIMITS.items()
    for k, (low, high) in enumerate(pairwise(limits))
}
"""By the name of its score, whether a band is of scans, and its limits."""
NAMES = (*BANDS, "atom_recall", "atom_precision", "atom_rms", "dirt_iou", "validation_loss")
"""What is told of a network: the F1 of rings other than six by mode and band of doses; atoms at
the two highest bands; contamination; the loss."""


@dataclass
class _Tally:
    """Points found and true ones, where there is a clear sheet."""

    right: int = 0
    missed: int = 0
    false: int = 0
    squares: float = 0.0

    def add(self, true: Points, found: Points, judged: NDArray[np.bool_], within: float) -> None:
        """Count points of one class, pairs being each other's nearest."""
        partner, distance = _paired(true.positions, found.positions, within / CANONICAL)
        counted = _at(judged, true.positions)
        self.right += int((counted & (partner >= 0)).sum())
        self.missed += int((counted & (partner < 0)).sum())
        self.squares += float(((distance[counted & (partner >= 0)] * CANONICAL) ** 2).sum())
        alone = np.ones(len(found.positions), bool)
        alone[partner[partner >= 0]] = False
        self.false += int((alone & _at(judged, found.positions)).sum())

    @property
    def f1(self) -> float:
        return _share(2 * self.right, 2 * self.right + self.missed + self.false)


def watched(crops: Crops, weighing: Weighing, network: Detector) -> dict[str, float]:
    """Judge a network on crops.

    Parameters
    ----------
    crops : Crops
        That it hasn't learned from.
    weighing : Weighing
        What counts how much in the loss.
    network : Detector
        Ready to be used.

    Returns
    -------
    dict
        Of :data:`NAMES` those that the crops have anything to say of.
    """
    odd = {name: _Tally() for name in BANDS}
    atoms, overlap, union, loss = _Tally(), 0, 0, 0.0
    for start in range(0, len(crops), _AT_ONCE):
        some = crops.take(np.arange(start, min(start + _AT_ONCE, len(crops))))
        with torch.no_grad():
            maps = network(torch.from_numpy(some.images.astype(np.float32)))
            by_head = losses(maps, some, weighing)
        loss += len(some) * float(torch.stack(shares(by_head, weighing)).sum())
        said = probabilities(maps, weighing.rare)
        for k in range(len(some)):
            judged = some.judged[k] & (some.area[k] == AREAS.index(Region.CLEAR))
            true, found = _true(some, k, "ring"), _said(said, k, "ring")
            for name, (stem, low, high) in BANDS.items():
                if stem == some.stem[k] and low <= some.doses[k] < high:
                    for size in {*range(1, HEADS["rings"])} - {SIX}:
                        odd[name].add(true.only(size), found.only(size), judged, _RING_MATCH)
            if some.doses[k] >= (_LIMITS["stem"] if some.stem[k] else _LIMITS["hrtem"])[3]:
                atoms.add(_true(some, k, "atom"), _said(said, k, "atom"), judged, _ATOM_MATCH)
            here = some.area[k] == AREAS.index(Region.CONTAMINATION)
            there = said.area[k].argmax(dim=0).numpy() == AREAS.index(Region.CONTAMINATION)
            overlap += int((here & there).sum())
            union += int((here | there).sum())
    told = {name: tally.f1 for name, tally in odd.items()}
    told["atom_recall"] = _share(atoms.right, atoms.right + atoms.missed)
    told["atom_precision"] = _share(atoms.right, atoms.right + atoms.false)
    told["atom_rms"] = math.sqrt(_share(atoms.squares, atoms.right))
    told["dirt_iou"] = _share(overlap, union)
    told["validation_loss"] = loss / len(crops)
    return {name: value for name, value in told.items() if not math.isnan(value)}


def _said(maps: Maps, k: int, what: str) -> Points:
    """Read the rings or atoms of one crop off the maps."""
    probability, offset = getattr(maps, f"{what}s")[k], getattr(maps, f"{what}_offset")[k]
    return _READ[what](probability.numpy(), offset.numpy(), CANONICAL)


def _true(crops: Crops, k: int, what: str) -> Points:
    """Read the true rings or atoms of one crop off its targets."""
    classes = getattr(crops, f"{what}s")[k]
    certain = np.equal(classes, np.arange(HEADS[f"{what}s"])[:, None, None])
    way = getattr(crops, f"{what}_offset")[k].astype(np.float32) * OFFSET_STEP
    return _READ[what](certain.astype(np.float32), way, CANONICAL)


def _paired(
    true: NDArray[np.float64], found: NDArray[np.float64], within: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return for each true point the one found that is nearest both ways, or -1, and how far."""
    if len(true) == 0 or len(found) == 0:
        return np.full(len(true), -1), np.full(len(true), np.inf)
    distance, partner = map(np.asarray, cKDTree(found).query(true))
    back = np.asarray(cKDTree(true).query(found)[1])
    paired = (back[partner] == np.arange(len(true))) & (distance <= within)
    return np.where(paired, partner, -1), distance


def _at(cells: NDArray[np.bool_], positions: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Look up the cells of positions in pixels."""
    nearest = np.rint((positions - (CELL - 1) / 2) / CELL).astype(np.int64)
    row, col = np.clip(nearest, 0, np.array(cells.shape) - 1).T
    there: NDArray[np.bool_] = cells[row, col]
    return there


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
