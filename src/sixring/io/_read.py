"""From a file, an array or a HyperSpy signal to a micrograph."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.io._arrays import array_signal
from sixring.io._border import third_party
from sixring.io._choose import choose_signal
from sixring.io._formats import find_format
from sixring.io._hyperspy import HyperSpySignal, hyperspy_signal, is_hyperspy
from sixring.io._pixels import grey_image
from sixring.io._sampling import choose_sampling
from sixring.io._signal import Signal
from sixring.types import Micrograph, Mode
from sixring.units import parse_sampling

__all__ = ["read"]


def read(
    source: str | os.PathLike[str] | NDArray[Any] | HyperSpySignal,
    *,
    sampling: float | str | None = None,
    mode: Mode | None = None,
) -> Micrograph:
    """Read one micrograph.

    Parameters
    ----------
    source : str, path, ndarray or HyperSpy signal
        A file (DM3, DM4, EMD of Velox or NCEM, SER, EMI, MRC, HSPY, TIFF, PNG, JPEG, NPY, NPZ,
        HDF5), an array of shape (rows, cols) or (frames, rows, cols), or a signal of HyperSpy.
        Of a stack the first frame is taken, of several signals the image with the smallest
        pixels; the notes say which.
    sampling : float or str, optional
        Length of a pixel in angstrom, or with its unit, such as ``"11.2 pm"``. It goes before
        the file's.
    mode : {"hrtem", "stem"}, optional
        How the image was recorded. It goes before the file's.

    Returns
    -------
    Micrograph
        With None for what neither the file nor the user states, and notes on every decision.

    Raises
    ------
    UsageError
        If `source` is of another type, `mode` is another word, or `sampling` is no positive
        length.
    ReadError
        If the file is missing, empty, damaged or of an unknown format.
    ImageError
        If it holds no micrograph: a spectrum, a diffraction pattern, a colour picture, an image
        that is constant, too small (under 32 pixels a side) or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> ramp = np.arange(4096).reshape(64, 64)
    >>> read(ramp, sampling="11.2 pm").sampling
    0.112
    """
    given = None if sampling is None else parse_sampling(sampling)
    if mode is not None and mode not in get_args(Mode):
        raise UsageError(f"the mode must be 'hrtem' or 'stem', not {mode!r}")
    if isinstance(source, np.ndarray):
        return _micrograph([array_signal(source)], "array", given, mode)
    if isinstance(source, str | os.PathLike):
        return _read_file(os.fspath(source), given, mode)
    if is_hyperspy(source):
        return _micrograph([hyperspy_signal(source)], "signal", given, mode)
    raise UsageError(
        f"can't read a {type(source).__name__}: give a path, a NumPy array or a HyperSpy signal"
    )


def _read_file(source: str, given: float | None, mode: Mode | None) -> Micrograph:
    path = Path(source)
    form, notes = find_format(path, source)
    with third_party(source, form.name) as remarks:
        signals = form.read(path)

    def load(signal: Signal) -> NDArray[Any]:
        with third_party(source, form.name) as more:
            pixels = signal.load()
        remarks.extend(remark for remark in more if remark not in remarks)
        return pixels

    micrograph = _micrograph(signals, source, given, mode, load)
    return replace(micrograph, notes=(*notes, *micrograph.notes, *remarks))


def _micrograph(
    signals: list[Signal],
    source: str,
    given: float | None,
    mode: Mode | None,
    load: Callable[[Signal], NDArray[Any]] = lambda signal: signal.load(),
) -> Micrograph:
    signal, name, notes = choose_signal(signals, source)
    if signal.frames > 1:
        notes.append(f"a stack of {signal.frames} frames: the first was taken")
    sampling, about_sampling = choose_sampling(signal, given, source)
    image, about_pixels = grey_image(load(signal), source)
    stated = signal.instrument
    about_mode = []
    if mode is not None and stated.mode not in (None, mode):
        about_mode = [f"the mode given, {mode}, was used; the file says {stated.mode}"]
    return Micrograph(
        image=image,
        sampling=sampling,
        mode=mode or stated.mode,
        source=source,
        signal=name,
        dose=stated.dose,
        energy=stated.energy,
        notes=(*notes, *about_sampling, *about_mode, *about_pixels),
    )
