"""From sites to rings: faces, merged rings, reconstructed bonds, and how sure a size is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from detection_cases import NO_FOREIGN, STEP, triangular
from sixring.detection._atoms import Sites
from sixring.detection._centres import Centres
from sixring.detection._foreign import ForeignAtoms
from sixring.detection._graph import triangulate
from sixring.detection._rings import Structure, assemble

BLANK = np.zeros((130, 190), np.float32)
RINGS = triangular(10, 11)
MADE = triangulate(RINGS, np.full(len(RINGS), 0.01), BLANK, STEP)
ATOMS = RINGS[MADE.triangles].mean(axis=1)
MIDDLE = int(np.linalg.norm(ATOMS - ATOMS.mean(axis=0), axis=1).argmin())
BESIDE = np.argsort(np.linalg.norm(ATOMS - ATOMS[MIDDLE], axis=1))[1:4]
"""The three neighbours of the site in the middle."""
WHOLE = 8 * 9
"""Rings of the lattice that have all their six atoms."""


def sites_of(
    positions: NDArray[np.float64] = ATOMS, vacant: tuple[int, ...] = (), probability: float = 1.0
) -> Sites:
    occupied = np.ones(len(positions), bool)
    occupied[list(vacant)] = False
    return Sites(
        positions=positions.copy(),
        elements=np.full(len(positions), "C", dtype="U2"),
        probability=np.where(occupied, 1.0, 1 - probability),
        occupied=occupied,
        stands_for=np.arange(len(positions)),
        adrift=np.empty(0, np.intp),
    )


def rings_of(sites: Sites, *, error: float = 0.01, foreign: ForeignAtoms = NO_FOREIGN) -> Structure:
    centres = Centres(RINGS, np.full(len(RINGS), error / STEP))
    return assemble(centres, MADE, sites, foreign, STEP)


def sizes(structure: Structure) -> dict[int, int]:
    values, counts = np.unique([len(ring) for ring in structure.rings], return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def of_size(structure: Structure, size: int) -> float:
    """Probability of the one ring of this size."""
    (k,) = (k for k, ring in enumerate(structure.rings) if len(ring) == size)
    return float(structure.ring_probability[k])


def test_perfect_lattice_gives_only_sixes() -> None:
    structure = rings_of(sites_of())
    assert sizes(structure) == {6: WHOLE}
    assert len(structure.positions) == len(ATOMS)
    assert structure.elements == ("C",) * len(ATOMS)
    degree = np.bincount(structure.bonds.ravel())
    assert set(degree.tolist()) <= {1, 2, 3}
    length = np.diff(structure.positions[structure.bonds], axis=1)[:, 0]
    assert np.linalg.norm(length, axis=1) * STEP == pytest.approx(2.46 / np.sqrt(3))


def test_a_ring_lies_where_its_centre_was_found() -> None:
    structure = rings_of(sites_of())
    for centre, ring in zip(structure.centres, structure.rings, strict=True):
        assert (np.linalg.norm(RINGS - centre, axis=1) < 1e-9).any()
        assert structure.positions[ring].mean(axis=0) == pytest.approx(centre)


def test_bonds_and_rings_refer_to_occupied_sites() -> None:
    structure = rings_of(sites_of(vacant=(MIDDLE,)))
    kept = np.delete(ATOMS, MIDDLE, axis=0)
    np.testing.assert_array_equal(structure.positions, kept)
    bonded = {tuple(pair) for pair in structure.bonds.tolist()}
    assert len(bonded) == len(structure.bonds) == len(rings_of(sites_of()).bonds) - 3
    for ring in structure.rings:
        for i, j in zip(ring, np.roll(ring, 1), strict=True):
            assert (min(i, j), max(i, j)) in bonded


def test_vacancy_that_stays_open_is_a_ring_of_twelve() -> None:
    structure = rings_of(sites_of(vacant=(MIDDLE,)))
    assert sizes(structure) == {6: WHOLE - 3, 12: 1}
    (k,) = (k for k, ring in enumerate(structure.rings) if len(ring) == 12)
    # No centre stands for it: it lies in the middle of its atoms.
    assert structure.centres[k] == pytest.approx(ATOMS[MIDDLE])


@pytest.mark.parametrize(("gap", "expected"), [(2.0, {5: 1, 9: 1}), (2.2, {12: 1})])
def test_two_atoms_beside_a_vacancy_bond_when_they_are_near(
    gap: float, expected: dict[int, int]
) -> None:
    positions = ATOMS.copy()
    one, two = BESIDE[:2]
    middle = positions[[one, two]].mean(axis=0)
    for k in (one, two):
        away = positions[k] - middle
        positions[k] = middle + away * gap / STEP / 2 / np.linalg.norm(away)
    structure = rings_of(sites_of(positions, vacant=(MIDDLE,)))
    assert sizes(structure) == {6: WHOLE - 3, **expected}


def test_an_atom_makes_up_for_one_lost_bond_alone() -> None:
    # All three atoms beside the vacancy come together: two of them bond, the nearest two.
    positions = ATOMS.copy()
    for k, closer in zip(BESIDE, (0.70, 0.72, 0.78), strict=True):
        positions[k] = ATOMS[MIDDLE] + closer * (positions[k] - ATOMS[MIDDLE])
    structure = rings_of(sites_of(positions, vacant=(MIDDLE,)))
    assert sizes(structure) == {6: WHOLE - 3, 5: 1, 9: 1}
    number = np.cumsum(np.arange(len(ATOMS)) != MIDDLE) - 1
    new = structure.bonds[-1].tolist()
    assert new == sorted(number[BESIDE[:2]].tolist())


def test_two_neighbours_vacant() -> None:
    structure = rings_of(sites_of(vacant=(MIDDLE, int(BESIDE[0]))))
    assert sizes(structure) == {6: WHOLE - 4, 14: 1}


def test_missing_centre_leaves_one_large_ring() -> None:
    gone = int(np.linalg.norm(RINGS - RINGS.mean(axis=0), axis=1).argmin())
    points = np.delete(RINGS, gone, axis=0)
    made = triangulate(points, np.full(len(points), 0.04), BLANK, STEP)
    sites = sites_of(points[made.triangles].mean(axis=1))
    structure = assemble(Centres(points, np.full(len(points), 0.04)), made, sites, NO_FOREIGN, STEP)
    assert sizes(structure) == {6: WHOLE - 7, 18: 1}
    # Nobody looked whether atoms are missing there: as likely as not.
    assert of_size(structure, 18) == 0.5


def test_ring_round_a_vacancy_is_as_sure_as_the_vacancy() -> None:
    structure = rings_of(sites_of(vacant=(MIDDLE,), probability=0.83))
    assert of_size(structure, 12) == pytest.approx(0.83)


def test_of_two_vacancies_the_less_sure_counts() -> None:
    sites = sites_of(vacant=(MIDDLE, int(BESIDE[0])), probability=0.9)
    sites.probability[BESIDE[0]] = 0.4
    assert of_size(rings_of(sites), 14) == pytest.approx(0.6)


def four_bonded() -> Sites:
    """Sites of which the one in the middle and a neighbour are one atom of silicon."""
    sites = sites_of()
    double = int(BESIDE[0])
    sites.elements[MIDDLE] = "Si"
    sites.probability[MIDDLE] = 0.75
    sites.positions[MIDDLE] = (ATOMS[MIDDLE] + ATOMS[double]) / 2
    sites.occupied[double] = False
    sites.stands_for[double] = MIDDLE
    return sites


def test_dopant_with_four_bonds_merges_two_sites() -> None:
    structure = rings_of(four_bonded())
    silicon = structure.elements.index("Si")
    assert structure.elements.count("Si") == 1
    assert len(structure.positions) == len(ATOMS) - 1
    assert (structure.bonds == silicon).sum() == 4
    # The two rings that the bond between the sites parted lose a member each.
    assert sizes(structure) == {6: WHOLE - 2, 5: 2}


def test_rings_beside_a_dopant_with_four_bonds_are_as_sure_as_others() -> None:
    """Turning the edge between the dopant's two sites changes no ring: it decides on none."""
    structure = rings_of(four_bonded(), error=0.3)
    plain = rings_of(sites_of(), error=0.3)
    fives = [k for k, ring in enumerate(structure.rings) if len(ring) == 5]
    sixes = np.median(plain.ring_probability)
    assert 0.5 < sixes < structure.ring_probability[fives].min() < 1
    assert structure.ring_probability[fives] ** (12 / 11) == pytest.approx(sixes, rel=0.02)


