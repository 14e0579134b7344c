"""Atoms, bonds and rings out of the likeliest structure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sighted_structures import STEP, sighted, without_atom, without_ring
from sixring.detection._assembly import assembled
from sixring.detection._reading import read
from sixring.detection._rings import Structure
from sixring.detection._sightings import Sightings
from sixring.structures import group_defects

NAMES = {
    "SV": ("SV", (5, 9), 1),
    "SV-open": ("SV-open", (12,), 1),
    "DV-585": ("DV-585", (5, 5, 8), 2),
    "DV-555777": ("DV-555777", (5, 5, 5, 7, 7, 7), 2),
    "DV-5555-6-7777": ("DV-5555-6-7777", (5, 5, 5, 5, 7, 7, 7, 7), 2),
    "SW-flat": ("SW", (5, 5, 7, 7), 0),
    "SW-buckled": ("SW", (5, 5, 7, 7), 0),
    "flower": ("flower", (5,) * 6 + (7,) * 6, 0),
    "Si-C3": ("Si-C3", (), 0),
    "Si-C4": ("Si-C4", (5, 5), 1),
    "Si-cluster-2": ("Si-cluster", (), 0),
    "N": ("N", (), 0),
}


def structure_of(seen: Sightings) -> Structure:
    return assembled(read(seen, STEP), seen)


@pytest.mark.parametrize("variant", NAMES)
def test_a_defect_keeps_its_name(variant: str) -> None:
    made = structure_of(sighted(variant).seen)
    (group,) = group_defects(made.positions, made.elements, made.bonds, made.rings)
    assert (group.name, group.census, group.missing_atoms) == NAMES[variant]


@pytest.mark.parametrize("variant", NAMES)
def test_the_rings_are_those_of_the_structure(variant: str) -> None:
    case = sighted(variant)
    made = structure_of(case.seen)
    true = {frozenset(map(tuple, case.seen.atoms[ring].round(6))) for ring in case.rings}
    found = {frozenset(map(tuple, made.positions[ring].round(6))) for ring in made.rings}
    assert found <= true
    assert len(found) == len(made.rings) == len(made.centres) == len(made.ring_probability)


@pytest.mark.parametrize("variant", ["SV", "SV-open", "Si-C4", "flower"])
def test_neighbours_in_a_ring_are_bonded(variant: str) -> None:
    made = structure_of(sighted(variant).seen)
    bonds = set(map(tuple, made.bonds.tolist()))
    for ring in made.rings:
        around = np.sort(np.column_stack([ring, np.roll(ring, -1)]), axis=1)
        assert set(map(tuple, around.tolist())) <= bonds
    lengths = np.linalg.norm(np.diff(made.positions[made.bonds], axis=1)[:, 0], axis=1) * STEP
    assert lengths.min() > 1.2
    assert lengths.max() < 2.1


def test_all_rings_turn_the_same_way() -> None:
    made = structure_of(sighted("SV").seen)
    for ring in made.rings:
        rows, cols = made.positions[ring].T
        assert (rows * np.roll(cols, -1) - cols * np.roll(rows, -1)).sum() > 0


def test_probabilities_are_those_that_were_seen() -> None:
    case = sighted("DV-585")
    seen = replace(
        case.seen,
        ring_probability=np.linspace(0.5, 1.0, len(case.sizes)),
        atom_probability=np.linspace(0.2, 0.9, len(case.seen.atoms)),
    )
    reading = read(seen, STEP)
    made = assembled(reading, seen)
    expected = seen.ring_probability[reading.closed] * 0.94
    np.testing.assert_allclose(made.ring_probability, expected)
    for position, probability in zip(made.positions, made.atom_probability, strict=True):
        nearest = np.linalg.norm(seen.atoms - position, axis=1).argmin()
        assert probability == seen.atom_probability[nearest]


def test_an_atom_that_wasnt_seen_is_put_between_its_rings() -> None:
    case = sighted("DV-585")
    middle = case.seen.atoms.mean(axis=0)
    missing = int(np.linalg.norm(case.seen.atoms - middle - 20, axis=1).argmin())
    kept = np.arange(len(case.seen.atoms)) != missing
    seen = replace(
        case.seen,
        atoms=case.seen.atoms[kept],
        elements=tuple(np.array(case.seen.elements)[kept]),
        atom_probability=np.linspace(0.3, 0.9, kept.sum()),
    )
    made = structure_of(seen)
    away = np.linalg.norm(made.positions - case.seen.atoms[missing], axis=1)
    assert away.min() * STEP < 0.1
    assert made.atom_probability[away.argmin()] == pytest.approx(0.3)


def test_nothing_makes_nothing() -> None:
    none = np.empty((0, 2))
    seen = Sightings(none, np.empty(0), np.empty((0, 7)), none, (), np.empty(0))
    made = structure_of(seen)
    assert len(made.positions) == len(made.rings) == len(made.bonds) == 0


def test_a_supposed_atom_lies_between_its_two_rings() -> None:
    case = sighted("SV")
    rings = np.bincount(np.concatenate(case.rings), minlength=len(case.seen.atoms))
    odd = np.unique(np.concatenate([ring for ring in case.rings if len(ring) != 6]))
    (atom,) = (int(k) for k in odd if rings[k] == 2)
    made = structure_of(without_atom(case.seen, atom))
    (group,) = group_defects(made.positions, made.elements, made.bonds, made.rings)
    assert (group.name, group.census, group.missing_atoms) == NAMES["SV"]
    away = np.linalg.norm(made.positions - case.seen.atoms[atom], axis=1)
    nearest = int(away.argmin())
    assert away[nearest] * STEP < 0.6
    assert made.atom_probability[nearest] == 0.9
    assert (made.bonds == nearest).sum() == 2


def test_three_foreign_atoms_make_a_ring_of_three() -> None:
    case = sighted("Si-cluster-3")
    (middle,) = (k for k, ring in enumerate(case.rings) if len(ring) == 3)
    made = structure_of(without_ring(case.seen, middle))
    (group,) = group_defects(made.positions, made.elements, made.bonds, made.rings)
    assert (group.name, group.census, group.dopants) == ("Si-cluster", (3, 5, 5, 5), ("Si",) * 3)
    assert len(made.positions) <= len(case.seen.atoms)
    three = made.rings[-1]
    assert [made.elements[atom] for atom in three] == ["Si"] * 3
    assert made.centres[-1] == pytest.approx(made.positions[three].mean(axis=0))
    assert made.ring_probability[-1] == made.atom_probability[three].min()
    assert len(made.rings) == len(made.centres) == len(made.ring_probability)
    assert made.bonds.min() >= 0
