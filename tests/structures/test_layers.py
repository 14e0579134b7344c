import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sixring.structures import BOND, neighbours
from sixring.structures._layers import LAYER_DISTANCE, ripples
from sixring.types import Region
from specimens import grown, nearest, pixels

SIZE = (120.0, 100.0)


def share(seed: int, region: Region, **values: object) -> float:
    specimen = grown(seed, size=SIZE, **values)
    return float((specimen.regions(pixels(SIZE)) == region).mean())


@pytest.mark.parametrize("wanted", [0.05, 0.2, 0.6, 1.0])
def test_contamination_has_its_share(wanted: float) -> None:
    found = [share(s, Region.CONTAMINATION, contamination=wanted) for s in range(4)]
    assert np.mean(found) == pytest.approx(wanted, abs=0.03)


@given(st.floats(0.1, 2.0), st.floats(4.0, 30.0), st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_contamination_keeps_its_distances_and_density(
    density: float, radius: float, seed: int
) -> None:
    specimen = grown(
        seed,
        size=SIZE,
        contamination=0.5,
        contamination_density=density,
        contamination_radius=radius,
        ripple_amplitude=0.4,
    )
    assert len(specimen.lying) / (0.5 * SIZE[0] * SIZE[1]) == pytest.approx(density, rel=0.2)
    assert nearest(specimen.atoms()[0]).min() > 1.0
    _, below = cKDTree(specimen.sheet.positions).query(specimen.lying[:, :2])
    height = specimen.lying[:, 2] - specimen.heights[below]
    # The ripple is that of the atom's own place, up to a bond away from the nearest atom's.
    assert height.min() > 1.5 - 0.3
    assert height.max() < 11.5 + 0.3


@pytest.mark.parametrize("height", [6.0, 20.0])
def test_a_patch_is_flat_with_a_steep_rim(height: float) -> None:
    # One patch covers the whole share, and lies anywhere.
    specimen = grown(
        4,
        size=SIZE,
        contamination=0.3,
        contamination_radius=1000.0,
        contamination_density=0.07 * height,
        contamination_height=height,
    )
    at, z = specimen.lying[:, :2], specimen.lying[:, 2]
    assert z.min() > 1.5 - 1e-9
    assert z.max() < 1.5 + height + 1e-9
    grid = pixels(SIZE, 1.0)
    clear = cKDTree(grid[specimen.regions(grid) == Region.CLEAR])
    depth = np.asarray(clear.query(at)[0])
    deep, shallow = depth > np.quantile(depth, 0.7), depth < 3.0
    assert z[deep].max() > 1.5 + 0.95 * height
    # The mean height of evenly filled material is half its thickness.
    assert z[deep].mean() - 1.5 == pytest.approx(height / 2, rel=0.1)
    assert z[shallow].mean() - 1.5 < 0.45 * height


@pytest.mark.parametrize(("density", "least"), [(0.6, 1.8), (2.0, 1.31)])
def test_atoms_of_the_contamination_keep_apart_as_far_as_their_number_lets_them(
    density: float, least: float
) -> None:
    specimen = grown(
        size=SIZE, contamination=0.5, contamination_density=density, contamination_height=12.0
    )
    assert nearest(specimen.lying).min() == pytest.approx(least, abs=0.07)


def test_contamination_is_mostly_carbon() -> None:
    elements = grown(size=SIZE, contamination=0.8).lying_elements
    shares = {e: elements.count(e) / len(elements) for e in set(elements)}
    assert shares == pytest.approx({"C": 0.8, "H": 0.15, "O": 0.05}, abs=0.03)


def test_patches_are_as_wide_as_they_are_meant_to_be() -> None:
    # Their atoms fall into as many groups as there are patches, if these are few.
    specimen = grown(3, size=(300.0, 300.0), contamination=0.02, contamination_radius=9.0)
    at = specimen.lying[:, :2]
    i, j = neighbours(at, 4.0).T
    count, label = connected_components(coo_array((np.ones(len(i)), (i, j)), (len(at), len(at))))
    assert 4 <= count <= 12
    widths = [np.ptp(at[label == k], axis=0).mean() for k in range(count)]
    assert 12 < np.mean(widths) < 25


def test_contamination_lies_on_the_second_layer_where_there_is_one() -> None:
    specimen = grown(2, size=SIZE, contamination=1.0, bilayer=0.5)
    at = specimen.lying[:, :2]
    tree = cKDTree(specimen.second[:, :2])
    around = np.asarray(tree.query_ball_point(at, 6.0, return_length=True))
    doubled, single = around > 35, around == 0
    assert min(doubled.sum(), single.sum()) > 500
    assert specimen.lying[doubled, 2].min() > LAYER_DISTANCE + 1.5 - 1e-9
    assert specimen.lying[single, 2].min() < 1.6
    assert specimen.lying[single, 2].max() < 11.5 + 1e-9


def test_nothing_hangs_in_the_vacuum() -> None:
    for seed in range(3):
        specimen = grown(seed, size=SIZE, contamination=0.6, bilayer=0.6, vacuum=0.3)
        tree = cKDTree(specimen.sheet.positions)
        for layer in (specimen.lying, specimen.second):
            assert np.max(tree.query(layer[:, :2])[0]) < 3.0
        regions = specimen.regions(pixels(SIZE))
        assert (regions == Region.VACUUM).mean() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("wanted", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("twist", [None, 12.0])
def test_the_second_layer_has_its_share(wanted: float, twist: float | None) -> None:
    found = [share(s, Region.BILAYER, bilayer=wanted, bilayer_twist=twist) for s in range(3)]
    assert np.mean(found) == pytest.approx(wanted, abs=0.02)


def test_ab_stacking_puts_every_other_atom_over_a_ring() -> None:
    for seed in range(4):
        specimen = grown(
            seed, size=SIZE, bilayer=1.0, strain=(0.01, 0.0, 0.0), ripple_amplitude=0.4
        )
        inner = ((specimen.second[:, :2] > 4) & (specimen.second[:, :2] < np.array(SIZE) - 4)).all(
            axis=1
        )
        far, below = (
            np.asarray(v)
            for v in cKDTree(specimen.sheet.positions).query(specimen.second[inner, :2])
        )
        over = far < 0.01
        assert over.mean() == pytest.approx(0.5, abs=0.02)
        np.testing.assert_allclose(far[~over], BOND, atol=0.03)
        gap = specimen.second[inner][over][:, 2] - specimen.heights[below[over]]
        np.testing.assert_allclose(gap, LAYER_DISTANCE, atol=1e-6)


@pytest.mark.parametrize("twist", [5.0, 17.0, -25.0])
def test_the_twist_is_the_angle_between_the_layers(twist: float) -> None:
    specimen = grown(1, size=SIZE, bilayer=0.7, bilayer_twist=twist)
    angles = []
    for at in (specimen.sheet.positions, specimen.second[:, :2]):
        step = np.diff(at[neighbours(at, 1.7)], axis=1)[:, 0]
        angles.append(np.degrees(np.angle(np.exp(6j * np.arctan2(step[:, 1], step[:, 0])).mean())))
    found = (angles[1] - angles[0]) / 6
    assert (found - twist + 30) % 60 - 30 == pytest.approx(0.0, abs=1e-6)
    ends = np.bincount(neighbours(specimen.second[:, :2], 1.7).ravel())
    assert ends.min() == 2


def test_no_amplitude_is_flat() -> None:
    field = ripples(0.0, 50.0, np.random.default_rng(0))
    np.testing.assert_array_equal(field(np.ones((3, 2))), 0.0)
