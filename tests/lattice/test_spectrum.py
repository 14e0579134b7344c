"""The power spectrum against a plain Fourier transform, and its background against noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from lattice_images import honeycomb, noisy
from sixring.lattice._spectrum import _starts, excess, flatten, power_spectrum


def white(
    shape: tuple[int, int], seed: int = 0
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_flattening_evens_out_brightness_and_contrast() -> None:
    rows, cols = np.indices((200, 200))
    uneven = 1000 + 3 * cols + (1 + rows / 20) * noisy(honeycomb((200, 200), 0.3), 0.5)
    flat = flatten(uneven.astype(np.float32), 12.0)
    dark, bright = flat[20:80, 20:180], flat[120:180, 20:180]
    for part in (dark, bright):
        assert abs(part.mean()) < 0.15
        assert 0.75 < part.std() < 1.02  # less than 1 by what is clipped
    assert bright.std() == pytest.approx(dark.std(), rel=0.08)
    assert flat.dtype == np.float32


def test_flattening_leaves_a_bright_spot_its_fair_share() -> None:
    image = white((128, 128))
    image[60:64, 60:64] += 500
    flat = flatten(image, 12.0)
    # No more than the highest of the noise far from it.
    assert flat[62, 62] == flat.max() == flat[:, 100:].max()
    assert flat[:, 100:].std() > 0.75


@settings(deadline=None, max_examples=20)
@given(gain=st.floats(1e-3, 1e3), offset=st.floats(-1e3, 1e3))
def test_flattening_forgets_gain_and_offset(gain: float, offset: float) -> None:
    image = white((64, 64))
    changed = (gain * (image + offset)).astype(np.float32)
    # The offset costs digits of a float32, no more.
    tolerance = 1e-3 + 1e-5 * abs(offset)
    np.testing.assert_allclose(flatten(changed, 8.0), flatten(image, 8.0), atol=tolerance)


def test_a_constant_image_flattens_to_nothing() -> None:
    image = np.zeros((64, 64), np.float32)
    image[5, 5] = 1.0
    flat = flatten(image, 4.0)
    assert np.isfinite(flat).all()
    assert abs(flat[50, 50]) < 1e-3


@pytest.mark.parametrize(("shape", "size"), [((64, 90), 512), ((300, 257), 1024)])
def test_one_tile_is_a_windowed_fourier_transform(shape: tuple[int, int], size: int) -> None:
    image = white(shape)
    sides = [min(512, length) for length in shape]
    starts = [_starts(length, side) for length, side in zip(shape, sides, strict=True)]
    window = np.outer(*(np.hanning(side + 2)[1:-1] for side in sides))
    expected = np.zeros((size, size))
    for row in starts[0]:
        for col in starts[1]:
            part = image[row : row + sides[0], col : col + sides[1]].astype(float)
            part = (part - part.mean()) * window
            expected += np.abs(np.fft.fftshift(np.fft.fft2(part, (size, size)))) ** 2
    power = power_spectrum(image)
    assert power.shape == (size, size)
    np.testing.assert_allclose(power, expected, rtol=1e-3, atol=1e-4 * expected.max())


def test_large_images_are_averaged_over_tiles() -> None:
    # The relative spread of a power averaged over k independent tiles is 1 / sqrt(k).
    one, many = (power_spectrum(white(shape)) for shape in ((512, 512), (2048, 2048)))
    annulus = np.hypot(*(np.indices((1024, 1024)) - 512)) > 100
    assert one[annulus].std() / one[annulus].mean() == pytest.approx(1.0, abs=0.05)
    assert many[annulus].std() / many[annulus].mean() < 0.3


@pytest.mark.parametrize("frequency", [(0.125, 0.0), (0.0, 0.25), (-0.09375, 0.2)])
def test_a_wave_is_a_peak_at_its_frequency(frequency: tuple[float, float]) -> None:
    rows, cols = np.indices((256, 256))
    wave = np.cos(2 * np.pi * (frequency[0] * rows + frequency[1] * cols)).astype(np.float32)
    power = power_spectrum(wave)
    n = len(power)
    peak = np.array(np.unravel_index(int(power.argmax()), power.shape)) - n // 2
    # A real image has two, one opposite the other.
    assert np.abs(peak / n) == pytest.approx(np.abs(frequency), abs=0.6 / n)
    inverted = power[1:, 1:][::-1, ::-1]
    np.testing.assert_allclose(power[1:, 1:], inverted, rtol=1e-6, atol=1e-9 * power.max())


@given(tile=st.integers(32, 512), beyond=st.integers(0, 3000))
def test_tiles_reach_both_ends_and_overlap_by_half(tile: int, beyond: int) -> None:
    starts = _starts(tile + beyond, tile)
    assert starts[0] == 0
    assert starts[-1] == beyond
    assert all(step <= tile / 2 + 1 for step in np.diff(starts))


def test_the_excess_of_noise_is_one_whatever_its_colour() -> None:
    coloured = ndimage.gaussian_filter(white((512, 512)), 0.8)
    ratio = excess(power_spectrum(coloured))
    rows, cols = np.indices(ratio.shape) - len(ratio) // 2
    radius = np.hypot(rows, cols)
    for inner, outer in ((40, 80), (150, 200), (300, 400)):
        median = np.median(ratio[(radius > inner) & (radius < outer)])
        assert median == pytest.approx(1.0, abs=0.05)


def test_a_reflection_stands_out_by_its_own_power_over_the_background() -> None:
    power = np.full((512, 512), 4.0)
    power[256 + 60, 256] = 4000.0
    ratio = excess(power)
    assert ratio[256 + 60, 256] == pytest.approx(1000.0)
    assert np.delete(ratio.ravel(), (256 + 60) * 512 + 256) == pytest.approx(1.0)
