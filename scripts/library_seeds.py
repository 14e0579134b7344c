"""Seeds of the point defects: which bonds there are, and which way the atoms are to buckle.

A seed takes a perfect sheet and a point that is a ring's centre, and plants its defect there.
Heights take the atoms' x and y from the anchor, a bond's middle where the bond lies along y.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sixring.structures import (
    BOND,
    LATTICE_CONSTANT,
    Sheet,
    plant,
    relax,
    remove_atoms,
    rotate_bond,
    substitute,
    truth,
)

Point = tuple[float, float]
Seed = Callable[[Sheet, Point], Sheet]
Heights = Callable[[NDArray[np.float64], tuple[str, ...]], NDArray[np.float64]]


def planted(name: str) -> Seed:
    """Return the seed that :func:`sixring.structures.plant` makes."""
    return lambda sheet, ring: plant(sheet, name, near=ring)


def nothing(sheet: Sheet, ring: Point) -> Sheet:
    """Leave the sheet perfect."""
    return sheet


def hole(atoms: int, away: Point) -> Seed:
    """Remove the nearest atoms to a point so far from the ring's centre, and what then hangs."""

    def seed(sheet: Sheet, ring: Point) -> Sheet:
        return plant(sheet, "hole", near=(ring[0] + away[0], ring[1] + away[1]), atoms=atoms)

    return seed


def silicon_pair(sheet: Sheet, ring: Point) -> Sheet:
    """Put silicon in place of two neighbours: a dimer in a divacancy."""
    site = _nearest(sheet, ring)
    other = int(sheet.bonded_to(site)[0])
    return substitute(substitute(sheet, site, "Si"), other, "Si")


def silicon_triangle(sheet: Sheet, ring: Point) -> Sheet:
    """Put silicon in place of an atom's three neighbours, and remove the atom: Si3C6."""
    site = _nearest(sheet, ring)
    for other in sheet.bonded_to(site):
        sheet = substitute(sheet, int(other), "Si")
    return remove_atoms(sheet, [site])


def dislocation_pair(steps: int) -> Seed:
    """Turn a bond, then let one of its two 5-7 pairs glide away: a rotated bond for each step."""

    def seed(sheet: Sheet, ring: Point) -> Sheet:
        # Half the way back, so that the pairs come to lie about the middle.
        start = np.array(ring) - [steps * LATTICE_CONSTANT / 2, 0.0]
        sheet = plant(sheet, "SW", near=(float(start[0]), float(start[1])), turn=0)
        for _ in range(steps):
            sheet = rotate_bond(sheet, *_next_bond(sheet))
            sheet = relax(sheet, np.linalg.norm(sheet.positions - ring, axis=1) < 24)
        return sheet

    return seed


def _next_bond(sheet: Sheet) -> tuple[int, int]:
    """Return the bond that lets the 5-7 pair at +x glide on towards +x."""
    known = truth(sheet)
    of_atom: dict[int, set[int]] = {}
    for k, ring in enumerate(known.rings):
        for atom in ring:
            of_atom.setdefault(int(atom), set()).add(k)
    found = []
    for k in np.flatnonzero(known.sizes == 7):
        members = known.rings[k].tolist()
        for i, j in zip(members, members[1:] + members[:1], strict=True):
            beside = of_atom[i] & of_atom[j] - {int(k)}
            ends = of_atom[i] ^ of_atom[j]
            sizes = [sorted(int(known.sizes[r]) for r in rings) for rings in (beside, ends)]
            if sizes == [[6], [5, 6]]:
                found.append((float(sheet.positions[[i, j], 0].mean()), i, j))
    _, i, j = max(found)
    return i, j


def raised_silicon(
    positions: NDArray[np.float64], elements: tuple[str, ...]
) -> NDArray[np.float64]:
    """Lift the silicon out of the sheet."""
    return np.where(np.array(elements) == "Si", 1.0, 0.0)


def wave_along_x(positions: NDArray[np.float64], elements: tuple[str, ...]) -> NDArray[np.float64]:
    """Lift one side of a defect and lower the other."""
    x, y = positions.T
    return 0.25 * x * np.exp(-(x**2 + y**2) / 16)


def twisted(positions: NDArray[np.float64], elements: tuple[str, ...]) -> NDArray[np.float64]:
    """Lift and lower a defect's quarters in turn."""
    x, y = positions.T
    return 0.3 * x * y * np.exp(-(x**2 + y**2) / 8)


def _nearest(sheet: Sheet, point: Point) -> int:
    return int(np.linalg.norm(sheet.positions - (point[0], point[1] + BOND), axis=1).argmin())
