"""Patches cut from a simulated image, and the labels that its truth gives them.

The inner part of a patch is its middle half: what lies within a quarter of the side from the
middle, along both axes. A patch is

- ``defect`` where the centre of a ring other than six, or a dopant, lies in the inner part;
- ``perfect`` where none is in the patch or reaches into it: a ring reaches as far as its farthest
  atom, a dopant one bond;
- neither where one is between, or where the patch touches contamination, vacuum or a bilayer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.simulate._simulated import Simulated
from sixring.structures import BOND
from sixring.types import Defect, Region

__all__ = ["BETWEEN", "DEFECT", "PERFECT", "Cuts", "Judge", "cut", "most_places", "side_for_places"]

PERFECT, DEFECT = 0, 1
"""Labels."""
BETWEEN = "a defect between the inner part and the rim"
_REASONS = {
    Region.CONTAMINATION: "contamination",
    Region.VACUUM: "vacuum",
    Region.BILAYER: "bilayer",
}
_GUARD = 2.5
"""No patch is nearer to the border of the image than this in angstrom: a ring whose centre lies
outside isn't in the truth, but may reach in."""


@dataclass(frozen=True, eq=False)
class Cuts:
    """Patches of one image."""

    images: NDArray[np.float32]
    """Shape (n, side, side)."""
    labels: NDArray[np.int8]
    """Shape (n,): 0 perfect, 1 defect."""
    corners: NDArray[np.int64]
    """Shape (n, 2): row, col of each patch's first pixel in the image."""
    defects: NDArray[np.str_]
    """Shape (n,): name of the defect nearest to the patch's middle; empty for perfect ones."""
    rejected: NDArray[np.int64]
    """Shape (m, 2): corners of what was looked at and is neither."""
    reasons: NDArray[np.str_]
    """Shape (m,): why."""


class Judge:
    """Says what patches of an image are.

    Parameters
    ----------
    simulated : Simulated
        The image and its truth.
    side : int
        Rows and columns of a patch.
    """

    def __init__(self, simulated: Simulated, side: int) -> None:
        rings, atoms = simulated.rings, simulated.atoms
        odd = np.flatnonzero(rings.sizes != 6)
        dopants = np.flatnonzero(np.array(atoms.elements) != "C")
        reach = [
            np.linalg.norm(atoms.positions[rings.corners[k]] - rings.centres[k], axis=1).max()
            for k in odd
        ]
        self.side = side
        self.points = np.concatenate([rings.centres[odd], atoms.positions[dopants]])
        """Shape (p, 2): centres of rings other than six, and dopants."""
        self._reach = np.array([*reach, *[BOND / simulated.sampling] * len(dopants)])
        of_dopant = _nearest_doped(simulated.defects, atoms.positions[dopants])
        self.owner = np.concatenate([rings.defect[odd], of_dopant])
        """Shape (p,): index of the defect that each belongs to; -1 where that lies outside."""
        self._names = np.array([*(defect.name for defect in simulated.defects), ""])
        self._sums = {
            region: _summed(simulated.mask.regions == region)
            for region in _REASONS
            if (simulated.mask.regions == region).any()
        }

    def verdicts(
        self, corners: NDArray[np.int64]
    ) -> tuple[NDArray[np.int8], NDArray[np.str_], NDArray[np.str_]]:
        """Judge patches.

        Parameters
        ----------
        corners : ndarray of int, shape (n, 2)
            Row, col of the first pixel of each.

        Returns
        -------
        labels : ndarray of int8, shape (n,)
            0 perfect, 1 defect, -1 neither.
        names : ndarray of str, shape (n,)
            The defect nearest to the middle of those labelled so.
        reasons : ndarray of str, shape (n,)
            Why it is neither.
        """
        half = (self.side - 1) / 2
        offset = self.points - (corners[:, None] + half)
        inner = (np.abs(offset) <= self.side / 4).all(axis=2)
        outside = np.maximum(np.abs(offset) - self.side / 2, 0.0)
        touched = np.linalg.norm(outside, axis=2) < self._reach

        labels = np.where(inner.any(axis=1), DEFECT, PERFECT).astype(np.int8)
        reasons = np.full(len(corners), "", dtype="U64")
        between = touched.any(axis=1) & (labels == PERFECT)
        # The rest of a defect that lies outside the image isn't known: nor is its name.
        distance = np.where(inner, np.linalg.norm(offset, axis=2), np.inf)
        owner = np.full(len(corners), -1)
        if len(self.points):
            owner = np.where(labels == DEFECT, self.owner[distance.argmin(axis=1)], -1)
        reasons[between | ((labels == DEFECT) & (owner < 0))] = BETWEEN
        for region, sums in self._sums.items():
            row, col = corners.T
            end_row, end_col = row + self.side, col + self.side
            count = sums[end_row, end_col] - sums[row, end_col] - sums[end_row, col]
            reasons[count + sums[row, col] > 0] = _REASONS[region]
        labels[reasons != ""] = -1
        names = self._names[np.where(labels == DEFECT, owner, -1)]
        return labels, names, reasons


