"""Tilt boundaries and edges for the library: strips along y, of which one period is kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from library_potentials import REBO2
from numpy.typing import NDArray

from sixring.structures import (
    LATTICE_CONSTANT,
    OuterGrain,
    Relaxed,
    Sheet,
    bonds_of,
    tilt_boundary,
    truth,
)
from sixring.structures._honeycomb import honeycomb, rotation

RADIUS = 20.0
"""Half the width of a boundary, and the depth of an edge, in angstrom."""
RIM = 7.0
"""Width of the perfect lattice beyond, which the moving atoms feel, in angstrom."""
TILED = 50.0
"""Relaxed are as many periods as make this length at least, in angstrom."""


@dataclass(frozen=True)
class Boundary:
    """A symmetric tilt boundary along the lattice vector (m, n), m > n > 0."""

    m: int
    """First index of the lattice vector along y."""
    n: int
    """Second index."""

    @property
    def angle(self) -> float:
        """Misorientation in degrees: the vector lies half of it from the armchair direction."""
        return 60 - 2 * math.degrees(math.atan2(math.sqrt(3) * self.n, 2 * self.m + self.n))

    @property
    def period(self) -> float:
        """Length of the vector in angstrom."""
        return LATTICE_CONSTANT * math.sqrt(self.m**2 + self.m * self.n + self.n**2)

    @property
    def variant(self) -> str:
        """The entry's name."""
        return f"boundary-{self.angle:.1f}"

    def relaxed(self) -> Relaxed:
        """Make the entry."""
        atoms = _settled(self._seed(), self.period)
        # The free strip has found how far apart the grains are; now it is put between them.
        grains = tuple(
            OuterGrain(*_ring_centre(atoms, side, turn), turn)
            for side, turn in ((-1, self.angle / 2), (1, -self.angle / 2))
        )
        middle = (grains[0].x + grains[1].x) / 2
        atoms = atoms - [middle, 0.0]
        grains = tuple(OuterGrain(g.x - middle, g.y, g.orientation) for g in grains)
        radius = _clear_of_atoms(atoms)
        found, energy = _clamped(atoms, grains, radius, self.period)
        return _entry(
            self.variant, "grain-boundary", found, grains, radius, self.period, energy, self.angle
        )

    def _seed(self) -> NDArray[np.float64]:
        """Return one period of the valence force field's boundary, x from its middle."""
        half = RADIUS + 2 * RIM
        height = 3 * self.period + 60
        sheet = tilt_boundary(2 * half + 20, height, self.angle)
        points = sheet.positions - [half + 10, height / 2]
        points = points[np.abs(points[:, 0]) < half]
        return _one_period(points, self.period)


@dataclass(frozen=True)
class Edge:
    """A free edge along y, the sheet at its left."""

    kind: Literal["zigzag", "armchair"]
    """The direction of the edge."""

    @property
    def variant(self) -> str:
        """The entry's name."""
        return f"edge-{self.kind}"

    def relaxed(self) -> Relaxed:
        """Make the entry."""
        zigzag = self.kind == "zigzag"
        period = LATTICE_CONSTANT if zigzag else LATTICE_CONSTANT * math.sqrt(3)
        # The ring whose right side is the edge: its bonds there, or its corner's two neighbours.
        reach = LATTICE_CONSTANT / 2 if not zigzag else LATTICE_CONSTANT / math.sqrt(3)
        grain = OuterGrain(-reach, 0.0, 30.0 if zigzag else 0.0)
        atoms = _lattice(grain, -RADIUS - 2 * RIM, 1e-3, period)
        radius = _clear_of_atoms(atoms[atoms[:, 0] < -RIM])
        found, energy = _clamped(atoms, (grain,), radius, period)
        return _entry(self.variant, "edge", found, (grain,), radius, period, energy, None)


def _one_period(points: NDArray[np.float64], period: float) -> NDArray[np.float64]:
    """Cut one period out of the middle, where no atom is near to the cut."""
    inner = points[np.abs(points[:, 1]) < 1.5 * period]
    phase = np.sort(inner[:, 1] % period)
    gaps = np.diff(np.append(phase, phase[0] + period))
    start = phase[gaps.argmax()] + gaps.max() / 2 - period
    kept = (inner[:, 1] >= start) & (inner[:, 1] < start + period)
    return inner[kept]


def _lattice(grain: OuterGrain, left: float, right: float, period: float) -> NDArray[np.float64]:
    """Return one period of a perfect lattice between two x."""
    points, _ = honeycomb(
        np.array([left, -2 * period]),
        np.array([right, 2 * period]),
        orientation=grain.orientation,
        offset=(grain.x, grain.y),
    )
    return _one_period(points, period)


def _tiled(positions: NDArray[np.float64], period: float) -> tuple[NDArray[np.float64], float]:
    """Repeat a period as often as the potential needs, the given one first."""
    times = math.ceil(TILED / period)
    steps = np.zeros((times, 1, positions.shape[1]))
    steps[:, 0, 1] = period * np.arange(times)
    return (positions + steps).reshape(-1, positions.shape[1]), times * period


