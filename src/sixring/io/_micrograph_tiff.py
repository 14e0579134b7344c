"""A micrograph as TIFF that reads back as it was: pixel size, mode, dose and energy."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args

from sixring.io._imagej import imagej_tiff
from sixring.io._signal import Instrument
from sixring.types import Micrograph, Mode

__all__ = ["info_instrument", "write_micrograph"]

_UNITS = {"dose": "e/A^2", "energy": "eV"}
# Under a name of our own, because other programs write their metadata into ImageJ's Info too.
_LINE = re.compile(r"^sixring\.(?P<key>mode|dose|energy) = (?P<value>\S+)", re.MULTILINE)


def write_micrograph(path: str | os.PathLike[str], micrograph: Micrograph) -> None:
    """Write the image as 32-bit floats, calibrated as ImageJ does it.

    Mode, dose and energy stand in ImageJ's Info, from where `read` takes them.

    Parameters
    ----------
    path : str or path
        The file; written plainly, so call this within `file_appears_whole` or
        `folder_appears_whole`.
    micrograph : Micrograph
        What isn't known of it is left out.
    """
    stated = {key: getattr(micrograph, key) for key in ("mode", "dose", "energy")}
    info = "".join(
        f"sixring.{key} = {value} {_UNITS.get(key, '')}".rstrip() + "\n"
        for key, value in stated.items()
        if value is not None
    )
    Path(path).write_bytes(imagej_tiff(micrograph.image, micrograph.sampling, info))


def info_instrument(imagej: Mapping[str, Any]) -> Instrument:
    """Read back what :func:`write_micrograph` wrote into ImageJ's Info.

    Parameters
    ----------
    imagej : mapping
        ImageJ's metadata.

    Returns
    -------
    Instrument
        With None for everything that isn't stated.
    """
    found = {line["key"]: line["value"] for line in _LINE.finditer(str(imagej.get("Info", "")))}
    mode = found.get("mode")
    return Instrument(
        mode=cast(Mode, mode) if mode in get_args(Mode) else None,
        energy=_positive(found.get("energy")),
        dose=_positive(found.get("dose")),
    )


def _positive(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else 0.0
    except ValueError:
        return None
    return value if value > 0 else None
