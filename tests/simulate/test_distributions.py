from __future__ import annotations

import math
import re

import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.simulate import Distribution
from sixring.simulate._distributions import check_distribution, draw_value, extremes


def many(distribution: Distribution, n: int = 4000) -> list[object]:
    rng = np.random.default_rng(1)
    return [draw_value(distribution, rng) for _ in range(n)]


def test_fixed_values_are_drawn_as_they_are() -> None:
    for value in (3, 2.5, "SV", math.inf):
        assert many(value, 2) == [value, value]
    assert many("none", 1) == [None]


def test_uniform() -> None:
    values = np.array(many({"uniform": [-1.0, 3.0]}), dtype=float)
    assert values.min() >= -1
    assert values.max() <= 3
    assert values.mean() == pytest.approx(1.0, abs=0.06)
    assert values.std() == pytest.approx(4 / math.sqrt(12), rel=0.03)


def test_log_uniform() -> None:
    values = np.log10(np.array(many({"log-uniform": [1e2, 1e6]}), dtype=float))
    assert values.min() >= 2
    assert values.max() <= 6
    assert values.mean() == pytest.approx(4.0, abs=0.06)
    assert values.std() == pytest.approx(4 / math.sqrt(12), rel=0.03)


def test_choice_of_values_and_of_distributions() -> None:
    values = many({"choice": [8, "none", {"uniform": [0.0, 1.0]}]})
    eights = sum(value == 8 for value in values) / len(values)
    nothings = sum(value is None for value in values) / len(values)
    assert eights == pytest.approx(1 / 3, abs=0.03)
    assert nothings == pytest.approx(1 / 3, abs=0.03)


def test_several_values_are_drawn_apart() -> None:
    first, second, third = zip(
        *many([{"uniform": [0.0, 1.0]}, {"uniform": [0.0, 1.0]}, 7]),
        strict=True,
    )
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.06
    assert set(third) == {7}


def test_the_same_seed_draws_the_same() -> None:
    assert many({"uniform": [0, 1]}, 5) == many({"uniform": [0, 1]}, 5)


@pytest.mark.parametrize(
    ("distribution", "ends"),
    [
        (3, [3]),
        ("none", [None]),
        ({"uniform": [1, 2]}, [1.0, 2.0]),
        ({"choice": [0, {"log-uniform": [1, 2]}, "none"]}, [0, 1.0, 2.0, None]),
        ([{"uniform": [-1, 1]}, 0.0], [(-1.0, 0.0), (1.0, 0.0)]),
        (["SV", "SW"], [("SV", "SW"), ("SV", "SW")]),
    ],
)
def test_extremes(distribution: Distribution, ends: list[object]) -> None:
    check_distribution(distribution, "x")
    assert list(extremes(distribution)) == ends


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (True, "x must be a number, a text or a distribution, not true or false"),
        (math.nan, "x must be a number, not nan"),
        (
            None,
            "x must be a value, or one of uniform, log-uniform and choice with a list, not None",
        ),
        ({"normal": [0, 1]}, "x must be a value, or one of .* not {'normal': .*"),
        ({"choice": []}, "x must be a value, or one of .*"),
        ({"choice": [1], "uniform": [0, 1]}, "x .* not {'choice': .*"),
        ({"uniform": [2, 1]}, "x: the range 2..1 runs backwards"),
        ({"uniform": [0, math.inf]}, "x: the range 0..inf must have two finite ends"),
        ({"uniform": [1]}, "x needs a lower and a higher limit .*"),
        ({"uniform": 1}, "x needs a lower and a higher limit .*"),
        ({"uniform": ["a", "b"]}, "x needs a lower and a higher limit .*"),
        ({"log-uniform": [0, 1]}, "x: the range 0..1 must begin above 0"),
        ({"choice": [{"uniform": [2, 1]}]}, "x: the range 2..1 runs backwards"),
        ([{"uniform": [2, 1]}], "x: the range 2..1 runs backwards"),
    ],
)
def test_what_is_no_distribution(wrong: object, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        check_distribution(wrong, "x")
    assert re.fullmatch(message, str(raised.value)), str(raised.value)
