"""Patches on pixels of another size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.patches import rescaled


def wave(side: int, sampling: float, period: float = 8.0) -> NDArray[np.float32]:
    """Return a wave along the diagonal of a field, sampled at the middles of its pixels."""
    along = (np.arange(side) + 0.5) * sampling
    phase = 2 * np.pi * (along[:, None] + along) / (period * np.sqrt(2))
    image: NDArray[np.float32] = np.cos(phase).astype(np.float32)
    return image[None]


@pytest.mark.parametrize(("factor", "error"), [(2.0, 0.02), (1.5, 0.02), (0.5, 0.06)])
def test_each_pixel_shows_what_lay_there(factor: float, error: float) -> None:
    new = rescaled(wave(48, 0.25), factor)
    side = round(48 * factor)
    assert new.shape == (1, side, side)
    inner = slice(round(6 * factor), -round(6 * factor))
    expected = wave(side, 0.25 / factor)
    np.testing.assert_allclose(new[0, inner, inner], expected[0, inner, inner], atol=error)


def test_the_same_size_gives_the_same_patches() -> None:
    patches = np.random.default_rng(0).normal(size=(3, 12, 17)).astype(np.float32)
    np.testing.assert_allclose(rescaled(patches, 1.0), patches, atol=1e-6)


def test_each_patch_keeps_to_itself() -> None:
    patches = np.zeros((3, 16, 16), np.float32)
    patches[1] = np.random.default_rng(0).normal(size=(16, 16))
    for factor in (0.5, 2.0):
        new = rescaled(patches, factor)
        assert np.abs(new[[0, 2]]).max() < 1e-12
        np.testing.assert_allclose(new[1:2], rescaled(patches[1:2], factor), atol=1e-6)


def test_noise_is_averaged_where_pixels_are_joined() -> None:
    patches = np.random.default_rng(0).normal(size=(4, 64, 64)).astype(np.float32)
    spread = rescaled(patches, 0.5).std()
    assert 0.3 < spread < 0.65  # 0.5 for the mean of four; a quarter of them alone has 1


@settings(max_examples=25)
@given(st.sampled_from([0.4, 0.75, 1.6]), st.sampled_from([1e-12, 1.0, 1e6]), st.floats(-1e3, 1e3))
def test_gain_and_offset_go_through(factor: float, gain: float, offset: float) -> None:
    patches = np.random.default_rng(1).normal(size=(2, 20, 20)).astype(np.float32)
    plain = rescaled(patches, factor)
    changed = rescaled((gain * (patches + offset)).astype(np.float32), factor)
    np.testing.assert_allclose(changed / gain - offset, plain, atol=1e-3)


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        (0.0, "the factor must be a positive number, not 0"),
        (-1.0, "the factor must be a positive number, not -1"),
        (float("inf"), "the factor must be a positive number, not inf"),
        (0.01, "patches of 20x20 pixels times 0.01 leave nothing"),
    ],
)
def test_factors_that_cannot_be(factor: float, message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        rescaled(np.ones((1, 20, 20), np.float32), factor)
