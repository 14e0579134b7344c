import io
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import ReadError
from sixring.structures import Anchor, OuterGrain, Relaxed, library
from sixring.structures._relaxed import read_relaxed, write_relaxed

ADVICE = "install sixring again, or remake the file with scripts/make_library.py"
HEADER = (
    'Lattice="100 0 0 0 100.000000 0 0 0 100" Properties="species:S:1:pos:R:3" pbc="F F F" '
    'variant="pair" name="Si-C3" potential="none, by hand" energy="-1.500" unit="eV" '
    'census="5-9" missing_atoms="1" radius="4.000" anchor="atom" '
    'grains="0.0000 -1.4203 0.00000" angle=""'
)
TEXT = f"2\n{HEADER}\nC     0.0000    1.4203    0.0000\nSi    0.0000    0.0000   -1.6000\n"

place = st.floats(-500, 500).map(lambda x: round(x, 4) + 0.0)
angle = st.none() | st.floats(0, 60).map(lambda x: round(x, 4))
entries = st.builds(
    lambda atoms, period, **rest: Relaxed(
        positions=np.array([xyz for _, xyz in atoms]),
        elements=tuple(element for element, _ in atoms),
        period=period,
        **rest,
    ),
    atoms=st.lists(
        st.tuples(st.sampled_from(["C", "Si", "N"]), st.tuples(place, place, place)), min_size=1
    ),
    period=st.none() | st.floats(1, 90).map(lambda x: round(x, 6)),
    variant=st.sampled_from(["SV", "hole-04"]),
    name=st.just("hole"),
    potential=st.sampled_from(["REBO2", "A and B, Phys. Rev. B 71 035211 (2005), C-C shortened"]),
    energy=st.floats(-99, 99).map(lambda x: round(x, 3) + 0.0),
    unit=st.sampled_from(["eV", "eV/A"]),
    census=st.lists(st.integers(3, 40)).map(tuple),
    missing_atoms=st.none() | st.integers(-5, 50),
    radius=st.floats(1, 40).map(lambda x: round(x, 3)),
    anchor=st.sampled_from([None, "ring", "atom", "bond"]),
    grains=st.lists(st.builds(OuterGrain, place, place, place), min_size=1, max_size=2).map(tuple),
    angle=angle,
)


def same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray):
        return np.array_equal(one, np.asarray(other))
    return one == other


@given(entry=entries)
def test_what_is_written_is_read(entry: Relaxed) -> None:
    again = read_relaxed(write_relaxed(entry), "here.extxyz")
    for field in fields(Relaxed):
        assert same(getattr(again, field.name), getattr(entry, field.name)), field.name


def test_a_file_written_by_hand_is_read() -> None:
    entry = read_relaxed(TEXT, "pair.extxyz")
    assert len(entry) == 2
    assert entry.variant == "pair"
    assert entry.elements == ("C", "Si")
    np.testing.assert_array_equal(entry.positions, [[0, 1.4203, 0], [0, 0, -1.6]])
    assert entry.energy == -1.5
    assert entry.census == (5, 9)
    assert entry.missing_atoms == 1
    assert entry.anchor == "atom"
    assert entry.grains == (OuterGrain(0, -1.4203, 0),)
    assert (entry.period, entry.angle) == (None, None)
    assert write_relaxed(entry) == TEXT


def test_positions_cant_be_changed_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        read_relaxed(TEXT, "pair.extxyz").positions[0] = 0


DAMAGE = [
    ("", "it has no header"),
    ("2\n", "it has no header"),
    (TEXT.replace("2\n", "3\n", 1), "it announces '3' atoms and holds 2"),
    (TEXT.replace("2\n", "two\n", 1), "it announces 'two' atoms and holds 2"),
    (TEXT[: TEXT.rindex("Si")], "it announces '2' atoms and holds 1"),
    (TEXT.replace(' census="5-9"', ""), "the header lacks 'census'"),
    (TEXT.replace(' variant="pair"', ""), "the header lacks 'variant'"),
    (TEXT.replace('"eV" ', '"eV" period '), "'period' in the header isn't a key with a value"),
    (TEXT.replace("pos:R:3", "pos:R:2"), "Properties must be species:S:1:pos:R:3, not 'species"),
    (TEXT.replace('"atom"', '"hexagon"'), "anchor must be ring, atom or bond, not 'hexagon'"),
    (TEXT.replace('"-1.500"', '"low"'), "could not convert string to float: 'low'"),
    (TEXT.replace('"5-9"', '"5-x"'), "invalid literal for int"),
    (TEXT.replace("-1.6000", "nan"), "a position isn't finite"),
    (TEXT.replace("-1.6000", ""), "an atom has an element and three numbers, not 'Si 0.0000"),
    (TEXT.replace('angle=""', 'angle="'), "No closing quotation"),
    (TEXT.replace('grains="0.0000 ', 'grains="'), "a grain has x, y and a direction, not '-1.4203"),
]


@pytest.mark.parametrize(("text", "what"), DAMAGE)
def test_a_damaged_file_is_named_with_what_to_do(text: str, what: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_relaxed(text, "pair.extxyz")
    message = str(caught.value)
    assert message.startswith(f"pair.extxyz is damaged: {what}")
    assert message.endswith(ADVICE)
    assert "\n" not in message


@pytest.mark.parametrize("variant", ["SV", "Si-C3", "boundary-21.8", "edge-zigzag"])
def test_other_programs_read_the_files(variant: str) -> None:
    ase_io = pytest.importorskip("ase.io")
    entry = library()[variant]
    atoms = ase_io.read(io.StringIO(write_relaxed(entry)), format="extxyz")
    assert tuple(atoms.get_chemical_symbols()) == entry.elements
    np.testing.assert_allclose(atoms.positions, entry.positions, atol=1e-9)
    assert atoms.info["variant"] == variant
    assert atoms.pbc.tolist() == [False, entry.period is not None, False]
    if entry.period is not None:
        assert atoms.cell[1, 1] == pytest.approx(entry.period, abs=1e-6)


def test_the_three_anchors_are_the_ones_that_are_announced() -> None:
    found: set[Anchor | None] = {entry.anchor for entry in library().values()}
    assert found == {None, "ring", "atom", "bond"}
