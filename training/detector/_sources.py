"""What the detector's micrographs are drawn from: both modes, both contrasts, every dose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sixring.detection._description import Learned
from sixring.simulate import Distribution
from sixring.simulate._distributions import extremes
from training._sources import BOUNDARY, DOPANTS, SCAN, Source, source

__all__ = ["SOURCES", "ranges"]

# Evenly on a logarithmic scale, so that every decade counts the same.
_HRTEM, _STEM = (2e2, 1e6), (5e3, 1e7)
_FINE: Distribution = {"uniform": [0.11, 0.20]}
_USUAL: Distribution = {"uniform": [0.12, 0.28]}
# Atoms bright with a negative third-order aberration and overfocus, dark with both reversed.
_FOCUS: Mapping[str, Mapping[str, Distribution]] = {
    "bright": {"cs": {"uniform": [-15e4, -5e4]}, "defocus": {"uniform": [-100.0, -45.0]}},
    "dark": {"cs": {"uniform": [5e4, 15e4]}, "defocus": {"uniform": [45.0, 100.0]}},
}
# So far that the lattice is plain to see, and its defects aren't always.
_OUT_OF_FOCUS: Mapping[str, Distribution] = {
    "defocus": {"choice": [{"uniform": [-600.0, -100.0]}, {"uniform": [100.0, 600.0]}]}
}
_SHARP: Distribution = {"uniform": [0.0, 0.3]}
_IMAGING: Mapping[str, Distribution] = {
    "angular_spread": {"uniform": [0.0, 0.2]},
    # Some sharper than the preset, some blurred as far as to the first reflections.
    "vibration": {"choice": [_SHARP, _SHARP, _SHARP, {"uniform": [0.3, 0.65]}]},
}
_CAMERA: Mapping[str, Distribution] = {
    "mtf": {"uniform": [0.3, 0.9]},
    "gain": {"log-uniform": [1.0, 50.0]},
    "offset": {"uniform": [0.0, 100.0]},
    "read_noise": {"uniform": [0.0, 3.0]},
    "dead": {"choice": [0.0, 1e-4]},
    "hot": {"choice": [0.0, 1e-4]},
}
_NARROW: Distribution = {"uniform": [0.7, 1.1]}
# Until hardly a defect can be seen, so that the network learns to say so.
_BLURRED: Distribution = {"uniform": [1.1, 2.2]}
_PROBE: Mapping[str, Distribution] = {
    **SCAN,
    "convergence": {"choice": [30.0, 32.5, 35.0]},
    "source_size": {"choice": [*[_NARROW] * 7, _BLURRED]},
}
# As real images have it, whose presets these are: more dirt than elsewhere, larger and thicker.
_DIRTY: Mapping[str, Distribution] = {
    "bilayer": 0.0,  # the preset has grain boundaries, over which none is made
    "contamination": {"uniform": [0.05, 0.30]},
    "contamination_radius": {"uniform": [10.0, 26.0]},
    "contamination_height": {"uniform": [8.0, 20.0]},
}
# More often what is hard to see, and what is common; all others alike.
_DEFECTS: list[Distribution] = [
    *["SV"] * 4,
    *["SV-open"] * 4,
    *["DV-585"] * 3,
    *["DV-555777"] * 2,
    *["DV-5555-6-7777"] * 2,
    *["SW"] * 3,
    "flower",
    *["Si-C3"] * 4,
    *["Si-C4"] * 4,
    *["Si-cluster"] * 2,
    *["hole"] * 2,
]


_planted = partial(source, defects=_DEFECTS)


def _focussed(contrast: str, weight: float, **specimen: Distribution) -> Source:
    return _planted(
        "challenge",
        _HRTEM,
        _USUAL,
        weight,
        specimen=specimen,
        conditions={**_FOCUS[contrast], **_IMAGING},
        camera=_CAMERA,
    )


def _far(weight: float, shape: tuple[int, int], sampling: Distribution) -> Source:
    """Return images far from focus, of either contrast, with a wide field and dirt."""
    return _planted(
        "team-80", (2e3, 1e5), sampling, weight, shape=shape, specimen=_DIRTY, camera=_CAMERA
    )


SOURCES = (
    _focussed("bright", 4.0),
    _focussed("dark", 4.0),
    _focussed("bright", 0.5, **BOUNDARY),
    _focussed("dark", 0.5, **BOUNDARY),
    _planted("hrtem", _HRTEM, _USUAL, 2.0),
    _planted("hrtem", (2e3, 1e6), _USUAL, 1.5, conditions=_OUT_OF_FOCUS),
    _far(1.0, (256, 256), {"uniform": [0.24, 0.36]}),
    _far(0.4, (176, 176), {"uniform": [0.36, 0.50]}),
    _far(0.4, (128, 128), {"uniform": [0.50, 0.60]}),
    _planted("ulm-80", (1e4, 1e6), {"uniform": [0.17, 0.26]}, 0.5),
    _planted("stem", _STEM, _FINE, 8.0, conditions=_PROBE),
    _planted("stem", (3e4, 1e7), _FINE, 1.0, specimen=BOUNDARY, conditions=_PROBE),
    _planted("stem", (3e5, 1e7), _FINE, 0.5, defects=DOPANTS, conditions=_PROBE),
    _planted(
        "ultrastem-60",
        (1e5, 3e6),
        {"uniform": [0.075, 0.13]},
        1.0,
        shape=(576, 576),
        specimen={"number": "none"},
        conditions=SCAN,
    ),
)
"""All of them; half of those of HRTEM have dark atoms."""


def ranges() -> dict[str, Learned]:
    """Return the samplings and doses of the sources, by mode."""
    found: dict[str, Learned] = {}
    for mode in ("hrtem", "stem"):
        ours = [entry for entry in SOURCES if entry.preset.mode == mode]
        steps = [
            float(limit)
            for entry in ours
            for limit in extremes(entry.preset.conditions["sampling"])
            if isinstance(limit, float | int)
        ]
        doses = [dose for entry in ours for dose in entry.dose]
        found[mode] = Learned((min(steps), max(steps)), (min(doses), max(doses)))
    return found
