"""Sums of band-limited functions, against sums written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.simulate._band import Band


def transform_written_out(points: NDArray[np.float64], band: Band) -> NDArray[np.complex128]:
    rows, cols = band.frequencies
    shifted = points + band.margin
    total = np.zeros((len(rows), cols.shape[1]), dtype=np.complex128)
    for row, col in shifted:
        total += np.exp(-2j * np.pi * (rows * row + cols * col))
    return total


@given(
    points=st.lists(st.tuples(st.floats(-8, 48), st.floats(-8, 38)), min_size=1, max_size=4),
    limit=st.floats(0.05, 0.8),
)
def test_points_have_the_transform_of_their_phases(
    points: list[tuple[float, float]], limit: float
) -> None:
    band = Band((40, 30), (limit * 1.2, limit), 10.0)
    array = np.array(points)
    spectrum = band.spectrum(array)
    expected = transform_written_out(array, band)
    # Next to the limit the alias of the Gaussian shows, below 5e-5 times the points' number.
    np.testing.assert_allclose(spectrum, expected, atol=2e-4 * len(points))


def gaussians(
    points: NDArray[np.float64], rows: NDArray[np.float64], cols: NDArray[np.float64], sigma: float
) -> NDArray[np.float64]:
    square = (rows[..., None] - points[:, 0]) ** 2 + (cols[..., None] - points[:, 1]) ** 2
    total: NDArray[np.float64] = np.exp(-square / (2 * sigma**2)).sum(axis=-1)
    return total / (2 * np.pi * sigma**2)


def as_gaussians(band: Band, points: NDArray[np.float64], sigma: float) -> NDArray[np.complex128]:
    rows, cols = band.frequencies
    return band.spectrum(points) * np.exp(-2 * (np.pi * sigma) ** 2 * (rows**2 + cols**2))


POINTS = np.array([[3.3, 4.7], [20.1, 17.6], [-2.0, 12.0], [31.5, 27.0]])


@pytest.mark.parametrize("sigma", [1.6, 3.0, 0.9])
def test_an_image_is_the_sum_of_its_functions(sigma: float) -> None:
    # At 4.3 standard deviations of a Gaussian's transform 1e-4 of it is left.
    limit = 4.3 / (2 * np.pi * sigma)
    band = Band((32, 28), (limit, limit), 6 * sigma)
    image = band.image(as_gaussians(band, POINTS, sigma), np.zeros(32), np.zeros(28))
    rows, cols = np.indices((32, 28)).astype(float)
    expected = gaussians(POINTS, rows, cols, sigma)
    np.testing.assert_allclose(image, expected, atol=1e-3 / (2 * np.pi * sigma**2))


@pytest.mark.parametrize("sigma", [0.5, 0.3])
def test_coarse_pixels_sample_what_is_there(sigma: float) -> None:
    # Narrower than the pixels can show: limits of 1.4 and 2.3 cycles per pixel.
    limit = 4.3 / (2 * np.pi * sigma)
    band = Band((32, 28), (limit, limit), 5.0)
    image = band.image(as_gaussians(band, POINTS, sigma), np.zeros(32), np.zeros(28))
    rows, cols = np.indices((32, 28)).astype(float)
    expected = gaussians(POINTS, rows, cols, sigma)
    np.testing.assert_allclose(image, expected, atol=1e-3 / (2 * np.pi * sigma**2))


def test_displaced_pixels_show_what_is_where_they_stand() -> None:
    sigma, limit = 2.0, 0.35
    band = Band((32, 28), (limit, limit), 20.0)
    rng = np.random.default_rng(0)
    by_row, by_col = rng.normal(0, 1, 32), 4.0 * np.exp(-np.arange(28) / 3)
    image = band.image(as_gaussians(band, POINTS, sigma), by_row, by_col)
    rows, cols = np.indices((32, 28)).astype(float)
    expected = gaussians(POINTS, rows, cols + by_row[:, None] + by_col, sigma)
    np.testing.assert_allclose(image, expected, atol=1e-3 / (2 * np.pi * sigma**2))


def test_points_out_of_reach_do_not_come_in_from_the_other_side() -> None:
    band = Band((32, 28), (0.3, 0.3), 9.0)
    for far in ([-60.0, 10.0], [92.0, 10.0], [10.0, -400.0], [10.0, 300.0]):
        np.testing.assert_array_equal(band.spectrum(np.array([far])), 0.0)
    # Within reach of one border, it is seen there and not at the other.
    image = band.image(
        as_gaussians(band, np.array([[-3.0, 14.0]]), 1.8), np.zeros(32), np.zeros(28)
    )
    assert image[0].max() > 1e-3
    assert np.abs(image[20:]).max() < 1e-5


def test_the_frequencies_reach_the_limits() -> None:
    band = Band((50, 60), (0.2, 0.3), 4.0)
    rows, cols = band.frequencies
    assert rows.min() == -rows.max()
    assert rows.max() == pytest.approx(0.2, abs=1 / band.padded[0])
    assert cols.min() == 0
    assert cols.max() == pytest.approx(0.3, abs=1 / band.padded[1])
    assert band.padded[0] >= 50 + 2 * band.margin
