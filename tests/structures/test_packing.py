import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.structures import BOND
from sixring.structures._ground import Frame, Ground, single_grain, two_grains
from sixring.structures._honeycomb import rotation
from sixring.structures._packing import BORDER, Placement, greatest_number, pack
from sixring.structures._stamp import stamps


def ground(width: float = 90.0, height: float = 70.0, turn: float = 12.0) -> Ground:
    return single_grain(Frame((width, height), rotation(turn)), np.zeros(2))


def apart(placements: list[Placement]) -> list[float]:
    """Return the gap between the cores of each pair."""
    return [
        float(np.linalg.norm(a.middle - b.middle)) - a.stamp.core - b.stamp.core
        for k, a in enumerate(placements)
        for b in placements[:k]
    ]


@given(
    st.lists(st.sampled_from(sorted(stamps())), min_size=1, max_size=6),
    st.floats(0.0, 12.0),
    st.integers(0, 2**32),
)
@settings(max_examples=30, deadline=None)
def test_cores_keep_their_distance_and_stay_inside(
    names: list[str], spacing: float, seed: int
) -> None:
    whole = ground(160.0, 150.0)
    drawn = [stamps()[name] for name in names]
    placed = pack(whole, drawn, spacing, np.random.default_rng(seed))
    assert sorted(p.stamp.variant for p in placed) == sorted(names)
    assert all(gap >= spacing - 1e-9 for gap in apart(placed))
    for p in placed:
        assert whole.frame.room(p.middle[None])[0] >= p.stamp.core + BORDER - 1e-9
        np.testing.assert_allclose(p.matrix @ p.matrix.T, np.eye(2), atol=1e-12)
        assert np.linalg.norm(whole.centres - p.centre, axis=1).min() == 0
        assert p.up in (-1, 1)


def test_all_twelve_operations_and_both_sides_come() -> None:
    vacancy = stamps()["SV"]
    seen = set()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        for p in pack(ground(), [vacancy] * 6, 4.0, rng):
            turn = round(np.degrees(np.arctan2(p.matrix[1, 1], p.matrix[0, 1]))) % 360
            seen.add((turn, round(float(np.linalg.det(p.matrix))), p.up))
    assert len(seen) == 24
    assert {turn for turn, _, _ in seen} == {30, 90, 150, 210, 270, 330}


def test_places_are_even_over_the_sheet() -> None:
    whole = ground(60.0, 60.0, turn=0.0)
    middles = np.array(
        [
            pack(whole, [stamps()["N"]], 4.0, np.random.default_rng(seed))[0].middle
            for seed in range(400)
        ]
    )
    share = ((middles > 0) @ [1, 2]).astype(int)
    assert np.bincount(share, minlength=4).min() > 70
    # Uniform over [-half, half]: the standard deviation is half / sqrt(3).
    half = 30 - BORDER - 2 * BOND
    np.testing.assert_allclose(middles.std(axis=0), half / np.sqrt(3), rtol=0.1)


def test_in_two_grains_a_stamp_follows_its_grain() -> None:
    frame = Frame((120.0, 80.0), rotation(0.0))
    both = two_grains(frame, 21.787, 0.0, 0.3)
    for p in pack(both, [stamps()["SV"]] * 10, 4.0, np.random.default_rng(0)):
        orientation = np.degrees(np.arctan2(p.matrix[1, 1], p.matrix[0, 1])) % 60
        wanted = 30 + (10.893 if p.middle[0] < 0 else -10.893)
        assert orientation == pytest.approx(wanted, abs=0.01)
        assert abs(p.middle[0]) > 7 + p.stamp.core


def test_what_does_not_fit_says_how_many_did() -> None:
    small = ground(30.0, 30.0)
    with pytest.raises(UsageError) as caught:
        pack(small, [stamps()["flower"]] * 5, 4.0, np.random.default_rng(0))
    assert str(caught.value) == (
        "5 defects can't be packed into this sheet with a spacing of 4 angstrom: 1 (0.11 per "
        "nm^2) were the most that fitted; lower number, density, vacuum or spacing"
    )


@pytest.mark.parametrize("names", [("N",), ("SV", "flower"), ("SW-flat", "hole-24", "N")])
@pytest.mark.parametrize("size", [(50.0, 50.0), (120.0, 60.0)])
@pytest.mark.parametrize("spacing", [0.0, 4.0, 12.0])
def test_the_greatest_number_goes_in(
    names: tuple[str, ...], size: tuple[float, float], spacing: float
) -> None:
    shares = {stamps()[name]: 1 / len(names) for name in names}
    number = greatest_number(size, 0.0, shares, spacing)
    assert number >= 1
    whole = single_grain(Frame(size, rotation(20.0)), np.zeros(2))
    for seed in range(5):
        rng = np.random.default_rng(seed)
        drawn = [list(shares)[k] for k in rng.integers(len(shares), size=number)]
        assert len(pack(whole, drawn, spacing, rng)) == number


def test_the_greatest_number_grows_with_the_area_and_falls_with_the_rest() -> None:
    shares = {stamps()["SV"]: 1.0}
    most = greatest_number((200.0, 200.0), 0.0, shares, 4.0)
    assert greatest_number((400.0, 200.0), 0.0, shares, 4.0) > 1.9 * most
    assert greatest_number((200.0, 200.0), 0.5, shares, 4.0) == pytest.approx(most / 2, abs=1)
    assert greatest_number((200.0, 200.0), 0.0, shares, 8.0) < most
    assert greatest_number((13.0, 200.0), 0.0, shares, 4.0) == 0
    # Discs whose diameter is that of two cores, the spacing and 1 angstrom fill 36 % of the sheet.
    disc = np.pi / 4 * (2 * stamps()["SV"].core + 5) ** 2
    assert most * disc / 200**2 == pytest.approx(0.36, abs=0.02)