def cut(
    simulated: Simulated,
    *,
    side: int,
    ratio: float,
    per_defect: int,
    rng: np.random.Generator,
) -> Cuts:
    """Cut as many patches from an image as it gives, in a fixed proportion.

    Each defect gives up to `per_defect` patches, in which it lies at random places of the inner
    part. Perfect ones lie on a grid of half their side, so that two share at most half of their
    pixels.

    Parameters
    ----------
    simulated : Simulated
        The image and its truth.
    side : int
        Rows and columns of a patch.
    ratio : float
        Perfect patches for each defect patch.
    per_defect : int
        Most patches of one defect.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    Cuts
        Defect patches first. None at all where the image has no defect that can be shown.
    """
    judge = Judge(simulated, side)
    guard = _guard(simulated.sampling)
    limits = np.array(simulated.image.shape) - guard - side
    near_defects = _around(judge, per_defect, guard, limits, rng)
    defect_labels, names, defect_reasons = judge.verdicts(near_defects)
    shown = np.flatnonzero(defect_labels == DEFECT)

    grid = _grid(guard, limits, side // 2, rng)
    grid_labels, _, grid_reasons = judge.verdicts(grid)
    clear = np.flatnonzero(grid_labels == PERFECT)
    shown = shown[: int(len(clear) / ratio)]
    clear = clear[: math.ceil(len(shown) * ratio)]
    looked_at = clear[-1] + 1 if len(clear) else 0

    out = np.flatnonzero(defect_labels < 0)
    passed = np.flatnonzero(grid_labels[:looked_at] < 0)
    corners = np.concatenate([near_defects[shown], grid[clear]])
    return Cuts(
        images=_windows(simulated.image, corners, side),
        labels=np.repeat(np.array([DEFECT, PERFECT], np.int8), [len(shown), len(clear)]),
        corners=corners,
        defects=np.concatenate([names[shown], np.full(len(clear), "", dtype="U1")]),
        rejected=np.concatenate([near_defects[out], grid[passed]]),
        reasons=np.concatenate([defect_reasons[out], grid_reasons[passed]]),
    )


def most_places(shape: tuple[int, int], side: int, sampling: float) -> int:
    """Return how many places for perfect patches an image has at most.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the image.
    side : int
        Rows and columns of a patch.
    sampling : float
        Angstrom per pixel.

    Returns
    -------
    int
        Places of the grid, if all of the image is clear.
    """
    room = [n - side - 2 * _guard(sampling) for n in shape]
    return math.prod(r // (side // 2) + 1 if r >= 0 else 0 for r in room)


def side_for_places(places: float, side: int, sampling: float) -> int:
    """Return the side of a square image that has so many places wherever the grid begins.

    Parameters
    ----------
    places : float
        Places for perfect patches.
    side : int
        Rows and columns of a patch.
    sampling : float
        Angstrom per pixel.

    Returns
    -------
    int
        Pixels, a multiple of 16.
    """
    needed = 2 * _guard(sampling) + side + math.ceil(math.sqrt(places)) * (side // 2)
    return 16 * math.ceil(needed / 16)


def _guard(sampling: float) -> int:
    """Return the width of the border without patches in pixels."""
    return math.ceil(_GUARD / sampling)


def _nearest_doped(defects: Sequence[Defect], dopants: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each dopant the nearest defect that has one; -1 where there is none."""
    doped = [k for k, defect in enumerate(defects) if defect.dopants]
    if not doped:
        return np.full(len(dopants), -1, dtype=np.int64)
    positions = np.array([defects[k].position for k in doped])
    nearest = np.linalg.norm(dopants[:, None] - positions, axis=2).argmin(axis=1)
    owners: NDArray[np.int64] = np.array(doped, dtype=np.int64)[nearest]
    return owners


def _around(
    judge: Judge,
    per_defect: int,
    guard: int,
    limits: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Draw corners that bring a point of each defect into the inner part, one defect a time."""
    drawn: list[NDArray[np.float64]] = []
    for members in _rounds(judge.owner, per_defect, rng):
        points = judge.points[members]
        within = judge.side / 4 - 0.5  # still inside when the corner is a whole pixel
        offset = rng.uniform(-within, within, points.shape)
        drawn.append(points + offset - (judge.side - 1) / 2)
    corners = np.rint(np.concatenate([*drawn, np.empty((0, 2))])).astype(np.int64)
    fits = ((corners >= guard) & (corners <= limits)).all(axis=1)
    fitting: NDArray[np.int64] = corners[fits]
    return fitting


def _rounds(
    owner: NDArray[np.int64], per_defect: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield one point of every defect, as often as asked."""
    defects = np.unique(owner[owner >= 0])
    for _ in range(per_defect):
        order = rng.permutation(defects)
        yield np.array([rng.choice(np.flatnonzero(owner == defect)) for defect in order], int)


def _grid(
    guard: int, limits: NDArray[np.int64], step: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the corners of a grid with a random origin, in random order."""
    if (limits < guard).any():
        return np.empty((0, 2), dtype=np.int64)
    start = guard + rng.integers(0, np.minimum(step, limits - guard + 1))
    rows, cols = (np.arange(start[axis], limits[axis] + 1, step) for axis in (0, 1))
    corners = np.stack(np.meshgrid(rows, cols, indexing="ij"), axis=-1).reshape(-1, 2)
    order = rng.permutation(len(corners))
    shuffled: NDArray[np.int64] = corners[order]
    return shuffled


def _windows(
    image: NDArray[np.float32], corners: NDArray[np.int64], side: int
) -> NDArray[np.float32]:
    if len(corners) == 0:
        return np.empty((0, side, side), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(image, (side, side))
    patches: NDArray[np.float32] = windows[corners[:, 0], corners[:, 1]]
    return patches


def _summed(region: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how much of a region lies above and left of each corner of the pixels."""
    sums: NDArray[np.int64] = np.zeros((region.shape[0] + 1, region.shape[1] + 1), dtype=np.int64)
    sums[1:, 1:] = region.cumsum(axis=0).cumsum(axis=1)
    return sums
