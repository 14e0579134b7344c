"""Defects made by editing the bonds of a sheet, then letting the atoms settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.structures._circuit import ring_centres
from sixring.structures._faces import planar_faces
from sixring.structures._relax import relax
from sixring.structures._sheet import (
    LATTICE_CONSTANT,
    Sheet,
    remove_atoms,
    remove_loose_atoms,
    substitute,
    with_bonds,
)

__all__ = ["PLANTABLE", "plant", "rotate_bond"]

_REACH = 7.0
"""Rings this near to a defect's centre must be sixes of carbon, in angstrom."""
_SETTLE = 14.0
"""Atoms this near to a defect's centre move when it is relaxed, in angstrom."""


def rotate_bond(sheet: Sheet, i: int, j: int) -> Sheet:
    """Rotate a bond by 90 degrees: the Stone-Wales step.

    The two rings beside the bond lose a member each, the two at its ends win one.

    Parameters
    ----------
    sheet : Sheet
        The sheet to start from.
    i, j : int
        Two bonded atoms with three bonds each.

    Returns
    -------
    Sheet
        The bonds exchanged and the two atoms turned; nothing is relaxed.

    Raises
    ------
    UsageError
        If the atoms aren't bonded or one of them doesn't have three bonds.
    """
    around = [sheet.bonded_to(atom).tolist() for atom in (i, j)]
    if j not in around[0] or len(around[0]) != 3 or len(around[1]) != 3:
        raise UsageError(
            f"the bond {i}-{j} can't be rotated: it must join two atoms with three bonds each"
        )
    # Counter-clockwise from the bond itself; turning it that way, i comes to the side where its
    # last neighbour and j's first lie.
    i_first, _ = _after(around[0], j)
    j_first, _ = _after(around[1], i)
    centre = (sheet.positions[i] + sheet.positions[j]) / 2
    positions = sheet.positions.copy()
    for atom in (i, j):
        dx, dy = sheet.positions[atom] - centre
        positions[atom] = centre + np.array([-dy, dx])
    edited = with_bonds(sheet, cut=[(i, i_first), (j, j_first)], made=[(i, j_first), (j, i_first)])
    return replace(edited, positions=positions)


def plant(
    sheet: Sheet,
    name: str,
    *,
    near: tuple[float, float],
    turn: int = 0,
    atoms: int = 6,
) -> Sheet:
    """Plant a defect at the lattice site nearest to a position, and relax its surroundings.

    Parameters
    ----------
    sheet : Sheet
        Where it goes; the neighbourhood must be perfect.
    name : str
        One of :data:`PLANTABLE`.
    near : tuple of float
        x, y in angstrom.
    turn : int
        Which of the three directions that the lattice has it takes: 0, 1 or 2.
    atoms : int
        Size of a ``hole``: this many of the nearest atoms go, and then those that hang on by one
        bond alone.

    Returns
    -------
    Sheet
        The sheet with the defect, at the minimum of the valence force field.

    Raises
    ------
    UsageError
        If there is no such defect, `turn` isn't 0, 1 or 2, or the place isn't perfect.
    """
    if name != "hole" and name not in _EDITS:
        raise UsageError(
            f"the defect {name!r} can't be planted: choose one of {', '.join(PLANTABLE)}"
        )
    if turn not in (0, 1, 2):
        raise UsageError(f"turn is one of the lattice's three directions: 0, 1 or 2, not {turn}")
    if atoms < 1:
        raise UsageError(f"a hole lacks at least one atom, not atoms={atoms}")
    point = np.asarray(near, dtype=np.float64)
    reach = _REACH + (LATTICE_CONSTANT * np.sqrt(atoms / np.pi) if name == "hole" else 0.0)
    _require_perfect(sheet, name, point, reach)
    if name == "hole":
        far = np.linalg.norm(sheet.positions - point, axis=1)
        edited = remove_loose_atoms(remove_atoms(sheet, np.argsort(far, kind="stable")[:atoms]))
    else:
        edited = _EDITS[name](sheet, point, turn)
    return settle(edited, near, reach - _REACH + _SETTLE)


