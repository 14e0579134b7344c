"""Rings at edges, and holes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from sighted_structures import STEP, Sighted, sighted
from sixring.detection._assembly import assembled
from sixring.detection._cells import AREAS, CELL
from sixring.detection._edges import with_edges_closed
from sixring.detection._reading import read
from sixring.detection._rings import Structure
from sixring.detection._sightings import Sightings
from sixring.structures import group_defects
from sixring.types import Region


def clear(seen: Sightings) -> NDArray[np.uint8]:
    rows, cols = np.ceil(seen.atoms.max(axis=0) / CELL).astype(int) + 5
    return np.zeros((rows, cols), np.uint8)


def shifted(case: Sighted) -> Sighted:
    """Put the first atom at positive pixels."""
    least = case.seen.atoms.min(axis=0) - 10
    seen = replace(case.seen, atoms=case.seen.atoms - least, rings=case.seen.rings - least)
    return case._replace(seen=seen)


def closed(seen: Sightings, area: NDArray[np.uint8] | None = None) -> tuple[Structure, Structure]:
    """Return a structure before and after its edges are closed."""
    reading = read(seen, STEP)
    before = assembled(reading, seen)
    area = clear(seen) if area is None else area
    return before, with_edges_closed(before, reading, seen, area, STEP)


def without(case: Sighted, gone: NDArray[np.bool_]) -> Sightings:
    """Take atoms away, and the rings that had them."""
    seen = case.seen
    rings = np.array([not gone[ring].any() for ring in case.rings])
    return replace(
        seen,
        rings=seen.rings[rings],
        ring_probability=seen.ring_probability[rings],
        sizes=seen.sizes[rings],
        atoms=seen.atoms[~gone],
        elements=tuple(np.array(seen.elements)[~gone]),
        atom_probability=seen.atom_probability[~gone],
    )


def in_vacuum(seen: Sightings, middle: NDArray[np.float64]) -> NDArray[np.uint8]:
    area = clear(seen)
    row, col = np.rint((middle - 0.5) / CELL).astype(int)
    area[row - 2 : row + 3, col - 2 : col + 3] = AREAS.index(Region.VACUUM)
    return area


@pytest.mark.parametrize("variant", ["N", "SV", "SV-open", "DV-585", "Si-C4", "flower"])
def test_all_rings_of_a_flake_are_closed(variant: str) -> None:
    case = shifted(sighted(variant))
    before, after = closed(case.seen)
    true = {frozenset(map(tuple, case.seen.atoms[ring].round(6))) for ring in case.rings}
    found = {frozenset(map(tuple, after.positions[ring].round(6))) for ring in after.rings}
    assert len(before.rings) < len(after.rings)
    assert found <= true
    assert len(found) > 0.9 * len(true)
    assert len(found) == len(after.rings) == len(after.centres) == len(after.ring_probability)


def test_what_was_there_stays_as_it_was() -> None:
    before, after = closed(shifted(sighted("DV-585")).seen)
    for ring, again in zip(before.rings, after.rings, strict=False):
        np.testing.assert_array_equal(ring, again)
    number = len(before.positions)
    np.testing.assert_array_equal(after.positions[:number], before.positions)
    assert after.elements[:number] == before.elements
    np.testing.assert_array_equal(after.centres[: len(before.centres)], before.centres)


def test_a_ring_at_an_edge_is_as_likely_as_it_was_seen() -> None:
    case = shifted(sighted("N"))
    seen = replace(case.seen, ring_probability=np.full(len(case.rings), 0.8))
    _, after = closed(seen)
    np.testing.assert_allclose(after.ring_probability, 0.8 * 0.94)


def test_atoms_have_no_more_than_three_bonds() -> None:
    _, after = closed(shifted(sighted("flower")).seen)
    assert np.bincount(after.bonds.ravel()).max() == 3
    assert len(np.unique(after.bonds, axis=0)) == len(after.bonds)
    lengths = np.linalg.norm(np.diff(after.positions[after.bonds], axis=1)[:, 0], axis=1) * STEP
    assert lengths.min() > 1.2
    assert lengths.max() < 1.9


def middle_hole() -> tuple[Sightings, NDArray[np.float64]]:
    """Return a sheet in which the atoms of a six and its neighbours' were knocked out."""
    case = shifted(sighted("N"))
    middle = case.seen.atoms.mean(axis=0)
    six = int(np.linalg.norm(case.seen.rings - middle, axis=1).argmin())
    gone = np.linalg.norm(case.seen.atoms - case.seen.rings[six], axis=1) * STEP < 1.6
    assert gone.sum() == 6
    return without(case, gone), case.seen.rings[six]


