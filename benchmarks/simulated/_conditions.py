"""The sheets, and how they are imaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sixring.simulate import Patch, Simulated, micrograph
from sixring.structures import Sheet, perfect_sheet, plant
from sixring.types import Contrast, Mode

__all__ = ["CONDITIONS", "PLANTED", "Condition", "draw_sheet", "take_image"]

PLANTED = (
    *("SV", "DV-585", "SW", "DV-555777", "flower", "DV-5555-6-7777", "Si-C3", "SW"),
    *("SV", "DV-585", "SV-open", "Si-C4", "DV-555777", "SW", "SV", "Si-C3"),
)
"""The defects of every sheet, each at a place of its own."""

_SHEET = 124.0  # angstrom, along both axes
_FIRST, _STEP, _JITTER = 20.0, 28.0, 4.0  # angstrom: the places, four by four, and their freedom
_ORIGIN = 6.0  # angstrom from the sheet's edge to the image's
_PIXELS = 560
_SAMPLING = 0.2  # angstrom per pixel
_NOISE_SEED = 5000  # added to a sheet's seed, so that places and noise are independent
_DIRT = {"radius": 12.0, "density": 0.6}  # angstrom; atoms per square angstrom


@dataclass(frozen=True)
class Condition:
    """One way of taking an image."""

    mode: Mode
    """The kind of microscope."""
    contrast: Contrast
    """Whether atoms are bright or dark."""
    dose: float
    """Electrons per square angstrom."""
    contaminated: bool = False
    """Whether a patch of contamination lies on the sheet."""

    @property
    def series(self) -> str:
        """What it has in common with images of another dose."""
        name = "STEM" if self.mode == "stem" else f"HRTEM, atoms {self.contrast}"
        return f"{name}, contaminated" if self.contaminated else name

    @property
    def short_dose(self) -> str:
        """The dose as it is written in tables."""
        return f"{self.dose:.0f}" if self.dose < 1e4 else f"{self.dose:.0e}".replace("e+0", "e")


_HRTEM_DOSES = (1000.0, 2000.0, 3000.0, 1e4, 3e4)
_STEM_DOSES = (3e4, 1e5, 3e5, 1e6)
CONDITIONS = (
    *(Condition("hrtem", "dark", dose) for dose in _HRTEM_DOSES),
    *(Condition("hrtem", "bright", dose) for dose in _HRTEM_DOSES),
    *(Condition("stem", "bright", dose) for dose in _STEM_DOSES),
    Condition("hrtem", "dark", 1e4, contaminated=True),
)
"""All that are measured."""


def draw_sheet(seed: int) -> Sheet:
    """Draw a sheet with sixteen defects.

    Parameters
    ----------
    seed : int
        Orientation, places and directions follow from it.

    Returns
    -------
    Sheet
        124 x 124 angstrom; the defects lie 20 angstrom apart or more.
    """
    rng = np.random.default_rng(seed)
    sheet = perfect_sheet(_SHEET, _SHEET, orientation=float(rng.uniform(0, 60)))
    for place, name in enumerate(rng.permutation(PLANTED).tolist()):
        x, y = (_FIRST + _STEP * k + rng.uniform(-_JITTER, _JITTER) for k in divmod(place, 4))
        sheet = plant(sheet, name, near=(x, y), turn=int(rng.integers(3)))
    return sheet


def take_image(sheet: Sheet, condition: Condition, seed: int) -> Simulated:
    """Take an image of a sheet, 560 x 560 pixels of 0.2 angstrom.

    Parameters
    ----------
    sheet : Sheet
        One of :func:`draw_sheet`.
    condition : Condition
        How it is imaged.
    seed : int
        The sheet's seed; the noise and the place of the contamination follow from it.

    Returns
    -------
    Simulated
        The image and the truth.
    """
    dirt = []
    if condition.contaminated:
        x, y = np.random.default_rng(seed + 2 * _NOISE_SEED).uniform(0.25, 0.75, 2) * _SHEET
        dirt = [Patch(position=(float(x), float(y)), **_DIRT)]
    return micrograph(
        sheet,
        mode=condition.mode,
        contrast=condition.contrast,
        shape=(_PIXELS, _PIXELS),
        sampling=_SAMPLING,
        dose=condition.dose,
        origin=(_ORIGIN, _ORIGIN),
        contamination=dirt,
        seed=seed + _NOISE_SEED,
    )