def settle(sheet: Sheet, near: tuple[float, float], radius: float = _SETTLE) -> Sheet:
    """Relax the atoms within a radius (angstrom) of a position, the border held."""
    degree = np.bincount(sheet.bonds.ravel(), minlength=len(sheet))
    lower, upper = sheet.positions.min(axis=0), sheet.positions.max(axis=0)
    border = ((sheet.positions < lower + 3) | (sheet.positions > upper - 3)).any(axis=1)
    free = (np.linalg.norm(sheet.positions - near, axis=1) < radius) & ~border & (degree > 0)
    return relax(sheet, free)


def _require_perfect(sheet: Sheet, name: str, point: NDArray[np.float64], reach: float) -> None:
    """Refuse a place where another defect or the border is."""
    near = np.linalg.norm(sheet.positions - point, axis=1) < reach
    threefold = np.bincount(sheet.bonds.ravel(), minlength=len(sheet)) == 3
    carbon = all(sheet.elements[k] == "C" for k in np.flatnonzero(near))
    sizes, _ = _rings_near(sheet, point, reach)
    if not (near.any() and threefold[near].all() and carbon and (sizes == 6).all()):
        raise UsageError(
            f"{name} can't be planted at ({point[0]:g}, {point[1]:g}): another defect or the "
            f"border of the sheet is within {reach:.0f} angstrom"
        )


