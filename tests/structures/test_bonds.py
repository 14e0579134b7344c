import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.structures import bonds_of, perfect_sheet, plant

LONGEST = [
    ("C", "C", 1.9),
    ("N", "C", 1.85),
    ("B", "C", 1.9),
    ("Si", "C", 2.275),
    ("Si", "Si", 2.65),
    ("N", "B", 1.85),
]


@pytest.mark.parametrize(("one", "other", "longest"), LONGEST)
def test_each_pair_of_elements_has_its_longest_bond(one: str, other: str, longest: float) -> None:
    for length, bonded in ((longest - 1e-6, True), (longest + 1e-6, False)):
        pair = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, length]])
        assert (len(bonds_of(pair, [one, other])) == 1) is bonded
        assert (len(bonds_of(pair, [other, one])) == 1) is bonded


def test_a_foreign_atom_far_away_changes_no_bond_of_carbon() -> None:
    points = np.array([[0.0, 0.0], [2.0, 0.0], [50.0, 0.0]])
    assert bonds_of(points, ["C", "C", "Si"]).tolist() == []


@given(width=st.floats(12, 40), height=st.floats(12, 40), orientation=st.floats(0, 60))
def test_a_perfect_sheet_keeps_its_bonds(width: float, height: float, orientation: float) -> None:
    sheet = perfect_sheet(width, height, orientation=orientation)
    np.testing.assert_array_equal(bonds_of(sheet.positions, sheet.elements), sheet.bonds)


@pytest.mark.parametrize(
    "name", ["SV", "SV-open", "DV-585", "SW", "flower", "Si-C3", "Si-C4", "N", "B"]
)
def test_a_planted_defect_keeps_its_bonds(name: str) -> None:
    sheet = plant(perfect_sheet(40, 40, orientation=7), name, near=(20.0, 20.0))
    np.testing.assert_array_equal(bonds_of(sheet.positions, sheet.elements), sheet.bonds)


def test_heights_count() -> None:
    bent = np.array([[0.0, 0.0, 0.0], [1.4, 0.0, 1.4]])
    assert len(bonds_of(bent, "CC")) == 0
    assert len(bonds_of(bent[:, :2], "CC")) == 1


@pytest.mark.parametrize("dimensions", [2, 3])
def test_fewer_than_two_atoms_have_no_bond(dimensions: int) -> None:
    for n in (0, 1):
        bonds = bonds_of(np.zeros((n, dimensions)), ["C"] * n)
        assert bonds.shape == (0, 2)
        assert bonds.dtype == np.int64


def test_wrong_elements_are_named() -> None:
    with pytest.raises(UsageError, match=r"2 atoms can't have 1 elements: give one each"):
        bonds_of(np.zeros((2, 2)), ["C"])
    with pytest.raises(
        UsageError, match=r"no length of bond is known for Au, O: the elements are C, N, B, Si"
    ):
        bonds_of(np.zeros((3, 2)), ["O", "C", "Au"])
