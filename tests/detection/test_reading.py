"""The likeliest structure: which rings touch, what lies on edges, and what is turned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from detection_cases import triangular
from sighted_structures import STEP, Sighted, sighted, sure, without_atom, without_ring
from sixring.detection._reading import read
from sixring.detection._sightings import Sightings
from sixring.lattice import GRAPHENE
from sixring.structures import library

# Holes are area, not rings. Of a ring of three it is seen that it has four members at most.
POINT_DEFECTS = sorted(
    variant
    for variant, entry in library().items()
    if entry.anchor is not None and "hole" not in variant
)


def sixes(points: NDArray[np.float64], sizes: NDArray[np.float64] | None = None) -> Sightings:
    """Sixes at points, without a sight of any atom."""
    n = len(points)
    return Sightings(
        rings=points,
        ring_probability=np.ones(n),
        sizes=sure(np.full(n, 6)) if sizes is None else sizes,
        atoms=np.empty((0, 2)),
        elements=(),
        atom_probability=np.empty(0),
    )


def squeezed() -> tuple[NDArray[np.float64], list[int], list[int]]:
    """A perfect sheet in which two rings that don't touch came nearer than the two between."""
    points = triangular(9, 10) * 0.25 / STEP
    a = 4 * 10 + 4
    ends, beyond = [a, a + 1], [a + 10, a - 9]
    middle = points[ends].mean(axis=0)
    away = points[beyond] - middle
    # 60 degrees opposite to the edge on either side become more than 90.
    points[beyond] = middle + away * 0.45
    return points, ends, beyond


def test_the_cases_are_there() -> None:
    assert {"SV", "SV-open", "DV-585", "SW-flat", "flower", "Si-C3", "Si-C4"} <= set(POINT_DEFECTS)


@pytest.mark.parametrize("variant", POINT_DEFECTS)
def test_every_defect_of_the_library_is_read(variant: str) -> None:
    case = sighted(variant)
    found = read(case.seen, STEP)
    assert found.closed.mean() > 0.7
    assert found.sizes[found.closed].tolist() == case.sizes[found.closed].tolist()
    assert (case.sizes[found.closed] != 6).sum() == (case.sizes != 6).sum()


@pytest.mark.parametrize(
    ("variant", "on_edge", "shared"),
    [("SV", 1, 0), ("SV-open", 3, 0), ("Si-C4", 0, 1), ("DV-585", 0, 0), ("Si-C3", 0, 0)],
)
def test_atoms_of_two_and_of_four_bonds(variant: str, on_edge: int, shared: int) -> None:
    case = sighted(variant)
    found = read(case.seen, STEP)
    assert (len(found.on_edge), len(found.shared)) == (on_edge, shared)
    bonds = [sum(atom in ring for ring in case.rings) for atom in found.on_edge.values()]
    assert bonds == [2] * on_edge
    assert [case.seen.elements[atom] for atom in found.shared.values()] == ["Si"] * shared
    # No atom stands for more than one thing.
    every = [*found.atom[found.atom >= 0], *found.on_edge.values()]
    assert len(every) - len(set(every)) == shared


@pytest.mark.parametrize("variant", ["SV", "DV-555777", "SW-flat", "flower", "Si-C4"])
@pytest.mark.parametrize("seed", range(3))
def test_noise_on_the_places_is_made_up_for_by_the_sizes(variant: str, seed: int) -> None:
    case = sighted(variant, noise=0.2, seed=seed)
    found = read(case.seen, STEP)
    middle = case.seen.rings.mean(axis=0)
    inner = found.closed & (np.linalg.norm(case.seen.rings - middle, axis=1) * STEP < 10.0)
    assert inner.sum() > 50
    assert found.sizes[inner].tolist() == case.sizes[inner].tolist()


def test_an_edge_is_turned_where_sixes_were_seen() -> None:
    points, ends, beyond = squeezed()
    found = read(sixes(points), STEP)
    assert (found.sizes[[*ends, *beyond]] == 6).all()
    assert ends in found.made.edges.tolist()


def test_an_edge_stays_where_fives_and_sevens_were_seen() -> None:
    points, ends, beyond = squeezed()
    sizes = np.full(len(points), 6)
    sizes[ends], sizes[beyond] = 5, 7
    found = read(sixes(points, sure(sizes)), STEP)
    assert found.sizes[ends].tolist() == [5, 5]
    assert found.sizes[beyond].tolist() == [7, 7]


def test_places_decide_where_the_sizes_tell_nothing() -> None:
    points, ends, _ = squeezed()
    found = read(sixes(points, np.full((len(points), 7), 1 / 7)), STEP)
    assert found.sizes[ends].tolist() == [5, 5]


