"""Where the probe stands, and where the truth says things are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.simulate import STEM
from sixring.simulate._scan import Scan

RNG = np.random.default_rng


def test_without_distortion_pixels_are_a_grid() -> None:
    scan = Scan.still(STEM(sampling=0.2, jitter=1.0, flyback=2.0), shape=(5, 7), origin=(3.0, 4.0))
    assert scan.jitter.tolist() == [0.0] * 5
    assert scan.flyback.tolist() == [0.0] * 7
    # x runs with the columns, y with the rows.
    np.testing.assert_allclose(scan.to_pixels(np.array([[3.4, 4.2]])), [[1.0, 2.0]])
    np.testing.assert_allclose(scan.to_specimen(np.array([[1.0, 2.0]])), [[3.4, 4.2]])


def test_what_drifts_with_the_rows_is_met_later() -> None:
    # The specimen moves by a tenth of the frame's height; what was at its middle is met when
    # the probe has gone 50 rows and the specimen ahead of it has gone 5.6.
    scan = Scan.draw(STEM(sampling=0.1, drift_row=0.1), shape=(100, 100), rng=RNG(0))
    np.testing.assert_allclose(scan.to_pixels(np.array([2.0, 5.0])), [50 / 0.9, 20.0])


def test_what_drifts_along_the_columns_is_sheared() -> None:
    scan = Scan.draw(STEM(sampling=0.1, drift_col=-0.2), shape=(100, 100), rng=RNG(0))
    np.testing.assert_allclose(
        scan.to_pixels(np.array([[2.0, 0.0], [2.0, 10.0]])), [[0, 20], [100, 0]]
    )


@given(
    drift_row=st.floats(-0.3, 0.3),
    drift_col=st.floats(-0.3, 0.3),
    sampling=st.floats(0.05, 0.5),
    x=st.floats(-100, 100),
    y=st.floats(-100, 100),
)
def test_specimen_and_pixels_are_inverse(
    drift_row: float, drift_col: float, sampling: float, x: float, y: float
) -> None:
    conditions = STEM(sampling=sampling, drift_row=drift_row, drift_col=drift_col)
    scan = Scan.draw(conditions, shape=(8, 9), origin=(1.5, -2.0), rng=RNG(0))
    points = np.array([[[x, y], [y, x]]])
    np.testing.assert_allclose(scan.to_specimen(scan.to_pixels(points)), points, atol=1e-9)


def test_jitter_has_the_spread_that_was_asked_for() -> None:
    scan = Scan.draw(STEM(jitter=0.12), shape=(20_000, 2), rng=RNG(1))
    assert scan.jitter.mean() == pytest.approx(0.0, abs=0.004)
    assert scan.jitter.std() == pytest.approx(0.12, rel=0.02)
    # From row to row it is independent.
    assert abs(np.corrcoef(scan.jitter[1:], scan.jitter[:-1])[0, 1]) < 0.03


def test_the_flyback_dies_away_along_each_row() -> None:
    conditions = STEM(sampling=0.1, flyback=1.5, flyback_length=8.0)
    scan = Scan.draw(conditions, shape=(4, 64), rng=RNG(0))
    assert scan.flyback[0] == pytest.approx(1.5)
    assert scan.flyback[8] == pytest.approx(1.5 / math.e)
    assert (np.diff(scan.flyback) < 0).all()
    # 1.5 exp(-c / 8) falls below half of 0.1 at c = 8 ln 30 = 27.2.
    assert scan.settled == 28


def test_a_backward_flyback_settles_too() -> None:
    scan = Scan.draw(STEM(flyback=-1.5, flyback_length=8.0), shape=(4, 64), rng=RNG(0))
    assert scan.flyback[0] == pytest.approx(-1.5)
    assert 0 < scan.settled < 64


def test_without_flyback_all_is_settled() -> None:
    assert Scan.draw(STEM(), shape=(4, 64), rng=RNG(0)).settled == 0


def test_a_flyback_that_never_ends_leaves_nothing() -> None:
    scan = Scan.draw(STEM(flyback=5.0, flyback_length=1e4), shape=(4, 64), rng=RNG(0))
    assert scan.settled == 64


def test_the_same_seed_gives_the_same_scan() -> None:
    conditions = STEM(jitter=0.1)
    one, same, other = (Scan.draw(conditions, shape=(50, 5), rng=RNG(s)) for s in (4, 4, 5))
    assert one.jitter.tobytes() == same.jitter.tobytes()
    assert one.jitter.tobytes() != other.jitter.tobytes()


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (5,), (5, 5, 5)])
def test_shapes_that_can_not_be(shape: tuple[int, int]) -> None:
    with pytest.raises(UsageError) as refused:
        Scan.still(STEM(), shape=shape)
    assert str(refused.value) == f"the shape must be rows and columns of at least 1, not {shape}"


@pytest.mark.parametrize("origin", [(math.nan, 0.0), (0.0, math.inf), (1.0,)])
def test_origins_that_can_not_be(origin: tuple[float, float]) -> None:
    with pytest.raises(UsageError) as refused:
        Scan.draw(STEM(), shape=(5, 5), origin=origin, rng=RNG(0))
    assert str(refused.value) == f"the origin must be x and y in angstrom, not {origin}"
