"""Specimens: a sheet with its defects, and what lies on it, as a microscope would meet it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.structures._bonds import bonds_of
from sixring.structures._ground import Frame, Ground, single_grain, two_grains
from sixring.structures._honeycomb import rotation
from sixring.structures._layers import LAYER_DISTANCE, contaminate, ripples, second_layer
from sixring.structures._outline import Outline, covered, draw_outlines
from sixring.structures._packing import Placement, pack
from sixring.structures._plan import Plan
from sixring.structures._planting import planted
from sixring.structures._regions import RegionMap
from sixring.structures._sheet import BOND, LATTICE_CONSTANT, Sheet, loose_atoms, remove_atoms

__all__ = ["Specimen", "grow"]


@dataclass(frozen=True, eq=False)
class Specimen:
    """Atoms in space, the entrance side of the beam at +z, lengths in angstrom.

    What the sheet holds is found with ``truth(specimen.sheet)``: it follows from the atoms.
    """

    sheet: Sheet
    """The sheet in projection, in [0, width] x [0, height]; its atoms are bonded by distance."""
    heights: NDArray[np.float64]
    """Shape (n,): heights of the sheet's atoms, about 0."""
    lying: NDArray[np.float64]
    """Shape (m, 3): the atoms of the contamination."""
    lying_elements: tuple[str, ...]
    """m chemical symbols."""
    second: NDArray[np.float64]
    """Shape (k, 3): the carbon atoms of the second layer."""
    size: tuple[float, float]
    """Width and height."""

    def atoms(self) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        """Return positions, shape (N, 3), and elements of all atoms.

        Returns
        -------
        tuple
            The sheet's first, then the second layer's, then those of the contamination.
        """
        sheet = np.column_stack([self.sheet.positions, self.heights])
        positions = np.concatenate([sheet, self.second, self.lying])
        return positions, self.sheet.elements + ("C",) * len(self.second) + self.lying_elements

    def regions(self, points: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Tell what is where, from the atoms.

        A layer reaches 1 angstrom beyond its last atoms; places that are farther than 3 angstrom
        from all of them aren't covered by it. Where several are, contamination comes before the
        second layer and this before the sheet.

        Parameters
        ----------
        points : ndarray, shape (..., 2)
            x, y in angstrom.

        Returns
        -------
        ndarray of uint8, shape (...)
            Values of :class:`sixring.types.Region`: ``CLEAR``, ``CONTAMINATION``, ``VACUUM`` or
            ``BILAYER``, good to about 0.3 angstrom.
        """
        return self._map.at(points)

    @cached_property
    def _map(self) -> RegionMap:
        return RegionMap(self.size, self.sheet.positions, self.lying[:, :2], self.second[:, :2])


def grow(plan: Plan, rng: np.random.Generator) -> Specimen:
    """Grow a specimen after a plan.

    Parameters
    ----------
    plan : Plan
        What it should be like.
    rng : numpy.random.Generator
        Where everything random comes from. The parts of a specimen draw from generators of their
        own, so that a plan with contamination gives the same sheet as one without.

    Returns
    -------
    Specimen
        Shares of area are met to a few per cent of themselves, or about an angstrom along the
        outlines where that is more.

    Raises
    ------
    UsageError
        If the defects can't be packed; nothing is made then.

    Notes
    -----
    The sheet is laid out with a zigzag row along x and planted with relaxed defects, whose
    displacements add up where they overlap; then all of it is turned, strained along the axes of
    the specimen, rippled and cut to its size. Bonds are found before the strain, which breaks
    none.
    """
    laying, planting, emptying, covering, soiling, waving = rng.spawn(6)
    offset, ground = _laid_out(plan, laying)
    vacuum = draw_outlines(plan.size, plan.vacuum, math.inf, emptying)
    placements = _placements(plan, _kept_clear(ground, vacuum), planting)
    sheet, heights = _cut(ground, placements, vacuum)

    field = ripples(plan.ripple_amplitude, plan.ripple_length, waving)
    ripple = field(sheet.positions)
    level = float(ripple.mean())
    over = draw_outlines(plan.size, plan.bilayer, math.inf, covering)
    second = np.empty((0, 2))
    if over:
        second = second_layer(
            ground.frame, offset, plan.bilayer_twist, over, vacuum, sheet.positions, covering
        )
    second = np.column_stack([second, field(second) - level + LAYER_DISTANCE])
    heights = heights + ripple - level

    def upper(points: NDArray[np.float64]) -> NDArray[np.float64]:
        height: NDArray[np.float64] = field(points) - level
        return height + LAYER_DISTANCE * covered(over, points)

    lying, lying_elements = contaminate(
        plan.size,
        draw_outlines(plan.size, plan.contamination, plan.contamination_radius, soiling),
        vacuum,
        plan.contamination_density,
        plan.contamination_height,
        np.concatenate([np.column_stack([sheet.positions, heights]), second]),
        upper,
        soiling,
    )
    return Specimen(sheet, heights, lying, lying_elements, second, plan.size)


def _laid_out(plan: Plan, rng: np.random.Generator) -> tuple[NDArray[np.float64], Ground]:
    """Return where a ring's centre lies, and the ground."""
    orientation = rng.uniform(0.0, 360.0) if plan.orientation is None else plan.orientation
    exx, eyy, exy = plan.strain
    strained = np.array([[1 + exx, exy], [exy, 1 + eyy]])
    frame = Frame(plan.size, strained @ rotation(orientation))
    # Somewhere in the cell, so that no pixel grid meets every lattice in the same way.
    offset = rng.uniform(-0.5, 0.5, 2) * [LATTICE_CONSTANT, 3 * BOND]
    if plan.boundary is None:
        return offset, single_grain(frame, offset)
    across = 0.2 * min(plan.size) * rng.uniform(-1.0, 1.0)
    return offset, two_grains(frame, plan.boundary, across, rng.uniform())


def _kept_clear(ground: Ground, vacuum: tuple[Outline, ...]) -> Ground:
    """Return the ground with less room where a vacuum will be near."""
    empty = covered(vacuum, ground.frame.placed(ground.centres))
    if not empty.any():
        return ground
    far, _ = cKDTree(ground.centres[empty]).query(ground.centres)
    return replace(ground, room=np.minimum(ground.room, far))


def _placements(plan: Plan, ground: Ground, rng: np.random.Generator) -> list[Placement]:
    """Draw how many defects there are, which, and where."""
    wanted = plan.wanted()
    number = math.floor(wanted) + int(rng.uniform() < wanted % 1)
    if number == 0:
        return []
    shares = plan.shares()
    stamps = list(shares)
    drawn = rng.choice(len(stamps), size=number, p=list(shares.values()))
    return pack(ground, [stamps[k] for k in drawn], plan.spacing, rng)


def _cut(
    ground: Ground, placements: list[Placement], vacuum: tuple[Outline, ...]
) -> tuple[Sheet, NDArray[np.float64]]:
    """Plant the ground, lay it into the specimen and cut it to its size."""
    positions, elements = planted(ground, placements)
    bonds = bonds_of(positions, elements)
    placed = ground.frame.placed(positions[:, :2])
    outside = ((placed < 0) | (placed > ground.frame.size)).any(axis=1) | covered(vacuum, placed)
    gone = outside | loose_atoms(bonds[~outside[bonds].any(axis=1)], len(placed))
    sheet = remove_atoms(Sheet(placed, elements, bonds), np.flatnonzero(gone))
    return sheet, positions[~gone, 2]
