import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.structures import (
    PLANTABLE,
    DefectGroup,
    Sheet,
    load_catalogue,
    perfect_sheet,
    plant,
    rotate_bond,
    truth,
)
from sixring.structures._plant import settle

FIXED = [name for name in PLANTABLE if name != "hole"]
CENTRE = (20.0, 20.0)


def the_one_defect(sheet: Sheet) -> DefectGroup:
    (group,) = truth(sheet).defects
    return group


@pytest.mark.parametrize("turn", [0, 1, 2])
@pytest.mark.parametrize("name", FIXED)
def test_each_defect_has_the_census_of_the_catalogue(name: str, turn: int) -> None:
    entry = next(e for e in load_catalogue() if e.name == name)
    for orientation in (0.0, 13.0, 30.0):
        perfect = perfect_sheet(40, 40, orientation=orientation)
        # A ring's centre, then the three sublattice choices about it.
        for near in (CENTRE, (20.0, 21.4), (21.0, 19.2)):
            sheet = plant(perfect, name, near=near, turn=turn)
            group = the_one_defect(sheet)
            assert group.name == name
            assert group.census == entry.census
            assert group.missing_atoms == entry.missing_atoms == len(perfect) - len(sheet)
            assert group.burgers == 0
            assert np.linalg.norm(np.subtract(group.position, near)) < 3.0


@settings(deadline=None, max_examples=40)
@given(
    name=st.sampled_from(FIXED),
    x=st.floats(17, 23),
    y=st.floats(17, 23),
    turn=st.integers(0, 2),
    orientation=st.floats(0, 60),
)
def test_whatever_the_place_the_truth_is_what_was_planted(
    name: str, x: float, y: float, turn: int, orientation: float
) -> None:
    sheet = plant(perfect_sheet(40, 40, orientation=orientation), name, near=(x, y), turn=turn)
    assert the_one_defect(sheet).name == name


@pytest.mark.parametrize("name", FIXED)
def test_bonds_have_the_length_of_bonds_and_the_border_is_held(name: str) -> None:
    perfect = perfect_sheet(44, 44, orientation=5)
    sheet = plant(perfect, name, near=(22.0, 22.0))
    step = sheet.positions[sheet.bonds[:, 1]] - sheet.positions[sheet.bonds[:, 0]]
    silicon = np.array([e == "Si" for e in sheet.elements])[sheet.bonds].any(axis=1)
    lengths = np.linalg.norm(step, axis=1)
    assert lengths[~silicon].min() > 1.3
    assert lengths[~silicon].max() < 1.65
    assert (lengths[silicon] > 1.6).all()
    assert (lengths[silicon] < 1.95).all()
    rim = sheet.positions[(np.abs(sheet.positions - 22) > 19.2).any(axis=1)]
    for atom in rim:
        assert np.linalg.norm(perfect.positions - atom, axis=1).min() < 1e-9


@pytest.mark.parametrize("name", ["SV", "DV-585", "SW"])
def test_the_three_turns_are_three_directions(name: str) -> None:
    perfect = perfect_sheet(40, 40, orientation=3)
    atom = perfect.positions[np.linalg.norm(perfect.positions - 20, axis=1).argmin()]
    sheets = [plant(perfect, name, near=tuple(atom), turn=turn) for turn in range(3)]
    where = np.array([the_one_defect(s).position for s in sheets]) - atom
    # The sum of three directions 120 degrees apart is nothing.
    assert np.linalg.norm(where.sum(axis=0)) < 0.1
    assert np.linalg.norm(where, axis=1) == pytest.approx(np.linalg.norm(where[0]), abs=0.05)
    assert np.linalg.norm(where[0]) > 0.4