def test_an_atom_too_many_changes_no_ring_that_is_sure() -> None:
    case = sighted("DV-585")
    one = case.seen.rings[len(case.seen.rings) // 2]
    more = replace(
        case.seen,
        atoms=np.concatenate([case.seen.atoms, [one]]),
        elements=(*case.seen.elements, "C"),
        atom_probability=np.append(case.seen.atom_probability, 0.9),
    )
    found = read(more, STEP)
    assert found.sizes[found.closed].tolist() == case.sizes[found.closed].tolist()
    assert not found.on_edge


def test_carbon_beside_a_foreign_atom_doesn_t_take_its_place() -> None:
    case = sighted("Si-C3")
    (silicon,) = (k for k, element in enumerate(case.seen.elements) if element == "Si")
    atoms = case.seen.atoms.copy()
    middle = atoms[silicon].copy()
    # Half an angstrom off, and carbon in the middle of the three rings.
    atoms[silicon, 0] += 0.5 / STEP
    more = replace(
        case.seen,
        atoms=np.concatenate([atoms, [middle]]),
        elements=(*case.seen.elements, "C"),
        atom_probability=np.append(case.seen.atom_probability, 0.9),
    )
    assert silicon in read(more, STEP).atom.tolist()


def two_bonds(case: Sighted) -> list[int]:
    """Return the atoms that only two rings share."""
    rings = np.bincount(np.concatenate(case.rings), minlength=len(case.seen.atoms))
    inner = np.unique(np.concatenate([ring for ring in case.rings if len(ring) != 6]))
    return [int(atom) for atom in inner if rings[atom] == 2]


def test_an_atom_with_two_bonds_is_supposed_where_the_rings_want_it() -> None:
    case = sighted("SV")
    (atom,) = two_bonds(case)
    found = read(without_atom(case.seen, atom), STEP)
    assert found.sizes[found.closed].tolist() == case.sizes[found.closed].tolist()
    assert list(found.on_edge.values()) == [-1]


def test_one_ring_that_is_known_is_enough_to_suppose_an_atom() -> None:
    case = sighted("SV")
    (atom,) = two_bonds(case)
    nine, six = sorted(
        (k for k, ring in enumerate(case.rings) if atom in ring), key=lambda k: -int(case.sizes[k])
    )
    assert (case.sizes[nine], case.sizes[six]) == (9, 6)
    # A neighbour of the six alone is gone, so that it isn't closed any more.
    beside = [set(case.rings[six].tolist()) & set(ring.tolist()) for ring in case.rings]
    touches = [bool(set(case.rings[nine].tolist()) & set(ring.tolist())) for ring in case.rings]
    gone = next(
        k for k, shared in enumerate(beside) if len(shared) == 2 and k != six and not touches[k]
    )
    seen = without_ring(without_atom(case.seen, atom), gone)
    found = read(seen, STEP)
    kept = [k for k in range(len(case.rings)) if k != gone]
    assert not found.closed[kept.index(six)]
    assert found.sizes[kept.index(nine)] == 9
    assert list(found.on_edge.values()) == [-1]


def test_none_is_supposed_where_the_rings_are_hardly_likelier() -> None:
    case = sighted("SV")
    (atom,) = two_bonds(case)
    seen = without_atom(case.seen, atom)
    # Eight and nine, five and six, each nearly as likely as the other.
    doubt = seen.sizes.copy()
    for ring in np.flatnonzero([atom in ring for ring in case.rings]):
        column = case.sizes[ring] - 4
        doubt[ring, column - 1 : column + 1] = 0.4, 0.6
    found = read(replace(seen, sizes=doubt), STEP)
    assert found.on_edge == {}


def middle_ring(case: Sighted) -> int:
    (ring,) = (k for k, ring in enumerate(case.rings) if len(ring) == 3)
    return ring


class TestThreeForeignAtoms:
    def test_they_are_bonded_where_the_rings_want_it(self) -> None:
        case = sighted("Si-cluster-3")
        ring = middle_ring(case)
        found = read(without_ring(case.seen, ring), STEP)
        sizes = np.delete(case.sizes, ring)
        assert found.sizes[found.closed].tolist() == sizes[found.closed].tolist()
        ((triangle, round_it),) = found.vacant.items()
        assert found.atom[triangle] == -1
        symbols = [case.seen.elements[atom] for atom in found.atom[list(round_it)]]
        assert symbols == ["Si"] * 3

    def test_not_where_sixes_were_seen(self) -> None:
        case = sighted("Si-cluster-3")
        seen = without_ring(case.seen, middle_ring(case))
        found = read(replace(seen, sizes=sure(np.full(len(seen.rings), 6))), STEP)
        assert found.vacant == {}

    def test_not_where_they_are_carbon(self) -> None:
        case = sighted("Si-cluster-3")
        seen = without_ring(case.seen, middle_ring(case))
        found = read(replace(seen, elements=("C",) * len(seen.elements)), STEP)
        assert found.vacant == {}


def test_atoms_that_werent_seen_leave_the_rings_as_they_are() -> None:
    case = sighted("DV-555777")
    blind = replace(case.seen, atoms=np.empty((0, 2)), elements=(), atom_probability=np.empty(0))
    found = read(blind, STEP)
    assert found.sizes[found.closed].tolist() == case.sizes[found.closed].tolist()
    assert (found.atom == -1).all()


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_too_few_rings_are_read_as_none(number: int) -> None:
    points = np.array([[10.0, 10.0], [10.0, 10.0 + GRAPHENE / STEP], [20.6, 16.15]])[:number]
    found = read(sixes(points), STEP)
    assert not found.closed.any()
    assert len(found.made.triangles) == (number == 3)


def test_turning_the_image_changes_nothing() -> None:
    case = sighted("flower", noise=0.1)
    turned = replace(case.seen, rings=case.seen.rings[:, ::-1], atoms=case.seen.atoms[:, ::-1])
    one, other = read(case.seen, STEP), read(turned, STEP)
    assert one.sizes[one.closed].tolist() == other.sizes[other.closed].tolist()
