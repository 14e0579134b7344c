"""The working sampling: coordinates there and back, and values in between."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lattice_images import honeycomb, noisy, reflections
from sixring.lattice import Canvas, prepare

SAMPLINGS = st.floats(0.03, 0.9)
SHAPES = st.tuples(st.integers(20, 90), st.integers(20, 90))


def ramp(shape: tuple[int, int], axis: int) -> NDArray[np.float32]:
    values: NDArray[np.float32] = np.indices(shape, np.float32)[axis]
    return values


def pixels(canvas: Canvas) -> NDArray[np.float64]:
    """Row and column of every pixel; shape (n, 2)."""
    return np.indices(canvas.image.shape, np.float64).reshape(2, -1).T


def rounding(shape: tuple[int, int]) -> float:
    """How far off the longer side of a canvas can be, in its pixels.

    Both sides are rounded, to half a pixel, and the zoom is the mean of what that makes of it.
    """
    return 0.26 * (1 + max(shape) / min(shape)) + 0.25


@pytest.mark.parametrize("sampling", [0.2, 0.217, 0.3, 0.35])
def test_nothing_is_resampled_that_is_fine_already(sampling: float) -> None:
    image = noisy(honeycomb((60, 80), sampling), 1.0).astype(np.float32)
    canvas = prepare(image, sampling)
    assert canvas.zoom == 1
    assert canvas.sampling == sampling
    assert canvas.shape == canvas.image.shape == (60, 80)
    np.testing.assert_allclose(canvas.image, (image - image.mean()) / image.std(), atol=1e-5)
    positions = np.array([[3.25, 70.5]])
    np.testing.assert_array_equal(canvas.to_micrograph(positions), positions)


@settings(deadline=None, max_examples=30)
@given(sampling=SAMPLINGS, shape=SHAPES)
def test_the_working_sampling_is_in_its_range(sampling: float, shape: tuple[int, int]) -> None:
    canvas = prepare(noisy(np.zeros(shape), 1.0).astype(np.float32), sampling)
    # A whole number of pixels has to fit.
    side = min(canvas.image.shape)
    assert 0.2 * (1 - 0.6 / side) <= canvas.sampling <= 0.35 * (1 + 0.6 / side)
    assert canvas.sampling * canvas.zoom == pytest.approx(sampling)
    assert canvas.shape == shape
    off = rounding(shape)
    assert np.array(canvas.image.shape) == pytest.approx(canvas.zoom * np.array(shape), abs=off)
    assert canvas.image.dtype == np.float32


@settings(deadline=None, max_examples=30)
@given(sampling=SAMPLINGS, shape=SHAPES, axis=st.integers(0, 1))
def test_a_ramp_says_where_each_pixel_came_from(
    sampling: float, shape: tuple[int, int], axis: int
) -> None:
    image = ramp(shape, axis)
    canvas = prepare(image, sampling)
    # Off the edges, which the spline and the smoothing continue by reflection.
    edge = int(np.ceil(8 * max(1.0, canvas.zoom)))
    assume(min(canvas.image.shape) > 2 * edge)
    there = canvas.to_micrograph(pixels(canvas))[:, axis].reshape(canvas.image.shape)
    found = canvas.image * image.std() + image.mean()
    inner = np.s_[edge:-edge, edge:-edge]
    np.testing.assert_allclose(found[inner], there[inner], atol=2e-3)


@settings(deadline=None, max_examples=30)
@given(sampling=SAMPLINGS, shape=SHAPES)
def test_corners_stay_corners(sampling: float, shape: tuple[int, int]) -> None:
    canvas = prepare(noisy(np.zeros(shape), 1.0).astype(np.float32), sampling)
    corners = np.array([[-0.5, -0.5], np.array(canvas.image.shape) - 0.5])
    found = canvas.to_micrograph(corners)
    assert found[0] == pytest.approx([-0.5, -0.5])
    assert found[1] == pytest.approx(np.array(shape) - 0.5, abs=rounding(shape) / canvas.zoom)


@pytest.mark.parametrize("sampling", [0.09, 0.6])
def test_the_lattice_is_the_same_on_either_grid(sampling: float) -> None:
    side = round(60 / sampling)
    canvas = prepare(honeycomb((side, side), sampling, orientation=7).astype(np.float32), sampling)
    rows, cols = canvas.to_micrograph(pixels(canvas)).T
    # The same waves, evaluated where the pixels of the canvas lie.
    expected = np.zeros(len(rows))
    for wave in reflections(sampling, 7):
        expected += np.cos(2 * np.pi * (wave[0] * rows + wave[1] * cols))
    found = canvas.image.ravel()
    inner = ((np.array([rows, cols]) > 12) & (np.array([rows, cols]) < side - 12)).all(axis=0)
    slope = np.polyfit(expected[inner], found[inner], 1)[0]
    assert np.corrcoef(expected[inner], found[inner])[0, 1] > 0.9995
    # Waves of amplitude 1 have the standard deviation sqrt(3 / 2); smoothing takes a little.
    assert 0.75 < slope * np.sqrt(3 / 2) < 1.01


def test_coarsening_averages_the_noise() -> None:
    white = noisy(np.zeros((400, 400)), 1.0).astype(np.float32)
    canvas = prepare(white, 0.05)
    # Four pixels by four become one; the smoothing keeps the finest of it in any case.
    assert canvas.image.shape == (100, 100)
    assert canvas.image.std() < 0.3


@settings(deadline=None, max_examples=20)
@given(gain=st.floats(1e-2, 1e3), offset=st.floats(-1e3, 1e3), sampling=SAMPLINGS)
def test_gain_and_offset_are_taken_off(gain: float, offset: float, sampling: float) -> None:
    image = noisy(honeycomb((40, 50), 0.3), 1.0)
    first = prepare(image.astype(np.float32), sampling).image
    other = prepare((gain * image + offset).astype(np.float32), sampling).image
    np.testing.assert_allclose(other, first, atol=1e-2 + 1e-6 * abs(offset / gain))


def test_a_canvas_is_made_by_hand_as_well() -> None:
    canvas = Canvas(np.zeros((10, 10), np.float32), 0.3, 0.5, (20, 20))
    assert canvas.to_micrograph(np.array([[0.0, 9.0]])).tolist() == [[0.5, 18.5]]
