from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.matching import at, match


def points(*rows: tuple[float, float]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array(rows, float).reshape(-1, 2)


def test_nothing_matches_nothing() -> None:
    assert match(points(), points((1, 1)), 5.0) == []
    assert match(points((1, 1)), points(), 5.0) == []


def test_the_limit_itself_is_within() -> None:
    assert match(points((0, 0)), points((3, 4)), 5.0) == [(0, 0)]
    assert match(points((0, 0)), points((3, 4)), 4.999) == []


def test_each_is_used_once() -> None:
    assert match(points((0, 0)), points((0, 2), (0, 1)), 5.0) == [(0, 1)]
    assert match(points((0, 2), (0, 1)), points((0, 0)), 5.0) == [(1, 0)]


def test_as_many_as_possible_are_paired() -> None:
    # The nearest pair, true 1 with found 0, would leave the two others without a partner.
    true, found = points((0, 0), (0, 4)), points((0, 3), (0, 8))
    assert match(true, found, 4.0) == [(0, 0), (1, 1)]


def test_of_equally_many_the_nearest_are_paired() -> None:
    true, found = points((0, 0), (0, 3)), points((0, 2), (0, 1))
    assert match(true, found, 4.0) == [(0, 1), (1, 0)]


coordinates = st.integers(0, 6).map(float)
few_points = st.lists(st.tuples(coordinates, coordinates), max_size=4).map(lambda p: points(*p))


@given(few_points, few_points, st.sampled_from([0.5, 1.5, 3.0]))
def test_no_other_matching_pairs_more(
    true: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    found: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    within: float,
) -> None:
    near = np.hypot(*(true[:, None] - found[None]).transpose(2, 0, 1)) <= within
    few, many = sorted((near, near.T), key=len)
    best = max(
        sum(bool(few[i, j]) for i, j in enumerate(order))
        for order in permutations(range(len(many)), len(few))
    )
    pairs = match(true, found, within)
    assert len(pairs) == best
    assert all(near[i, j] for i, j in pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("position", "value"), [((0.4, 1.6), 2), ((1.0, 0.0), 3), ((-7.0, 9.0), 2), ((8.0, 1.0), 4)]
)
def test_the_nearest_pixel_is_looked_up(position: tuple[float, float], value: int) -> None:
    image = np.arange(6).reshape(2, 3)
    assert at(image, points(position)).tolist() == [value]


def test_no_positions_give_no_values() -> None:
    assert at(np.ones((2, 2), bool), points()).shape == (0,)
