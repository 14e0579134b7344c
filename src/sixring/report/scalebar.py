"""Scale bars of a round length."""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["ScaleBar", "scale_bar"]

_LARGEST_SHARE = 0.28
_ANGSTROM_PER_NM = 10.0


class ScaleBar(NamedTuple):
    """A bar to draw and what to write at it."""

    length: float
    """In angstrom."""
    text: str
    """The length with its unit: angstrom below one nanometre, else nanometres."""


def scale_bar(width: float) -> ScaleBar:
    """Choose the longest bar of 1, 2 or 5 times a power of ten that leaves the image free.

    Parameters
    ----------
    width : float
        Width of what is shown, in angstrom.

    Returns
    -------
    ScaleBar
        A bar of at most 28 % of `width`.

    Raises
    ------
    ValueError
        If `width` isn't positive and finite.

    Examples
    --------
    >>> scale_bar(56.3)
    ScaleBar(length=10.0, text='1 nm')
    """
    if not (math.isfinite(width) and width > 0):
        raise ValueError(f"the width of an image must be positive and finite, not {width} angstrom")
    room = width * _LARGEST_SHARE
    decade = math.floor(math.log10(room))
    step = max(step for step in (1, 2, 5) if step <= room / 10.0**decade or step == 1)
    length = step * 10.0**decade
    if length < _ANGSTROM_PER_NM:
        return ScaleBar(length, f"{length:g} Å")
    return ScaleBar(length, f"{length / _ANGSTROM_PER_NM:g} nm")
