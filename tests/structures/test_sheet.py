import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.structures import BOND, perfect_sheet, remove_atoms, substitute
from sixring.structures._sheet import remove_loose_atoms, with_bonds


@given(
    orientation=st.floats(-180, 180),
    a=st.floats(2.3, 2.6),
    dx=st.floats(-3, 3),
    dy=st.floats(-3, 3),
)
def test_bonds_of_a_perfect_sheet(orientation: float, a: float, dx: float, dy: float) -> None:
    sheet = perfect_sheet(25, 20, orientation=orientation, a=a, offset=(dx, dy))
    step = sheet.positions[sheet.bonds[:, 1]] - sheet.positions[sheet.bonds[:, 0]]
    np.testing.assert_allclose(np.linalg.norm(step, axis=1), a / np.sqrt(3), rtol=1e-9)
    degree = np.bincount(sheet.bonds.ravel(), minlength=len(sheet))
    assert set(degree) <= {2, 3}
    assert (sheet.positions >= 0).all()
    assert (sheet.positions <= [25, 20]).all()
    # Zigzag rows run at the orientation, and so at every 60 degrees from it: the bonds lie
    # 30 degrees off, which six times the angle tells.
    angle = np.arctan2(step[:, 1], step[:, 0])
    np.testing.assert_allclose(np.exp(6j * angle), -np.exp(6j * np.radians(orientation)), atol=1e-6)


def test_a_perfect_sheet_has_the_density_of_graphene() -> None:
    sheet = perfect_sheet(200, 200, orientation=11)
    assert len(sheet) / 200**2 == pytest.approx(2 / 5.24, rel=0.02)


def test_a_ring_lies_in_the_middle() -> None:
    sheet = perfect_sheet(30, 30)
    nearest = np.sort(np.linalg.norm(sheet.positions - 15, axis=1))[:7]
    np.testing.assert_allclose(nearest[:6], BOND)
    assert nearest[6] > 2.5


@pytest.mark.parametrize(
    ("width", "height", "a", "message"),
    [
        (
            -5,
            10,
            2.46,
            "a sheet needs positive lengths, not width=-5, height=10, a=2.46: give angstrom",
        ),
        (
            5,
            10,
            0,
            "a sheet needs positive lengths, not width=5, height=10, a=0: give angstrom",
        ),
        (
            5,
            float("nan"),
            2.46,
            "a sheet needs positive lengths, not width=5, height=nan, a=2.46: give angstrom",
        ),
        (2, 2, 2.46, "a sheet of 2 x 2 angstrom holds no ring: make it larger"),
    ],
)
def test_sheets_that_cannot_be(width: float, height: float, a: float, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        perfect_sheet(width, height, a=a)
    assert str(caught.value) == message


def test_removing_atoms_keeps_the_others_and_their_bonds() -> None:
    sheet = substitute(perfect_sheet(15, 15), 7, "Si")
    smaller = remove_atoms(sheet, [3, 5])
    kept = [k for k in range(len(sheet)) if k not in (3, 5)]
    np.testing.assert_array_equal(smaller.positions, sheet.positions[kept])
    assert smaller.elements[5] == "Si"
    expected = {(i, j) for i, j in sheet.bonds.tolist() if not {i, j} & {3, 5}}
    assert {(kept[i], kept[j]) for i, j in smaller.bonds.tolist()} == expected


def test_loose_atoms_go_until_none_is_left() -> None:
    sheet = perfect_sheet(9, 9)
    one_ring = sheet.rings()[0]
    others = np.setdiff1d(np.arange(len(sheet)), one_ring)
    # Of a ring that has lost one atom nothing is left.
    assert len(remove_loose_atoms(remove_atoms(sheet, others.tolist()))) == 6
    assert len(remove_loose_atoms(remove_atoms(sheet, [*others.tolist(), one_ring[0]]))) == 0


def test_substituting_changes_one_symbol_and_nothing_else() -> None:
    sheet = perfect_sheet(15, 15)
    doped = substitute(sheet, 4, "N")
    assert [k for k, e in enumerate(doped.elements) if e != "C"] == [4]
    assert set(sheet.elements) == {"C"}
    np.testing.assert_array_equal(doped.positions, sheet.positions)


def test_neighbours_of_an_atom_come_in_order_of_direction() -> None:
    sheet = perfect_sheet(20, 20)
    middle = int(np.linalg.norm(sheet.positions - 10, axis=1).argmin())
    step = sheet.positions[sheet.bonded_to(middle)] - sheet.positions[middle]
    angle = np.degrees(np.arctan2(step[:, 1], step[:, 0])) % 360
    assert len(angle) == 3
    assert (np.diff(angle) > 100).all()


def test_cutting_and_making_bonds() -> None:
    sheet = perfect_sheet(9, 9)
    i, j = sheet.bonds[0].tolist()
    far = len(sheet) - 1
    edited = with_bonds(sheet, cut=[(j, i)], made=[(far, i)])
    before, after = ({tuple(b) for b in s.bonds.tolist()} for s in (sheet, edited))
    assert before - after == {(i, j)}
    assert after - before == {(i, far)}