def _settled(xy: NDArray[np.float64], period: float) -> NDArray[np.float64]:
    """Relax a strip whose two sides are free, so that its grains find their distance."""
    xy = _without_loose(xy, period)
    start, length = _tiled(np.column_stack([xy, np.zeros(len(xy))]), period)
    found, _ = REBO2.relax(start, ("C",) * len(start), np.ones(len(start), dtype=bool), length)
    kept: NDArray[np.float64] = found[: len(xy), :2]
    return kept


def _without_loose(xy: NDArray[np.float64], period: float) -> NDArray[np.float64]:
    """Remove atoms with fewer than two bonds until there are none."""
    step = np.array([0.0, period])
    while True:
        three = np.concatenate([xy, xy - step, xy + step])
        bonds = bonds_of(three, ("C",) * len(three))
        degree = np.bincount(bonds.ravel(), minlength=len(three))[: len(xy)]
        if (degree > 1).all():
            return xy
        xy = xy[degree > 1]


def _ring_centre(atoms: NDArray[np.float64], side: int, orientation: float) -> tuple[float, float]:
    """Return the ring's centre nearest to where the lattice of one side begins."""
    far = side * atoms[:, 0]
    outer = atoms[(far > RADIUS - 8) & (far < RADIUS + 2)]
    a = LATTICE_CONSTANT
    direct = np.array([[a, 0.0], [a / 2, a * math.sqrt(3) / 2]]) @ rotation(orientation).T
    # About a ring's centre the structure factor of the first orders is negative.
    waves = np.exp(2j * np.pi * outer @ np.linalg.inv(direct)).sum(axis=0)
    phase = np.angle(-waves) / (2 * np.pi)
    goal = np.array([side * RADIUS, 0.0]) @ np.linalg.inv(direct)
    x, y = ((phase + np.round(goal - phase)) @ direct).tolist()
    return x, y


def _clear_of_atoms(atoms: NDArray[np.float64]) -> float:
    """Return the distance from the y axis, near the radius, that is farthest from any atom."""
    distance = np.sort(np.abs(atoms[:, 0]))
    near = distance[np.abs(distance - RADIUS) < 1.5]
    gap = int(np.argmax(np.diff(near)))
    return round(float(near[gap] + near[gap + 1]) / 2, 3)


def _clamped(
    xy: NDArray[np.float64], grains: tuple[OuterGrain, ...], radius: float, period: float
) -> tuple[NDArray[np.float64], float]:
    """Relax a strip between perfect grains; return a period of it, and eV/A above them."""
    inner = xy[np.abs(xy[:, 0]) < radius]
    parts, surface = [inner], 0.0
    for side, grain in zip((-1, 1), grains, strict=False):
        outside = (radius, radius + RIM) if side > 0 else (-radius - RIM, -radius)
        parts.append(_lattice(grain, *outside, period))
        surface += _raw_edge(grain, side, radius, period)
    cell = np.concatenate(parts)
    start, length = _tiled(np.column_stack([cell, np.zeros(len(cell))]), period)
    free = np.abs(start[:, 0]) < radius
    found, energy = REBO2.relax(start, ("C",) * len(start), free, length)
    above = (energy - len(start) * REBO2.carbon) / (length * REBO2.scale)
    return found[: len(inner)], above - surface


def _raw_edge(grain: OuterGrain, side: int, radius: float, period: float) -> float:
    """Return the energy (eV/A) of the outer side of the rim, which isn't the structure's own.

    A ribbon of the grain that is symmetric about a ring's centre has that side twice.
    """
    end = side * (radius + RIM)
    other = 2 * grain.x - end
    ribbon = _lattice(grain, min(end, other), max(end, other), period)
    atoms, length = _tiled(np.column_stack([ribbon, np.zeros(len(ribbon))]), period)
    energy = REBO2.energy(atoms, ("C",) * len(atoms), length)
    return (energy - len(atoms) * REBO2.carbon) / (2 * length * REBO2.scale)


def _entry(
    variant: str,
    name: str,
    positions: NDArray[np.float64],
    grains: tuple[OuterGrain, ...],
    radius: float,
    period: float,
    energy: float,
    angle: float | None,
) -> Relaxed:
    tall, length = _tiled(positions[:, :2], period)
    sheet = Sheet(tall, ("C",) * len(tall), bonds_of(tall, ("C",) * len(tall)))
    known = truth(sheet)
    # Dislocations with more than one six between them go by their own name.
    whole = [g for g in known.defects if not g.at_edge]
    if not {g.name for g in whole} <= {name, "dislocation-57"}:
        raise RuntimeError(f"{variant} became {[(g.name, g.census) for g in whole]}")
    # Of all rings those of one period, in the middle, where none is cut off.
    y = known.centres[:, 1] - tall[:, 1].min() - length / 2 + period / 2
    sizes = known.sizes[(y >= 0) & (y < period)]
    return Relaxed(
        variant=variant,
        name=name,
        positions=positions,
        elements=("C",) * len(positions),
        potential=REBO2.name,
        energy=energy,
        unit="eV/A",
        census=tuple(np.sort(sizes[sizes != 6]).tolist()),
        missing_atoms=None,
        radius=radius,
        anchor=None,
        grains=grains,
        period=period,
        angle=angle,
    )
