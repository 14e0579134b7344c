"""Settings as frozen dataclasses whose fields say what they may be.

::

    @dataclass(frozen=True)
    class Config(Settings):
        latent: int = whole(16, least=1)

A value that can't be is refused when the object is made, with one shape of sentence for all.
"""

from __future__ import annotations

import difflib
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from typing import Any, Self

from sixring.errors import UsageError

__all__ = [
    "Settings",
    "choice",
    "flag",
    "number",
    "refuse_unknown",
    "text",
    "whole",
    "wholes",
    "words",
]

_CHECK = "check"


@dataclass(frozen=True)
class Settings:
    """Base of the settings: checks every field by what its definition says."""

    def __post_init__(self) -> None:
        for entry in fields(self):
            expected: _Expected = entry.metadata[_CHECK]
            value = getattr(self, entry.name)
            if not expected.admits(value):
                raise UsageError(f"{entry.name} must be {expected.wording}, not {value!r}")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the fields, in order."""
        return tuple(entry.name for entry in fields(cls))

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Self:
        """Make settings from a mapping, as JSON or TOML give it.

        Parameters
        ----------
        values : mapping
            Values by name; what it leaves out keeps its default, lists count as tuples.

        Returns
        -------
        Settings
            The settings.

        Raises
        ------
        UsageError
            If a name isn't known, or a value can't be.
        """
        refuse_unknown(values, cls.names())
        arguments = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**arguments)


def refuse_unknown(names: Iterable[str], known: Iterable[str]) -> None:
    """Raise a UsageError for the first name that isn't known, with the one that may be meant."""
    known = sorted(known)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(known)}"
            raise UsageError(f"there is no setting {name!r}: {hint}")


@dataclass(frozen=True)
class _Expected:
    wording: str
    admits: Callable[[Any], bool]


def whole(default: int, *, least: int) -> Any:  # noqa: ANN401 - the field takes its own type
    """Return a field for a whole number."""
    return _field(default, f"a whole number of at least {least}", lambda v: _is_whole(v, least))


def wholes(default: tuple[int, ...], *, least: int, count: int | None = None) -> Any:  # noqa: ANN401
    """Return a field for a tuple of whole numbers: `count` of them, or one and more."""
    amount = "one or more" if count is None else str(count)
    return _field(
        default,
        f"{amount} whole numbers of at least {least}",
        lambda values: (
            isinstance(values, tuple)
            and (len(values) == count if count else len(values) > 0)
            and all(_is_whole(v, least) for v in values)
        ),
    )


def number(
    default: float,
    *,
    above: float | None = None,
    least: float | None = None,
    below: float | None = None,
) -> Any:  # noqa: ANN401
    """Return a field for a finite number within bounds."""
    bounds = [
        ("above", above, operator.gt),
        ("at least", least, operator.ge),
        ("below", below, operator.lt),
    ]
    given = [(word, bound, holds) for word, bound, holds in bounds if bound is not None]
    wording = " and ".join(f"{word} {bound:g}" for word, bound, _ in given)
    return _field(
        default,
        f"a number {wording}",
        lambda v: (
            isinstance(v, Real)
            and not isinstance(v, bool)
            and math.isfinite(v)
            and all(holds(v, bound) for _, bound, holds in given)
        ),
    )


def flag(default: bool) -> Any:  # noqa: ANN401
    """Return a field that is true or false."""
    return _field(default, "true or false", lambda v: isinstance(v, bool))


def choice(default: str, *options: str) -> Any:  # noqa: ANN401
    """Return a field for one word of several."""
    listed = ", ".join((default, *options))
    allowed = (default, *options)
    return _field(default, f"one of {listed}", lambda v: isinstance(v, str) and v in allowed)


def text(default: str) -> Any:  # noqa: ANN401
    """Return a field for any text in a line."""
    return _field(default, "text", lambda v: isinstance(v, str) and "\n" not in v)


def words(default: str) -> Any:  # noqa: ANN401
    """Return a field for different words with single blanks between them, or none."""
    return _field(default, "different words with a blank between them", _are_words)


def _field(default: object, wording: str, admits: Callable[[Any], bool]) -> Any:  # noqa: ANN401
    return field(default=default, metadata={_CHECK: _Expected(wording, admits)})


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


def _are_words(value: object) -> bool:
    if not isinstance(value, str):
        return False
    separate = value.split()
    return value == " ".join(dict.fromkeys(separate)) and value.isprintable()
