import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sixring.structures import Outline, draw_outline
from sixring.structures._outline import covered, draw_outlines, grid_over

SIZE = (120.0, 80.0)


def circle(radius: float, x: float = 0.0, y: float = 0.0) -> Outline:
    return Outline((x, y), radius, np.empty(0), np.empty(0))


def test_an_outline_without_waves_is_a_circle() -> None:
    points = np.array([[[3.0, 1.0], [4.9, 2.0]], [[5.1, 2.0], [3.0, -1.1]]])
    np.testing.assert_array_equal(
        circle(3.0, 2.0, 2.0).covers(points), [[True, True], [False, False]]
    )
    np.testing.assert_allclose(circle(3.0, 2.0, 2.0).depth(points[:, 0]), [2**0.5, 3.1])


def test_a_wave_of_two_periods_makes_an_oval() -> None:
    oval = Outline((0.0, 0.0), 10.0, np.array([0.2]), np.array([0.0]))
    points = np.array([[11.9, 0.0], [12.1, 0.0], [0.0, 7.9], [0.0, 8.1]])
    assert oval.covers(points).tolist() == [True, False, True, False]


def test_grown_changes_the_mean_radius_and_ends_at_nothing() -> None:
    points = np.array([[0.0, 0.1], [4.5, 0.0]])
    assert circle(4.0).grown(1.0).covers(points).all()
    assert not circle(4.0).grown(-5.0).covers(points).any()


def test_a_deep_wave_leaves_a_tenth_of_the_radius() -> None:
    pinched = Outline((0.0, 0.0), 10.0, np.array([3.0]), np.array([0.0]))
    assert pinched.covers(np.array([[0.0, 0.9], [0.0, 1.1]])).tolist() == [True, False]


def test_more_waves_make_it_rougher_at_a_short_scale() -> None:
    angle = np.linspace(0, 2 * np.pi, 720)
    ring = np.column_stack([np.cos(angle), np.sin(angle)])

    def bends(waves: int) -> float:
        depth = draw_outline((0.0, 0.0), 50.0, np.random.default_rng(3), waves=waves).depth(ring)
        return float(np.abs(np.diff(depth, 2)).sum())

    assert bends(20) > 3 * bends(4)


@given(st.integers(0, 1000), st.floats(0.02, 1.0), st.sampled_from([6.0, 15.0, 40.0, math.inf]))
@settings(max_examples=40, deadline=None)
def test_outlines_cover_the_share_that_was_asked_for(
    seed: int, share: float, radius: float
) -> None:
    outlines = draw_outlines(SIZE, share, radius, np.random.default_rng(seed))
    points, _ = grid_over(SIZE)
    assert covered(outlines, points).mean() == pytest.approx(share, abs=0.002)
    if math.isinf(radius):
        assert len(outlines) == 1
    else:
        assert max(o.radius for o in outlines) <= 1.3 * radius
    for k, outline in enumerate(outlines):
        middle = np.array([outline.position])
        assert ((middle > 0) & (middle < SIZE)).all()
        assert not covered(outlines[:k], middle).any()


def test_no_share_has_no_outline() -> None:
    assert draw_outlines(SIZE, 0.0, 9.0, np.random.default_rng(0)) == ()
    assert not covered((), np.zeros((3, 2))).any()


def test_the_grid_stands_evenly_over_the_rectangle() -> None:
    points, step = grid_over((40.0, 10.0))
    assert step == 1.0
    assert points.shape == (400, 2)
    np.testing.assert_allclose(points.mean(axis=0), [20.0, 5.0])
    points, step = grid_over((800.0, 800.0))
    assert step == 4.0
    assert len(points) == 40_000
