"""Atoms: where three rings meet, if something is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import ndtr

from sixring.detection._foreign import ForeignAtoms
from sixring.detection._graph import Triangulation
from sixring.detection._lookup import interpolated
from sixring.lattice import Canvas, LocalView
from sixring.types import Contrast

__all__ = ["Sites", "locate_atoms"]

_EMPTY = 0.5  # intensity of a vacant site, from 0 at a ring centre to 1 at an atom
_UNLIKE = 4.5  # robust standard deviations below the other atoms
_REACH = 0.45  # angstrom: at the most, an atom lies so far from the middle of its three rings
_STEPS = 4
_DOPANT_REACH = 1.2  # angstrom: a dopant isn't farther from a site that it takes
_DOUBLE = 0.9  # angstrom: two sites so near to a dopant are one


@dataclass(frozen=True, eq=False)
class Sites:
    """The atoms of a triangulation; one for each triangle."""

    positions: NDArray[np.float64]
    """Shape (t, 2): row, col on the canvas."""
    elements: NDArray[np.str_]
    """Shape (t,): chemical symbols."""
    probability: NDArray[np.float64]
    """Shape (t,): that there is an atom."""
    occupied: NDArray[np.bool_]
    """Shape (t,): whether there is one, to the best of knowledge."""
    stands_for: NDArray[np.int64]
    """Shape (t,): the site whose atom this one is; itself but beside a dopant where four rings
    meet, of which a triangulation makes two sites."""
    adrift: NDArray[np.intp]
    """Indices of the foreign atoms that belong to no site: rings aren't seen around them."""


def locate_atoms(
    canvas: Canvas,
    view: LocalView,
    contrast: Contrast,
    centres: NDArray[np.float64],
    made: Triangulation,
    foreign: ForeignAtoms,
) -> Sites:
    """Find the atom of each triangle of ring centres.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling.
    view : LocalView
        Its local view.
    contrast : {"bright", "dark"}
        Whether atoms are brighter or darker than ring centres.
    centres : ndarray of float64, shape (n, 2)
        Ring centres on the canvas.
    made : Triangulation
        Which rings meet at an atom.
    foreign : ForeignAtoms
        Dopants; the nearest site becomes one.

    Returns
    -------
    Sites
        Vacant sites marked.
    """
    step = canvas.sampling
    image = view.detail if contrast == "bright" else -view.detail
    middles = centres[made.triangles].mean(axis=1)
    # Three centres, each from a ring's worth of electrons, locate an atom better than its own top.
    positions = middles.copy()
    height = interpolated(image, middles)
    void = interpolated(image, centres[made.triangles].reshape(-1, 2)).reshape(-1, 3).mean(axis=1)
    if len(height):
        atom, hole = float(np.median(height)), float(np.median(void))
        spread = 1.4826 * float(np.median(np.abs(height - atom)))
    else:
        atom, hole, spread = 1.0, 0.0, 1.0
    share = (height - hole) / max(atom - hole, 1e-9)
    spread /= max(atom - hole, 1e-9)
    occupied = (share > _EMPTY) | (share > 1 - _UNLIKE * spread)
    # In a ring other than six, or beside a vacant site, the middle isn't where the atom is.
    degree = np.bincount(made.triangles.ravel(), minlength=len(centres))
    irregular = (degree[made.triangles] != 6).any(axis=1)
    irregular[made.sides[~occupied[made.sides].all(axis=1)].ravel()] = True
    positions[irregular] = _climb(image, middles[irregular], _REACH / step)
    probability = ndtr((share - 0.5) / max(spread, 1e-3))
    elements = np.full(len(positions), "C", dtype="U2")
    stands_for = np.arange(len(positions))
    adrift = np.ones(len(foreign.positions), bool)
    for k, position in enumerate(foreign.positions):
        if len(positions) == 0:
            break
        away = np.linalg.norm(middles - position, axis=1) * step
        site = int(away.argmin())
        if away[site] > _DOPANT_REACH:
            continue
        adrift[k] = False
        elements[site] = foreign.elements[k]
        positions[site] = position
        probability[site] = foreign.probability[k]
        occupied[site] = True
        beside = made.sides[(made.sides == site).any(axis=1)].sum(axis=1) - site
        double = beside[away[beside] < _DOUBLE]
        stands_for[double] = site
        occupied[double] = False
    return Sites(positions, elements, probability, occupied, stands_for, np.flatnonzero(adrift))


def _climb(
    image: NDArray[np.float32], starts: NDArray[np.float64], reach: float
) -> NDArray[np.float64]:
    """Move points uphill to the top near them, by Newton steps on interpolated pixels."""
    spline = ndimage.spline_filter(image, order=3, output=np.float32)

    def value(at: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = ndimage.map_coordinates(
            spline, at.T, order=3, prefilter=False, mode="nearest", output=np.float64
        )
        return found

    points = starts.copy()
    unit = np.eye(2)
    for _ in range(_STEPS):
        here = value(points)
        moved = points.copy()
        for axis in range(2):
            before, after = value(points - unit[axis]), value(points + unit[axis])
            curvature = before - 2 * here + after
            top = curvature < 0
            shift = np.where(top, 0.5 * (before - after) / np.where(top, curvature, 1), 0)
            moved[:, axis] += np.clip(shift, -0.5, 0.5)
        points = moved
    # Where there is no top nearby, the middle of the three rings is the better guess.
    strayed = np.linalg.norm(points - starts, axis=1) > reach
    points[strayed] = starts[strayed]
    return points
