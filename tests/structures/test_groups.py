import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.structures import (
    DefectGroup,
    Sheet,
    group_defects,
    perfect_sheet,
    plant,
    rotate_bond,
    substitute,
    tilt_boundary,
    truth,
)
from sixring.structures._plant import settle


def groups_of(sheet: Sheet) -> tuple[DefectGroup, ...]:
    return group_defects(sheet.positions, sheet.elements, sheet.bonds, sheet.rings())


def nearest(sheet: Sheet, x: float, y: float) -> int:
    return int(np.linalg.norm(sheet.positions - [x, y], axis=1).argmin())


def test_a_perfect_sheet_has_no_defects() -> None:
    assert groups_of(perfect_sheet(30, 30)) == ()


def test_no_atoms_have_no_defects() -> None:
    assert group_defects(np.empty((0, 2)), (), np.empty((0, 2), dtype=np.int64), []) == ()


def test_the_groups_hold_the_rings_other_than_six() -> None:
    sheet = plant(perfect_sheet(60, 40), "SV", near=(20.0, 20.0))
    sheet = plant(sheet, "SW", near=(42.0, 20.0))
    rings = sheet.rings()
    groups = group_defects(sheet.positions, sheet.elements, sheet.bonds, rings)
    odd = {k for k, r in enumerate(rings) if len(r) != 6}
    assert sorted(k for g in groups for k in g.rings) == sorted(odd)
    for group in groups:
        assert tuple(sorted(len(rings[k]) for k in group.rings)) == group.census
        assert list(group.rings) == sorted(group.rings)


def test_the_order_of_axes_and_of_atoms_changes_nothing() -> None:
    sheet = plant(perfect_sheet(50, 40, orientation=8), "DV-585", near=(20.0, 20.0))
    sheet = plant(sheet, "Si-C3", near=(36.0, 20.0))
    shuffled = np.random.default_rng(0).permutation(len(sheet))
    back = np.argsort(shuffled)
    other = Sheet(
        sheet.positions[shuffled][:, ::-1],
        tuple(sheet.elements[k] for k in shuffled),
        np.sort(back[sheet.bonds], axis=1),
    )
    before = {(g.name, g.missing_atoms, tuple(np.round(g.position, 6))) for g in groups_of(sheet)}
    after = {
        (g.name, g.missing_atoms, tuple(np.round(g.position[::-1], 6))) for g in groups_of(other)
    }
    assert before == after
    assert {name for name, *_ in before} == {"DV-585", "Si-C3"}


def test_a_dopant_in_an_odd_ring_belongs_to_that_defect() -> None:
    sheet = plant(perfect_sheet(40, 40), "SW", near=(20.0, 20.0))
    known = truth(sheet)
    in_seven = next(r for r in known.rings if len(r) == 7)[0]
    (group,) = groups_of(substitute(sheet, int(in_seven), "N"))
    assert group.name == "unknown"
    assert group.census == (5, 5, 7, 7)
    assert group.dopants == ("N",)
    assert group.dopant_atoms == (in_seven,)
    assert group.missing_atoms == 0


def test_bonded_silicon_atoms_are_a_cluster_and_separate_ones_are_not() -> None:
    sheet = perfect_sheet(40, 40)
    first = nearest(sheet, 20, 20)
    second = int(sheet.bonded_to(first)[0])
    third = next(int(n) for n in sheet.bonded_to(second) if n != first)
    (cluster,) = groups_of(substitute(substitute(sheet, first, "Si"), second, "Si"))
    assert cluster.name == "Si-cluster"
    assert cluster.dopants == ("Si", "Si")
    apart = groups_of(substitute(substitute(sheet, first, "Si"), third, "Si"))
    assert [g.name for g in apart] == ["Si-C3", "Si-C3"]


def test_the_position_of_a_lone_dopant_is_its_own() -> None:
    sheet = perfect_sheet(30, 30)
    atom = nearest(sheet, 15, 15)
    (group,) = groups_of(substitute(sheet, atom, "B"))
    assert group.position == pytest.approx(tuple(sheet.positions[atom]))
    assert group.rings == ()


def test_pairs_with_one_six_between_them_are_one_boundary() -> None:
    groups = groups_of(tilt_boundary(40, 60, 21.787))
    assert [g.name for g in groups] == ["grain-boundary"]
    assert groups[0].census.count(5) == groups[0].census.count(7) >= 8


def test_pairs_far_apart_are_dislocations() -> None:
    groups = groups_of(tilt_boundary(40, 70, 7.0))
    assert {g.name for g in groups} == {"dislocation-57"}
    assert len(groups) >= 3


def test_two_dislocations_that_cancel_are_no_stone_wales_defect() -> None:
    # Rotating the bond at the tip of one pair of a Stone-Wales defect glides it away by a row.
    sheet = plant(perfect_sheet(60, 60), "SW", near=(30.0, 30.0))
    for _ in range(3):
        rings = sheet.rings()
        groups = groups_of(sheet)
        if len(groups) == 2:
            break
        glided = _glide(sheet, rings)
        sheet = settle(glided, (30.0, 30.0), 20.0)
    assert [(g.name, g.census) for g in groups_of(sheet)] == [("dislocation-57", (5, 7))] * 2


def _glide(sheet: Sheet, rings: list[NDArray[np.int64]]) -> Sheet:
    """Rotate the bond that moves a 5-7 pair on and keeps the census."""
    for i, j in sheet.bonds.tolist():
        touched = [k for k, r in enumerate(rings) if i in r or j in r]
        sizes = sorted(len(rings[k]) for k in touched)
        if sizes != [5, 6, 6, 7] or len(touched) != 4:
            continue
        moved = rotate_bond(sheet, i, j)
        odd = [len(r) for r in moved.rings() if len(r) != 6]
        if sorted(odd) == [5, 5, 7, 7]:
            return moved
    raise AssertionError("a 5-7 pair can always glide")
