"""TIFF: plain, with ImageJ's calibration, or with the tags of an instrument."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sixring.io._instrument import stated_mode
from sixring.io._micrograph_tiff import info_instrument
from sixring.io._rosetta import rosetta
from sixring.io._signal import UNCALIBRATED, Axis, Signal, describe

if TYPE_CHECKING:
    from tifffile import TiffPage, TiffPageSeries

__all__ = ["read_tiff"]

# Private tags of FEI (two), Zeiss, TVIPS, Olympus (two) and DigitalMicrograph's scale.
_INSTRUMENT_TAGS = frozenset({34680, 34682, 34118, 37706, 33471, 33560, 65009})
_JEOL = "JEOL Ltd."
_MAKE, _X_RESOLUTION, _Y_RESOLUTION = 271, 282, 283


@dataclass(frozen=True)
class _Series:
    """A series of pages, of which the first or all are read when they are asked for."""

    path: Path
    number: int
    shape: tuple[int, ...]
    """Channels last."""
    dtype: np.dtype[Any]
    palette: bool

    def __getitem__(self, index: tuple[int, ...], /) -> object:
        from tifffile import TiffFile

        with TiffFile(self.path) as tiff:
            series = tiff.series[self.number]
            page = series.keyframe
            pixels = tiff.asarray(key=0 if index else None, series=self.number)
        channel = (page.axes if index else series.axes).find("S")
        if channel >= 0:
            pixels = np.moveaxis(pixels, channel, -1)
        if index:
            # A page may itself be a volume, in files that tile in depth.
            pixels = pixels[(0,) * (pixels.ndim - (channel >= 0) - 2)]
        if not self.palette:
            return pixels
        table: NDArray[Any] = np.moveaxis(np.asarray(page.colormap), 0, -1)
        return table[pixels]


def read_tiff(path: Path) -> list[Signal]:
    """Read each series of a TIFF file.

    The resolution tags alone are those of a printer and no pixel size.
    """
    from tifffile import TiffFile

    with TiffFile(path) as tiff:
        first = tiff.pages.first
        imagej = tiff.imagej_metadata or {}
        by_instrument = any(number in first.tags for number in _INSTRUMENT_TAGS) or (
            _tag(first, _MAKE) == _JEOL
        )
        # RosettaSciIO knows the instruments, but of ImageJ's units only the micrometre.
        if by_instrument and "unit" not in imagej:
            return rosetta(path, "tiff")
        axes = _imagej_axes(imagej, first)
        return [
            _signal(path, number, series, axes, imagej if tiff.is_imagej else None)
            for number, series in enumerate(tiff.series)
        ]


def _signal(
    path: Path,
    number: int,
    series: TiffPageSeries,
    axes: tuple[Axis, Axis],
    imagej: dict[str, Any] | None,
) -> Signal:
    shape = tuple(int(length) for length in series.shape)
    channel = series.axes.find("S")
    if channel >= 0:
        shape = (*shape[:channel], *shape[channel + 1 :], shape[channel])
    # ImageJ's table of colours is only for display.
    palette = series.keyframe.colormap is not None and channel < 0 and imagej is None
    if palette:
        shape = (*shape, 3)
    channels = channel >= 0 or palette
    instrument = info_instrument(imagej or {})
    if instrument.mode is None:
        instrument = replace(instrument, mode=stated_mode(series.name))
    return describe(
        _Series(path, number, shape, series.dtype, palette),
        [*[UNCALIBRATED] * (len(shape) - channels - 2), *axes],
        name=series.name,
        instrument=instrument,
        channels=channels,
    )


def _imagej_axes(imagej: dict[str, Any], page: TiffPage) -> tuple[Axis, Axis]:
    """Return the axes of rows and columns; ImageJ writes its unit into the description."""
    unit = imagej.get("unit")
    if not isinstance(unit, str):
        return UNCALIBRATED, UNCALIBRATED
    return (
        Axis(_length(page, _Y_RESOLUTION), str(imagej.get("yunit", unit))),
        Axis(_length(page, _X_RESOLUTION), unit),
    )


def _length(page: TiffPage, tag: int) -> float | None:
    """Return the length of a pixel from a resolution tag: pixels per unit as a fraction."""
    fraction = _tag(page, tag)
    if not isinstance(fraction, tuple) or fraction[0] == 0:
        return None
    return float(fraction[1] / fraction[0])


def _tag(page: TiffPage, number: int) -> object:
    tag = page.tags.get(number)
    return None if tag is None else tag.value
