"""Silicon in graphene, dark-field STEM: labelled atoms against those that are called silicon."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import sixring
from benchmarks.matching import at, match
from sixring.errors import Refusal
from sixring.types import Region

__all__ = ["DopantFrame", "measure_dopants", "precision", "recall"]

_WITHIN = 1.0  # angstrom


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


def _measure(file: Path, rows: list[dict[str, str]], detector: str) -> DopantFrame:
    sampling, group = float(rows[0]["sampling_A_per_px"]), int(rows[0]["group"])
    true = np.array([(float(row["row_px"]), float(row["col_px"])) for row in rows])
    try:
        found = sixring.detect(file, sampling=sampling, mode="stem", detector=detector).detection
    except Refusal as refusal:
        return DopantFrame(file.name, group, len(true), 0, 0, 0, str(refusal), ())
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
    )
