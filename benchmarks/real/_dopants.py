"""Silicon in graphene, dark-field STEM: labelled atoms against those that are called silicon."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

import sixring
from benchmarks.matching import at, match
from sixring.errors import Refusal
from sixring.types import Defect, Region

__all__ = ["NOTHING", "DopantFrame", "measure_dopants", "precision", "recall", "sites_right"]

NOTHING = "nothing"
"""What a site is called where no silicon was found."""

_WITHIN = 1.0  # angstrom
_SITE_WITHIN = 2.5  # angstrom, as for simulated defects
_TOGETHER = 4.0  # angstrom: labelled atoms nearer than this, one to the next, are one site


@dataclass(frozen=True)
class DopantFrame:
    """What was found on one frame."""

    file: str
    """Its name."""
    group: int
    """Frames of the same area have the same number."""
    labelled: int
    """Silicon atoms that are labelled."""
    found: int
    """Of these, how many were called silicon."""
    called: int
    """Atoms called silicon outside contamination."""
    right: int
    """Of these, how many are labelled."""
    refused: str
    """Why the frame was refused; empty where it wasn't."""
    names: tuple[str, ...]
    """What the defects were called."""
    sites: tuple[tuple[str, str], ...] = ()
    """For each labelled site what it is by its label, and what the defect with silicon there was
    called, :data:`NOTHING` where there is none."""


def measure_dopants(data: Path, detector: str) -> tuple[DopantFrame, ...]:
    """Detect on every frame, with its sampling given.

    Parameters
    ----------
    data : Path
        The folder of the real images.
    detector : str
        As for :func:`sixring.detect`.

    Returns
    -------
    tuple of DopantFrame
        In the order of their names. Atoms match within 1 angstrom, one to one.
    """
    folder = data / "stem_si_dopants"
    frames: dict[str, list[dict[str, str]]] = {}
    with (folder / "si_atoms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            frames.setdefault(row["file"], []).append(row)
    return tuple(_measure(folder / name, rows, detector) for name, rows in sorted(frames.items()))


def recall(frames: Sequence[DopantFrame]) -> float:
    """Return the share of the labelled atoms that were found."""
    return sum(frame.found for frame in frames) / sum(frame.labelled for frame in frames)


def precision(frames: Sequence[DopantFrame]) -> float:
    """Return the share of what is called silicon that is; NaN where nothing is."""
    called = sum(frame.called for frame in frames)
    return sum(frame.right for frame in frames) / called if called else float("nan")


def sites_right(frames: Sequence[DopantFrame]) -> float:
    """Return the share of the labelled sites whose defect was called so; NaN without sites."""
    sites = [site for frame in frames for site in frame.sites]
    return sum(true == called for true, called in sites) / len(sites) if sites else float("nan")


def _measure(file: Path, rows: list[dict[str, str]], detector: str) -> DopantFrame:
    sampling, group = float(rows[0]["sampling_A_per_px"]), int(rows[0]["group"])
    true = np.array([(float(row["row_px"]), float(row["col_px"])) for row in rows])
    try:
        found = sixring.detect(file, sampling=sampling, mode="stem", detector=detector).detection
    except Refusal as refusal:
        sites = tuple((name, NOTHING) for name, _ in _sites(rows, sampling))
        return DopantFrame(file.name, group, len(true), 0, 0, 0, str(refusal), (), sites)
    silicon = found.atoms.positions[np.array(found.atoms.elements) == "Si"]
    outside = at(found.mask.regions, silicon) != Region.CONTAMINATION
    pairs = match(true, silicon, _WITHIN / sampling)
    return DopantFrame(
        file=file.name,
        group=group,
        labelled=len(true),
        found=len(pairs),
        called=int(outside.sum()),
        right=sum(bool(outside[j]) for _, j in pairs),
        refused="",
        names=tuple(defect.name for defect in found.defects),
        sites=_called(_sites(rows, sampling), found.defects, sampling),
    )


def _sites(rows: list[dict[str, str]], sampling: float) -> list[tuple[str, NDArray[np.float64]]]:
    """Return the name and the middle of each labelled site.

    Labels are such as Si1C3 and Si3C6: silicon atoms and their carbon neighbours.
    """
    positions = np.array([(float(row["row_px"]), float(row["col_px"])) for row in rows])
    near = cdist(positions, positions) * sampling < _TOGETHER
    number, part = connected_components(coo_array(near), directed=False)
    sites = []
    for k in range(number):
        first, *others = np.flatnonzero(part == k)
        single = {"Si1C3": "Si-C3", "Si1C4": "Si-C4"}.get(rows[first]["defect_class"])
        name = "Si-cluster" if others or single is None else single
        sites.append((name, positions[part == k].mean(axis=0)))
    return sites


def _called(
    sites: Sequence[tuple[str, NDArray[np.float64]]], defects: Sequence[Defect], sampling: float
) -> tuple[tuple[str, str], ...]:
    silicon = [defect for defect in defects if "Si" in defect.dopants]
    there = np.array([middle for _, middle in sites])
    here = np.array([defect.position for defect in silicon], float).reshape(-1, 2)
    partner = dict(match(there, here, _SITE_WITHIN / sampling))
    return tuple(
        (name, silicon[partner[k]].name if k in partner else NOTHING)
        for k, (name, _) in enumerate(sites)
    )
