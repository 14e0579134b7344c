import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from sixring.structures import BOND, LATTICE_CONSTANT, perfect_sheet
from sixring.structures._honeycomb import honeycomb, rotation


@given(
    st.floats(-180, 180),
    st.tuples(st.floats(-30, 30), st.floats(-30, 30)),
    st.floats(8, 60),
    st.floats(8, 60),
)
@settings(max_examples=40, deadline=None)
def test_every_ring_has_its_six_sites_and_six_neighbours(
    orientation: float, offset: tuple[float, float], width: float, height: float
) -> None:
    low, high = np.array([-4.0, 7.0]), np.array([width, 7.0 + height])
    sites, centres = honeycomb(low, high, orientation=orientation, offset=offset)
    for points, cell in ((sites, 2), (centres, 1)):
        assert ((points >= low) & (points <= high)).all()
        area = LATTICE_CONSTANT**2 * np.sqrt(3) / 2 / cell
        rim = 2 * (np.ptp([low, high], axis=0)).sum() * LATTICE_CONSTANT
        assert abs(len(points) * area - np.prod(high - low)) < rim
    inner = centres[((centres > low + 2.6) & (centres < high - 2.6)).all(axis=1)]
    if len(inner) == 0:
        return
    near = cKDTree(sites).query(inner, k=6)[0]
    np.testing.assert_allclose(near, BOND, atol=1e-9)
    near = np.asarray(cKDTree(centres).query(inner, k=7)[0])
    np.testing.assert_allclose(near[:, 1:], LATTICE_CONSTANT, atol=1e-9)


def test_a_ring_lies_at_the_offset_and_a_zigzag_row_in_the_direction() -> None:
    _, centres = honeycomb(
        np.array([0.0, 0.0]), np.array([40.0, 40.0]), orientation=11.0, offset=(20.0, 21.0)
    )
    ring = np.array([20.0, 21.0])
    row = ring + LATTICE_CONSTANT * rotation(11.0)[:, 0]
    far = cKDTree(centres).query(np.stack([ring, row]))[0]
    np.testing.assert_allclose(far, 0.0, atol=1e-9)


def test_it_is_the_lattice_of_a_perfect_sheet() -> None:
    sheet = perfect_sheet(30, 26, orientation=23)
    sites, _ = honeycomb(np.zeros(2), np.array([30.0, 26.0]), orientation=23, offset=(15.0, 13.0))
    assert np.max(cKDTree(sites).query(sheet.positions)[0]) < 1e-9


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, -45.0])
def test_a_rotation_turns_x_towards_y(angle: float) -> None:
    turned = rotation(angle) @ [1.0, 0.0]
    assert np.degrees(np.arctan2(turned[1], turned[0])) == pytest.approx(angle)