def test_a_hole_in_vacuum_is_a_ring() -> None:
    seen, middle = middle_hole()
    before, after = closed(seen, in_vacuum(seen, middle))
    assert max(len(ring) for ring in before.rings) == 6
    (hole,) = (k for k, ring in enumerate(after.rings) if len(ring) > 9)
    assert len(after.rings[hole]) == 18
    assert np.linalg.norm(after.centres[hole] - middle) * STEP < 0.1
    assert after.ring_probability[hole] == pytest.approx(0.9)
    (group,) = group_defects(after.positions, after.elements, after.bonds, after.rings)
    assert (group.name, group.census) == ("hole", (18,))


def test_a_gap_that_is_no_vacuum_is_no_ring() -> None:
    seen, _ = middle_hole()
    _, after = closed(seen)
    assert max(len(ring) for ring in after.rings) == 6


def test_atoms_that_are_hardly_seen_close_nothing() -> None:
    case = shifted(sighted("N"))
    seen = replace(case.seen, atom_probability=np.full(len(case.seen.atoms), 0.4))
    before, after = closed(seen)
    assert len(after.rings) == len(before.rings)
    assert after is before


def test_an_atom_that_closes_no_ring_is_left_out() -> None:
    case = shifted(sighted("N"))
    far = case.seen.atoms.max(axis=0) + 30
    seen = replace(
        case.seen,
        atoms=np.concatenate([case.seen.atoms, far[None]]),
        elements=(*case.seen.elements, "C"),
        atom_probability=np.append(case.seen.atom_probability, 0.9),
    )
    _, after = closed(seen)
    assert np.linalg.norm(after.positions - far, axis=1).min() > 10


def test_nothing_makes_nothing() -> None:
    none = np.empty((0, 2))
    seen = Sightings(none, np.empty(0), np.empty((0, 7)), none, (), np.empty(0))
    before, after = closed(seen, np.zeros((4, 4), np.uint8))
    assert after is before


def with_another(seen: Sightings, element: str, probability: float) -> Sightings:
    """Add an atom in the middle of the ring that lies nearest to the middle."""
    away = np.linalg.norm(seen.rings - seen.atoms.mean(axis=0), axis=1)
    return replace(
        seen,
        atoms=np.concatenate([seen.atoms, seen.rings[[away.argmin()]]]),
        elements=(*seen.elements, element),
        atom_probability=np.append(seen.atom_probability, probability),
    )


@pytest.mark.parametrize("edges", [True, False])
def test_silicon_for_which_the_rings_have_no_place_is_kept(edges: bool) -> None:
    case = shifted(sighted("N"))
    seen = with_another(case.seen, "Si", 0.8)
    if not edges:
        # Nothing is left to close: of the other atoms all that were seen have their place.
        inner = read(case.seen, STEP).atom
        placed = np.append(inner[inner >= 0], len(case.seen.atoms))
        seen = replace(
            seen,
            atoms=seen.atoms[placed],
            elements=tuple(np.array(seen.elements)[placed].tolist()),
            atom_probability=seen.atom_probability[placed],
        )
    before, after = closed(seen)
    assert "Si" not in before.elements
    (silicon,) = (k for k, element in enumerate(after.elements) if element == "Si")
    np.testing.assert_array_equal(after.positions[silicon], seen.atoms[-1])
    assert after.atom_probability[silicon] == 0.8
    assert not any(silicon in ring for ring in after.rings)
    assert after.elements.count("N") == 1


@pytest.mark.parametrize(("element", "probability"), [("C", 0.9), ("Si", 0.4)])
def test_carbon_or_what_is_unlikely_has_to_have_a_place(element: str, probability: float) -> None:
    case = shifted(sighted("N"))
    _, without_it = closed(case.seen)
    _, after = closed(with_another(case.seen, element, probability))
    np.testing.assert_array_equal(after.positions, without_it.positions)
    assert after.elements == without_it.elements
