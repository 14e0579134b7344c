"""From maps to points: each cell votes for the place that it points to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from sixring.detection._cells import ATOM_WITHIN, CELL, RING_WITHIN, SILICON, CellMaps
from sixring.detection._sightings import Sightings

__all__ = ["Points", "atom_points", "ring_points", "sightings"]

_RINGS_APART, _ATOMS_APART = 1.2, 0.8
"""Least distances of two points, angstrom."""
_BLUR = 0.7
"""Votes are gathered with a Gaussian of this standard deviation, cells."""
_LEAST = 0.3
"""Share of the votes of a perfect disc that a point has at least."""
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
        return Points(*(column[self.classes == kind] for column in vars(self).values()))


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
        Of two that are too near to one another the one with more votes.
    """
    return _points(probability, offset, within=RING_WITHIN, apart=_RINGS_APART, step=step)


def atom_points(
    probability: NDArray[np.float32], offset: NDArray[np.float32], step: float
) -> Points:
    """Find atoms, as :func:`ring_points` does rings."""
    return _points(probability, offset, within=ATOM_WITHIN, apart=_ATOMS_APART, step=step)


def _points(
    probability: NDArray[np.float32],
    offset: NDArray[np.float32],
    *,
    within: float,
    apart: float,
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
    cells = cells[_apart(cells, found, apart / side)]
    mean = _mean_within(probability, cells, (within - _RIM) / side)
    there_is = 1 - mean[:, 0]
    return Points(
        positions=cells * CELL + (CELL - 1) / 2,
        probability=np.clip(there_is, 0, 1),
        shares=mean[:, 1:] / mean[:, 1:].sum(axis=1, keepdims=True),
    )


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
