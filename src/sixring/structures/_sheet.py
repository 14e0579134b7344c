"""A sheet of atoms with its bonds, and the plain edits of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.structures._faces import neighbours, planar_faces

__all__ = ["BOND", "LATTICE_CONSTANT", "Sheet", "perfect_sheet", "remove_atoms", "substitute"]

LATTICE_CONSTANT = 2.46
"""Graphene's lattice constant in angstrom."""
BOND = LATTICE_CONSTANT / math.sqrt(3)
"""Graphene's bond in angstrom."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Atoms in projection along the beam, and which of them are bonded."""

    positions: NDArray[np.float64]
    """Shape (n, 2): x, y in angstrom."""
    elements: tuple[str, ...]
    """n chemical symbols."""
    bonds: NDArray[np.int64]
    """Shape (m, 2): pairs of indices, the smaller first, each bond once."""

    def __len__(self) -> int:
        """Return the number of atoms."""
        return len(self.elements)

    def rings(self) -> list[NDArray[np.int64]]:
        """Return the atoms of every ring, in order."""
        return planar_faces(self.positions, self.bonds)

    def bonded_to(self, atom: int) -> NDArray[np.int64]:
        """Return the neighbours of an atom, in order of the direction in which they lie.

        The order starts a little below the x axis, so that a bond along an axis keeps its rank
        when the positions are a rounding error off.
        """
        ends = self.bonds[(self.bonds == atom).any(axis=1)]
        others = ends.sum(axis=1) - atom
        step = self.positions[others] - self.positions[atom]
        angle = (np.arctan2(step[:, 1], step[:, 0]) + 0.1) % (2 * math.pi)
        ordered: NDArray[np.int64] = others[np.argsort(angle)]
        return ordered


def perfect_sheet(
    width: float,
    height: float,
    *,
    orientation: float = 0.0,
    a: float = LATTICE_CONSTANT,
    offset: tuple[float, float] = (0.0, 0.0),
) -> Sheet:
    """Make a rectangle of perfect graphene.

    Parameters
    ----------
    width, height : float
        Extent along x and y in angstrom; atoms lie in [0, width] x [0, height].
    orientation : float
        Direction of a zigzag row in degrees, from the x axis towards the y axis.
    a : float
        Lattice constant in angstrom.
    offset : tuple of float
        Shift of the lattice (x, y) in angstrom; without it a ring's centre lies in the middle.

    Returns
    -------
    Sheet
        Every atom has at least two bonds.

    Raises
    ------
    UsageError
        If the rectangle holds no ring or the lattice constant isn't positive.
    """
    if not (a > 0 and width > 0 and height > 0):
        raise UsageError(
            f"a sheet needs positive lengths, not width={width:g}, height={height:g}, a={a:g}: "
            "give angstrom"
        )
    n = math.ceil(math.hypot(width, height) / a) + 2
    i, j = (v.ravel() for v in np.meshgrid(np.arange(-n, n + 1), np.arange(-n, n + 1)))
    centres = np.column_stack([a * (i + j / 2), a * (math.sqrt(3) / 2) * j])
    bond = a / math.sqrt(3)
    up = np.array([0.0, bond])
    points = np.concatenate([centres + up, centres - up])
    turn = math.radians(orientation)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    points = points @ rotation.T + np.array([width / 2, height / 2]) + np.asarray(offset)
    inside = ((points >= 0) & (points <= [width, height])).all(axis=1)
    points = points[inside]
    points = points[np.lexsort((points[:, 0], points[:, 1]))]
    sheet = remove_loose_atoms(Sheet(points, ("C",) * len(points), neighbours(points, 1.2 * bond)))
    if len(sheet) == 0:
        raise UsageError(
            f"a sheet of {width:g} x {height:g} angstrom holds no ring: make it larger"
        )
    return sheet


def remove_atoms(sheet: Sheet, atoms: Iterable[int]) -> Sheet:
    """Remove atoms and their bonds, and move nothing.

    Parameters
    ----------
    sheet : Sheet
        The sheet to start from.
    atoms : iterable of int
        Indices of the atoms that go.

    Returns
    -------
    Sheet
        The other atoms in their order.
    """
    kept = np.ones(len(sheet), dtype=bool)
    kept[np.fromiter(atoms, dtype=np.int64)] = False
    number = np.cumsum(kept) - 1
    bonds = sheet.bonds[kept[sheet.bonds].all(axis=1)]
    elements = tuple(e for e, k in zip(sheet.elements, kept, strict=True) if k)
    return Sheet(sheet.positions[kept], elements, number[bonds])


def remove_loose_atoms(sheet: Sheet) -> Sheet:
    """Remove atoms with fewer than two bonds until there are none."""
    return remove_atoms(sheet, np.flatnonzero(loose_atoms(sheet.bonds, len(sheet))))


def loose_atoms(bonds: NDArray[np.int64], number: int) -> NDArray[np.bool_]:
    """Return which of so many atoms go if those with fewer than two bonds do, again and again."""
    degree = np.bincount(bonds.ravel(), minlength=number)
    while (degree[bonds] < 2).any():
        bonds = bonds[(degree[bonds] >= 2).all(axis=1)]
        degree = np.bincount(bonds.ravel(), minlength=number)
    loose: NDArray[np.bool_] = degree < 2
    return loose


def substitute(sheet: Sheet, atom: int, element: str) -> Sheet:
    """Replace an atom by one of another element, and move nothing.

    Parameters
    ----------
    sheet : Sheet
        The sheet to start from.
    atom : int
        Index of the atom.
    element : str
        Its new chemical symbol.

    Returns
    -------
    Sheet
        The same positions and bonds.
    """
    elements = list(sheet.elements)
    elements[atom] = element
    return replace(sheet, elements=tuple(elements))


def with_bonds(
    sheet: Sheet,
    *,
    cut: Iterable[tuple[int, int]] = (),
    made: Iterable[tuple[int, int]] = (),
) -> Sheet:
    """Cut some bonds and make others; no atom moves."""
    n = len(sheet)

    def keys(pairs: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
        return np.array([min(p) * n + max(p) for p in pairs], dtype=np.int64)

    kept = np.setdiff1d(sheet.bonds[:, 0] * n + sheet.bonds[:, 1], keys(cut))
    all_bonds = np.union1d(kept, keys(made))
    return replace(sheet, bonds=np.column_stack([all_bonds // n, all_bonds % n]))
