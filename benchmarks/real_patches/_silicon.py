"""Silicon against clean lattice in dark-field STEM."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.transform import downscale_local_mean

import sixring
from benchmarks.real_patches._cut import SIDE, RealPatches, windows
from sixring.errors import Refusal
from sixring.types import Region

__all__ = ["WORKING", "silicon_patches"]

WORKING = 0.156
"""Angstrom per pixel: whole pixels of the frames are added up to about this, as a scan with larger
steps would."""
_OFF_CENTRE = 0.25
"""A silicon atom lies no farther from the middle of its patch, in sides, along each axis."""
_AWAY = 2.0
"""Nor nearer to a patch without any, angstrom."""
_STRIDE = 16


def silicon_patches(data: Path, *, seed: int = 0) -> RealPatches:
    """Cut the labelled frames.

    Parameters
    ----------
    data : Path
        The folder of the real images.
    seed : int, optional
        Where in its patch an atom lies follows from it.

    Returns
    -------
    RealPatches
        One patch round each labelled silicon atom that is far enough from the edge of its frame,
        and patches of what the classical detector's mask calls clear, without a labelled atom in
        or near them. Groups are the labels' own: the same area.
    """
    folder = data / "stem_si_dopants"
    frames: dict[str, list[dict[str, str]]] = {}
    with (folder / "si_atoms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            frames.setdefault(row["file"], []).append(row)
    rng = np.random.default_rng(seed)
    images, labels, groups = [], [], []
    for name, rows in sorted(frames.items()):
        sampling = float(rows[0]["sampling_A_per_px"])
        atoms = np.array([(float(row["row_px"]), float(row["col_px"])) for row in rows])
        recorded, clear = _frame(folder / name, sampling)
        together = max(1, round(WORKING / sampling))
        image = _added_up(recorded, together)
        # Pixels that are left over at the end were cut off.
        allowed = _added_up(clear.astype(np.float32), together) == 1
        positions = (atoms + 0.5) / together - 0.5
        for label, corners in (
            (1, _round_atoms(positions, image.shape, rng)),
            (0, windows(allowed & _far(positions, image.shape, sampling * together), _STRIDE)),
        ):
            for row, col in corners.tolist():
                images.append(image[row : row + SIDE, col : col + SIDE])
                labels.append(label)
                groups.append(int(rows[0]["group"]))
    return RealPatches(np.stack(images), np.array(labels), np.array(groups))


def _frame(file: Path, sampling: float) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return a frame, and which of its pixels are clear: none where it is refused."""
    micrograph = sixring.read(file, sampling=sampling, mode="stem")
    try:
        found = sixring.detect(micrograph, detector="classical").detection
    except Refusal:
        return micrograph.image, np.zeros(micrograph.image.shape, bool)
    near_the_edge = found.mask.regions == Region.BORDER
    return micrograph.image, found.mask.clear | near_the_edge


def _added_up(values: NDArray[np.float32], together: int) -> NDArray[np.float32]:
    rows, cols = (together * (length // together) for length in values.shape)
    means: NDArray[np.float32] = downscale_local_mean(values[:rows, :cols], (together, together))
    return means.astype(np.float32)


def _round_atoms(
    positions: NDArray[np.float64], shape: tuple[int, ...], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the corners of patches that hold an atom each, somewhere about their middle."""
    off = rng.uniform(-_OFF_CENTRE, _OFF_CENTRE, positions.shape) * SIDE
    corners = np.rint(positions + off - (SIDE - 1) / 2).astype(np.int64)
    corners = np.clip(corners, 0, np.array(shape) - SIDE)
    inside = (np.abs(corners + (SIDE - 1) / 2 - positions) <= _OFF_CENTRE * SIDE + 0.5).all(axis=1)
    kept: NDArray[np.int64] = corners[inside]
    return kept


def _far(positions: NDArray[np.float64], shape: tuple[int, ...], step: float) -> NDArray[np.bool_]:
    """Return which pixels no silicon atom is near to."""
    row, col = np.indices(shape)
    away = np.ones(shape, bool)
    for down, across in positions:
        away &= np.hypot(row - down, col - across) * step > _AWAY
    return away
