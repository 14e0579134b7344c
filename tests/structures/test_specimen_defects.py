import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.structures import library, truth
from sixring.structures._stamp import stamps
from specimens import degrees, grown, inner_defects, nearest, within

POINT_DEFECTS = sorted(stamps())
ONE_DEFECT = [variant for variant in POINT_DEFECTS if not variant.startswith("dislocation")]


@pytest.mark.parametrize("variant", ONE_DEFECT)
def test_one_defect_is_found_as_what_it_was_planted(variant: str) -> None:
    entry = library()[variant]
    for seed in range(3):
        specimen = grown(seed, size=(66.0, 60.0), defects=(variant,), number=1)
        (group,) = inner_defects(specimen)
        assert group.name == entry.name
        assert group.census == entry.census
        assert group.missing_atoms == entry.missing_atoms
        assert sorted(group.dopants) == sorted(e for e in entry.elements if e != "C")
        assert nearest(specimen.atoms()[0]).min() > 1.3


def test_a_pair_of_dislocations_is_two_defects() -> None:
    specimen = grown(defects=("dislocation-57",), number=1)
    assert [group.name for group in inner_defects(specimen)] == ["dislocation-57"] * 2


@given(
    st.lists(st.sampled_from(ONE_DEFECT), min_size=1, max_size=3, unique=True),
    st.integers(0, 6),
    st.integers(0, 2**32),
    st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05), st.floats(-0.05, 0.05)),
    st.floats(0.0, 0.6),
)
@settings(max_examples=30, deadline=None)
def test_isolated_defects_are_all_found(
    names: list[str],
    number: int,
    seed: int,
    strain: tuple[float, float, float],
    ripple: float,
) -> None:
    specimen = grown(
        seed,
        size=(150.0, 140.0),
        defects=tuple(names),
        number=number,
        spacing=5.0,
        strain=strain,
        ripple_amplitude=ripple,
    )
    found = inner_defects(specimen)
    assert len(found) == number
    planted = {(library()[name].name, library()[name].census) for name in names}
    assert {(group.name, group.census) for group in found} <= planted
    # Away from defects every atom has three bonds, none is crowded, and nothing else is odd.
    known = truth(specimen.sheet)
    plain = within(specimen, 4.0)
    for group in known.defects:
        for ring in group.rings:
            plain[known.rings[ring]] = False
        plain[list(group.dopant_atoms)] = False
    assert (degrees(specimen)[plain] == 3).all()
    assert degrees(specimen).min() >= 2
    assert nearest(specimen.atoms()[0]).min() > 1.1


def test_missing_atoms_add_up() -> None:
    values = {"size": (120.0, 110.0), "orientation": 8.0}
    whole = len(grown(4, **values).sheet)
    for names in (("SV",), ("DV-585", "hole-06"), ("SW-flat", "flower", "Si-C4")):
        specimen = grown(4, **values, defects=names, number=9)
        missing = [group.missing_atoms for group in inner_defects(specimen)]
        assert None not in missing
        assert whole - len(specimen.sheet) == sum(m for m in missing if m is not None)


def test_cores_that_touch_are_still_found_apart() -> None:
    names = ("SV-open", "DV-555777", "flower", "hole-06")
    specimen = grown(1, size=(110.0, 100.0), defects=names, number=17, spacing=0.0)
    found = inner_defects(specimen)
    assert len(found) == 17
    assert {group.name for group in found} == {"SV-open", "DV-555777", "flower", "hole"}
    bonds = np.diff(specimen.sheet.positions[specimen.sheet.bonds], axis=1)[:, 0]
    lengths = np.linalg.norm(bonds, axis=1)
    assert lengths.min() > 1.3
    assert np.percentile(lengths, 99.5) < 1.55


def test_the_truth_is_of_the_atoms_and_not_of_the_plan() -> None:
    # A large vacuum in the middle of the sheet is in no plan as a hole, but it is one.
    specimen = next(
        s for s in (grown(k, size=(90.0, 90.0), vacuum=0.05) for k in range(20)) if inner_defects(s)
    )
    (group,) = inner_defects(specimen)
    assert group.name == "hole"
    assert group.missing_atoms == pytest.approx(0.05 * 90**2 * 0.382, rel=0.2)


def test_shares_are_kept_on_average() -> None:
    names = {"SV": 3.0, "N": 1.0}
    found = [
        group.name
        for seed in range(12)
        for group in inner_defects(grown(seed, size=(150.0, 150.0), defects=names, number=30))
    ]
    assert len(found) == 360
    assert found.count("SV") / 360 == pytest.approx(0.75, abs=0.07)


def test_a_density_is_met_on_average() -> None:
    counts = [
        len(inner_defects(grown(seed, size=(60.0, 60.0), defects=("N",), density=0.05)))
        for seed in range(60)
    ]
    assert set(counts) == {1, 2}
    assert np.mean(counts) == pytest.approx(1.8, abs=0.15)


def test_both_sides_of_the_sheet_come() -> None:
    up = 0
    for seed in range(10):
        specimen = grown(seed, size=(150.0, 150.0), defects=("Si-C3",), number=10)
        silicon = [k for k, e in enumerate(specimen.sheet.elements) if e == "Si"]
        heights = specimen.heights[silicon]
        assert (np.abs(heights) > 1.4).all()
        up += int((heights > 0).sum())
    assert 30 < up < 70


def test_far_fields_add_up() -> None:
    # Two vacancies: what remains of their displacements beside one another is the sum of both.
    values = {"size": (90.0, 90.0), "orientation": 0.0}
    flat, ridge = (
        grown(11, **values, defects=(name,), number=2, spacing=2.0) for name in ("N", "flower")
    )
    assert len(flat.sheet) == len(ridge.sheet)
    groups = inner_defects(ridge)
    assert [group.name for group in groups] == ["flower", "flower"]
    known = truth(ridge.sheet)
    lengths = np.linalg.norm(
        np.diff(ridge.sheet.positions[ridge.sheet.bonds], axis=1)[:, 0], axis=1
    )
    near = np.linalg.norm(
        ridge.sheet.positions - np.mean([g.position for g in groups], axis=0), axis=1
    )
    beside = (near[ridge.sheet.bonds] < 12).all(axis=1)
    assert lengths[beside].min() > 1.33
    assert lengths[beside].max() < 1.50
    assert (known.sizes == 5).sum() == 12


def test_what_cannot_be_packed_is_refused() -> None:
    # The vacuum happens to leave too little room in one piece.
    values = {"size": (60.0, 40.0), "vacuum": 0.6, "defects": ("hole-24",), "number": 1}
    refused = []
    for seed in range(20):
        try:
            assert "hole" in {g.name for g in truth(grown(seed, **values).sheet).defects}
        except UsageError as error:
            refused.append(str(error))
    assert refused
    assert set(refused) == {
        "1 defects can't be packed into this sheet with a spacing of 4 angstrom: 0 (0 per nm^2) "
        "were the most that fitted; lower number, density, vacuum or spacing"
    }
