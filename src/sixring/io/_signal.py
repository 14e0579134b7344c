"""What every reader returns: one signal of a file, described before its pixels are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sixring.types import Mode

__all__ = [
    "SMALLEST_SIDE",
    "UNCALIBRATED",
    "Axis",
    "Instrument",
    "Pixels",
    "Signal",
    "describe",
    "is_reciprocal",
]

SMALLEST_SIDE = 32
"""The least number of rows and of columns of an image, in pixels."""

_ENERGY_UNITS = frozenset({"ev", "kev", "mev"})
_RECIPROCAL = re.compile(r"1\s*/.*|.*?\^?\s*(?:-1|⁻¹)|m?rad|milliradians?|degrees?|deg|°")
_COLOUR_FIELDS = (("R", "G", "B"), ("R", "G", "B", "A"))


class Pixels(Protocol):
    """What arrays of NumPy, dask and HDF5 have in common."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each dimension."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of an element."""

    def __getitem__(self, index: tuple[int, ...], /) -> object:
        """Return a part; all of it for ``()``."""


@dataclass(frozen=True)
class Axis:
    """The calibration of one dimension as the file states it."""

    scale: float | None = None
    """Length of a pixel in `unit`; None where the file states none."""
    unit: str = ""
    in_image: bool = True
    """False for the dimension of a stack, or of the positions of a scan of spectra."""


@dataclass(frozen=True)
class Instrument:
    """How the signal was recorded, as far as the file states it."""

    mode: Mode | None = None
    energy: float | None = None
    """Beam energy in eV."""
    dose: float | None = None
    """Electrons per square angstrom."""


UNCALIBRATED = Axis()
_UNKNOWN = Instrument()


@dataclass(frozen=True, eq=False)
class Signal:
    """One signal of a file; its pixels stay in the file until `load` is called."""

    name: str
    """What the file calls it; may be empty."""
    size: tuple[int, int]
    """Rows and columns."""
    frames: int
    """Images in the stack, 1 for a single image."""
    load: Callable[[], NDArray[Any]]
    """Read the first frame: (rows, cols), or (rows, cols, channels) for colour."""
    load_all: Callable[[], NDArray[Any]]
    """Read all frames: (frames, rows, cols), or (frames, rows, cols, channels) for colour."""
    rows: Axis
    cols: Axis
    instrument: Instrument = _UNKNOWN
    fault: str = ""
    """Why this is no image and what to do; empty for an image."""


def is_reciprocal(unit: str) -> bool:
    """Return whether `unit` is one of reciprocal space or of angle."""
    return _RECIPROCAL.fullmatch(unit.strip()) is not None


def _fault(shape: tuple[int, ...], dtype: np.dtype[Any], axes: Sequence[Axis]) -> str:
    energies = [axis.unit for axis in axes if axis.unit.strip().lower() in _ENERGY_UNITS]
    if energies:
        return f"a spectrum (an axis in {energies[0]}), not an image: give the image beside it"
    if len(shape) < 2 or sum(axis.in_image for axis in axes) == 1:
        return f"a spectrum or a profile of shape {shape}, not an image: give a 2-D image"
    reciprocal = [axis.unit for axis in axes[-2:] if is_reciprocal(axis.unit)]
    if reciprocal:
        return (
            f"in reciprocal space (an axis in {reciprocal[0]}), a diffraction pattern or a "
            "Fourier transform: give the image in real space"
        )
    if dtype.names is None and dtype.kind == "c":
        return f"complex numbers ({dtype}): give the modulus, the phase or the intensity"
    if dtype.names not in (None, *_COLOUR_FIELDS) or (
        dtype.names is None and dtype.kind not in "biuf"
    ):
        return f"of type {dtype}, which isn't a number: give integers or real numbers"
    if 0 in shape:
        return f"empty, of shape {shape}: give an image"
    if min(shape[-2:]) < SMALLEST_SIDE:
        return (
            f"an image of {shape[-2]} by {shape[-1]} pixels, too small: "
            f"at least {SMALLEST_SIDE} by {SMALLEST_SIDE} are needed"
        )
    return ""


def describe(
    pixels: Pixels,
    axes: Sequence[Axis] = (),
    *,
    name: str = "",
    instrument: Instrument = _UNKNOWN,
    channels: bool = False,
) -> Signal:
    """Describe an array as a signal, without reading it.

    Parameters
    ----------
    pixels : Pixels
        Shape (..., rows, cols), or (..., rows, cols, channels); a leading dimension is that
        of a stack.
    axes : sequence of Axis, optional
        One for each dimension but that of the channels; none where nothing is stated.
    name : str, optional
        What the file calls the signal.
    instrument : Instrument, optional
        How it was recorded.
    channels : bool, optional
        Whether the last dimension is that of the colour channels.

    Returns
    -------
    Signal
        With its `fault` set where this is no image.
    """
    shape = tuple(int(length) for length in pixels.shape)
    if channels:
        shape = shape[:-1]
    known = list(axes) if len(axes) == len(shape) else [UNCALIBRATED] * len(shape)
    fault = _fault(shape, np.dtype(pixels.dtype), known)
    rows, cols = (known[-2], known[-1]) if len(shape) >= 2 else (UNCALIBRATED, UNCALIBRATED)
    return Signal(
        name=name,
        size=(shape[-2], shape[-1]) if len(shape) >= 2 else (1, shape[0] if shape else 1),
        frames=int(np.prod(shape[:-2])) if len(shape) > 2 else 1,
        load=lambda: np.asarray(pixels[(0,) * (len(shape) - 2)]),
        load_all=lambda: np.asarray(pixels[()]).reshape(-1, *pixels.shape[len(shape) - 2 :]),
        rows=rows,
        cols=cols,
        instrument=instrument,
        fault=fault,
    )
