"""Values that are drawn for each image, as plain data that TOML and JSON can hold.

======================================  ====================================================
``80e3``, ``"SV"``                      always this
``{uniform = [0.1, 0.3]}``              anything between, with the same chance
``{log-uniform = [1e3, 1e4]}``          the same for the logarithm
``{choice = [8, 16, {uniform = ...}]}``  one of these, each with the same chance
``[0.0, {uniform = [-1, 1]}]``          several values, each as above
``"none"``                              nothing: Python's ``None``
======================================  ====================================================
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TypeAlias, Union

import numpy as np

from sixring.errors import UsageError

__all__ = ["Distribution", "Value", "check_distribution", "draw_value", "extremes"]

Distribution: TypeAlias = Union[
    float, int, str, "list[Distribution]", "dict[str, list[Distribution]]"
]
"""What a value is drawn from: itself, or a table such as ``{uniform = [0.1, 0.3]}``."""
Value: TypeAlias = Union[float, int, str, "tuple[Value, ...]", None]

_NOTHING = "none"


def check_distribution(distribution: object, name: str) -> None:
    """Refuse what is no distribution.

    Parameters
    ----------
    distribution : object
        As in the table above.
    name : str
        What the message calls it.

    Raises
    ------
    UsageError
        If it is none of the table's, or its limits are in the wrong order or can't be.
    """
    match distribution:
        case bool():
            raise UsageError(
                f"{name} must be a number, a text or a distribution, not true or false"
            )
        case int() | float() | str():
            if isinstance(distribution, float) and math.isnan(distribution):
                raise UsageError(f"{name} must be a number, not nan")
        case list():
            for part in distribution:
                check_distribution(part, name)
        case {"choice": [_, *_] as choices, **others} if not others:
            for choice in choices:
                check_distribution(choice, name)
        case dict() if "uniform" in distribution or "log-uniform" in distribution:
            _check_limits(distribution, name)
        case _:
            raise UsageError(
                f"{name} must be a value, or one of uniform, log-uniform and choice with a list, "
                f"not {distribution}"
            )


def draw_value(distribution: Distribution, rng: np.random.Generator) -> Value:
    """Draw a value.

    Parameters
    ----------
    distribution : Distribution
        As in the table above.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    Value
        A number, a text, None, or a tuple of these.
    """
    match distribution:
        case {"uniform": [low, high]}:
            return float(rng.uniform(_number(low), _number(high)))
        case {"log-uniform": [low, high]}:
            return float(np.exp(rng.uniform(math.log(_number(low)), math.log(_number(high)))))
        case {"choice": choices}:
            return draw_value(choices[int(rng.integers(len(choices)))], rng)
        case list():
            return tuple(draw_value(part, rng) for part in distribution)
        case dict():
            raise UsageError(f"no distribution: {distribution}")
        case _:
            return None if distribution == _NOTHING else distribution


def extremes(distribution: Distribution) -> Iterator[Value]:
    """Yield the values that decide whether all that can be drawn is allowed.

    Parameters
    ----------
    distribution : Distribution
        As in the table above; of a list, all parts are at the same end.

    Yields
    ------
    Value
        Limits, and each of several choices.
    """
    match distribution:
        case {"uniform": limits} | {"log-uniform": limits}:
            yield from (_number(limit) for limit in limits)
        case {"choice": choices}:
            for choice in choices:
                yield from extremes(choice)
        case list():
            ends = [list(extremes(part)) for part in distribution]
            yield tuple(end[0] for end in ends)
            yield tuple(end[-1] for end in ends)
        case dict():
            raise UsageError(f"no distribution: {distribution}")
        case _:
            yield None if distribution == _NOTHING else distribution


def _check_limits(distribution: Mapping[str, object], name: str) -> None:
    match distribution:
        case {"uniform": [int() | float() as low, int() | float() as high], **others} if not others:
            above = -math.inf
        case {"log-uniform": [int() | float() as low, int() | float() as high], **others} if (
            not others
        ):
            above = 0.0
        case _:
            raise UsageError(
                f"{name} needs a lower and a higher limit (above 0 where log-uniform), "
                f"not {distribution}"
            )
    span = f"{name}: the range {low:g}..{high:g}"
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UsageError(f"{span} must have two finite ends")
    if low > high:
        raise UsageError(f"{span} runs backwards")
    if low <= above:
        raise UsageError(f"{span} must begin above 0")


def _number(limit: Distribution) -> float:
    if not isinstance(limit, int | float):
        raise UsageError(f"a limit must be a number, not {limit}")
    return float(limit)
