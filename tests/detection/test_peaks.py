"""Local maxima of an image, to a fraction of a pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from detection_cases import bumps, nearest
from sixring.detection._peaks import local_maxima


def tops(
    image: NDArray[np.float32], apart: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The maxima that stand out from a flat ground, all of which is as high as its neighbours."""
    positions, heights = local_maxima(image, apart)
    return positions[heights > 0.1], heights[heights > 0.1]


def paraboloid(row: float, col: float, steep: tuple[float, float]) -> NDArray[np.float32]:
    rows, cols = np.indices((15, 17))
    image = 3.0 - steep[0] * (rows - row) ** 2 - steep[1] * (cols - col) ** 2
    return image.astype(np.float32)


@settings(deadline=None, max_examples=60)
@given(
    row=st.floats(5.0, 9.0),
    col=st.floats(5.0, 11.0),
    steep=st.tuples(st.floats(0.01, 1.0), st.floats(0.01, 1.0)),
)
def test_top_of_a_parabola_is_exact(row: float, col: float, steep: tuple[float, float]) -> None:
    positions, heights = local_maxima(paraboloid(row, col, steep), 3.0)
    # Halfway between two pixels both may be the highest; they then say the same.
    assert len(positions) >= 1
    np.testing.assert_allclose(positions, [[row, col]] * len(positions), atol=2e-3)
    assert heights == pytest.approx(3.0, abs=0.5)


def test_height_is_that_of_the_highest_pixel() -> None:
    image = paraboloid(7.25, 8.0, (0.1, 0.2))
    _, (height,) = local_maxima(image, 2.0)
    assert height == image[7, 8] == image.max()


@pytest.mark.parametrize(("distance", "left"), [(4.0, 1), (6.0, 2)])
def test_the_higher_of_two_tops_within_reach_stays(distance: float, left: int) -> None:
    points = np.array([[20.0, 15.0], [20.0, 15.0 + distance]])
    image = bumps(points, (40, 40), 1.0, np.array([1.0, 0.8]))
    positions, heights = tops(image, 5.0)
    assert len(positions) == left
    assert np.allclose(positions[0], points[0], atol=0.05)
    assert heights[0] == pytest.approx(1.0, abs=1e-3)


def test_reach_is_a_disc_and_no_square() -> None:
    # Four rows and four columns apart: 5.7 pixels, outside a disc of 5.
    points = np.array([[15.0, 15.0], [19.0, 19.0]])
    positions, _ = tops(bumps(points, (40, 40), 1.0, np.array([1.0, 0.8])), 5.0)
    assert len(positions) == 2


@pytest.mark.parametrize(("row", "found"), [(0.0, 0), (1.0, 1)])
@pytest.mark.parametrize("turn", range(4))
def test_edge_of_the_image_has_no_tops(row: float, found: int, turn: int) -> None:
    image = np.rot90(bumps(np.array([[row, 12.0]]), (24, 24), 1.5), turn)
    positions, _ = tops(image, 3.0)
    assert len(positions) == found


def test_slope_that_rises_to_the_edge_has_no_top() -> None:
    image = bumps(np.array([[0.0, 12.0], [3.0, 12.0]]), (24, 24), 1.0, np.array([5.0, 1.0]))
    assert len(tops(image, 4.0)[0]) == 0


def test_positions_of_many_tops() -> None:
    rng = np.random.default_rng(3)
    grid = np.stack(np.meshgrid(np.arange(8), np.arange(9), indexing="ij"), axis=-1)
    points = 10.0 + 9.0 * grid.reshape(-1, 2) + rng.uniform(-0.5, 0.5, (72, 2))
    positions, _ = tops(bumps(points, (84, 94), 2.0), 5.0)
    assert positions.shape == (72, 2)
    # Not exact, for a Gaussian isn't a parabola.
    assert nearest(points, positions)[0].max() < 0.03


@settings(deadline=None, max_examples=20)
@given(gain=st.floats(0.1, 1e3), offset=st.floats(-100.0, 100.0), seed=st.integers(0, 99))
def test_gain_and_offset_move_nothing(gain: float, offset: float, seed: int) -> None:
    image = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(40, 40)), 2.0)
    image = (image / image.std()).astype(np.float32)
    here, heights = local_maxima(image, 4.0)
    there, other = local_maxima((gain * image + offset).astype(np.float32), 4.0)
    assert here.shape == there.shape
    assert np.abs(here - there).max() < 0.1  # float32 has few digits left beside an offset
    np.testing.assert_allclose(other, gain * heights + offset, atol=1e-4 * (gain + abs(offset)))


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_turned_image_has_turned_tops(turn: int) -> None:
    noise = np.random.default_rng(7).normal(size=(31, 31))
    image = ndimage.gaussian_filter(noise, 1.5).astype(np.float32)
    here, _ = local_maxima(image, 3.0)
    there, _ = local_maxima(np.rot90(image, turn), 3.0)
    for _ in range(turn):
        here = np.stack([30 - here[:, 1], here[:, 0]], axis=1)
    order, other = np.lexsort(np.rint(here * 100).T), np.lexsort(np.rint(there * 100).T)
    np.testing.assert_allclose(there[other], here[order], atol=1e-4)
