"""Specimens and formulas that the tests of HRTEM share."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import constants

from sixring.simulate import HRTEM, exit_wave, hrtem_intensity, hrtem_reach
from sixring.structures import perfect_sheet


def wavelength(energy: float) -> float:
    """De Broglie's, relativistic, angstrom."""
    rest = constants.m_e * constants.c**2 / constants.e
    momentum = math.sqrt(energy * (energy + 2 * rest)) * constants.e / constants.c
    return constants.h / momentum * 1e10


def image(
    positions: NDArray[np.float64],
    elements: list[str],
    conditions: HRTEM,
    *,
    shape: tuple[int, int] = (120, 120),
    origin: tuple[float, float] = (0.0, 0.0),
) -> NDArray[np.float64]:
    wave = exit_wave(
        positions,
        elements,
        energy=conditions.energy,
        shape=shape,
        sampling=conditions.sampling,
        origin=origin,
        margin=hrtem_reach(conditions),
    )
    return hrtem_intensity(wave, conditions)


def flat(points: NDArray[np.float64], height: float = 0.0) -> NDArray[np.float64]:
    """Give points (n, 2) a height."""
    return np.column_stack([points, np.full(len(points), height)])


def sheet(size: float, orientation: float = 0.0) -> tuple[NDArray[np.float64], list[str]]:
    made = perfect_sheet(size, size, orientation=orientation)
    return flat(made.positions), list(made.elements)


def spectrum(
    pattern: NDArray[np.float64], sampling: float
) -> tuple[NDArray[np.complex128], NDArray[np.float64], NDArray[np.float64]]:
    """Return the transform of an image and its frequencies along x and y, per angstrom."""
    rows, cols = pattern.shape
    kx, ky = np.meshgrid(np.fft.fftfreq(cols, sampling), np.fft.fftfreq(rows, sampling))
    return np.fft.fft2(pattern), kx, ky