def test_the_flower_encloses_seven_sixes() -> None:
    sheet = plant(perfect_sheet(40, 40), "flower", near=CENTRE)
    known = truth(sheet)
    outline = known.centres[list(known.defects[0].rings)]
    reach = np.linalg.norm(outline - CENTRE, axis=1).min()
    inside = np.linalg.norm(known.centres - CENTRE, axis=1) < reach
    assert known.sizes[inside].tolist() == [6] * 7
    # The disc is turned by 30 degrees against the sheet.
    centres = known.centres[inside] - CENTRE
    ring = centres[np.linalg.norm(centres, axis=1) > 1]
    angle = np.degrees(np.arctan2(ring[:, 1], ring[:, 0]))
    np.testing.assert_allclose((angle + 15) % 60 - 15, 30, atol=0.1)


@pytest.mark.parametrize("atoms", [4, 6, 10, 16, 24, 30])
def test_a_hole_lacks_at_least_the_atoms_that_were_asked_for(atoms: int) -> None:
    perfect = perfect_sheet(60, 60, orientation=9)
    sheet = plant(perfect, "hole", near=(30.0, 30.0), atoms=atoms)
    group = the_one_defect(sheet)
    assert group.name == "hole"
    assert group.missing_atoms == len(perfect) - len(sheet)
    assert atoms <= len(perfect) - len(sheet) <= atoms + 8
    assert np.bincount(sheet.bonds.ravel()).min() >= 2


def test_many_defects_in_one_sheet() -> None:
    sheet = perfect_sheet(100, 60, orientation=20)
    places = [(20.0 + 20 * (k % 4), 20.0 + 20 * (k // 4)) for k in range(8)]
    names = ["SV", "SW", "flower", "DV-585", "N", "Si-C4", "DV-555777", "B"]
    for name, near in zip(names, places, strict=True):
        sheet = plant(sheet, name, near=near, turn=1)
    groups = truth(sheet).defects
    assert sorted(g.name for g in groups) == sorted(names)
    for group in groups:
        away = np.linalg.norm(np.subtract(places, group.position), axis=1)
        assert names[int(away.argmin())] == group.name


def test_a_bond_that_is_rotated_back_heals() -> None:
    sheet = plant(perfect_sheet(40, 40), "SW", near=CENTRE)
    first_seven, second_seven = (r for r in sheet.rings() if len(r) == 7)
    i, j = np.intersect1d(first_seven, second_seven).tolist()
    for first, second in ((i, j), (j, i)):
        healed = settle(rotate_bond(sheet, first, second), CENTRE)
        assert truth(healed).defects == ()


@pytest.mark.parametrize(
    ("name", "near", "turn", "atoms", "message"),
    [
        (
            "DV-666",
            CENTRE,
            0,
            6,
            f"the defect 'DV-666' can't be planted: choose one of {', '.join(PLANTABLE)}",
        ),
        ("SW", CENTRE, 3, 6, "turn is one of the lattice's three directions: 0, 1 or 2, not 3"),
        ("hole", CENTRE, 0, 0, "a hole lacks at least one atom, not atoms=0"),
        (
            "SV",
            (3.0, 20.0),
            0,
            6,
            "SV can't be planted at (3, 20): another defect or the border of the sheet is within "
            "7 angstrom",
        ),
        (
            "flower",
            (300.0, 20.0),
            0,
            6,
            "flower can't be planted at (300, 20): another defect or the border of the sheet is "
            "within 7 angstrom",
        ),
        (
            "N",
            (28.0, 28.0),
            0,
            6,
            "N can't be planted at (28, 28): another defect or the border of the sheet is within "
            "7 angstrom",
        ),
    ],
)
def test_defects_that_cannot_be_planted(
    name: str, near: tuple[float, float], turn: int, atoms: int, message: str
) -> None:
    sheet = plant(perfect_sheet(40, 40), "B", near=(25.0, 25.0))
    with pytest.raises(UsageError) as caught:
        plant(sheet, name, near=near, turn=turn, atoms=atoms)
    assert str(caught.value) == message


def test_only_bonds_between_threefold_atoms_can_be_rotated() -> None:
    sheet = perfect_sheet(20, 20)
    with pytest.raises(UsageError) as caught:
        rotate_bond(sheet, 0, len(sheet) - 1)
    assert str(caught.value) == (
        f"the bond 0-{len(sheet) - 1} can't be rotated: it must join two atoms with three bonds "
        "each"
    )
