"""What a scanning microscope's electronics make of the electrons that reach the detector."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sixring.simulate._conditions import STEM

__all__ = ["expected_electrons", "record_scan"]

_NOISELESS_DOSE = 1e9
"""Electrons per angstrom^2 of an image without noise."""


def expected_electrons(signal: NDArray[np.float64], conditions: STEM) -> NDArray[np.float64]:
    """Return how many electrons are counted on average.

    Parameters
    ----------
    signal : ndarray
        Share of the beam that reaches the detector; below 0 it counts as 0.
    conditions : STEM
        Of which the dose, the sampling and the efficiency matter.

    Returns
    -------
    ndarray, of the signal's shape
        Electrons per pixel; for an infinite dose those of 1e9 per angstrom^2.
    """
    dose = _NOISELESS_DOSE if math.isinf(conditions.dose) else conditions.dose
    beam = dose * conditions.sampling**2 * conditions.efficiency
    expected: NDArray[np.float64] = beam * np.maximum(signal, 0.0)
    return expected


def record_scan(
    expected: NDArray[np.float64], conditions: STEM, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Count electrons and make them an image.

    Parameters
    ----------
    expected : ndarray
        Electrons per pixel, as of :func:`expected_electrons`.
    conditions : STEM
        Of which the dose (infinite: the counts are the expected ones), gain, offset, read noise
        and bits matter.
    rng : numpy.random.Generator
        Where counts and read noise come from.

    Returns
    -------
    ndarray, of the same shape
        Poisson counts times the gain, plus the offset and normal noise; whole and clipped where
        the image has bits.
    """
    counts = expected if math.isinf(conditions.dose) else rng.poisson(expected)
    image = conditions.gain * counts + conditions.offset
    if conditions.read_noise > 0:
        image = image + conditions.read_noise * rng.standard_normal(image.shape)
    if conditions.bits is not None:
        image = np.clip(np.rint(image), 0, 2**conditions.bits - 1)
    return image.astype(np.float32)
