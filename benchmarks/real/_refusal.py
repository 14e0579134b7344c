"""An image that isn't graphene."""

from __future__ import annotations

from pathlib import Path

import sixring
from sixring.errors import Refusal

__all__ = ["measure_refusal"]

_SAMPLING = 0.137  # angstrom per pixel, as its source gives it


def measure_refusal(data: Path, detector: str) -> str | None:
    """Return why the MoS2 image was refused at its true sampling; None where it wasn't.

    Parameters
    ----------
    data : Path
        The folder of the real images.
    detector : str
        As for :func:`sixring.detect`.
    """
    file = data / "not_graphene" / "MoS2_stem_Exp-001-5.npy"
    try:
        sixring.detect(file, sampling=_SAMPLING, mode="stem", detector=detector)
    except Refusal as refusal:
        return str(refusal)
    return None
