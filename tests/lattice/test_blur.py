"""Wide averages and the lattice's waves, against the plain ways to compute them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from lattice_images import noisy, reflections
from sixring.lattice._blur import blur
from sixring.lattice._waves import _demodulate


@settings(deadline=None, max_examples=25)
@given(
    width=st.floats(2.0, 25.0),
    rows=st.integers(8, 90),
    cols=st.integers(8, 90),
    seed=st.integers(0, 100),
)
def test_a_blur_is_a_gaussian_filter(width: float, rows: int, cols: int, seed: int) -> None:
    image = noisy(np.zeros((rows, cols)), 1.0, seed).astype(np.float32)
    expected = ndimage.gaussian_filter(image.astype(float), width, mode="reflect", truncate=8)
    np.testing.assert_allclose(blur(image, width), expected, atol=2e-5)


def test_a_blur_keeps_what_is_constant_and_the_mean() -> None:
    image = np.full((40, 50), 7.0, np.float32)
    np.testing.assert_allclose(blur(image, 9.0), image, rtol=1e-6)
    image[10, 20] = 900
    assert blur(image, 9.0).mean() == pytest.approx(image.mean(), rel=1e-5)
    assert blur(image, 9.0).dtype == np.float32


@pytest.mark.parametrize("reach", [1.5, 6.0, 20.0])
def test_waves_are_averages_of_the_shifted_image(reach: float) -> None:
    image = noisy(np.zeros((90, 70)), 1.0).astype(np.float32)
    waves = reflections(0.25, 13.0)
    found, stride = _demodulate(image, waves, reach)
    assert stride <= max(1.0, reach / 2)
    rows, cols = np.indices(image.shape)
    for wave, (row, col) in zip(found, waves, strict=True):
        mixed = image * np.exp(-2j * np.pi * (row * rows + col * cols))
        average = [
            ndimage.gaussian_filter(part, reach, mode="constant", truncate=6)
            for part in (mixed.real, mixed.imag)
        ]
        expected = (average[0] + 1j * average[1])[::stride, ::stride]
        scale = np.abs(expected).max()
        np.testing.assert_allclose(wave, expected, atol=0.02 * scale)
