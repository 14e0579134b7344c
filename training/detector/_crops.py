"""Squares of canonical images with what is true of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from sixring.detection._canonical import canonical
from sixring.simulate import Simulated
from training.detector._targets import CELL, SILICON, SIX, Targets, apparent_sampling, targets

__all__ = ["VIEWS", "Crops", "cut", "joined", "turned"]

VIEWS = 8
"""Of a square: turned by quarters, and mirrored."""
_OFFSETS = ("ring_offset", "atom_offset")
_MAPS = ("rings", "atoms", *_OFFSETS, "area", "judged")
_MOVED = 0.3
"""A crop round a defect has it no farther from its middle, in sides."""


@dataclass(frozen=True, eq=False)
class Crops:
    """Crops of some specimens; a cell is two by two pixels."""

    images: NDArray[np.float16]
    """Shape (n, side, side): canonical."""
    rings: NDArray[np.uint8]
    """Shape (n, cells, cells), as all that follow but for the offsets: see
    :class:`~training.detector._targets.Targets`."""
    ring_offset: NDArray[np.int8]
    """Shape (n, 2, cells, cells)."""
    atoms: NDArray[np.uint8]
    """Classes of atoms."""
    atom_offset: NDArray[np.int8]
    """Shape (n, 2, cells, cells)."""
    area: NDArray[np.uint8]
    """Classes of areas."""
    judged: NDArray[np.bool_]
    """Whether rings and atoms can be known."""
    doses: NDArray[np.float32]
    """Shape (n,): electrons per angstrom^2."""
    stem: NDArray[np.bool_]
    """Shape (n,): whether it is of a scan."""

    def __len__(self) -> int:
        """Return the number of crops."""
        return len(self.doses)

    def take(self, which: NDArray[np.int64]) -> Crops:
        """Return some of the crops."""
        return Crops(**{entry.name: getattr(self, entry.name)[which] for entry in fields(self)})


def cut(
    simulated: Simulated,
    *,
    side: int,
    number: int,
    near_defects: float,
    sampling_error: float,
    rng: np.random.Generator,
) -> Crops:
    """Bring an image to what the network sees, and cut crops from it.

    Parameters
    ----------
    simulated : Simulated
        The image and its truth.
    side : int
        Rows and columns of a crop, an even number of canonical pixels.
    number : int
        How many crops.
    near_defects : float
        Share of them round a ring other than six, or silicon, if the image has any.
    sampling_error : float
        Largest relative error of the sampling that is found in the image.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    Crops
        None, where the image is too small for one.
    """
    error = rng.uniform(-sampling_error, sampling_error)
    canvas = canonical(simulated.image, apparent_sampling(simulated) * (1 + error))
    truth = targets(simulated, canvas)
    cells = side // CELL
    room = np.array(truth.rings.shape) - cells
    if (room < 0).any():
        return _none(side)
    corners = _corners(truth, room, cells, number, near_defects, rng)
    windows = [truth.window((row, col), cells) for row, col in corners.tolist()]
    pixels = sliding_window_view(canvas.image, (side, side))
    return Crops(
        images=pixels[tuple(CELL * corners.T)].astype(np.float16),
        doses=np.full(number, simulated.dose, np.float32),
        stem=np.full(number, simulated.mode == "stem"),
        **{name: np.stack([getattr(w, name) for w in windows]) for name in _MAPS},
    )


def joined(parts: Sequence[Crops]) -> Crops:
    """Return the crops of all parts, at least one, in their order."""
    return Crops(
        **{
            entry.name: np.concatenate([getattr(part, entry.name) for part in parts])
            for entry in fields(Crops)
        }
    )


def turned(crops: Crops, view: int) -> Crops:
    """Turn and mirror crops and what is in them.

    Parameters
    ----------
    crops : Crops
        Any.
    view : int
        From 0, which leaves them as they are, to 7.

    Returns
    -------
    Crops
        The same for this view.
    """
    maps = {name: getattr(crops, name) for name in ("images", *_MAPS)}
    if view & 1:
        maps = {name: values.swapaxes(-1, -2) for name, values in maps.items()}
        maps |= {name: maps[name][:, ::-1] for name in _OFFSETS}
    for axis, bit in ((0, 2), (1, 4)):
        if view & bit:
            maps = {name: np.flip(values, axis - 2) for name, values in maps.items()}
            away = np.where(np.arange(2) == axis, -1, 1).astype(np.int8)[:, None, None]
            maps |= {name: maps[name] * away for name in _OFFSETS}
    kept = {name: np.ascontiguousarray(values) for name, values in maps.items()}
    return replace(crops, **kept)


def _corners(
    truth: Targets,
    room: NDArray[np.int64],
    cells: int,
    number: int,
    near_defects: float,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Draw the first cell of each crop, shape (number, 2)."""
    corners: NDArray[np.int64] = rng.integers(0, room + 1, (number, 2))
    odd = truth.judged & (((truth.rings > 0) & (truth.rings != SIX)) | (truth.atoms == SILICON))
    places = np.argwhere(odd)
    moved = rng.integers(-round(_MOVED * cells), round(_MOVED * cells) + 1, (number, 2))
    near = rng.random(number) < near_defects
    chosen = rng.random(number)
    if len(places):
        round_defect = places[(chosen * len(places)).astype(np.int64)] + moved - cells // 2
        corners[near] = np.clip(round_defect, 0, room)[near]
    return corners


def _none(side: int) -> Crops:
    cells = (0, side // CELL, side // CELL)
    ways = (0, 2, *cells[1:])
    return Crops(
        images=np.empty((0, side, side), np.float16),
        rings=np.empty(cells, np.uint8),
        ring_offset=np.empty(ways, np.int8),
        atoms=np.empty(cells, np.uint8),
        atom_offset=np.empty(ways, np.int8),
        area=np.empty(cells, np.uint8),
        judged=np.empty(cells, np.bool_),
        doses=np.empty(0, np.float32),
        stem=np.empty(0, np.bool_),
    )
