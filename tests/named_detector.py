"""A detector that the name of the file tells what to do, for tests of all that surrounds one.

It is a function at the top of a module, so that worker processes find it too.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sixring.errors import Refusal, UsageError
from sixring.types import (
    Atoms,
    Defect,
    Detection,
    Grain,
    Lattice,
    Mask,
    Micrograph,
    Region,
    Rings,
)

Settings = Mapping[str, str | float | int | bool | None]

PATIENCE_SECONDS = 60.0


def named_detector(
    micrograph: Micrograph, *, detector: str, min_probability: float, lattice_sampling: bool
) -> Detection:
    """Find one defect, unless the file's name begins with another wish."""
    wish = Path(micrograph.source).stem.partition("-")[0]
    if wish == "refused":
        raise Refusal(f"{micrograph.source}: no graphene lattice, 3.16 A was seen")
    if detector != "learned":
        raise UsageError(f"there is no detector {detector!r}: use 'learned'")
    if wish == "bug":
        raise TypeError("a mistake\nof ours")
    if wish == "memory":
        raise MemoryError
    if wish == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if wish == "slow":
        _wait_for(Path(micrograph.source).with_suffix(".go"))
    settings: Settings = {
        "detector": detector,
        "min_probability": min_probability,
        "lattice_sampling": lattice_sampling,
    }
    return one_defect(micrograph, ("look twice",) if wish == "warned" else (), settings)


def _wait_for(signal_to_go: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not signal_to_go.exists() and time.monotonic() < end:
        time.sleep(0.05)


def one_defect(
    micrograph: Micrograph,
    warnings: tuple[str, ...] = (),
    settings: Settings | None = None,
) -> Detection:
    """Return a detection of one ring of five atoms, a vacancy, in the middle of the image."""
    sampling = micrograph.sampling if micrograph.sampling is not None else 0.2
    rows, cols = micrograph.image.shape
    middle = np.array([rows / 2, cols / 2])
    turns = np.deg2rad(np.arange(5) * 72)
    atoms = middle + 6.0 * np.stack([np.sin(turns), np.cos(turns)], axis=1)
    angles = np.deg2rad([0.0, 120.0, 240.0])
    reciprocal = np.stack([np.sin(angles), np.cos(angles)], axis=1) * sampling / 2.13
    regions = np.full((rows, cols), Region.CLEAR, dtype=np.uint8)
    regions[: rows // 4] = Region.CONTAMINATION
    score: NDArray[np.float32] = np.zeros((rows, cols), dtype=np.float32)
    score[rows // 2, cols // 2] = 1.0
    return Detection(
        micrograph=micrograph,
        lattice=Lattice(
            grains=(Grain(reciprocal, 1.0),),
            sampling=sampling,
            sampling_from_lattice=sampling,
            lattice_constant=2.46,
            orientation=30.0,
            strain=np.zeros((2, 2)),
            contrast="bright",
            contrast_strength=2.0,
            significance=50.0,
        ),
        mask=Mask(regions),
        atoms=Atoms(atoms, ("C",) * 5, np.full(5, 0.9)),
        rings=Rings(
            centres=middle[None],
            sizes=np.array([5]),
            probability=np.array([0.9]),
            corners=(np.arange(5),),
            defect=np.array([0]),
        ),
        defects=(Defect("SV", 0.93, (rows / 2, cols / 2), (5,), 1, (), (0,)),),
        score=score,
        mode=micrograph.mode if micrograph.mode is not None else "stem",
        warnings=warnings,
        settings=settings or {},
        seconds=0.25,
    )
