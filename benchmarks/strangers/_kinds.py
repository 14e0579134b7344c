"""The kinds of images, those that the detector knows first."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulated import Case
from sixring.simulate import Distribution, sample
from sixring.types import Micrograph, Mode

__all__ = ["ENTROPY", "IMAGES", "KINDS", "Kind"]

ENTROPY = 90_2214
"""With the place of a kind in the list and the number of the image, where its randomness comes
from."""
IMAGES = 10
"""Micrographs of each kind."""

_PIXELS = 512
_DOSE: Mapping[Mode, float] = {"hrtem": 1e4, "stem": 1e6}
_SAMPLING: Mapping[Mode, float] = {"hrtem": 0.2, "stem": 0.15}
_DEPTH: Mapping[Mode, float] = {"hrtem": 0.15, "stem": 0.5}
"""Contrast of the lattices that are drawn as waves: standard deviation over mean."""

Take = Callable[[Mode, np.random.Generator], Micrograph]


@dataclass(frozen=True)
class Kind:
    """One kind of image."""

    name: str
    """In the table."""
    mode: Mode
    """The kind of microscope."""
    take: Take
    """Makes an image."""

    def image(self, number: int) -> Micrograph:
        """Return one of the images, the same for the same number."""
        key = KINDS.index(self), number
        return self.take(self.mode, np.random.default_rng([ENTROPY, *key]))


def _graphene(
    mode: Mode,
    rng: np.random.Generator,
    *,
    specimen: Mapping[str, Distribution] | None = None,
    conditions: Mapping[str, Distribution] | None = None,
) -> Micrograph:
    """Return an image as those of the fixed set, clean, but for what is said."""
    base = Case(mode, _DOSE[mode], int(rng.integers(10))).preset
    clean = {"contamination": 0.0, "vacuum": 0.0}
    preset = replace(
        base,
        specimen={**base.specimen, **clean, **(specimen or {})},
        conditions={**base.conditions, **(conditions or {})},
    )
    return sample(preset, rng).simulated.micrograph


def _misstated(mode: Mode, rng: np.random.Generator, *, times: float) -> Micrograph:
    """Return an image of graphene whose file has another sampling."""
    true = _graphene(mode, rng)
    assert true.sampling is not None
    return replace(true, sampling=true.sampling * times)


def _counted(mode: Mode, rng: np.random.Generator, pattern: NDArray[np.float64]) -> Micrograph:
    """Return an image of a pattern, at the usual dose and sampling."""
    level = 1 + _DEPTH[mode] * (pattern - pattern.mean()) / (pattern.std() or 1.0)
    electrons = _DOSE[mode] * _SAMPLING[mode] ** 2
    image = rng.poisson(electrons * np.clip(level, 0.02, None)).astype(np.float32)
    return Micrograph(
        image=image, sampling=_SAMPLING[mode], mode=mode, dose=_DOSE[mode], energy=80e3
    )


def _waves(
    mode: Mode, rng: np.random.Generator, *, spacing: float, angles: tuple[float, ...]
) -> Micrograph:
    """Return crossing fringes, their distance in angstrom and their directions in degrees."""
    rows, cols = np.mgrid[:_PIXELS, :_PIXELS] * _SAMPLING[mode]
    turned = rng.uniform(0, 2 * math.pi)
    ways = [turned + math.radians(angle) for angle in angles]
    # Of a hexagonal lattice the three waves meet in one point, where an atom is.
    origin = rng.uniform(0, 100, 2)
    phases = ((rows - origin[0]) * math.sin(w) + (cols - origin[1]) * math.cos(w) for w in ways)
    pattern = sum(np.cos(2 * math.pi / spacing * phase) for phase in phases)
    return _counted(mode, rng, np.asarray(pattern))


def _noise(mode: Mode, rng: np.random.Generator) -> Micrograph:
    return _counted(mode, rng, np.zeros((_PIXELS, _PIXELS)))


def _amorphous(mode: Mode, rng: np.random.Generator) -> Micrograph:
    """Return a random pattern whose spectrum is a ring through graphene's first reflections."""
    frequency = np.fft.fftfreq(_PIXELS, _SAMPLING[mode])
    radius = np.hypot(frequency[:, None], frequency)
    ring = np.exp(-0.5 * ((radius - 1 / 2.13) / 0.08) ** 2)
    pattern = np.fft.ifft2(np.fft.fft2(rng.normal(size=ring.shape)) * ring).real
    return _counted(mode, rng, pattern)


def _hexagonal(constant: float) -> Take:
    """Return what makes images of a hexagonal lattice of this constant, in angstrom."""
    return partial(_waves, spacing=constant * math.sqrt(3) / 2, angles=(0.0, 120.0, 240.0))


_PERFECT: Mapping[str, Distribution] = {"density": "none", "number": 0}
_BOTH: Mapping[str, Take] = {
    "graphene, as the detector knows it": _graphene,
    "noise": _noise,
    "amorphous, at graphene's spacing": _amorphous,
    "fringes of 2.13 A in one direction": partial(_waves, spacing=2.13, angles=(0.0,)),
    "square lattice, fringes of 2.13 A": partial(_waves, spacing=2.13, angles=(0.0, 90.0)),
    "hexagonal lattice of 3.16 A (MoS2)": _hexagonal(3.16),
    "hexagonal lattice of 2.88 A (gold, seen along 111)": _hexagonal(2.88),
    "hexagonal lattice of 2.50 A (boron nitride)": _hexagonal(2.50),
    "two layers, AB": partial(_graphene, specimen={"bilayer": 1.0, **_PERFECT}),
    "two layers, turned by 10 to 30 degrees": partial(
        _graphene,
        specimen={
            "bilayer": 1.0,
            "bilayer_twist": {"uniform": [10.0, 30.0]},
            **_PERFECT,
        },
    ),
    "graphene, sampling stated 3 % too large": partial(_misstated, times=1.03),
    "graphene, sampling stated 15 % too large": partial(_misstated, times=1.15),
    "graphene, sampling stated ten times too large": partial(_misstated, times=10.0),
    "graphene, 0.04 A per pixel": partial(
        _graphene, specimen=_PERFECT, conditions={"sampling": 0.04}
    ),
    "graphene, dirt on nine tenths of it": partial(_graphene, specimen={"contamination": 0.9}),
}
_HRTEM: Mapping[str, Take] = {
    "graphene in focus, no aberrations: hardly any contrast": partial(
        _graphene,
        conditions={"cs": 0.0, "defocus": 0.0, "astigmatism": 0.0, "trefoil": 0.0, "coma": 0.0},
    ),
    "graphene, 400 to 600 A from focus": partial(
        _graphene, conditions={"defocus": {"uniform": [-600.0, -400.0]}}
    ),
    "graphene, astigmatism of 150 A": partial(_graphene, conditions={"astigmatism": 150.0}),
    "graphene, 50 e/A^2": partial(_graphene, conditions={"dose": 50.0}),
}
_STEM: Mapping[str, Take] = {
    "graphene, probe blurred by 2 A": partial(_graphene, conditions={"source_size": 2.0}),
    "graphene, 1000 e/A^2": partial(_graphene, conditions={"dose": 1e3}),
}

KINDS = (
    *(Kind(name, "hrtem", take) for name, take in {**_BOTH, **_HRTEM}.items()),
    *(Kind(name, "stem", take) for name, take in {**_BOTH, **_STEM}.items()),
)
"""All of them."""
