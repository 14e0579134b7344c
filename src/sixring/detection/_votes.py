"""From maps to points: each cell votes for the place that it points to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from sixring.detection._cells import ATOM_WITHIN, CELL, RING_WITHIN, SILICON, CellMaps
from sixring.detection._sightings import Sightings
from sixring.structures import BOND

__all__ = ["Points", "atom_points", "ring_points", "sightings"]

_SIDES = np.array([4, 5, 6, 7, 8, 9, 10])
_RING_ROOM = np.maximum(0.6, 0.55 * BOND / 2 / np.tan(np.pi / _SIDES))
"""Of rings, by their class, the half of the least distance of two, angstrom: 0.55 of the distance
of a regular ring's centre from its sides. Beside an open vacancy sixes come to 0.79 of that."""
_ATOM_ROOM = np.full(2, 0.4)
"""The same of atoms."""
_BLUR = 0.7
"""Votes are gathered with a Gaussian of this standard deviation, cells."""
_LEAST, _MOST = 0.3, 3.0
"""Share of the votes of a perfect disc that a point has at least, and a blob at most."""
_SILENT = 0.01
"""Cells that belong to a point with less probability don't vote."""
_RIM = 0.1
"""Of the disc round a point, cells so near to its edge don't say how likely the point is: they
may lie outside, angstrom. The cell that holds the point is never one of them."""


@dataclass(frozen=True, eq=False)
class Points:
    """Rings or atoms that were read off maps."""

    positions: NDArray[np.float64]
    """Shape (n, 2): row, col in pixels of the canvas."""
    probability: NDArray[np.float64]
    """Shape (n,): that there is one, 0 to 1."""
    shares: NDArray[np.float64]
    """Shape (n, classes): probability of each class but none, if there is one; the rows sum
    to 1."""

    @property
    def classes(self) -> NDArray[np.int64]:
        """The likeliest class of each that isn't none, shape (n,)."""
        likeliest: NDArray[np.int64] = 1 + self.shares.argmax(axis=1)
        return likeliest

    def only(self, kind: int) -> Points:
        """Return those whose likeliest class is this."""
        return self.at(self.classes == kind)

    def at(self, chosen: NDArray[np.bool_]) -> Points:
        """Return some of them."""
        return Points(*(column[chosen] for column in vars(self).values()))


def sightings(maps: CellMaps, step: float) -> Sightings:
    """Read rings and atoms off what a network says of an image.

    Parameters
    ----------
    maps : CellMaps
        Of the canvas.
    step : float
        Angstrom per pixel of the canvas.

    Returns
    -------
    Sightings
        In pixels of the canvas.
    """
    rings = ring_points(maps.rings, maps.ring_offset, step)
    atoms = atom_points(maps.atoms, maps.atom_offset, step)
    silicon = atoms.classes == SILICON
    return Sightings(
        rings=rings.positions,
        ring_probability=rings.probability,
        sizes=rings.shares,
        atoms=atoms.positions,
        elements=tuple(np.where(silicon, "Si", "C").tolist()),
        atom_probability=atoms.probability * atoms.shares.max(axis=1),
    )


def ring_points(
    probability: NDArray[np.float32], offset: NDArray[np.float32], step: float
) -> Points:
    """Find rings.

    Parameters
    ----------
    probability : ndarray, shape (8, rows, cols)
        Of the classes.
    offset : ndarray, shape (2, rows, cols)
        From the middle of each cell to the centre, angstrom.
    step : float
        Angstrom per pixel of the canvas.

    Returns
    -------
    Points
        Of two that are nearer than rings of their sizes can be, the likelier one.
    """
    return _points(probability, offset, within=RING_WITHIN, room=_RING_ROOM, step=step)


def atom_points(
    probability: NDArray[np.float32], offset: NDArray[np.float32], step: float
) -> Points:
    """Find atoms, as :func:`ring_points` does rings."""
    return _points(probability, offset, within=ATOM_WITHIN, room=_ATOM_ROOM, step=step)


