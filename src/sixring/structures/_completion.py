"""Which defect it is of which the border of the view hides a part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sixring.structures._bonds import bonds_of
from sixring.structures._catalogue import load_catalogue
from sixring.structures._circuit import ring_centres
from sixring.structures._faces import planar_faces
from sixring.structures._library import library
from sixring.structures._sheet import LATTICE_CONSTANT

__all__ = ["Whole", "complete_defect"]

_FEWEST, _LEAST_SHARE = 3, 0.4
_MOST = 0.6
"""Of such a share of its rings two are enough: a five beside an eight is a part of nothing else."""
_OFF = 0.25 * LATTICE_CONSTANT
"""A ring lies no farther from its place in the relaxed structure: strain and errors together."""
_LARGEST = 20.0
"""Angstrom: no odd ring of a defect is farther from the middle of some others of it."""
_TAKEN = 0.5 * LATTICE_CONSTANT
"""A place is that of another ring where the centre of this is nearer than so much."""


@dataclass(frozen=True)
class Whole:
    """A defect of the catalogue of which a part is seen."""

    name: str
    """As in the catalogue."""
    position: tuple[float, float]
    """Mean of the centres of all of its odd rings, seen or not; unit and axes as given."""
    missing_atoms: int | None
    """As in the catalogue."""
    hidden: int
    """Odd rings that aren't seen."""


@dataclass(frozen=True, eq=False)
class _Template:
    name: str
    missing_atoms: int | None
    centres: NDArray[np.float64]
    sizes: NDArray[np.int64]


def complete_defect(
    centres: NDArray[np.float64], sizes: NDArray[np.int64], others: NDArray[np.float64]
) -> Whole | None:
    """Find the defect of the catalogue of which some rings are a part.

    The centres are laid on those of the relaxed structures of the library, which are turned (each
    is its own mirror image), and must all come to lie on rings of their sizes; where the structure
    has more odd rings, no ring may be seen. Three fifths of its rings must be there, or three rings
    and two fifths.

    Parameters
    ----------
    centres : ndarray, shape (n, 2)
        Of the odd rings that are seen, angstrom.
    sizes : ndarray of int64, shape (n,)
        Their sizes.
    others : ndarray, shape (m, 2)
        Centres of the other rings that are seen, angstrom.

    Returns
    -------
    Whole or None
        That of which the fewest rings are hidden. None where nothing fits, or as few are hidden
        of another one.
    """
    fits = sorted(_fits(centres, sizes, others), key=lambda fit: fit[0])
    if not fits:
        return None
    (hidden, _), best = fits[0]
    if any(rank[0] == hidden and other.name != best.name for rank, other in fits):
        return None
    return best


def _fits(
    centres: NDArray[np.float64], sizes: NDArray[np.int64], others: NDArray[np.float64]
) -> Iterator[tuple[tuple[int, float], Whole]]:
    """Yield what fits, with the number of its hidden rings and the distance that remains."""
    n = len(centres)
    if n == 1:
        yield from _single(centres[0], int(sizes[0]))
    if not 2 <= n <= max(len(template.sizes) for template in _templates()):
        return
    # What is far away is no other ring of it.
    middle = centres.mean(axis=0)
    others = others[np.linalg.norm(others - middle, axis=1) < _LARGEST]
    # The farthest pair tells the direction best.
    between = np.linalg.norm(centres[:, None] - centres, axis=-1)
    pair = np.array(np.unravel_index(between.argmax(), between.shape))
    for template in _templates():
        hidden, share = len(template.sizes) - n, n / len(template.sizes)
        if hidden < 0 or share < (_LEAST_SHARE if n >= _FEWEST else _MOST):
            continue
        for two in _alike(template, between.max(), sizes[pair]):
            laid = _laid(template.centres, two, centres[pair])
            match = _matched(laid, template.sizes, centres, sizes)
            if match is None:
                continue
            laid = _laid(template.centres, match, centres)
            off = np.linalg.norm(laid[match] - centres, axis=1)
            free = np.delete(laid, match, axis=0)
            if off.max() > _OFF or _any_near(free, others):
                continue
            row, col = laid.mean(axis=0).tolist()
            whole = Whole(template.name, (row, col), template.missing_atoms, hidden)
            yield (hidden, float(off.mean())), whole


def _single(centre: NDArray[np.float64], size: int) -> Iterator[tuple[tuple[int, float], Whole]]:
    """Yield what has a ring of this size and no other odd one."""
    row, col = centre.tolist()
    for template in _templates():
        if template.sizes.tolist() == [size]:
            yield (0, 0.0), Whole(template.name, (row, col), template.missing_atoms, 0)


def _alike(
    template: _Template, distance: float, two: NDArray[np.int64]
) -> Iterator[NDArray[np.int64]]:
    """Yield the pairs of places of these two sizes that are so far apart."""
    between = np.linalg.norm(template.centres[:, None] - template.centres, axis=-1)
    alike = np.abs(between - distance) < 2 * _OFF
    alike &= (template.sizes[:, None] == two[0]) & (template.sizes == two[1])
    np.fill_diagonal(alike, False)
    yield from np.argwhere(alike)


def _laid(
    places: NDArray[np.float64], match: NDArray[np.int64], centres: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Turn and shift places so that the matched ones lie on the centres as well as they can.

    Kabsch 1976, Acta Crystallographica A 32, 922, of which two dimensions leave one angle.
    """
    middle, target = places[match].mean(axis=0), centres.mean(axis=0)
    here = (places - middle) @ (1, 1j)
    there = (centres - target) @ (1, 1j)
    product = np.vdot(here[match], there)
    turned = here * product / abs(product)
    laid: NDArray[np.float64] = np.column_stack([turned.real, turned.imag]) + target
    return laid


def _matched(
    laid: NDArray[np.float64],
    template_sizes: NDArray[np.int64],
    centres: NDArray[np.float64],
    sizes: NDArray[np.int64],
) -> NDArray[np.int64] | None:
    """Return the place of each centre, None where one has none of its size, or two the same."""
    distance = np.linalg.norm(centres[:, None] - laid, axis=-1)
    match: NDArray[np.int64] = distance.argmin(axis=1)
    fits = (distance.min(axis=1) < 2 * _OFF) & (template_sizes[match] == sizes)
    return match if fits.all() and len(set(match.tolist())) == len(match) else None


def _any_near(places: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    if len(places) == 0 or len(others) == 0:
        return False
    return bool((np.linalg.norm(places[:, None] - others, axis=-1) < _TAKEN).any())


@cache
def _templates() -> tuple[_Template, ...]:
    """Return the odd rings of what the catalogue knows by its rings alone."""
    missing = {
        entry.name: entry.missing_atoms
        for entry in load_catalogue()
        if entry.rule == "exact" and entry.census and not entry.dopants
    }
    found = []
    for relaxed in library().values():
        if relaxed.name not in missing:
            continue
        positions = relaxed.positions[:, :2]
        rings = planar_faces(positions, bonds_of(positions, relaxed.elements))
        sizes = np.array([len(ring) for ring in rings], np.int64)
        odd = sizes != 6
        found.append(
            _Template(
                relaxed.name,
                missing[relaxed.name],
                ring_centres(positions, rings)[odd],
                sizes[odd],
            )
        )
    return tuple(found)
