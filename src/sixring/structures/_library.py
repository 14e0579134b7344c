"""The library of relaxed structures that the package carries."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from sixring.structures._relaxed import Relaxed, read_relaxed

__all__ = ["library"]


@cache
def library() -> Mapping[str, Relaxed]:
    """Read the library of relaxed structures.

    Returns
    -------
    mapping of str to Relaxed
        Every entry by its variant, in alphabetical order. It is read once.

    Raises
    ------
    ReadError
        If a file of the installed package is damaged.

    Examples
    --------
    >>> library()["SV"].census
    (5, 9)
    """
    folder = files("sixring.structures").joinpath("relaxed")
    entries = [
        read_relaxed(path.read_text(encoding="utf-8"), str(path))
        for path in folder.iterdir()
        if path.name.endswith(".extxyz")
    ]
    in_order = sorted(entries, key=lambda entry: entry.variant)
    return MappingProxyType({entry.variant: entry for entry in in_order})
