"""Images moved by parts of a pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.limit._shift import laid

SHIFTS = st.floats(-9.0, 9.0)


def blob(side: int, row: float, col: float) -> NDArray[np.float64]:
    """Return a smooth spot, its place counted from the image's middle."""
    rows, cols = np.mgrid[:side, :side] - (side - 1) / 2
    spot: NDArray[np.float64] = np.exp(-((rows - row) ** 2 + (cols - col) ** 2) / 8) * (cols + 7)
    return spot


@given(SHIFTS, SHIFTS)
def test_a_spot_moves_to_where_it_is_sent(row: float, col: float) -> None:
    rows, cols = np.mgrid[:20, :20] - 9.5
    moved = laid(blob(60, 0, 0), np.array([row, col]), (20, 20))
    expected = np.exp(-((rows - row) ** 2 + (cols - col) ** 2) / 8) * (cols - col + 7)
    np.testing.assert_allclose(moved, expected, atol=2e-4)


@given(st.integers(-70, 70), st.integers(-70, 70))
def test_whole_pixels_are_copied(row: int, col: int) -> None:
    image = blob(32, 1.0, -2.0)
    large = np.zeros((400, 400))
    large[184:216, 184:216] = image
    expected = np.roll(large, (row, col), (0, 1))[176:224, 180:220]
    np.testing.assert_allclose(laid(image, np.array([row, col]), (48, 40)), expected, atol=1e-12)


def test_nothing_comes_round() -> None:
    assert not laid(blob(32, 0, 0), np.array([50.0, 0.0]), (16, 16)).any()
    assert not laid(blob(32, 0, 0), np.array([0.3, -50.2]), (16, 16)).any()


def test_cutting_and_enlarging_keep_the_middle() -> None:
    image = blob(32, 0, 0)
    np.testing.assert_allclose(laid(image, np.zeros(2), (16, 16)), image[8:24, 8:24], atol=1e-12)
    wide = laid(image, np.zeros(2), (40, 36))
    np.testing.assert_allclose(wide[4:36, 2:34], image, atol=1e-12)
    assert wide.sum() == pytest.approx(image.sum())
