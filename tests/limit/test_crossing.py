"""The dose at which a noisy measurement crosses zero."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.limit._crossing import crossing


@given(st.floats(1.0, 1e6), st.floats(0.2, 5.0), st.floats(0.5, 2.0), st.floats(1.0, 12.0))
def test_a_line_is_found_whatever_was_expected(
    root: float, off: float, unlike: float, slope: float
) -> None:
    def line(dose: float) -> tuple[float, float]:
        return slope * math.log(dose / root), 1e-3

    found = crossing(line, start=off * root, slope=unlike * slope)
    assert found.value == pytest.approx(root, rel=0.01)


@pytest.mark.parametrize("start", [10.0, 100.0, 1000.0])
def test_a_curve(start: float) -> None:
    # d' of 3.29 at the root of 108: the quantile grows with the root of the dose.
    def curve(dose: float) -> tuple[float, float]:
        return math.sqrt(dose / 20) - 2.326, 0.02

    found = crossing(curve, start=start, slope=1.16)
    assert found.value == pytest.approx(20 * 2.326**2, rel=0.02)


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)

    def noisy(dose: float) -> tuple[float, float]:
        return 1.2 * math.log(dose / 500) + float(rng.normal(0, 0.05)), 0.05

    found = [crossing(noisy, start=700.0, slope=1.1) for _ in range(300)]
    assert all(one.low is not None and one.high is not None for one in found)
    covered = [one.low < 500 < one.high for one in found]  # type: ignore[operator]
    assert 0.9 < np.mean(covered) <= 0.99
    assert np.median([one.value for one in found]) == pytest.approx(500, rel=0.01)
    assert found[0].how == "a line through 5 doses"


def test_noise_alone_does_not_send_it_far_away() -> None:
    values = iter([0.3, -0.4, 0.5, -0.3, 0.2])
    found = crossing(lambda dose: (next(values), 0.5), start=100.0, slope=1.0)
    assert 50 < found.value < 200
