"""From the calibration of a signal's axes to angstrom per pixel."""

from __future__ import annotations

import math

from sixring.errors import ImageError, UnitError
from sixring.io._signal import Axis, Signal
from sixring.units import length_in_angstrom

__all__ = ["choose_sampling", "pixel_size", "stated_sampling"]

_SQUARE_WITHIN = 0.01
"""Share by which the two sides of a pixel may differ."""
_AGREES_WITHIN = 0.01
"""Share by which the sampling that is given may differ from the file's without a note."""
_NO_UNIT = frozenset({"", "px", "pix", "pixel", "pixels", "[]", "none", "dimensionless"})
# ImageJ copies the dots per inch of a printer from the files of other programs.
_PRINTER_UNITS = frozenset({"inch", "in", "inches", '"', "cm"})


def pixel_size(axis: Axis) -> tuple[float | None, str]:
    """Return the length of a pixel in angstrom, and why a stated one was left out.

    Parameters
    ----------
    axis : Axis
        The calibration as the file states it.

    Returns
    -------
    length : float or None
        None where nothing usable is stated.
    note : str
        Empty where there is nothing to say.
    """
    unit = axis.unit.strip()
    if axis.scale is None or (unit.lower() in _NO_UNIT and axis.scale in (0.0, 1.0)):
        return None, ""
    stated = repr(unit) if math.isnan(axis.scale) else f"{axis.scale:.6g} {unit}".strip()
    if unit.lower() in _NO_UNIT:
        return None, f"the file's pixel size of {stated} has no unit of length and was left out"
    if unit.lower() in _PRINTER_UNITS:
        return None, f"the file's pixel size of {stated} is that of a printer and was left out"
    if not (math.isfinite(axis.scale) and axis.scale > 0):
        return None, f"the file's pixel size of {stated} is impossible and was left out"
    try:
        length = length_in_angstrom(axis.scale, unit)
    except UnitError:
        return None, f"the file's pixel size of {stated} has no known unit and was left out"
    # Rounded where the conversion of the unit would leave 0.11200000000000002.
    return float(f"{length:.12g}"), ""


def choose_sampling(
    signal: Signal, given: float | None, source: str
) -> tuple[float | None, list[str]]:
    """Return the sampling to use and what there is to say about it.

    Parameters
    ----------
    signal : Signal
        What the file states.
    given : float or None
        What the user states, in angstrom per pixel; it goes before the file's.
    source : str
        The file as the user named it.

    Returns
    -------
    sampling : float or None
        Angstrom per pixel.
    notes : list of str
        Plain words.

    Raises
    ------
    ImageError
        If the pixels aren't square and no sampling is given.
    """
    (height, height_note), (width, width_note) = pixel_size(signal.rows), pixel_size(signal.cols)
    notes = list(dict.fromkeys(note for note in (height_note, width_note) if note))
    if height is None or width is None:
        if height != width and not notes:
            notes.append("the file states a pixel size along one axis only, which was left out")
        return given, notes
    square = _of_square(height, width)
    if given is None:
        if square is None:
            raise ImageError(
                f"{source}: the pixels aren't square, {height:.4g} A high and {width:.4g} A wide: "
                "resample the image, or give the sampling to have them taken as square"
            )
        return square, notes
    if square is None:
        notes.append(
            f"the file's pixels aren't square, {height:.4g} A high and {width:.4g} A wide: "
            f"they were taken as square, {given:.4g} A"
        )
    elif abs(square - given) > _AGREES_WITHIN * given:
        notes.append(
            f"the sampling given, {given:.4g} A/px, was used; the file says {square:.4g} A/px"
        )
    return given, notes


def stated_sampling(signal: Signal) -> float | None:
    """Return the sampling in angstrom per pixel, if the file states one of square pixels."""
    (height, _), (width, _) = pixel_size(signal.rows), pixel_size(signal.cols)
    return None if height is None or width is None else _of_square(height, width)


def _of_square(height: float, width: float) -> float | None:
    """Return the side of a pixel, if it is square."""
    mean = (height + width) / 2
    return mean if abs(height - width) <= _SQUARE_WITHIN * mean else None