def _rings_near(
    sheet: Sheet, point: NDArray[np.float64], reach: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return sizes and centres of the rings whose atoms are all within reach."""
    near = np.linalg.norm(sheet.positions - point, axis=1) < reach
    local = np.flatnonzero(near)
    number = np.cumsum(near) - 1
    bonds = number[sheet.bonds[near[sheet.bonds].all(axis=1)]]
    rings = planar_faces(sheet.positions[local], bonds)
    return np.array([len(r) for r in rings]), ring_centres(sheet.positions[local], rings)


def _after(ordered: list[int], atom: int) -> list[int]:
    """Return the others of a cyclic order, from the one after `atom` on."""
    k = ordered.index(atom)
    return ordered[k + 1 :] + ordered[:k]


def _nearest(sheet: Sheet, point: NDArray[np.float64]) -> int:
    return int(np.linalg.norm(sheet.positions - point, axis=1).argmin())


def _number_after(removed: list[int], atom: int) -> int:
    """Return the index of an atom once others are gone."""
    return atom - sum(r < atom for r in removed)


def _vacancy_open(sheet: Sheet, point: NDArray[np.float64], turn: int) -> Sheet:
    return remove_atoms(sheet, [_nearest(sheet, point)])


def _vacancy(sheet: Sheet, point: NDArray[np.float64], turn: int) -> Sheet:
    site = _nearest(sheet, point)
    around = sheet.bonded_to(site).tolist()
    dangling = _after(around, around[turn])
    a, b = (_number_after([site], n) for n in dangling)
    return with_bonds(remove_atoms(sheet, [site]), made=[(a, b)])


def _divacancy(sheet: Sheet, point: NDArray[np.float64], turn: int) -> Sheet:
    return _divacancy_and_chain(sheet, point, turn)[0]


def _divacancy_and_chain(
    sheet: Sheet, point: NDArray[np.float64], turn: int
) -> tuple[Sheet, tuple[int, int]]:
    """Return the 5-8-5 divacancy and the middle bond of one of its eight's sides."""
    site = _nearest(sheet, point)
    other = int(sheet.bonded_to(site)[turn])
    gone = [site, other]
    a = _after(sheet.bonded_to(site).tolist(), other)
    b = _after(sheet.bonded_to(other).tolist(), site)
    # Of the six beside the bond, a[0] and b[-1] lie on one side: their outer neighbours are
    # bonded to each other.
    side_a = {int(n) for n in sheet.bonded_to(a[0])} - {site}
    side_b = {int(n) for n in sheet.bonded_to(b[-1])} - {other}
    x, y = next((p, q) for p in sorted(side_a) for q in sorted(side_b) if q in sheet.bonded_to(p))
    made = [tuple(_number_after(gone, n) for n in pair) for pair in (a, b)]
    edited = with_bonds(remove_atoms(sheet, gone), made=[(p[0], p[1]) for p in made])
    return edited, (_number_after(gone, x), _number_after(gone, y))


def _divacancy_555777(sheet: Sheet, point: NDArray[np.float64], turn: int) -> Sheet:
    edited, bond = _divacancy_and_chain(sheet, point, turn)
    # Relaxed first: a bond is turned among atoms that lie where their bonds want them.
    return rotate_bond(settle(edited, (float(point[0]), float(point[1]))), *bond)


def _divacancy_5555_6_7777(sheet: Sheet, point: NDArray[np.float64], turn: int) -> Sheet:
    around = (float(point[0]), float(point[1]))
    edited = settle(_divacancy_555777(sheet, point, turn), around)
    rings = edited.rings()
    centres = ring_centres(edited.positions, rings)
    sevens = [
        k for k in np.argsort(np.linalg.norm(centres - point, axis=1))[:12] if len(rings[k]) == 7
    ]
    of_atom: dict[int, set[int]] = {}
    for k, ring in enumerate(rings):
        for atom in ring:
            of_atom.setdefault(int(atom), set()).add(k)
    # The bond of a seven whose other side and both ends are sixes: the middle one of three.
    for k in sevens:
        members = rings[k].tolist()
        for i, j in zip(members, members[1:] + members[:1], strict=True):
            others = (of_atom[i] | of_atom[j]) - {k}
            if all(len(rings[other]) == 6 for other in others):
                return rotate_bond(edited, i, j)
    raise AssertionError("a 555-777 divacancy has three bonds that make it 5555-6-7777")


def _stone_wales(sheet: Sheet, point: NDArray[np.float64], turn: int) -> Sheet:
    site = _nearest(sheet, point)
    return rotate_bond(sheet, site, int(sheet.bonded_to(site)[turn]))


def _flower(sheet: Sheet, point: NDArray[np.float64], turn: int) -> Sheet:
    _, centres = _rings_near(sheet, point, _REACH)
    centre = centres[np.linalg.norm(centres - point, axis=1).argmin()]
    offset = sheet.positions - centre
    disc = np.argsort(np.linalg.norm(offset, axis=1), kind="stable")[:24]
    in_disc = np.zeros(len(sheet), dtype=bool)
    in_disc[disc] = True
    leaving = sheet.bonds[in_disc[sheet.bonds].sum(axis=1) == 1]
    inner = np.where(in_disc[leaving[:, 0]], leaving[:, 0], leaving[:, 1])
    outer = leaving.sum(axis=1) - inner
    angle = np.arctan2(offset[inner, 1], offset[inner, 0])
    inner, outer = inner[np.argsort(angle)], outer[np.argsort(angle)]
    # Turned by 30 degrees, each of the twelve atoms at the rim faces the next one's neighbour.
    edited = with_bonds(
        sheet,
        cut=[(int(i), int(o)) for i, o in zip(inner, outer, strict=True)],
        made=[(int(i), int(o)) for i, o in zip(inner, np.roll(outer, -1), strict=True)],
    )
    c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
    positions = sheet.positions.copy()
    positions[disc] = centre + offset[disc] @ np.array([[c, s], [-s, c]])
    return replace(edited, positions=positions)


def _substitution(element: str) -> Callable[[Sheet, NDArray[np.float64], int], Sheet]:
    def edit(sheet: Sheet, point: NDArray[np.float64], turn: int) -> Sheet:
        return substitute(sheet, _nearest(sheet, point), element)

    return edit


def _silicon_in_divacancy(sheet: Sheet, point: NDArray[np.float64], turn: int) -> Sheet:
    site = _nearest(sheet, point)
    other = int(sheet.bonded_to(site)[turn])
    four = _after(sheet.bonded_to(site).tolist(), other)
    four += _after(sheet.bonded_to(other).tolist(), site)
    positions = sheet.positions.copy()
    positions[site] = (positions[site] + positions[other]) / 2
    edited = substitute(replace(sheet, positions=positions), site, "Si")
    edited = remove_atoms(edited, [other])
    silicon = _number_after([other], site)
    return with_bonds(edited, made=[(silicon, _number_after([other], n)) for n in four])


_EDITS: dict[str, Callable[[Sheet, NDArray[np.float64], int], Sheet]] = {
    "SV": _vacancy,
    "SV-open": _vacancy_open,
    "DV-585": _divacancy,
    "DV-555777": _divacancy_555777,
    "DV-5555-6-7777": _divacancy_5555_6_7777,
    "SW": _stone_wales,
    "flower": _flower,
    "Si-C3": _substitution("Si"),
    "Si-C4": _silicon_in_divacancy,
    "N": _substitution("N"),
    "B": _substitution("B"),
}

PLANTABLE: tuple[str, ...] = (*_EDITS, "hole")
"""Names of the defects that :func:`plant` can make."""
