"""Lengths at the edges of the program: what users and files write, in angstrom.

Inside the program every length is a float in angstrom.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from sixring.errors import UnitError

if TYPE_CHECKING:
    from pint import UnitRegistry

__all__ = ["length_in_angstrom", "parse_sampling"]

_QUANTITY = re.compile(
    r"\s*(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>.*?)\s*"
)
_PER_PIXEL = re.compile(r"\s*/\s*(px|pixel|pix)$")
# Microscopists write A for angstrom; pint, like the SI, reads it as ampere.
_ANGSTROM = frozenset({"", "A", "Å", "Ang", "ang", "Angstrom", "angstroms", "Angstroms"})
# DigitalMicrograph and ImageJ write the micro sign in ways that pint doesn't know; and to pint
# "px" is a length on paper, 1/96 inch, but "pixel" is none.
_SPELLINGS = {
    "um": "µm",
    "μm": "µm",
    "micron": "µm",
    "microns": "µm",
    "\\u00B5m": "µm",
    "px": "pixel",
}


@cache
def _registry() -> UnitRegistry[Any]:
    from pint import UnitRegistry

    return UnitRegistry()


def length_in_angstrom(value: float, unit: str) -> float:
    """Convert a length to angstrom.

    Parameters
    ----------
    value : float
        The length in `unit`.
    unit : str
        Any unit of length that pint knows; ``"A"`` and the empty string are angstrom.

    Returns
    -------
    float
        The length in angstrom.

    Raises
    ------
    UnitError
        If `unit` isn't a unit of length.
    """
    if unit in _ANGSTROM:
        return float(value)
    import pint

    try:
        converted = _registry().Quantity(value, _SPELLINGS.get(unit, unit)).to("angstrom")
    except (pint.PintError, AttributeError, ValueError, TypeError) as error:
        raise UnitError(
            f"unknown unit of length {unit!r} in '{value:g} {unit}': use A, pm or nm"
        ) from error
    return float(converted.magnitude)


def parse_sampling(text: str | float) -> float:
    """Read the length of a pixel as a user writes it.

    Parameters
    ----------
    text : str or float
        Such as ``"11.2 pm"``, ``"0.0112 nm"``, ``"0.112 A/px"``, or a bare number of angstrom
        per pixel.

    Returns
    -------
    float
        Angstrom per pixel.

    Raises
    ------
    UnitError
        If there is no number, the unit isn't one of length, or the length isn't positive
        and finite.

    Examples
    --------
    >>> parse_sampling("11.2 pm")
    0.112
    """
    if isinstance(text, str):
        match = _QUANTITY.fullmatch(text)
        if match is None:
            raise UnitError(
                f"the sampling {text!r} isn't a length: write a number and a unit, "
                "such as '11.2 pm'"
            )
        unit = _PER_PIXEL.sub("", match["unit"]).strip()
        # Rounded where the conversion of the unit would leave 0.11200000000000002.
        sampling = float(f"{length_in_angstrom(float(match['number']), unit):.12g}")
    else:
        sampling = float(text)
    if not (math.isfinite(sampling) and sampling > 0):
        raise UnitError(f"the sampling must be a positive length, not {text!r}")
    return sampling