def _points(
    probability: NDArray[np.float32],
    offset: NDArray[np.float32],
    *,
    within: float,
    room: NDArray[np.float64],
    step: float,
) -> Points:
    side = CELL * step
    shape = probability.shape[1:]
    weight = 1 - probability[0]
    voters = np.nonzero(weight > _SILENT)
    weight = weight[voters]
    there = [at + offset[axis][voters] / np.float32(side) for axis, at in enumerate(voters)]
    row, col = (
        np.clip(np.rint(at), 0, length - 1).astype(np.intp)
        for at, length in zip(there, shape, strict=True)
    )
    index = row * shape[1] + col

    def gathered(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(index, values, minlength=shape[0] * shape[1]).reshape(shape)
        smooth: NDArray[np.float64] = ndimage.gaussian_filter(
            sums.astype(np.float64, copy=False), _BLUR, mode="constant"
        )
        return smooth

    votes = gathered(weight)
    # A Gaussian gives its peak 1 / (2 pi s^2) of all votes, were they all for one cell.
    perfect = np.pi * within**2 / side**2 / (2 * np.pi * _BLUR**2)
    high = np.nonzero((votes == ndimage.maximum_filter(votes, 3)) & (votes >= _LEAST * perfect))
    found = votes[high]
    cells = np.stack([gathered(weight * along)[high] / found for along in there], axis=1)
    cells = cells[_apart(cells, found, 2 * room.min() / side)]
    disc = np.pi * within**2 / side**2
    for one in (1 - probability[0], *probability[1:]):
        cells = np.concatenate([cells, _unvoted(one, cells, disc)])
    mean = _mean_within(probability, cells, (within - _RIM) / side)
    there_is = 1 - mean[:, 0]
    points = Points(
        positions=cells * CELL + (CELL - 1) / 2,
        probability=np.clip(there_is, 0, 1),
        shares=mean[:, 1:] / mean[:, 1:].sum(axis=1, keepdims=True),
    )
    return points.at(_with_room(points, room / step))


def _with_room(points: Points, room: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points stay where two are nearer than their room together: the likelier one."""
    kept = np.ones(len(points.positions), bool)
    pairs = cKDTree(points.positions).query_pairs(2 * room.max(), output_type="ndarray")
    away = np.linalg.norm(np.diff(points.positions[pairs], axis=1)[:, 0], axis=1)
    crowded = pairs[away < room[points.classes - 1][pairs].sum(axis=1)]
    surest = points.probability[crowded].max(axis=1)
    for one, other in crowded[np.argsort(-surest, kind="stable")].tolist():
        if kept[one] and kept[other]:
            less = other if points.probability[one] >= points.probability[other] else one
            kept[less] = False
    return kept


def _unvoted(
    likely: NDArray[np.float32], cells: NDArray[np.float64], disc: float
) -> NDArray[np.float64]:
    """Return the middles of the blobs in which no point was found, shape (n, 2), in cells.

    Of what is rare, as rings of ten and more, a network knows that it is there before it knows
    the way to its middle: then the votes of a blob don't meet. A blob is as large as a disc round
    a point, or somewhat larger, and its middle belongs to it.
    """
    blobs, number = ndimage.label(likely > 0.5)
    last = np.array(likely.shape) - 1

    def of(places: NDArray[np.float64]) -> NDArray[np.intp]:
        found: NDArray[np.intp] = blobs[tuple(np.clip(np.rint(places), 0, last).astype(np.intp).T)]
        return found

    voted = np.zeros(number + 1, bool)
    voted[of(cells)] = True
    size = np.bincount(blobs.ravel(), likely.ravel(), minlength=number + 1)
    alone = ~voted & (size >= _LEAST * disc) & (size <= _MOST * disc)
    alone[0] = False
    boxes = ndimage.find_objects(blobs) if alone.any() else []
    middles = np.empty((int(alone.sum()), 2))
    for k, blob in enumerate(np.flatnonzero(alone)):
        box = boxes[blob - 1]
        corner = (box[0].start, box[1].start)
        middles[k] = ndimage.center_of_mass(likely[box], blobs[box], blob) + np.array(corner)
    inside: NDArray[np.float64] = middles[of(middles) == np.flatnonzero(alone)]
    return inside


def _mean_within(
    maps: NDArray[np.float32], cells: NDArray[np.float64], radius: float
) -> NDArray[np.float64]:
    """Return the mean of maps over the disc round each place, shape (n, maps)."""
    last = np.array(maps.shape[1:]) - 1
    own = np.clip(np.rint(cells), 0, last).astype(np.intp)
    sums, counts = np.zeros((len(cells), len(maps))), np.zeros(len(cells))
    reach = int(radius + 0.5)
    for step in np.ndindex(2 * reach + 1, 2 * reach + 1):
        near = own + np.array(step) - reach
        inside = (np.hypot(*(near - cells).T) <= radius) | (near == own).all(axis=1)
        inside &= ((near >= 0) & (near <= last)).all(axis=1)
        row, col = near[inside].T
        sums[inside] += maps[:, row, col].T
        counts += inside
    means: NDArray[np.float64] = sums / counts[:, None]
    return means


def _apart(
    positions: NDArray[np.float64], votes: NDArray[np.float64], apart: float
) -> NDArray[np.int64]:
    """Return which points stay, the ones with the most votes first."""
    kept = np.ones(len(positions), bool)
    near: dict[int, list[int]] = {}
    for a, b in cKDTree(positions).query_pairs(apart):
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    order = np.argsort(-votes, kind="stable")
    for k in order.tolist():
        if kept[k]:
            kept[near.get(k, [])] = False
    stay: NDArray[np.int64] = order[kept[order]]
    return stay
