"""JSON read into dataclasses, strictly: every field, no other, and each of its own type."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

__all__ = ["SchemaError", "read_json", "read_record", "shown"]

T = TypeVar("T")


class SchemaError(ValueError):
    """A document hasn't the form that it should have; the message says where."""


def read_json(text: bytes) -> Any:  # noqa: ANN401 - anything that JSON can say
    """Parse JSON as its standard has it: UTF-8, no NaN, no key twice.

    Raises
    ------
    SchemaError
        If it isn't.
    """
    try:
        return json.loads(
            text.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_no_key_twice
        )
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"it is no JSON ({error})") from error


def _no_constant(name: str) -> object:
    raise SchemaError(f"it has the number {name}")


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise SchemaError("it has a key twice")
    return mapping


def read_record(cls: type[T], value: object, where: str) -> T:
    """Make a dataclass from parsed JSON.

    Parameters
    ----------
    cls : type
        A dataclass whose fields are numbers, strings, truth values, tuples, mappings with keys
        of str, other such dataclasses, or unions of these.
    value : object
        What was parsed.
    where : str
        Where it stands in the document, for the message.

    Returns
    -------
    cls
        The record.

    Raises
    ------
    SchemaError
        If a field is missing, unknown or of another type.
    """
    if not isinstance(value, dict):
        raise SchemaError(f"{where} is no object")
    hints = get_type_hints(cls)
    names = [entry.name for entry in fields(cls)]  # type: ignore[arg-type]
    for missing in (name for name in names if name not in value):
        raise SchemaError(f"{where} lacks {missing!r}")
    for unknown in (name for name in value if name not in names):
        raise SchemaError(f"{where} has {shown(unknown)}, which isn't known")
    return cls(**{name: _read(hints[name], value[name], f"{where}.{name}") for name in names})


def _read(hint: Any, value: object, where: str) -> Any:  # noqa: ANN401
    origin, options = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _read_union(options, value, where)
    if origin is Literal:
        fits = value in options
    elif origin is tuple:
        return _read_tuple(options, value, where)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        if isinstance(value, dict):
            return {k: _read(options[1], v, f"{where}[{shown(k)}]") for k, v in value.items()}
        fits = False
    elif is_dataclass(hint) and isinstance(hint, type):
        return read_record(hint, value, where)
    elif hint is float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = type(value) is hint
    if not fits:
        raise SchemaError(f"{where} can't be {shown(value)}")
    return value


def _read_union(options: tuple[Any, ...], value: object, where: str) -> Any:  # noqa: ANN401
    if value is None and type(None) in options:
        return None
    failed = SchemaError(f"{where} can't be {shown(value)}")
    for option in options:
        if option is not type(None):
            try:
                return _read(option, value, where)
            except SchemaError as error:
                failed = error
    raise failed


def _read_tuple(options: tuple[Any, ...], value: object, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise SchemaError(f"{where} can't be {shown(value)}")
    if len(options) == 2 and options[1] is Ellipsis:
        options = (options[0],) * len(value)
    if len(options) != len(value):
        raise SchemaError(f"{where} has {len(value)} entries, not {len(options)}")
    pairs = enumerate(zip(options, value, strict=True))
    return tuple(_read(option, item, f"{where}[{i}]") for i, (option, item) in pairs)


def shown(value: object) -> str:
    """Return what a document holds as a message can show it: in a line, and short."""
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
