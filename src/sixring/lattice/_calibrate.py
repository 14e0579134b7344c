"""Sampling, orientation, strain and grains of the lattice, from the Fourier transform."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sixring.errors import Refusal
from sixring.lattice._hexagon import Hexagon, HexagonMap, refine
from sixring.lattice._spectrum import excess, flatten, power_spectrum
from sixring.types import Grain

__all__ = ["GRAPHENE", "Calibration", "calibrate"]

GRAPHENE = 2.46
"""Lattice constant of graphene in angstrom."""

# Pure noise reaches 5.9 over all spatial frequencies and 5.6 near the expected one. Where a
# lattice is expected less will do here, because what is found must show in the windows too.
_SIGNIFICANT = 6.0
_SIGNIFICANT_WHERE_EXPECTED = 3.0
_BALANCED = 0.25  # faint and astigmatic real images have 0.33 and more, fringes 0.1 and less
_NEAR = 0.07  # a given sampling is taken as roughly right within this
_WRONG = 0.15  # and as not this lattice beyond this
_SCALES = (12.0, 30.0)  # pixels over which contrast is evened out where the sampling is unknown
_SCALE = 2.5  # angstrom, where it is known
_GRAIN = 3.0  # a further grain has at least exp(-3), a twentieth, of the power of the first
_APART = np.deg2rad(6)
_FINE, _COARSE = 0.02, 0.95  # angstrom per pixel: what can be an atomic-resolution image


class Calibration(NamedTuple):
    """What the spectrum says."""

    grains: tuple[Grain, ...]
    """Strongest first."""
    sampling: float
    """Angstrom per pixel at which the lattice is graphene's."""
    significance: float
    """Of the strongest grain, in robust standard deviations."""


def calibrate(image: NDArray[np.float32], sampling: float | None) -> Calibration:
    """Find the lattice of a micrograph.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        The micrograph.
    sampling : float or None
        Angstrom per pixel, where known.

    Returns
    -------
    Calibration
        Grains and the sampling that would make them graphene.

    Raises
    ------
    Refusal
        If there is no lattice, or with `sampling` one that isn't graphene's by over 15 %.
    """
    if sampling is not None:
        if not _FINE <= sampling <= _COARSE:
            raise Refusal(
                f"no atoms can be told at {sampling:.4g} A per pixel: a graphene lattice needs "
                f"between {_FINE:g} and {_COARSE:g} A per pixel (give the sampling if the file "
                "is wrong)"
            )
        expected = sampling / _spacing(GRAPHENE)
        ratio, hexagons = _hexagons(image, _SCALE / sampling)
        near = hexagons.best(expected * (1 - _NEAR), expected * (1 + _NEAR))
        anywhere = hexagons.best()
        # What lies where it is expected may be the second order of a larger lattice.
        second = abs(near.frequency / (np.sqrt(3) * anywhere.frequency) - 1) < _NEAR
        if near.significance < max(_SIGNIFICANT_WHERE_EXPECTED, 0.6 * anywhere.significance) or (
            second and anywhere.significance >= _SIGNIFICANT
        ):
            if anywhere.significance < _SIGNIFICANT:
                raise Refusal(
                    f"no graphene lattice found at {sampling:.4g} A per pixel: the Fourier "
                    f"transform shows no hexagon of reflections there (significance "
                    f"{near.significance:.2f}, needed {_SIGNIFICANT_WHERE_EXPECTED:g})"
                )
            near = anywhere
        calibration = _measure(ratio, hexagons, near, min(image.shape))
        seen = GRAPHENE * sampling / calibration.sampling
        if abs(seen / GRAPHENE - 1) > _WRONG:
            raise Refusal(
                f"not graphene at {sampling:.4g} A per pixel: the lattice constant seen is "
                f"{seen:.2f} A, graphene has {GRAPHENE} A (at {calibration.sampling:.4g} A per "
                "pixel it would be graphene: give that as the sampling if the file is wrong)"
            )
        return calibration
    candidates = [_hexagons(image, scale) for scale in _SCALES]
    ratio, hexagons = max(candidates, key=lambda pair: pair[1].best().significance)
    low, high = _FINE / _spacing(GRAPHENE), _COARSE / _spacing(GRAPHENE)
    best = hexagons.best(low, high)
    if best.significance < _SIGNIFICANT:
        raise Refusal(
            "no graphene lattice found: the Fourier transform shows no hexagon of reflections "
            f"(significance {best.significance:.2f}, needed {_SIGNIFICANT:g}); give the sampling "
            "if it is known, less evidence is needed then"
        )
    return _measure(ratio, hexagons, best, min(image.shape))


def _spacing(constant: float) -> float:
    """d-spacing of the first-order reflections of a hexagonal lattice."""
    return constant * math.sqrt(3) / 2


def _hexagons(image: NDArray[np.float32], scale: float) -> tuple[NDArray[np.float64], HexagonMap]:
    ratio = excess(power_spectrum(flatten(image, scale)))
    return ratio, HexagonMap(ratio)


def _measure(
    ratio: NDArray[np.float64], hexagons: HexagonMap, best: Hexagon, side: int
) -> Calibration:
    """Refine every grain found in an image of which the shorter side has `side` pixels."""
    if best.balance < _BALANCED:
        if best.significance < _SIGNIFICANT:
            raise Refusal(
                "no graphene lattice found: the Fourier transform shows no hexagon of reflections "
                f"(one of the three directions has {best.balance:.2f} of the strongest, needed "
                f"{_BALANCED:g})"
            )
        raise Refusal(
            "no graphene lattice found: the reflections at "
            f"{1 / best.frequency:.3g} px don't make a hexagon, as if of fringes in one or two "
            "directions (astigmatism, tilt, another crystal?)"
        )
    # The reflections of a small image are broad, and mustn't count twice.
    apart = max(_APART, 2.5 / (best.frequency * side))
    found = [
        hexagon
        for hexagon in hexagons.orientations(best.frequency, apart)
        if hexagon.significance > _SIGNIFICANT and hexagon.power > best.power - _GRAIN
    ] or [best]
    reflections = [refine(ratio, hexagon) for hexagon in found]
    weights = np.array([max(hexagon.significance, 1e-3) ** 2 for hexagon in found])
    weights /= weights.sum()
    grains = tuple(
        Grain(reflection, float(weight))
        for reflection, weight in zip(reflections, weights, strict=True)
    )
    # The mean over grains evens out the error of each; the area of the reciprocal cell is what
    # strain without a change of scale leaves alone.
    frequency = np.average([_mean_frequency(r) for r in reflections], weights=weights)
    return Calibration(grains, float(frequency) * _spacing(GRAPHENE), best.significance)


def _mean_frequency(reflections: NDArray[np.float64]) -> float:
    """Frequency of the unstrained hexagon with the same reciprocal cell."""
    area = abs(np.linalg.det(reflections[:2]))
    return float(np.sqrt(area / (np.sqrt(3) / 2)))
