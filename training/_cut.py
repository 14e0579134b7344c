"""Patches with their labels, the place and the kind of their defect; hard negatives among them.

What is in a patch is judged as for data sets, with one difference: contamination, vacuum and a
second layer rule a patch out only where they lie over its defect. Where there is no defect, the
patch is perfect with them too: a model has to learn that none of them is one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sixring.patches import varied
from sixring.simulate import Simulated
from sixring.simulate._cut import DEFECT, PERFECT, Judge
from sixring.types import Mask, Region
from training._sources import KINDS

__all__ = ["NO_KIND", "OTHER_KIND", "Patches", "cut"]

NO_KIND, OTHER_KIND = -1, len(KINDS)
"""Kinds of a perfect patch, and of a defect that is none of :data:`KINDS`."""
_GUARD = 2.5
"""No patch is nearer to the border of the image than this in angstrom."""
_HARD = 0.25
"""Most of the perfect patches that contamination, vacuum or a second layer may touch, as a
share."""
_COVERED = 0.7
"""Share of a patch that they may cover."""


@dataclass(frozen=True, eq=False)
class Patches:
    """Patches and what is in them."""

    images: NDArray[np.float32]
    """Shape (n, side, side)."""
    kinds: NDArray[np.int8]
    """Shape (n,): index into :data:`KINDS`, :data:`OTHER_KIND`, or :data:`NO_KIND`."""
    places: NDArray[np.float32]
    """Shape (n, 2): row, col of the defect in the patch; NaN where there is none."""
    hard: NDArray[np.bool_]
    """Shape (n,): whether contamination, vacuum or a second layer touches the patch."""

    def __len__(self) -> int:
        """Return the number of patches."""
        return len(self.kinds)


def cut(simulated: Simulated, *, side: int, per_defect: int, rng: np.random.Generator) -> Patches:
    """Cut patches from an image, as many perfect ones as ones with a defect, if it has them.

    Parameters
    ----------
    simulated : Simulated
        The image and its truth.
    side : int
        Rows and columns of a patch.
    per_defect : int
        Most patches of one defect, in which it lies at random places of the inner part.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    Patches
        Those with a defect first. Patches that are constant are left out.
    """
    regions = simulated.mask.regions
    # Without its regions an image is judged by its rings and dopants alone.
    judge = Judge(replace(simulated, mask=Mask(np.zeros_like(regions))), side)
    guard = math.ceil(_GUARD / simulated.sampling)
    limits = np.array(simulated.image.shape) - guard - side
    if (limits <= guard).any():
        return _none(side)

    near = _around(judge, per_defect, rng)
    near = near[((near >= guard) & (near <= limits)).all(axis=1)]
    labels, _, _ = judge.verdicts(near)
    near = near[labels == DEFECT]
    kinds, places, clear = _what_is_shown(judge, simulated, near)
    near, kinds, places = near[clear], kinds[clear], places[clear]

    wanted = max(len(near), per_defect)
    tried = rng.integers(guard, limits + 1, (8 * wanted, 2))
    labels, _, _ = judge.verdicts(tried)
    tried = tried[labels == PERFECT]
    covered = _covered(regions, tried, side)
    touched = covered > 0
    hard = np.flatnonzero(touched & (covered <= _COVERED))[: math.floor(_HARD * wanted)]
    chosen = tried[np.sort(np.concatenate([np.flatnonzero(~touched), hard]))[:wanted]]

    corners = np.concatenate([near, chosen])
    windows = np.lib.stride_tricks.sliding_window_view(simulated.image, (side, side))
    images = windows[corners[:, 0], corners[:, 1]]
    shown = varied(images)
    empty = len(chosen)
    return Patches(
        images=images[shown],
        kinds=np.concatenate([kinds, np.full(empty, NO_KIND, np.int8)])[shown],
        places=np.concatenate([places, np.full((empty, 2), np.nan, np.float32)])[shown],
        hard=(_covered(regions, corners, side) > 0)[shown],
    )


def _around(judge: Judge, per_defect: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw corners that bring a point of each defect into the inner part, one defect a time."""
    drawn = [np.empty((0, 2))]
    within = judge.side / 4 - 0.5
    for defect in np.unique(judge.owner[judge.owner >= 0]):
        points = judge.points[judge.owner == defect]
        shown = points[rng.integers(len(points), size=per_defect)]
        offset = rng.uniform(-within, within, shown.shape)
        drawn.append(shown + offset - (judge.side - 1) / 2)
    corners: NDArray[np.int64] = np.rint(np.concatenate(drawn)).astype(np.int64)
    return corners


def _what_is_shown(
    judge: Judge, simulated: Simulated, corners: NDArray[np.int64]
) -> tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.bool_]]:
    """Return the kind and the place of the defect nearest to the middle, and if it can be seen."""
    kinds = np.empty(len(corners), np.int8)
    places = np.empty((len(corners), 2), np.float32)
    clear = np.empty(len(corners), np.bool_)
    half = (judge.side - 1) / 2
    regions = simulated.mask.regions
    inside = np.array(regions.shape) - 1
    for k, corner in enumerate(corners):
        distance = np.abs(judge.points - corner - half).max(axis=1)
        nearest = int(distance.argmin())
        owner = int(judge.owner[nearest])
        defect = simulated.defects[owner]
        name = defect.name
        kinds[k] = KINDS.index(name) if name in KINDS else OTHER_KIND
        place = np.array(defect.position) - corner
        # A long chain may have its middle elsewhere.
        beyond = np.abs(place - half).max() > judge.side / 2
        places[k] = judge.points[nearest] - corner if beyond else place
        own = judge.points[judge.owner == owner]
        shown = own[(np.abs(own - corner - half) <= judge.side / 2).all(axis=1)]
        row, col = np.clip(np.rint(shown).astype(np.int64), 0, inside).T
        clear[k] = bool((regions[row, col] == Region.CLEAR).all())
    return kinds, places, clear


def _covered(
    regions: NDArray[np.uint8], corners: NDArray[np.int64], side: int
) -> NDArray[np.float64]:
    """Return the share of each patch that isn't clear, shape (n,)."""
    sums = np.zeros((regions.shape[0] + 1, regions.shape[1] + 1), np.int64)
    sums[1:, 1:] = (regions != Region.CLEAR).cumsum(axis=0).cumsum(axis=1)
    row, col = corners.T
    count = sums[row + side, col + side] - sums[row, col + side] - sums[row + side, col]
    share: NDArray[np.float64] = (count + sums[row, col]) / side**2
    return share


def _none(side: int) -> Patches:
    return Patches(
        np.empty((0, side, side), np.float32),
        np.empty(0, np.int8),
        np.empty((0, 2), np.float32),
        np.empty(0, np.bool_),
    )