def test_atoms_adrift_have_neither_bonds_nor_rings() -> None:
    foreign = ForeignAtoms(
        np.array([[3.0, 4.0], [50.0, 60.0]]),
        np.array([3.0, 4.0]),
        np.array([0.6, 0.7]),
        ("Si", "Si"),
    )
    plain = sites_of()
    sites = Sites(
        plain.positions,
        plain.elements,
        plain.probability,
        plain.occupied,
        plain.stands_for,
        np.array([1], np.intp),
    )
    structure = rings_of(sites, foreign=foreign)
    assert structure.elements[-1] == "Si"
    assert structure.elements.count("Si") == 1
    np.testing.assert_array_equal(structure.positions[-1], [50.0, 60.0])
    assert structure.atom_probability[-1] == 0.7
    assert structure.bonds.max() < len(structure.positions) - 1


def test_probability_falls_as_the_error_of_the_centres_grows() -> None:
    errors = (0.01, 0.1, 0.2, 0.3, 0.5, 0.9)
    found = [rings_of(sites_of(), error=error).ring_probability for error in errors]
    for probability in found:
        assert ((probability >= 0) & (probability <= 1)).all()
    middle = [float(np.median(probability)) for probability in found]
    assert middle[0] == pytest.approx(1.0)
    assert middle[-1] < 0.2
    assert all(a >= b for a, b in pairwise(middle))
    assert len(set(middle)) > 3


def test_probability_is_that_of_no_edge_being_turned() -> None:
    error = 0.3
    structure = rings_of(sites_of(), error=error)
    inside = np.linalg.norm(structure.centres - RINGS.mean(axis=0), axis=1).argmin()
    # Six edges meet in a ring and six lie across from it, each with a third of pi to spare.
    margin = np.pi / 3 / (np.sqrt(8) * error / 2.46)
    turned = 0.5 * (1 - np.vectorize(_error_function)(margin / np.sqrt(2)))
    assert structure.ring_probability[inside] == pytest.approx((1 - turned) ** 12, rel=1e-6)


def _error_function(x: float) -> float:
    """By its integral, to have it from elsewhere."""
    t = np.linspace(0, x, 20_001)
    return float(2 / np.sqrt(np.pi) * np.trapezoid(np.exp(-(t**2)), t))


def test_nothing_gives_nothing() -> None:
    points = np.empty((0, 2))
    made = triangulate(points, np.empty(0), BLANK, STEP)
    structure = assemble(
        Centres(points, np.empty(0)), made, sites_of(np.empty((0, 2))), NO_FOREIGN, STEP
    )
    assert structure.positions.shape == structure.centres.shape == (0, 2)
    assert structure.bonds.shape == (0, 2)
    assert structure.rings == []
    assert structure.elements == ()
    assert structure.ring_probability.shape == (0,)
