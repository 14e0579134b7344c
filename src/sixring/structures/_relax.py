"""A valence force field for a sheet whose bonds are given.

The energy is Keating's (Phys. Rev. 145, 637, 1966) with three angles at each atom instead of
six and constants of the size that fits graphene. It knows the bonds and keeps them, so what is
relaxed is the shape of a given topology: it can't choose between reconstructions, and its
energies mean nothing beside those of a real potential.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.structures._sheet import BOND, Sheet

__all__ = ["relax"]

# Bond-bending over bond-stretching constant.
_BENDING = 0.2
# Atoms with fewer than three bonds keep farther apart than second neighbours, unless they are
# such: then the angle at the atom between them sees to it.
_APART = 2.65
_REPULSION = 0.3
# In projection: silicon with three neighbours stands out of the plane, which shortens its bonds
# from the 1.8 angstrom that they have in space; silicon with four lies in it.
_LENGTHS = {"C": BOND, "N": 1.41, "B": 1.48, "Si": 1.80}
_FOURFOLD_SILICON = 1.85


@dataclass(frozen=True, eq=False)
class _Terms:
    """The energy's terms: bonds (i, j), angles (i, centre, k) and pairs that repel."""

    bonds: NDArray[np.int64]
    lengths: NDArray[np.float64]
    angles: NDArray[np.int64]
    cosines: NDArray[np.float64]
    sides: NDArray[np.float64]
    """Product of the two bonds' rest lengths, for each angle."""
    pairs: NDArray[np.int64]

    def energy(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the energy and its gradient at positions `x`, shape (n, 2)."""
        gradient = np.zeros_like(x)

        i, j = self.bonds.T
        d = x[j] - x[i]
        square = self.lengths**2
        miss = (d**2).sum(axis=1) - square
        energy = float((3 / 16 * miss**2 / square).sum())
        pull = (3 / 4 * miss / square)[:, None] * d
        _add(gradient, j, pull)
        _add(gradient, i, -pull)

        i, centre, k = self.angles.T
        u, v = x[i] - x[centre], x[k] - x[centre]
        bend = (u * v).sum(axis=1) - self.sides * self.cosines
        energy += float((3 / 8 * _BENDING * bend**2 / self.sides).sum())
        factor = (3 / 4 * _BENDING * bend / self.sides)[:, None]
        _add(gradient, i, factor * v)
        _add(gradient, k, factor * u)
        _add(gradient, centre, -factor * (u + v))

        if len(self.pairs):
            i, j = self.pairs.T
            d = x[j] - x[i]
            distance = np.linalg.norm(d, axis=1)
            short = np.maximum(_APART - distance, 0.0)
            energy += float((_REPULSION / 2 * short**2).sum())
            push = (_REPULSION * short / distance)[:, None] * d
            _add(gradient, j, -push)
            _add(gradient, i, push)
        return energy, gradient


def relax(sheet: Sheet, free: NDArray[np.bool_]) -> Sheet:
    """Move atoms to where the valence force field has its minimum.

    Parameters
    ----------
    sheet : Sheet
        The sheet to start from; its bonds are kept.
    free : ndarray of bool, shape (n,)
        The atoms that may move.

    Returns
    -------
    Sheet
        The same atoms and bonds at new positions.
    """
    # Only here: a detection needs the sheets of this room, and none of the optimizers.
    from scipy.optimize import minimize

    # Only the free atoms and those that they feel enter, whatever the size of the sheet.
    feels = free.copy()
    for _ in range(2):
        touched = feels[sheet.bonds].any(axis=1)
        feels[sheet.bonds[touched].ravel()] = True
    local = np.flatnonzero(feels)
    number = np.full(len(sheet), -1)
    number[local] = np.arange(len(local))
    terms = _terms(sheet, free, number)
    start = sheet.positions[local]
    moving = free[local]

    def objective(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        x = start.copy()
        x[moving] = flat.reshape(-1, 2)
        energy, gradient = terms.energy(x)
        return energy, gradient[moving].ravel()

    found = minimize(
        objective,
        start[moving].ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500, "ftol": 1e-10, "gtol": 1e-5},
    )
    positions = sheet.positions.copy()
    positions[free] = found.x.reshape(-1, 2)
    return replace(sheet, positions=positions)


def _add(total: NDArray[np.float64], at: NDArray[np.int64], what: NDArray[np.float64]) -> None:
    # np.bincount is several times faster than np.add.at.
    for axis in range(2):
        total[:, axis] += np.bincount(at, what[:, axis], minlength=len(total))


def _rest_lengths(sheet: Sheet, degree: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the rest length of each bond: that of the more unusual of its two atoms."""
    own = np.array([_LENGTHS[e] for e in sheet.elements])
    silicon = np.array([e == "Si" for e in sheet.elements])
    own[silicon & (degree >= 4)] = _FOURFOLD_SILICON
    pair = own[sheet.bonds]
    rarer = np.abs(pair - BOND).argmax(axis=1)
    lengths: NDArray[np.float64] = pair[np.arange(len(pair)), rarer]
    return lengths


def _terms(sheet: Sheet, free: NDArray[np.bool_], number: NDArray[np.int64]) -> _Terms:
    """Collect the terms that change when the free atoms move, renumbered by `number`."""
    degree = np.bincount(sheet.bonds.ravel(), minlength=len(sheet))
    lengths = _rest_lengths(sheet, degree)

    # Half-edges sorted round each atom: neighbours in this order make the angles.
    centre = np.concatenate([sheet.bonds[:, 0], sheet.bonds[:, 1]])
    other = np.concatenate([sheet.bonds[:, 1], sheet.bonds[:, 0]])
    rest = np.concatenate([lengths, lengths])
    step = sheet.positions[other] - sheet.positions[centre]
    order = np.lexsort((np.arctan2(step[:, 1], step[:, 0]), centre))
    centre, other, rest = centre[order], other[order], rest[order]
    after = np.arange(1, len(centre) + 1)
    last = np.cumsum(degree) - 1
    has_bonds = degree > 0
    after[last[has_bonds]] = (last - degree + 1)[has_bonds]
    # An atom with two bonds has one angle, not the same one twice.
    real = (degree[centre] > 2) | ((degree[centre] == 2) & (after > np.arange(len(centre))))
    angles = np.column_stack([other, centre, other[after]])[real]
    sides = (rest * rest[after])[real]
    opening = np.where(degree[angles[:, 1]] == 4, np.pi / 2, 2 * np.pi / 3)
    opening = np.where(degree[angles[:, 1]] > 4, 2 * np.pi / degree[angles[:, 1]], opening)

    felt = free[angles].any(axis=1)
    stretched = free[sheet.bonds].any(axis=1)
    return _Terms(
        bonds=number[sheet.bonds[stretched]],
        lengths=lengths[stretched],
        angles=number[angles[felt]],
        cosines=np.cos(opening[felt]),
        sides=sides[felt],
        pairs=_repelling(sheet, degree, angles, number),
    )


def _repelling(
    sheet: Sheet,
    degree: NDArray[np.int64],
    angles: NDArray[np.int64],
    number: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the near pairs of under-coordinated local atoms that no bond or angle holds."""
    poor = np.flatnonzero((degree < 3) & (number >= 0))
    if len(poor) < 2:
        return np.empty((0, 2), dtype=np.int64)
    pairs = poor[cKDTree(sheet.positions[poor]).query_pairs(4.0, output_type="ndarray")]
    pairs = np.sort(pairs.reshape(-1, 2), axis=1)
    held = np.concatenate([sheet.bonds, np.sort(angles[:, [0, 2]], axis=1)])
    n = len(sheet)
    free = ~np.isin(pairs[:, 0] * n + pairs[:, 1], held[:, 0] * n + held[:, 1])
    return number[pairs[free]]
