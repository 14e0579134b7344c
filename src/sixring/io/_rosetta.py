"""Formats of microscopes, read by RosettaSciIO."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from sixring.io._instrument import stated_instrument, value_at
from sixring.io._signal import Axis, Signal, describe

__all__ = ["read_digital_micrograph", "read_mrc", "read_tia", "rosetta"]

# Size in bytes above which pixels are read only where they are needed.
_LAZY_ABOVE = 256 * 2**20

# Programs that know no pixel size write a cell of 1 angstrom per pixel.
_MRC_DEFAULT_NM = 0.1
_BIG_ENDIAN_STAMP = b"\x11\x11"


def _axis(axis: Mapping[str, Any]) -> Axis:
    scale, unit = axis.get("scale"), axis.get("units")
    return Axis(
        scale=None if scale is None else float(scale),
        unit=unit if isinstance(unit, str) else "",
        in_image=not axis.get("navigate", False),
    )


def _signal(found: Mapping[str, Any]) -> Signal:
    metadata = found.get("metadata", {})
    return describe(
        found["data"],
        [_axis(axis) for axis in found["axes"]],
        name=str(value_at(metadata, "General.title") or ""),
        instrument=stated_instrument(
            metadata, found.get("original_metadata"), found.get("mapping")
        ),
    )


def _load(
    path: Path, plugin: str, *, lazy_if_large: bool = True, **options: str
) -> list[dict[str, Any]]:
    reader = import_module(f"rsciio.{plugin}").file_reader
    lazy = lazy_if_large and path.stat().st_size > _LAZY_ABOVE
    # HSPY files may hold models beside signals: those have no data.
    return [found for found in reader(str(path), lazy=lazy, **options) if "data" in found]


def rosetta(path: Path, plugin: str, *, lazy_if_large: bool = True, **options: str) -> list[Signal]:
    """Read the signals of a file with one of RosettaSciIO's readers.

    Parameters
    ----------
    path : Path
        The file.
    plugin : str
        The reader's module in ``rsciio``.
    lazy_if_large : bool, optional
        Whether the reader can leave the pixels of this file where they are.
    **options
        Passed on to the reader.

    Returns
    -------
    list of Signal
        In the order of the file.
    """
    return [_signal(found) for found in _load(path, plugin, lazy_if_large=lazy_if_large, **options)]


def read_digital_micrograph(path: Path) -> list[Signal]:
    """Read a DM3 or DM4 file; thumbnails are left out."""
    return rosetta(path, "digitalmicrograph")


def read_mrc(path: Path) -> list[Signal]:
    """Read an MRC file of either byte order."""
    with path.open("rb") as file:
        header = file.read(1024)
    if len(header) < 1024:
        raise ValueError(f"the header has 1024 bytes, the file only {len(header)}")
    order = ">" if header[212:214] == _BIG_ENDIAN_STAMP else "<"
    samples = struct.unpack_from(f"{order}3i", header, 28)
    signals = []
    for found in _load(path, "mrc", endianness=order):
        for axis in found["axes"]:
            # RosettaSciIO makes 1 nm of a header without a cell.
            stated = min(samples[:2]) > 0 and not np.isclose(axis["scale"], _MRC_DEFAULT_NM)
            axis["scale"] = axis["scale"] if stated else None
        if order == ">":
            found["data"] = found["data"].view(found["data"].dtype.newbyteorder(">"))
        signals.append(_signal(found))
    return signals


def read_tia(path: Path) -> list[Signal]:
    """Read a SER file, or all SER files of an EMI file.

    A SER file alone doesn't say whether it is in real space, so the EMI file beside it is asked
    where there is one.
    """
    if path.suffix.lower() == ".emi":
        signals = rosetta(path, "tia")
        if not signals:
            raise ValueError(f"no {path.stem}_1.ser lies beside it, which has the image")
        return signals
    parent = path.with_name(path.stem.rpartition("_")[0] + ".emi")
    beside = _load(parent, "tia") if parent.is_file() else []
    mine = [
        found
        for found in beside
        if value_at(found["metadata"], "General.original_filename") == path.name
    ]
    return [_signal(found) for found in mine] or rosetta(path, "tia")
