"""Arrays of NumPy: in memory, in NPY and in NPZ files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UnitError
from sixring.io._instrument import stated_mode
from sixring.io._signal import UNCALIBRATED, Axis, Instrument, Signal, describe
from sixring.units import parse_sampling

__all__ = ["array_signal", "read_npy", "read_npz", "stated_axes", "stated_values"]

_COLOUR_CHANNELS = (3, 4)


def array_signal(
    array: NDArray[Any], name: str = "", stated: Mapping[str, object] | None = None
) -> Signal:
    """Describe an array (rows, cols), (frames, rows, cols) or (rows, cols, 3 or 4 colours)."""
    if array.ndim >= 3 and array.shape[-1] == 1:
        array = array[..., 0]
    colour = array.ndim >= 3 and array.shape[-1] in _COLOUR_CHANNELS
    stack = [UNCALIBRATED] * (array.ndim - colour - 2)
    return describe(
        array,
        [*stack, *stated_axes(stated or {})],
        name=name,
        instrument=stated_values(stated or {}),
        channels=colour,
    )


def read_npy(path: Path) -> list[Signal]:
    """Read an NPY file; pickled objects are refused."""
    return [array_signal(np.load(path, mmap_mode="r", allow_pickle=False))]


def read_npz(path: Path) -> list[Signal]:
    """Read the arrays of an NPZ file; pickled objects are refused.

    Scalars called ``sampling`` (angstrom per pixel, or text such as ``"11.2 pm"``), or
    ``pixel_size`` with ``unit``; ``dose`` (electrons per square angstrom), ``energy`` (eV) and
    ``mode`` say how all were recorded.
    """
    with np.load(path, allow_pickle=False) as archive:
        arrays = {key: archive[key] for key in archive.files}
    stated = {key: array for key, array in arrays.items() if array.ndim == 0}
    return [array_signal(array, key, stated) for key, array in arrays.items() if array.ndim > 0]


def stated_axes(stated: Mapping[str, object]) -> tuple[Axis, Axis]:
    """Read the pixel size from attributes.

    Parameters
    ----------
    stated : mapping
        ``sampling`` in angstrom per pixel or as text with a unit; or ``pixel_size`` (one number,
        or rows and columns) with ``unit`` or ``units``.

    Returns
    -------
    tuple of Axis
        Of the rows and of the columns.
    """
    if "sampling" in stated:
        text = _text(stated["sampling"])
        try:
            both = Axis(parse_sampling(text), "A")
        except UnitError:
            # What isn't a length is shown to the user, as is.
            both = Axis(math.nan, text)
        return both, both
    if "pixel_size" not in stated:
        return UNCALIBRATED, UNCALIBRATED
    sizes = np.asarray(stated["pixel_size"]).reshape(-1)
    unit = _text(stated.get("unit", stated.get("units", "")))
    if sizes.dtype.kind not in "iuf":
        both = Axis(math.nan, _text(sizes))
        return both, both
    return Axis(float(sizes[0]), unit), Axis(float(sizes[-1]), unit)


def stated_values(stated: Mapping[str, object]) -> Instrument:
    """Read ``mode``, ``energy`` (eV) and ``dose`` (electrons per square angstrom)."""
    return Instrument(
        mode=stated_mode(_text(stated.get("mode", ""))),
        energy=_positive(stated.get("energy")),
        dose=_positive(stated.get("dose")),
    )


def _positive(value: object) -> float | None:
    try:
        number = float(_text(value))
    except ValueError:
        # Other programs use these names for other things: then nothing is stated.
        return None
    return number if math.isfinite(number) and number > 0 else None


def _text(value: object) -> str:
    """Return a scalar of Python, NumPy or HDF5 as text."""
    scalar = np.asarray(value).reshape(-1)[0]
    return scalar.decode() if isinstance(scalar, bytes) else str(scalar)
