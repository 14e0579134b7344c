"""The flower: a closed loop of twelve fives and twelve sevens, beside the edge of a hole."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import sixring
from benchmarks.matching import match

__all__ = ["Flower", "measure_flower"]

_WITHIN = 2.5  # pixels
_SHEET = 60  # column right of which there is nothing but the sheet
_EDGE = (slice(60, 190), slice(5, 45))  # rows and columns of the hole's edge


@dataclass(frozen=True)
class Flower:
    """What was found of the flower."""

    given: float | None
    """The sampling that was given, angstrom per pixel."""
    sampling: float
    """The sampling that was used, angstrom per pixel."""
    fives: int
    """Of the twelve fives."""
    sevens: int
    """Of the twelve sevens."""
    others: int
    """Rings other than six, right of column 60, that aren't in the list."""
    edge_hidden: float
    """Share of the hole's edge that isn't called clear, 0 to 1."""
    names: tuple[str, ...]
    """What the defects were called."""


def measure_flower(data: Path, sampling: float | None, detector: str) -> Flower:
    """Detect on the flower and compare with the list of its rings.

    Parameters
    ----------
    data : Path
        The folder of the real images.
    sampling : float or None
        Angstrom per pixel, where it is to be given.
    detector : str
        As for :func:`sixring.detect`.

    Returns
    -------
    Flower
        Rings match where size is equal and centres are within 2.5 pixels, one to one.
    """
    folder = data / "hrtem_flower"
    image = folder / "graphene_flower_raw.tif"
    found = sixring.detect(image, sampling=sampling, detector=detector).detection
    with (folder / "rings_truth.csv").open(encoding="utf-8", newline="") as file:
        listed = [
            (int(r["size"]), (float(r["row_px"]), float(r["col_px"]))) for r in csv.DictReader(file)
        ]
    hits: dict[int, set[int]] = {}
    for size in (5, 7):
        true = np.array([position for n, position in listed if n == size])
        mine = np.flatnonzero(found.rings.sizes == size)
        pairs = match(true, found.rings.centres[mine], _WITHIN)
        hits[size] = {int(mine[j]) for _, j in pairs}
    odd = np.flatnonzero((found.rings.sizes != 6) & (found.rings.centres[:, 1] > _SHEET))
    return Flower(
        given=sampling,
        sampling=found.lattice.sampling,
        fives=len(hits[5]),
        sevens=len(hits[7]),
        others=len(set(odd.tolist()) - hits[5] - hits[7]),
        edge_hidden=float(1 - found.mask.clear[_EDGE].mean()),
        names=tuple(defect.name for defect in found.defects),
    )
