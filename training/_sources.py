"""What the micrographs of the training are drawn from: presets, and how often each is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sixring.simulate import Distribution, Preset, preset

__all__ = [
    "BOUNDARY",
    "COMMON",
    "DEFECTS",
    "DOPANTS",
    "KINDS",
    "SAMPLINGS",
    "SCAN",
    "SOURCES",
    "Source",
    "source",
]

KINDS = (
    *("SV", "SV-open", "DV-585", "DV-555777", "DV-5555-6-7777", "SW", "flower"),
    *("Si-C3", "Si-C4", "Si-cluster", "N", "B", "hole", "dislocation-57", "grain-boundary"),
)
"""The kinds of defect that the model tells apart: names of the catalogue."""
SAMPLINGS = (0.10, 0.30)
"""The smallest and the largest length of a pixel, angstrom."""

COMMON: dict[str, Distribution] = {
    # Few enough that they can be packed into any sheet, whatever else is drawn.
    "density": {"uniform": [0.06, 0.11]},
    "spacing": 3.0,
    "ripple_amplitude": {"uniform": [0.0, 0.8]},
    "ripple_length": {"uniform": [40.0, 120.0]},
    # Up to 4 % along one axis is also what a tilt of 16 degrees foreshortens.
    "strain": [
        {"choice": [{"uniform": [-0.01, 0.01]}, {"uniform": [-0.04, 0.02]}]},
        {"choice": [{"uniform": [-0.01, 0.01]}, {"uniform": [-0.04, 0.02]}]},
        {"uniform": [-0.01, 0.01]},
    ],
    "contamination": {"choice": [0.0, 0.0, {"uniform": [0.0, 0.25]}]},
    "contamination_radius": {"uniform": [6.0, 20.0]},
    "contamination_density": {"uniform": [0.3, 1.2]},
    "contamination_height": {"uniform": [6.0, 18.0]},
    "vacuum": {"choice": [*[0.0] * 5, {"uniform": [0.02, 0.10]}]},
    "bilayer": {"choice": [*[0.0] * 5, {"uniform": [0.1, 0.5]}]},
    "bilayer_twist": {"choice": ["none", {"uniform": [0.0, 30.0]}]},
}
BOUNDARY: dict[str, Distribution] = {
    "boundary": {"choice": [7.3, 9.4, 13.2, 16.4, 21.8, 27.8, 32.2]},
    "bilayer": 0.0,
    "density": {"uniform": [0.0, 0.05]},
}
# Planted less often where seldom seen or plain to see, more often where hard to see.
DEFECTS: list[Distribution] = [
    *["SV"] * 8,
    "SV-open",
    *["DV-585"] * 5,
    *["DV-555777"] * 4,
    *["DV-5555-6-7777"] * 2,
    *["SW"] * 6,
    *["flower"] * 3,
    *["Si-C3"] * 6,
    *["Si-C4"] * 2,
    "Si-cluster",
    "hole",
]
DOPANTS: list[Distribution] = ["N", "N", "B", "B", "Si-C3"]


@dataclass(frozen=True)
class Source:
    """One kind of micrograph."""

    preset: Preset
    """What specimen and conditions are drawn from."""
    dose: tuple[float, float]
    """Least and largest electrons per angstrom^2."""
    weight: float
    """How often it is used."""


def _near(low: float, high: float) -> Distribution:
    """Return two chances in three for a range, and one for all that the model is to know."""
    near: Distribution = {"log-uniform": [low, high]}
    return {"choice": [near, near, {"log-uniform": [*SAMPLINGS]}]}


def source(
    name: str,
    dose: tuple[float, float],
    sampling: Distribution,
    weight: float,
    *,
    shape: tuple[int, int] = (448, 448),
    defects: list[Distribution] = DEFECTS,
    specimen: Mapping[str, Distribution] | None = None,
    conditions: Mapping[str, Distribution] | None = None,
    camera: Mapping[str, Distribution] | None = None,
) -> Source:
    """Return a source that changes a preset.

    Parameters
    ----------
    name : str
        Of the preset.
    dose : tuple of float
        Least and largest electrons per angstrom^2, drawn evenly on a logarithmic scale.
    sampling : distribution
        Of the length of a pixel, angstrom.
    weight : float
        How often it is used.
    shape : tuple of int, optional
        Rows and columns of an image.
    defects : list, optional
        What is planted, each as often as it is named.
    specimen : mapping, optional
        What differs from :data:`COMMON`.
    conditions, camera : mapping, optional
        What differs from the preset.

    Returns
    -------
    Source
        Checked.
    """
    changed = preset(name).changed(
        shape=shape,
        specimen={**COMMON, "defects": defects, **(specimen or {})},
        conditions={
            "dose": {"log-uniform": list(dose)},
            "sampling": sampling,
            **(conditions or {}),
        },
        camera=camera,
    )
    return Source(changed, dose, weight)


_HRTEM, _STEM = _near(0.17, 0.24), _near(0.13, 0.22)
_WIDER: dict[str, Distribution] = {"cs": {"uniform": [-20e4, 0.0]}}
SCAN: dict[str, Distribution] = {"background": {"uniform": [0.0, 0.5]}}

SOURCES = (
    source("challenge", (2e2, 3e4), _HRTEM, 8.0),
    source("hrtem", (5e2, 1e5), _HRTEM, 4.0),
    source("hrtem", (5e2, 1e5), _HRTEM, 1.0, conditions=_WIDER),
    source("challenge", (1e3, 3e4), _HRTEM, 1.0, specimen=BOUNDARY),
    source("challenge", (3e4, 1e6), _HRTEM, 0.5, defects=DOPANTS),
    source("stem", (5e3, 1e6), _STEM, 5.0, conditions=SCAN),
    source("stem", (1e6, 1e7), _STEM, 1.0, conditions=SCAN),
    source("ultrastem-60", (1e5, 3e6), _STEM, 1.0, specimen={"number": "none"}),
    source("stem", (3e4, 3e6), _STEM, 0.5, specimen=BOUNDARY),
    source("stem", (3e5, 1e7), _STEM, 0.5, defects=DOPANTS),
)
"""All of them."""
