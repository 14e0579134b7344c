"""Which of a file's signals is the micrograph."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from sixring.errors import ImageError
from sixring.io._sampling import pixel_size
from sixring.io._signal import Signal

__all__ = ["choose_signal"]

_SURVEY = re.compile(r"survey|overview|preview|thumbnail|navigat|nav-?cam|search", re.I)
_ATOMIC = re.compile(r"[HML]?AADF|ADF|DF\d|Ceta|Falcon|OneView|DCFI", re.I)
_MOST_LISTED = 4


def _rank(signal: Signal) -> tuple[bool, bool, float, bool, int]:
    sizes = [pixel_size(axis)[0] for axis in (signal.rows, signal.cols)]
    known = [size for size in sizes if size is not None]
    # Rounded to about 2 %: images of one scan differ only in their detectors.
    fineness = round(math.log10(sum(known) / 2), 2) if len(known) == 2 else math.inf
    return (
        _SURVEY.search(signal.name) is not None,
        len(known) < 2,
        fineness,
        _ATOMIC.search(signal.name) is None,
        -signal.size[0] * signal.size[1],
    )


def _named(signals: Sequence[Signal], index: int) -> str:
    name = " ".join(signals[index].name.split())
    return f"{index + 1} ({name})" if name else str(index + 1)


def _listed(items: Sequence[str], separator: str) -> str:
    more = len(items) - _MOST_LISTED
    return separator.join(items[:_MOST_LISTED]) + (f"{separator}{more} more" if more > 0 else "")


def choose_signal(signals: Sequence[Signal], source: str) -> tuple[Signal, str, list[str]]:
    """Choose the image at atomic resolution.

    Surveys come last, then images without a pixel size; of the others the one with the smallest
    pixels, of those of one scan the annular dark field, then the largest, then the first.

    Parameters
    ----------
    signals : sequence of Signal
        All of the file.
    source : str
        The file as the user named it.

    Returns
    -------
    signal : Signal
        The one to take.
    name : str
        What it is called among the others; empty where it is the only one.
    notes : list of str
        Which of how many was taken.

    Raises
    ------
    ImageError
        If none is an image.
    """
    if not signals:
        raise ImageError(f"{source}: there is no image in it: give a file with a 2-D image")
    usable = [index for index, signal in enumerate(signals) if not signal.fault]
    if not usable:
        if len(signals) == 1:
            raise ImageError(f"{source}: the data are {signals[0].fault}")
        faults = [
            f"{_named(signals, index)} is {signal.fault.partition(':')[0]}"
            for index, signal in enumerate(signals)
        ]
        raise ImageError(
            f"{source}: none of its {len(signals)} signals is a micrograph: "
            f"{_listed(faults, '; ')}: give a file with a 2-D image"
        )
    best = min(usable, key=lambda index: _rank(signals[index]))
    if len(signals) == 1:
        return signals[best], "", []
    others = [_named(signals, index) for index in range(len(signals)) if index != best]
    name = signals[best].name or f"signal {best + 1}"
    note = (
        f"signal {_named(signals, best)} of {len(signals)} was taken, not {_listed(others, ', ')}"
    )
    return signals[best], name, [note]
