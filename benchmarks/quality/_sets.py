"""The fixed sets of patches: what each is drawn from, and its seed.

Nothing here may change without all results being made anew: models are compared on these sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from benchmarks.quality._plan import Plan
from sixring.patches import PatchSet, read_patches
from sixring.simulate import (
    Distribution,
    Make,
    PatchSettings,
    Preset,
    is_finished,
    preset,
    sample,
    write_patches,
)
from sixring.types import Mode

__all__ = [
    "CHALLENGE",
    "DEFECTS",
    "DOSES",
    "MODES",
    "SAMPLINGS",
    "SEEDS",
    "SERIES",
    "Cell",
    "learning_set",
    "read_set",
    "set_settings",
    "source",
]

MODES: tuple[Mode, ...] = get_args(Mode)
DEFECTS = ("SV", "DV-585", "DV-555777", "SW", "flower", "Si-C3")
"""What is planted, each as likely as another."""
DOSES: Mapping[Mode, tuple[float, ...]] = {
    "hrtem": (300.0, 1e3, 3e3, 1e4),
    "stem": (1e4, 3e4, 1e5, 1e6),
}
"""Electrons per angstrom^2 of the series."""
CHALLENGE = "challenge"
"""The set that the whole project is judged on: HRTEM, 20 perfect patches to a defect."""
_CHALLENGE_RATIO, _SERIES_RATIO = 20.0, 1.0
_PER_DEFECT = 1
"""Each defect is seen once, so that the patches come from many micrographs."""
_LEARNED_DOSES: Mapping[Mode, Distribution] = {
    "hrtem": {"log-uniform": [1e3, 1e4]},
    "stem": {"log-uniform": [1e4, 1e6]},
}
"""As the challenge has it, and over the whole series."""
SAMPLINGS: Mapping[Mode, float] = {"hrtem": 0.20, "stem": 0.15}
"""Angstrom per pixel. A set has one, as the images of a session have, and as most models need it:
all else is drawn from the preset."""
_PRESETS: Mapping[Mode, str] = {"hrtem": "challenge", "stem": "stem"}


@dataclass(frozen=True)
class Cell:
    """One mode and dose of the series."""

    mode: Mode
    """The kind of microscope."""
    dose: float
    """Electrons per angstrom^2."""

    @property
    def name(self) -> str:
        """What its set is called."""
        return f"{self.mode}-{self.dose:.0f}"


SERIES = tuple(Cell(mode, dose) for mode in MODES for dose in DOSES[mode])
"""All modes and doses."""


def learning_set(mode: Mode) -> str:
    """Return the name of the set that models learn a mode from."""
    return f"learning-{mode}"


SEEDS: Mapping[str, int] = MappingProxyType(
    {
        CHALLENGE: 7100,
        **{cell.name: 7110 + number for number, cell in enumerate(SERIES)},
        **{learning_set(mode): 7130 + number for number, mode in enumerate(MODES)},
        **{f"ideal-{mode}": 7140 + number for number, mode in enumerate(MODES)},
    }
)
"""Of each set, and of the ideal observer's conditions. Those from 7100 to 7199 are this
benchmark's: no two sets share a micrograph, nor does anything else in the repository with them."""


def source(mode: Mode, dose: Distribution | None = None) -> Preset:
    """Return what the micrographs of a mode are drawn from.

    Parameters
    ----------
    mode : {"hrtem", "stem"}
        The kind of microscope.
    dose : distribution, optional
        Instead of the preset's.
    """
    conditions: dict[str, Distribution] = {"sampling": SAMPLINGS[mode]}
    if dose is not None:
        conditions["dose"] = dose
    return preset(_PRESETS[mode]).changed(
        specimen={"defects": list(DEFECTS)}, conditions=conditions
    )


def set_settings(plan: Plan) -> dict[str, PatchSettings]:
    """Return how each set is simulated, by its name."""
    test, learning = (0.0, 0.0, 1.0), (0.8, 0.2, 0.0)
    hrtem = source("hrtem")
    found = {
        CHALLENGE: _settings(CHALLENGE, hrtem, plan.challenge, _CHALLENGE_RATIO, test),
    }
    for cell in SERIES:
        drawn = source(cell.mode, cell.dose)
        found[cell.name] = _settings(cell.name, drawn, plan.cell, _SERIES_RATIO, test)
    for mode in MODES:
        name, drawn = learning_set(mode), source(mode, _LEARNED_DOSES[mode])
        found[name] = _settings(name, drawn, plan.training, _CHALLENGE_RATIO, learning)
    return found


def _settings(
    name: str, drawn: Preset, n: int, ratio: float, shares: tuple[float, float, float]
) -> PatchSettings:
    return PatchSettings(
        drawn,
        n=n,
        seed=SEEDS[name],
        ratio=ratio,
        per_defect=_PER_DEFECT,
        shares=shares,
        format="array",
    )


def read_set(
    name: str,
    settings: PatchSettings,
    folder: Path,
    *,
    jobs: int,
    tell: Callable[[str], None],
    make: Make = sample,
) -> PatchSet:
    """Read a set, which is simulated where it isn't there yet.

    Parameters
    ----------
    name : str
        What it is called.
    settings : PatchSettings
        From :func:`set_settings`.
    folder : Path
        Of all sets; a simulation that was stopped goes on where it was.
    jobs : int
        Processes that simulate.
    tell : callable
        Told what is being done.
    make : callable, optional
        What makes a micrograph.

    Returns
    -------
    PatchSet
        Its patches.
    """
    if not is_finished(settings, folder / name):
        tell(f"simulating {settings.n} patches: {name}")
        write_patches(settings, folder / name, jobs=jobs, make=make)
    return read_patches(folder / name)
