"""What the network sees: one sampling, one scale, no brightness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lattice_images import honeycomb, noisy
from sixring.detection._canonical import CANONICAL, canonical
from sixring.detection._standard import standardised

WAVES = honeycomb((180, 200), 0.2)
SHEET = WAVES.astype(np.float32)


def counts(electrons: float, shape: tuple[int, int] = (240, 240)) -> NDArray[np.float32]:
    """A scan with so many counts a pixel on average, twice as many on atoms as elsewhere."""
    lattice = honeycomb(shape, 0.15)
    bright = (lattice - lattice.min()) / np.ptp(lattice)
    expected = electrons * (0.5 + bright)
    scan: NDArray[np.float32] = np.random.default_rng(0).poisson(expected).astype(np.float32)
    return scan


@pytest.mark.parametrize("sampling", [0.08, 0.15, 0.2, 0.31, 0.5])
def test_there_is_one_sampling(sampling: float) -> None:
    side = round(40 / sampling)
    canvas = canonical(honeycomb((side, side), sampling).astype(np.float32), sampling)
    assert canvas.sampling == pytest.approx(CANONICAL, rel=0.01)
    assert canvas.image.shape == pytest.approx((200, 200), abs=2)
    assert canvas.image.dtype == np.float32


def test_the_lattice_has_the_same_strength_at_any_sampling() -> None:
    spreads = []
    for sampling in (0.1, 0.2, 0.3):
        side = round(60 / sampling)
        image = honeycomb((side, side), sampling).astype(np.float32)
        spreads.append(canonical(image, sampling).image.std())
    assert spreads == pytest.approx([1.0] * 3, abs=0.06)


@settings(max_examples=15)
@given(gain=st.floats(1e-3, 1e6), offset=st.floats(-1e3, 1e3), sampling=st.sampled_from([0.1, 0.2]))
def test_gain_and_offset_change_nothing(gain: float, offset: float, sampling: float) -> None:
    image = noisy(WAVES, 1.0).astype(np.float32)
    other = (gain * (image.astype(np.float64) + offset)).astype(np.float32)
    rounding = 1e-3 + 1e-5 * abs(offset)
    np.testing.assert_allclose(
        canonical(other, sampling).image, canonical(image, sampling).image, atol=rounding
    )


def test_the_contrast_stays_what_it_is() -> None:
    bright, dark = canonical(SHEET, 0.2).image, canonical(-SHEET, 0.2).image
    np.testing.assert_allclose(dark, -bright, atol=1e-4)


def test_slow_changes_of_brightness_are_taken_off() -> None:
    sheet = honeycomb((500, 400), 0.2).astype(np.float32)
    slope = 10 * np.linspace(0, 1, 500, dtype=np.float32)[:, None]
    even, sloping = canonical(sheet, 0.2).image, canonical(sheet + slope, 0.2).image
    inner = np.s_[120:-120]
    np.testing.assert_allclose(sloping[inner], even[inner], atol=0.1)


@pytest.mark.parametrize("electrons", [0.02, 0.1, 1.0, 100.0])
def test_few_counts_have_a_scale_too(electrons: float) -> None:
    # Of the first, 49 pixels of 50 are empty: the median of the pixels would be zero.
    found = canonical(counts(electrons), 0.15).image
    assert np.isfinite(found).all()
    assert found.std() == pytest.approx(1.0, abs=0.15)
    assert (np.abs(found) >= 10).mean() < 2e-3


def test_dirt_on_a_third_doesnt_change_the_scale_of_the_rest() -> None:
    image = noisy(np.tile(WAVES, (2, 2)), 0.3).astype(np.float32)
    dirty = image.copy()
    dirty[:120] += 30 * np.random.default_rng(1).standard_normal(dirty[:120].shape)
    clean, found = canonical(image, 0.2).image[200:], canonical(dirty, 0.2).image[200:]
    assert found.std() == pytest.approx(clean.std(), rel=0.1)


def test_an_image_that_is_mostly_empty_isnt_blown_up() -> None:
    image = np.zeros((300, 300), np.float32)
    image[:90] = noisy(WAVES[:90], 1.0)[:, :1] + SHEET[:90, :1] + np.zeros((90, 300))
    found = canonical(image, 0.2).image
    assert np.isfinite(found).all()
    assert (np.abs(found) >= 10).mean() < 0.05


def test_a_constant_image_is_zero() -> None:
    found = canonical(np.full((50, 60), 7.0, np.float32), 0.1).image
    np.testing.assert_array_equal(found, np.zeros((25, 30)))


def test_values_end_somewhere() -> None:
    image = noisy(WAVES, 0.3).astype(np.float32)
    image[60, 60], image[90, 90] = 1e4, -1e4
    found = canonical(image, 0.2).image
    assert found.max() == 10
    assert found.min() == -10


@settings(max_examples=20)
@given(sampling=st.floats(0.08, 0.5), row=st.floats(-5, 300), col=st.floats(-5, 300))
def test_positions_lead_there_and_back(sampling: float, row: float, col: float) -> None:
    canvas = canonical(SHEET, sampling)
    place = np.array([[row, col]])
    np.testing.assert_allclose(
        canvas.to_micrograph(canvas.from_micrograph(place)), place, atol=1e-9
    )


def test_a_spot_is_where_its_position_leads() -> None:
    rows, cols = np.indices((240, 240))
    spot = np.exp(-((rows - 100.4) ** 2 + (cols - 151.7) ** 2) / (2 * 4.0**2)).astype(np.float32)
    canvas = canonical(spot, 0.11)
    weights = np.maximum(canvas.image - 2, 0)
    at = [(weights * along).sum() / weights.sum() for along in np.indices(weights.shape)]
    expected = canvas.from_micrograph(np.array([[100.4, 151.7]]))[0]
    assert at == pytest.approx(expected, abs=0.05)


class TestStandardised:
    def test_mean_and_spread(self) -> None:
        found = standardised(np.random.default_rng(0).normal(3e4, 5, (40, 50)).astype(np.float32))
        assert found.dtype == np.float32
        assert found.mean() == pytest.approx(0, abs=1e-5)
        assert found.std() == pytest.approx(1, abs=1e-5)

    def test_a_constant_image_is_zero(self) -> None:
        np.testing.assert_array_equal(standardised(np.full((3, 4), 2.5, np.float32)), 0)
