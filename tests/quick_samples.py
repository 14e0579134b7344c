"""Simulated images whose truth is real and whose pixels are noise, to test what surrounds them.

The functions are at the top of a module, so that worker processes find them too.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np

from sixring.simulate import Preset, Sample, Simulated, draw
from sixring.simulate._truth import grid_to_pixels, truth_in_pixels
from sixring.structures import grow
from sixring.types import Mask

__all__ = ["PRESET", "bare_sample", "dying_sample", "gated_sample", "quick_sample"]

PRESET = Preset(
    name="quick",
    description="small and clean, for tests",
    mode="stem",
    shape=(160, 160),
    specimen={"defects": ["SV", "SW", "Si-C3"], "density": 0.2},
    conditions={"sampling": 0.2, "dose": {"log-uniform": [1e3, 1e4]}},
    camera={},
)

_PATIENCE_SECONDS = 60.0


def quick_sample(preset: Preset, rng: np.random.Generator) -> Sample:
    """Grow a specimen, and record noise."""
    plan, conditions = draw(preset, rng)
    specimen = grow(plan, rng)
    origin = (6.0, 6.0)
    atoms, rings, defects = truth_in_pixels(
        specimen.sheet, preset.shape, grid_to_pixels(origin, conditions.sampling)
    )
    rows, cols = np.indices(preset.shape)
    seen = np.asarray(origin) + conditions.sampling * np.stack([cols, rows], axis=-1)
    image = rng.poisson(100.0, preset.shape).astype(np.float32)
    return Sample(
        plan,
        conditions,
        Simulated(
            image=image,
            expected=np.full(preset.shape, 100.0, dtype=np.float32),
            atoms=atoms,
            rings=rings,
            defects=defects,
            mask=Mask(specimen.regions(seen)),
            sampling=conditions.sampling,
            mode=conditions.mode,
            dose=conditions.dose,
            conditions=conditions,
        ),
    )


def bare_sample(preset: Preset, rng: np.random.Generator) -> Sample:
    """Leave the defects out."""
    return quick_sample(preset.changed(specimen={"defects": [], "density": "none"}), rng)


def dying_sample(preset: Preset, rng: np.random.Generator) -> Sample:
    """Die, as for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def gated_sample(preset: Preset, rng: np.random.Generator) -> Sample:
    """Wait from the third image on until there is a file ``go`` in the working folder."""
    made = Path(f"made-{os.getpid()}-{time.monotonic_ns()}")
    if len(list(Path().glob("made-*"))) >= 2:
        end = time.monotonic() + _PATIENCE_SECONDS
        while not Path("go").exists() and time.monotonic() < end:
            time.sleep(0.02)
    made.touch()
    return quick_sample(preset, rng)
