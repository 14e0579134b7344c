"""Point defects for the library: a seed, a held rim, a potential's minimum."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
from library_potentials import REBO2, Potential
from library_seeds import Heights, Seed
from numpy.typing import NDArray

from sixring.structures import (
    BOND,
    LATTICE_CONSTANT,
    Anchor,
    OuterGrain,
    Relaxed,
    Sheet,
    bonds_of,
    perfect_sheet,
    truth,
)

RIM = 7.0
"""Width of the rim of perfect lattice that the atoms of a disc feel, in angstrom."""


def flat(positions: NDArray[np.float64], elements: tuple[str, ...]) -> NDArray[np.float64]:
    """Return no heights: a flat seed stays flat."""
    return np.zeros(len(positions))


@dataclass(frozen=True)
class Disc:
    """How a point defect is made."""

    variant: str
    """The entry's name."""
    name: str
    """The defect's name in the catalogue, which its atoms have to have in the end."""
    seed: Seed
    """Plants the defect at a ring of a perfect sheet."""
    heights: Heights = flat
    """Heights of the seed's atoms, given x and y from the anchor: what breaks the mirror
    symmetry of the flat sheet, where that is wanted."""
    potential: Potential = REBO2
    """What it is relaxed with."""
    radius: float = 20.0
    """Atoms within about this distance move, in angstrom."""

    def relaxed(self) -> Relaxed:
        """Make the entry."""
        seeded, perfect, anchor = self._seeded()
        radius = _between_shells(perfect, self.radius)
        far = np.linalg.norm(perfect, axis=1)
        around, rim = perfect[far < radius + RIM], perfect[(far > radius) & (far < radius + RIM)]
        moving = np.linalg.norm(seeded.positions, axis=1) < radius
        xy = np.concatenate([seeded.positions[moving], rim])
        elements = tuple(e for e, m in zip(seeded.elements, moving, strict=True) if m)
        elements += ("C",) * len(rim)
        free = np.arange(len(xy)) < moving.sum()
        start = np.column_stack([xy, self.heights(xy, elements) * free])
        found, energy = self.potential.relax(start, elements, free)

        whole = np.column_stack([around, np.zeros(len(around))])
        missing_carbon = len(around) - elements.count("C")
        energy -= self.potential.energy(whole, ("C",) * len(around))
        energy += missing_carbon * self.potential.carbon
        inside = np.linalg.norm(found[:, :2], axis=1) < radius
        if not np.array_equal(inside, free):
            raise RuntimeError(f"{self.variant}: an atom crosses the rim at {radius:.2f} angstrom")
        sheet = Sheet(found[:, :2], elements, bonds_of(found, elements))
        groups = truth(sheet).defects
        if self.name != "perfect" and {g.name for g in groups} != {self.name}:
            raise RuntimeError(f"{self.variant} became {[(g.name, g.census) for g in groups]}")
        return Relaxed(
            variant=self.variant,
            name=self.name,
            positions=found[free],
            elements=tuple(e for e, f in zip(elements, free, strict=True) if f),
            potential=self.potential.name,
            energy=energy,
            unit="eV",
            census=tuple(sorted(size for g in groups for size in g.census)),
            missing_atoms=len(around) - len(elements),
            radius=radius,
            anchor=anchor,
            grains=(OuterGrain(*_ANCHORED[anchor], 0.0),),
            period=None,
            angle=None,
        )

    def _seeded(self) -> tuple[Sheet, NDArray[np.float64], Anchor]:
        """Return the seed and the perfect lattice about the anchor, and what the anchor is."""
        width = 2 * (self.radius + RIM) + 20
        perfect = perfect_sheet(width, width)
        middle = np.array([width / 2, width / 2])
        seeded = self.seed(perfect, (width / 2, width / 2))
        groups = truth(seeded).defects
        place = np.mean([g.position for g in groups], axis=0) if groups else middle
        origin, anchor, turn = _anchor_near(place - middle)
        c, s = math.cos(turn), math.sin(turn)
        turned = np.array([[c, s], [-s, c]])
        about = replace(seeded, positions=(seeded.positions - middle - origin) @ turned)
        return about, (perfect.positions - middle - origin) @ turned, anchor


# Where a ring's centre lies, once the anchor is the origin.
_ANCHORED: dict[Anchor, tuple[float, float]] = {
    "ring": (0.0, 0.0),
    "atom": (0.0, -BOND),
    "bond": (LATTICE_CONSTANT / 2, 0.0),
}


def _anchor_near(point: NDArray[np.float64]) -> tuple[NDArray[np.float64], Anchor, float]:
    """Return the symmetry point of the lattice that is nearest, and the turn that it takes.

    The origin of `point` is a ring's centre, its zigzag rows lie along x.
    """
    candidates: list[tuple[NDArray[np.float64], Anchor, int]] = []
    for i, j in itertools.product(range(-4, 5), repeat=2):
        centre = np.array([LATTICE_CONSTANT * (i + j / 2), 1.5 * BOND * j])
        candidates.append((centre, "ring", 0))
        for sixth in range(6):
            # From a ring's centre: its corner, and the bond that goes on from there.
            up = math.radians(60 * sixth + 90)
            towards = np.array([math.cos(up), math.sin(up)])
            candidates.append((centre + BOND * towards, "atom", sixth))
            candidates.append((centre + 1.5 * BOND * towards, "bond", sixth))

    def rank(candidate: tuple[NDArray[np.float64], Anchor, int]) -> tuple[float, int]:
        # An atom and a bond are met from several rings: the least turn will do.
        return round(float(np.linalg.norm(candidate[0] - point)), 3), candidate[2]

    origin, anchor, sixth = min(candidates, key=rank)
    return origin, anchor, -math.radians(60 * sixth)


def _between_shells(perfect: NDArray[np.float64], radius: float) -> float:
    """Return the middle of the widest gap between atoms' distances that is near a radius."""
    distance = np.sort(np.linalg.norm(perfect, axis=1))
    near = distance[np.abs(distance - radius) < 1.0]
    gap = int(np.argmax(np.diff(near)))
    return round(float(near[gap] + near[gap + 1]) / 2, 3)
