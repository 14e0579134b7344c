"""Values of a map at positions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.detection._lookup import interpolated, nearest

MAP = np.arange(20.0).reshape(4, 5)


@pytest.mark.parametrize(
    ("position", "value"),
    [
        ((0.0, 0.0), 0),
        ((2.4, 1.6), 12),
        ((2.6, 1.4), 16),
        ((-7.0, 2.0), 2),
        ((1.0, 99.0), 9),
        ((99.0, 99.0), 19),
    ],
)
def test_nearest_pixel(position: tuple[float, float], value: int) -> None:
    assert nearest(MAP, np.array([position])).tolist() == [value]


@pytest.mark.parametrize("kind", [np.bool_, np.uint8, np.float32])
def test_nearest_keeps_the_type(kind: type[np.generic]) -> None:
    found = nearest(MAP.astype(kind), np.array([[0.0, 1.0], [3.0, 4.0]]))
    assert found.dtype == kind
    assert found.shape == (2,)


def test_no_positions() -> None:
    none = np.empty((0, 2))
    assert nearest(MAP, none).shape == interpolated(MAP, none).shape == (0,)


@given(row=st.floats(0, 3), col=st.floats(0, 4))
def test_interpolation_is_exact_on_a_plane(row: float, col: float) -> None:
    assert interpolated(MAP, np.array([[row, col]]))[0] == pytest.approx(5 * row + col)


def test_interpolation_outside_takes_the_edge() -> None:
    assert interpolated(MAP, np.array([[-3.0, 2.5]])).tolist() == [2.5]
