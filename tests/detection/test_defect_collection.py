"""Groups of odd rings and dopants, and what is told of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from detection_cases import perfect, planted
from sixring.detection._calibration import UNCHANGED, Calibration
from sixring.detection._defects import Places, collect_defects
from sixring.detection._rings import Structure
from sixring.structures import Sheet, remove_atoms, ring_centres, tilt_boundary
from sixring.types import Defect

STEP = 1.0
"""The canvas of these structures has a pixel an angstrom."""


def structure_of(sheet: Sheet) -> Structure:
    """Everything about a sheet, as if it had been seen without a doubt."""
    rings = sheet.rings()
    return Structure(
        positions=sheet.positions,
        elements=sheet.elements,
        atom_probability=np.ones(len(sheet)),
        bonds=sheet.bonds,
        rings=rings,
        centres=ring_centres(sheet.positions, rings),
        ring_probability=np.ones(len(rings)),
    )


def places(
    structure: Structure,
    *,
    judged: bool = True,
    sheet: bool = True,
    vacuum: bool = False,
    readable: bool = True,
) -> Places:
    """Everything in one place; the rings at the rim of the sheet are out of it."""
    rings, atoms = len(structure.rings), len(structure.positions)
    return Places(
        judged=np.full(rings, judged),
        sheet=np.full(rings, sheet),
        beside_vacuum=np.full(rings, vacuum),
        readable=np.full(atoms, readable),
    )


def odd(structure: Structure) -> NDArray[np.intp]:
    return np.flatnonzero([len(ring) != 6 for ring in structure.rings])


def collect(
    name: str, least: float = 0.5, **where: bool
) -> tuple[tuple[Defect, ...], NDArray[np.int64], Structure]:
    structure = structure_of(planted(name))
    defects, owner = collect_defects(structure, places(structure, **where), UNCHANGED, least, STEP)
    return defects, owner, structure


def test_perfect_sheet_has_no_defect() -> None:
    structure = structure_of(perfect())
    defects, owner = collect_defects(structure, places(structure), UNCHANGED, 0.0, STEP)
    assert defects == ()
    assert set(owner.tolist()) == {-1}


@pytest.mark.parametrize(
    ("name", "census", "missing"),
    [
        ("SV", (5, 9), 1),
        ("SV-open", (12,), 1),
        ("DV-585", (5, 5, 8), 2),
        ("SW", (5, 5, 7, 7), 0),
        ("flower", (5,) * 6 + (7,) * 6, 0),
        ("hole", (18,), 6),
    ],
)
def test_rings_that_touch_are_one_defect(name: str, census: tuple[int, ...], missing: int) -> None:
    (defect,), owner, structure = collect(name)
    assert (defect.name, defect.census, defect.missing_atoms) == (name, census, missing)
    assert defect.probability == 1.0
    assert defect.dopants == ()
    assert list(defect.rings) == odd(structure).tolist() == np.flatnonzero(owner == 0).tolist()
    assert defect.position == pytest.approx(structure.centres[odd(structure)].mean(axis=0))


def test_dopant_alone() -> None:
    (defect,), owner, structure = collect("Si-C3")
    assert (defect.name, defect.census, defect.dopants) == ("Si-C3", (), ("Si",))
    assert defect.rings == ()
    assert set(owner.tolist()) == {-1}
    assert defect.position == pytest.approx(structure.positions[structure.elements.index("Si")])


def test_surest_part_gives_the_probability() -> None:
    structure = structure_of(planted("SW"))
    structure.ring_probability[odd(structure)] = [0.2, 0.6, 0.7, 0.1]
    (defect,), _ = collect_defects(structure, places(structure), UNCHANGED, 0.5, STEP)
    assert defect.probability == 0.7


@pytest.mark.parametrize(("apart", "names"), [(2.4, ["Si-cluster"]), (2.8, ["Si-C3", "Si-C3"])])
def test_silicon_atoms_side_by_side_are_bonded(apart: float, names: list[str]) -> None:
    structure = structure_of(planted("Si-C3"))
    first = structure.elements.index("Si")
    away = np.linalg.norm(structure.positions - structure.positions[first], axis=1)
    second = int(np.flatnonzero((away > 2.0) & (away < 3.0))[0])
    elements = list(structure.elements)
    elements[second] = "Si"
    middle = structure.positions[[first, second]].mean(axis=0)
    way = structure.positions[second] - middle
    for atom, sign in ((first, -1), (second, 1)):
        structure.positions[atom] = middle + sign * way / np.linalg.norm(way) * apart / 2
    both = replace(structure, elements=tuple(elements))
    defects, _ = collect_defects(both, places(both), UNCHANGED, 0.5, STEP)
    assert [defect.name for defect in defects] == names


@pytest.mark.parametrize(("first", "second"), [("N", "N"), ("N", "Si")])
def test_other_foreign_atoms_side_by_side_are_not(first: str, second: str) -> None:
    structure = structure_of(planted("Si-C3"))
    one = structure.elements.index("Si")
    away = np.linalg.norm(structure.positions - structure.positions[one], axis=1)
    other = int(np.flatnonzero((away > 2.3) & (away < 2.59))[0])
    elements = list(structure.elements)
    elements[one], elements[other] = first, second
    both = replace(structure, elements=tuple(elements))
    defects, _ = collect_defects(both, places(both), UNCHANGED, 0.5, STEP)
    assert sorted(defect.dopants for defect in defects) == sorted([(first,), (second,)])


def test_sure_sixes_make_no_defect_sure() -> None:
    structure = structure_of(planted("SW"))
    structure.ring_probability[odd(structure)] = 0.3
    (defect,), _ = collect_defects(structure, places(structure), UNCHANGED, 0.0, STEP)
    assert defect.probability == 0.3


def test_probability_of_a_dopant_is_its_atom() -> None:
    structure = structure_of(planted("Si-C3"))
    structure.atom_probability[structure.elements.index("Si")] = 0.8
    (defect,), _ = collect_defects(structure, places(structure), UNCHANGED, 0.5, STEP)
    assert defect.probability == 0.8


@pytest.mark.parametrize(("least", "number"), [(0.69, 1), (0.7, 1), (0.71, 0)])
def test_improbable_defects_are_left_out(least: float, number: int) -> None:
    structure = structure_of(planted("SW"))
    structure.ring_probability[odd(structure)] = 0.7
    defects, owner = collect_defects(structure, places(structure), UNCHANGED, least, STEP)
    assert len(defects) == number
    assert (owner.max() == 0) == bool(number)


@pytest.mark.parametrize("name", ["SW", "SV-open"])
def test_nothing_is_told_of_what_cannot_be_judged(name: str) -> None:
    defects, owner, _ = collect(name, judged=False)
    assert defects == ()
    assert set(owner.tolist()) == {-1}


def test_one_ring_in_the_clear_is_enough() -> None:
    structure = structure_of(planted("SW"))
    where = places(structure, judged=False)
    where.judged[odd(structure)[2]] = True
    (defect,), _ = collect_defects(structure, where, UNCHANGED, 0.5, STEP)
    assert defect.census == (5, 5, 7, 7)


@pytest.mark.parametrize(("readable", "number"), [(True, 1), (False, 0)])
def test_dopant_counts_where_it_can_be_told_from_dirt(readable: bool, number: int) -> None:
    # A dopant needs no ring: it is seen where the lattice beside it isn't.
    defects, _, _ = collect("Si-C3", judged=False, readable=readable)
    assert len(defects) == number


def test_rings_in_dirt_do_not_join_a_defect() -> None:
    structure = structure_of(planted("SW"))
    where = places(structure)
    sevens = [k for k in odd(structure) if len(structure.rings[k]) == 7]
    where.sheet[sevens] = False
    defects, owner = collect_defects(structure, where, UNCHANGED, 0.5, STEP)
    assert sorted(n for defect in defects for n in defect.census) == [5, 5]
    assert (owner[sevens] == -1).all()
    for number, defect in enumerate(defects):
        # Indices are those of all rings, though some of them were left out.
        assert [len(structure.rings[k]) for k in defect.rings] == list(defect.census)
        assert (owner[list(defect.rings)] == number).all()


def cut(name: str, ring: int) -> Structure:
    """Return a defect of which the sheet ends in the middle of one of the rings."""
    sheet = planted(name)
    whole = structure_of(sheet)
    first = next(k for k in odd(whole) if len(whole.rings[k]) == ring)
    out = whole.centres[first] - whole.centres[odd(whole)].mean(axis=0)
    beyond = np.flatnonzero((sheet.positions - whole.centres[first]) @ out > 0)
    return structure_of(remove_atoms(sheet, beyond.tolist()))


@pytest.mark.parametrize(("vacuum", "name"), [(True, "edge"), (False, "SW")])
def test_only_a_hole_has_an_edge(vacuum: bool, name: str) -> None:
    structure = cut("SW", 7)
    (defect,), _ = collect_defects(
        structure, places(structure, vacuum=vacuum), UNCHANGED, 0.5, STEP
    )
    assert defect.census == (5, 5, 7)
    assert defect.name == name
    assert not defect.fragment


@pytest.mark.parametrize("step", [0.5, 1.0])
def test_what_the_border_cuts_lies_where_the_whole_lies(step: float) -> None:
    sheet = planted("SW")
    middle = structure_of(sheet).centres[odd(structure_of(sheet))].mean(axis=0)
    seen = cut("SW", 7)
    finer = replace(seen, positions=seen.positions / step, centres=seen.centres / step)
    (defect,), _ = collect_defects(finer, places(finer), UNCHANGED, 0.5, step)
    assert np.array(defect.position) * step == pytest.approx(middle, abs=0.2)
    assert defect.missing_atoms == 0


def test_too_little_of_a_defect_is_a_fragment() -> None:
    structure = cut("SV", 9)
    line = Calibration(1.0, 0.0, fragment=-2.0)
    structure.ring_probability[odd(structure)] = 0.5
    (defect,), _ = collect_defects(structure, places(structure), line, 0.0, STEP)
    assert (defect.name, defect.census, defect.fragment) == ("unknown", (5,), True)
    assert defect.probability == pytest.approx(expit(-2.0))
    (sure,), _ = collect_defects(structure, places(structure, vacuum=True), line, 0.0, STEP)
    assert (sure.name, sure.fragment, sure.probability) == ("edge", False, 0.5)


def test_what_has_a_name_at_the_border_is_no_fragment() -> None:
    whole = structure_of(tilt_boundary(60, 60, angle=21.8))
    (boundary,), _ = collect_defects(whole, places(whole), UNCHANGED, 0.5, STEP)
    assert (boundary.name, boundary.fragment) == ("grain-boundary", False)
    silicon = structure_of(planted("Si-C4"))
    where = places(silicon)
    fives = odd(silicon)
    beside = np.linalg.norm(silicon.centres - silicon.centres[fives[0]], axis=1) < 3.0
    beside[fives] = False
    where.sheet[np.flatnonzero(beside)[0]] = False
    (site,), _ = collect_defects(silicon, where, UNCHANGED, 0.5, STEP)
    assert (site.name, site.fragment) == ("Si-C4", False)


def test_a_wrong_ring_at_the_border_refutes_nothing() -> None:
    structure = cut("flower", 7)
    where = places(structure)
    far = structure.centres - structure.centres[odd(structure)].mean(axis=0)
    odd_one = max(odd(structure), key=lambda k: float(np.linalg.norm(far[k])))
    beside = min(
        (k for k in range(len(structure.rings)) if len(structure.rings[k]) == 6),
        key=lambda k: float(np.linalg.norm(structure.centres[k] - structure.centres[odd_one])),
    )
    # A six at the border that was taken for a five.
    structure.rings[beside] = structure.rings[beside][:5]
    where.judged[beside] = False
    named = {defect.name for defect in collect_defects(structure, where, UNCHANGED, 0.5, STEP)[0]}
    assert named == {"flower"}


def test_two_defects_are_numbered_in_the_order_of_their_rings() -> None:
    near, far = structure_of(planted("SW")), structure_of(planted("DV-585"))
    shift = np.array([200.0, 0.0])
    both = Structure(
        positions=np.concatenate([near.positions, far.positions + shift]),
        elements=near.elements + far.elements,
        atom_probability=np.ones(len(near.positions) + len(far.positions)),
        bonds=np.concatenate([near.bonds, far.bonds + len(near.positions)]),
        rings=[*near.rings, *(ring + len(near.positions) for ring in far.rings)],
        centres=np.concatenate([near.centres, far.centres + shift]),
        ring_probability=np.ones(len(near.rings) + len(far.rings)),
    )
    defects, owner = collect_defects(both, places(both), UNCHANGED, 0.5, STEP)
    assert [defect.name for defect in defects] == ["SW", "DV-585"]
    assert np.flatnonzero(owner == 1).min() >= len(near.rings)
