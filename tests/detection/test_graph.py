"""Which rings touch: the triangulation of their centres, its margins, and its repair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from detection_cases import STEP, bumps, triangular
from sixring.detection._graph import (
    _ANGLE_ERROR,
    Triangulation,
    flip_margins,
    triangulate,
)
from sixring.lattice import GRAPHENE

SIDE = GRAPHENE / STEP
SHAPE = (112, 160)
BLANK = np.zeros(SHAPE, np.float32)


def touching(
    points: NDArray[np.float64], error: float = 0.01, atoms: NDArray[np.float32] = BLANK
) -> Triangulation:
    return triangulate(points, np.full(len(points), error / STEP), atoms, STEP)


def degree(made: Triangulation, number: int) -> NDArray[np.int64]:
    return np.bincount(made.triangles.ravel(), minlength=number)


def pairs(made: Triangulation) -> set[tuple[int, int]]:
    return {(int(a), int(b)) for a, b in made.edges}


def rhombus(side: float = 1.0, turn: float = 0.0) -> tuple[Triangulation, NDArray[np.float64]]:
    """Two triangles, 0 and 1 at the ends of the side that they share."""
    half, high = side / 2, side * np.sqrt(3) / 2
    points = np.array([[0.0, -half], [0.0, half], [high, 0.0], [-high, 0.0]])
    c, s = np.cos(turn), np.sin(turn)
    made = Triangulation(
        triangles=np.array([[0, 1, 2], [1, 0, 3]]),
        edges=np.array([[0, 1]]),
        opposite=np.array([[2, 3]]),
        sides=np.array([[0, 1]]),
    )
    return made, points @ np.array([[c, -s], [s, c]])


def squeezed() -> tuple[NDArray[np.float64], list[int], list[int]]:
    """A perfect sheet in which noise has turned a rhombus: its two ends came together.

    Returns the points, the two that still should touch, and the two that now lie nearer.
    """
    points = triangular(9, 10)
    a = 4 * 10 + 4
    ends, beyond = [a, a + 1], [a + 10, a - 9]
    middle = points[ends].mean(axis=0)
    # A rhombus of sides L has diagonals L and 1.73 L; a little beyond 1.41 L each, and it turns.
    for k in ends:
        points[k] = middle + 1.46 * (points[k] - middle)
    for k in beyond:
        points[k] = middle + 0.79 * (points[k] - middle)
    return points, ends, beyond


def light(points: NDArray[np.float64], *triangles: list[int]) -> NDArray[np.float32]:
    """An image with an atom in the middle of each of these triangles of centres."""
    return bumps(np.array([points[t].mean(axis=0) for t in triangles]), SHAPE, 0.4 / STEP)


def test_perfect_lattice_is_triangulated_once() -> None:
    rows, cols = 7, 8
    made = touching(triangular(rows, cols))
    assert len(made.triangles) == 2 * (rows - 1) * (cols - 1)
    # Euler: 3 n^2 sides less those of the outline, which have a triangle on one side alone.
    assert len(made.edges) == 3 * rows * cols - 4 * (rows + cols) + 5
    around = degree(made, rows * cols).reshape(rows, cols)
    assert (around[1:-1, 1:-1] == 6).all()


def test_parts_belong_together() -> None:
    points = triangular(6, 7) + np.random.default_rng(0).normal(0, 0.6, (42, 2))
    made = touching(points)
    assert len(made.edges) > 60
    for edge, beyond, sides in zip(made.edges, made.opposite, made.sides, strict=True):
        assert edge[0] < edge[1]
        for corner, triangle in zip(beyond, made.triangles[sides], strict=True):
            assert set(triangle) == {*edge, corner}


@settings(deadline=None, max_examples=30)
@given(
    turn=st.floats(0, 2 * np.pi),
    shift=st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
    seed=st.integers(0, 50),
)
def test_neither_turning_nor_shifting_changes_who_touches(
    turn: float, shift: tuple[float, float], seed: int
) -> None:
    points = triangular(5, 6) + np.random.default_rng(seed).normal(0, 0.4, (30, 2))
    c, s = np.cos(turn), np.sin(turn)
    moved = (points - 40) @ np.array([[c, -s], [s, c]]) + 40 + shift
    here, there = touching(points), touching(moved)
    assert pairs(here) == pairs(there)
    assert degree(here, 30).tolist() == degree(there, 30).tolist()


def test_missing_ring_leaves_a_gap_and_makes_no_fives() -> None:
    points = triangular(7, 8)
    gone = 3 * 8 + 4
    made = touching(np.delete(points, gone, axis=0))
    assert len(made.triangles) == 2 * 6 * 7 - 6
    # Six of its neighbours have two triangles less, and none has one less, as a five would.
    whole = np.delete(degree(touching(points), len(points)), gone)
    lost = whole - degree(made, len(points) - 1)
    assert sorted(set(lost.tolist())) == [0, 2]
    assert (lost == 2).sum() == 6


def test_rings_too_far_apart_do_not_touch() -> None:
    near, far = (triangular(3, 3, spacing / STEP) for spacing in (3.6, 4.0))
    assert len(touching(near).triangles) == 8
    # Three nines round an atom would have a circle of 2.2 angstrom through their centres.
    assert len(touching(far).triangles) == 0


def test_islands_stay_apart() -> None:
    here = triangular(4, 4)
    there = here + np.array([0.0, 25.0 / STEP])
    alone = np.array([[60.0 / STEP, 12.0 / STEP]])
    made = touching(np.concatenate([here, there, alone]))
    assert len(made.triangles) == 2 * 18
    side = np.array([0] * 16 + [1] * 16 + [2])
    assert (side[made.edges[:, 0]] == side[made.edges[:, 1]]).all()
    assert degree(made, 33)[32] == 0


@pytest.mark.parametrize(
    "points",
    [
        np.empty((0, 2)),
        np.array([[5.0, 5.0]]),
        np.array([[5.0, 5.0], [5.0, 15.0]]),
        np.stack([np.full(6, 9.0), 10.0 * np.arange(6)], axis=1),
        np.zeros((5, 2)),
    ],
    ids=["none", "one", "two", "on a line", "in one place"],
)
def test_too_little_for_a_triangle(points: NDArray[np.float64]) -> None:
    made = touching(points)
    assert made.triangles.shape == (0, 3)
    assert made.edges.shape == made.opposite.shape == made.sides.shape == (0, 2)
    assert flip_margins(made, points, np.ones(len(points))).shape == (0,)


def test_single_triangle_shares_no_edge() -> None:
    made = touching(triangular(2, 2)[:3])
    assert made.triangles.shape == (1, 3)
    assert made.edges.shape == (0, 2)


@settings(deadline=None, max_examples=30)
@given(side=st.floats(1.0, 30.0), turn=st.floats(0, np.pi), error=st.floats(0.01, 1.0))
def test_margin_of_a_perfect_rhombus(side: float, turn: float, error: float) -> None:
    made, points = rhombus(side, turn)
    (margin,) = flip_margins(made, points, np.full(4, error))
    # Two angles of 60 degrees leave 60 of 180.
    assert margin == pytest.approx(np.pi / 3 / (np.sqrt(8) * error / side), rel=1e-9)


def test_margin_of_a_square_is_none() -> None:
    made, _ = rhombus()
    points = np.array([[0.0, -1.0], [0.0, 1.0], [1.0, 0.0], [-1.0, 0.0]])
    assert flip_margins(made, points, np.full(4, 0.1))[0] == pytest.approx(0, abs=1e-9)


def test_margin_takes_the_mean_square_of_the_errors() -> None:
    made, points = rhombus()
    even = flip_margins(made, points, np.full(4, 0.1))
    uneven = flip_margins(made, points, np.array([0.2, 0.0, 0.0, 0.0]))
    assert uneven == pytest.approx(even)


def test_error_of_the_angles_by_hand() -> None:
    """The root of 8.

    In a rhombus of two equilateral triangles of side L, the angle at C over AB turns by 1/L when
    C moves by a unit towards AB: C and D give 1 each to the variance of the sum, in units of
    (error / L)^2. A turns the angle at C by moving across CA and the one at D by moving across
    DA; both directions lie 30 degrees from AB, on either side of it, so that their sum is 2 cos 30
    degrees long: A and B give 3 each.
    """
    across = np.array([[np.cos(turn), np.sin(turn)] for turn in (np.pi / 6, -np.pi / 6)])
    of_an_end = float((across.sum(axis=0) ** 2).sum())
    assert of_an_end == pytest.approx(3.0)
    assert pytest.approx(np.sqrt(2 * of_an_end + 2 * 1.0)) == _ANGLE_ERROR


def test_error_of_the_angles_by_trial() -> None:
    _, points = rhombus()
    rng = np.random.default_rng(1)
    error = 0.01
    moved = points + rng.normal(0, error, (20_000, 4, 2))
    total = np.zeros(len(moved))
    for apex in (2, 3):
        arms = moved[:, :2] - moved[:, apex : apex + 1]
        cosine = (arms[:, 0] * arms[:, 1]).sum(axis=1) / np.linalg.norm(arms, axis=2).prod(axis=1)
        total += np.arccos(cosine)
    assert total.mean() == pytest.approx(2 * np.pi / 3, rel=1e-3)
    assert total.std() / error == pytest.approx(_ANGLE_ERROR, rel=0.02)


def test_flips_are_as_frequent_as_the_margin_says() -> None:
    """A rhombus that noise turns one time in ten, by its margin, turns one time in ten."""
    made, points = rhombus()
    error = np.pi / 3 / np.sqrt(8) / 1.2816  # the margin that a normal variable exceeds by 10 %
    rng = np.random.default_rng(2)
    turned = 0
    for _ in range(4000):
        moved = points + rng.normal(0, error, (4, 2))
        turned += flip_margins(made, moved, np.full(4, error))[0] < 0
    # That is an error of 0.29 of a side, where angles aren't linear in it any more.
    assert turned / 4000 == pytest.approx(0.1, abs=0.05)


def test_noise_made_pairs_become_sixes_again() -> None:
    points, ends, beyond = squeezed()
    number = len(points)
    sixes = light(points, [*ends, beyond[0]], [*ends, beyond[1]])
    before = degree(touching(points, error=0.01, atoms=sixes), number)
    assert sorted(before[[*ends, *beyond]].tolist()) == [5, 5, 7, 7]
    made = touching(points, error=0.3, atoms=sixes)
    after = degree(made, number)
    assert after[[*ends, *beyond]].tolist() == [6, 6, 6, 6]
    assert (ends[0], ends[1]) in pairs(made)
    assert (min(beyond), max(beyond)) not in pairs(made)
    # What is handed on is consistent: the same number of atoms, every edge between two of them.
    assert len(made.triangles) == 2 * 8 * 9
    for edge, corners, sides in zip(made.edges, made.opposite, made.sides, strict=True):
        for corner, triangle in zip(corners, made.triangles[sides], strict=True):
            assert set(triangle) == {*edge, corner}


def test_stone_wales_that_the_image_shows_stays() -> None:
    points, ends, beyond = squeezed()
    odd = light(points, [*beyond, ends[0]], [*beyond, ends[1]])
    after = degree(touching(points, error=0.3, atoms=odd), len(points))
    assert after[ends].tolist() == [5, 5]
    assert after[beyond].tolist() == [7, 7]


@pytest.mark.parametrize(("error", "sizes"), [(0.002, [5, 5, 7, 7]), (0.3, [6, 6, 6, 6])])
def test_what_noise_cannot_have_made_stays(error: float, sizes: list[int]) -> None:
    points, ends, beyond = squeezed()
    sixes = light(points, [*ends, beyond[0]], [*ends, beyond[1]])
    after = degree(touching(points, error=error, atoms=sixes), len(points))
    assert sorted(after[[*ends, *beyond]].tolist()) == sizes


def test_lone_five_and_seven_are_not_flipped_into_anything() -> None:
    # A dislocation: half a row of centres ends. No flip makes four sixes of it.
    points = triangular(9, 10)
    row = points[:, 0].copy()
    upper = points[points[:, 0] < np.median(row)]
    lower = points[points[:, 0] >= np.median(row)]
    squeezed_in = lower.copy()
    left, right = lower[:, 1].min(), lower[:, 1].max()
    squeezed_in[:, 1] = left + (lower[:, 1] - left) * (right - left + SIDE) / (right - left)
    points = np.concatenate([upper, squeezed_in])
    sharp, blurred = (degree(touching(points, error=e), len(points)) for e in (0.001, 0.5))
    assert 5 in sharp[inside_of(points)]
    assert sharp.tolist() == blurred.tolist()


def inside_of(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    low, high = points.min(axis=0) + 1.5 * SIDE, points.max(axis=0) - 1.5 * SIDE
    inside: NDArray[np.bool_] = ((points > low) & (points < high)).all(axis=1)
    return inside


def test_at_the_rim_nothing_is_flipped() -> None:
    # Only where every ring of the rhombus has triangles all round can sizes be told.
    made, points = rhombus(SIDE)
    points = points + 40
    thin = points.copy()
    thin[:2] = 40 + 1.46 * (points[:2] - 40)
    thin[2:] = 40 + 0.79 * (points[2:] - 40)
    atoms = light(thin, [0, 1, 2], [0, 1, 3])
    found = triangulate(thin, np.full(4, 0.3 / STEP), atoms, STEP)
    assert pairs(found) == {(2, 3)} != pairs(made)
