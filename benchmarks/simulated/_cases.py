"""The fixed set of micrographs: what each shows, and how it is imaged.

Nothing here may change without all scores being made anew: detectors are compared on this set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np

from sixring.simulate import Distribution, Preset, Sample, sample
from sixring.types import Contrast, Mode

__all__ = ["CASES", "DEFECTS", "DOSES", "ENTROPY", "IMAGES", "Case", "take_image"]

ENTROPY = 20261
"""With a case's mode, dose and number, where all randomness comes from. No other use is made of
it: what is trained on it can't be measured here."""
IMAGES = 10
"""Micrographs for each mode and dose."""
DOSES: Mapping[Mode, tuple[float, ...]] = {
    "hrtem": (300.0, 1e3, 3e3, 1e4, 3e4, 1e5),
    "stem": (3e4, 1e5, 3e5, 1e6, 3e6, 1e7),
}
"""Electrons per angstrom^2."""
DEFECTS = (
    *("SV", "SV-open", "DV-585", "DV-555777", "DV-5555-6-7777"),
    *("SW", "flower", "Si-C3", "Si-C4", "Si-cluster"),
)
"""What is planted, in equal shares."""

_MODES: tuple[Mode, ...] = get_args(Mode)
_CONTAMINATED = 7  # of ten
_WITH_EDGE = frozenset({4, 9})
_SPECIMEN: Mapping[str, Distribution] = {
    "defects": list(DEFECTS),
    "density": {"uniform": [0.06, 0.14]},
    "ripple_amplitude": {"uniform": [0.0, 0.6]},
    "ripple_length": {"uniform": [40.0, 120.0]},
    "strain": [
        {"uniform": [-0.01, 0.01]},
        {"uniform": [-0.01, 0.01]},
        {"uniform": [-0.005, 0.005]},
    ],
    # From specks a layer or two high to patches as thick as those of real images.
    "contamination_radius": {"uniform": [8.0, 18.0]},
    "contamination_height": {"uniform": [6.0, 18.0]},
    "contamination_density": {"uniform": [0.4, 1.2]},
}
_DIRT: Distribution = {"uniform": [0.03, 0.25]}
_EDGE: Distribution = {"uniform": [0.02, 0.10]}
_HRTEM: Mapping[str, Distribution] = {
    "sampling": {"uniform": [0.12, 0.28]},
    "energy": 80e3,
    "astigmatism": {"uniform": [0.0, 20.0]},
    "astigmatism_angle": {"uniform": [0.0, 180.0]},
    "trefoil": {"uniform": [0.0, 300.0]},
    "trefoil_angle": {"uniform": [0.0, 120.0]},
    "coma": {"uniform": [0.0, 300.0]},
    "coma_angle": {"uniform": [0.0, 360.0]},
    "focal_spread": {"uniform": [20.0, 45.0]},
    "angular_spread": {"uniform": [0.0, 0.2]},
    "vibration": {"uniform": [0.0, 0.3]},
}
# Both signs bring the first reflections of graphene near the phase of best contrast, and the
# second ones near it or beyond, as they are in images that were focussed by eye.
_FOCUS: Mapping[Contrast, Mapping[str, Distribution]] = {
    "bright": {"cs": {"uniform": [-14e4, -6e4]}, "defocus": {"uniform": [-90.0, -50.0]}},
    "dark": {"cs": {"uniform": [6e4, 14e4]}, "defocus": {"uniform": [50.0, 90.0]}},
}
_CAMERA: Mapping[str, Distribution] = {
    "mtf": {"uniform": [0.3, 0.9]},
    "gain": {"log-uniform": [1.0, 50.0]},
    "offset": {"uniform": [0.0, 100.0]},
    "read_noise": {"uniform": [0.0, 2.0]},
    "dead": {"choice": [0.0, 1e-4]},
    "hot": {"choice": [0.0, 1e-4]},
}
_STEM: Mapping[str, Distribution] = {
    "sampling": {"uniform": [0.10, 0.20]},
    "energy": {"choice": [60e3, 80e3, 100e3]},
    "convergence": {"choice": [30.0, 32.5, 35.0]},
    "inner": {"choice": [60.0, 80.0]},
    "outer": 200.0,
    "source_size": {"uniform": [0.7, 1.1]},
    "background": {"uniform": [0.0, 0.2]},
    "jitter": {"uniform": [0.0, 0.12]},
    "flyback": {"uniform": [0.0, 0.6]},
    "flyback_length": {"uniform": [3.0, 20.0]},
    "drift_row": {"uniform": [-0.02, 0.02]},
    "drift_col": {"uniform": [-0.02, 0.02]},
    "gain": {"log-uniform": [1.0, 50.0]},
    "offset": {"uniform": [0.0, 100.0]},
    "read_noise": {"uniform": [0.0, 2.0]},
}
_PIXELS = 512


@dataclass(frozen=True)
class Case:
    """One micrograph of the set."""

    mode: Mode
    """The kind of microscope."""
    dose: float
    """Electrons per angstrom^2, one of :data:`DOSES`."""
    number: int
    """From 0; decides contrast, dirt and edge, so that every dose has as many of each."""

    @property
    def contrast(self) -> Contrast:
        """Whether the focus makes atoms bright or dark."""
        return "bright" if self.mode == "stem" or self.number % 2 == 0 else "dark"

    @property
    def contaminated(self) -> bool:
        """Whether dirt lies on the sheet."""
        return self.number % IMAGES < _CONTAMINATED

    @property
    def with_edge(self) -> bool:
        """Whether the sheet ends in the image."""
        return self.number % IMAGES in _WITH_EDGE

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.mode}-{self.dose:.0e}-{self.number}".replace("e+0", "e")

    @property
    def seed(self) -> np.random.SeedSequence:
        """What everything random in it follows from."""
        key = _MODES.index(self.mode), DOSES[self.mode].index(self.dose), self.number
        return np.random.SeedSequence(ENTROPY, spawn_key=key)

    @property
    def preset(self) -> Preset:
        """What it is drawn from."""
        hrtem = self.mode == "hrtem"
        imaging = {**_HRTEM, **_FOCUS[self.contrast]} if hrtem else _STEM
        return Preset(
            name=f"benchmark-{self.mode}",
            description="images as a microscopist would keep them, at one dose",
            mode=self.mode,
            shape=(_PIXELS, _PIXELS),
            specimen={
                **_SPECIMEN,
                "contamination": _DIRT if self.contaminated else 0.0,
                "vacuum": _EDGE if self.with_edge else 0.0,
            },
            conditions={**imaging, "dose": self.dose},
            camera=_CAMERA if hrtem else {},
        )


def _cases() -> Iterator[Case]:
    for mode in _MODES:
        for dose in DOSES[mode]:
            for number in range(IMAGES):
                yield Case(mode, dose, number)


CASES = tuple(_cases())
"""The whole set."""


def take_image(case: Case) -> Sample:
    """Draw a specimen and its conditions, and take the image.

    Parameters
    ----------
    case : Case
        Which of the set.

    Returns
    -------
    Sample
        The same for the same case, wherever and whenever it is taken.
    """
    return sample(case.preset, np.random.default_rng(case.seed))
