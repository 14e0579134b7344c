"""Annular dark field of thin specimens: the signal is the sum of the atoms, each on its own.

The sum is made in Fourier space, where a profile has a sharp band limit: atoms keep their exact
positions, source size and drift cost nothing, and the signal is evaluated, not interpolated,
where the probe stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.simulate._band import Band
from sixring.simulate._conditions import STEM
from sixring.simulate._profiles import atom_profile, profile_reach
from sixring.simulate._scan import Scan
from sixring.structures import LATTICE_CONSTANT

__all__ = ["graphene_signal", "scanned_signal", "stem_reach", "stem_signal"]

_CELL_AREA = LATTICE_CONSTANT**2 * math.sqrt(3) / 2
_SIGMA_OF_FWHM = 1 / math.sqrt(8 * math.log(2))
_SOURCE_REACH = 4.0
"""Standard deviations of the source that count."""


def stem_signal(
    positions: NDArray[np.float64],
    elements: Sequence[str],
    conditions: STEM,
    *,
    shape: tuple[int, int],
    origin: tuple[float, float] = (0.0, 0.0),
) -> NDArray[np.float64]:
    """Return the signal of a scan without distortion.

    Parameters
    ----------
    positions : ndarray, shape (n, 3)
        x, y and height of each atom in angstrom; x runs with columns, y with rows. The heights
        don't matter: every atom is taken to be in the probe's waist.
    elements : sequence of str
        n chemical symbols.
    conditions : STEM
        Microscope and background; the dose doesn't matter, nor does what distorts the scan.
    shape : tuple of int
        Rows and columns.
    origin : tuple of float
        x, y in angstrom of the centre of pixel (0, 0).

    Returns
    -------
    ndarray, shape `shape`
        Expected share of the beam that reaches the detector.

    Raises
    ------
    UsageError
        If a value can't be, or abTEM isn't installed.
    """
    still = Scan.still(conditions, shape=shape, origin=origin)
    return scanned_signal(positions, elements, conditions, still)


def scanned_signal(
    positions: NDArray[np.float64], elements: Sequence[str], conditions: STEM, scan: Scan
) -> NDArray[np.float64]:
    """Return the signal where a scan's probe stands.

    Parameters
    ----------
    positions : ndarray, shape (n, 3)
        As for :func:`stem_signal`.
    elements : sequence of str
        n chemical symbols.
    conditions : STEM
        Microscope and background.
    scan : Scan
        Where the probe stands.

    Returns
    -------
    ndarray, shape ``scan.shape``
        Expected share of the beam that reaches the detector.

    Raises
    ------
    UsageError
        If a value can't be, or abTEM isn't installed.
    """
    names = np.asarray(elements, dtype=np.str_)
    _check(positions, names)
    profiles = {str(name): atom_profile(str(name), conditions) for name in np.unique(names)}
    background = conditions.background * graphene_signal(conditions)
    if not profiles:
        return np.full(scan.shape, background)

    # All profiles have the same band limit.
    limit = next(iter(profiles.values())).band * scan.sampling
    sheared = stem_reach(conditions) * (1 + abs(scan.drift_col)) / (1 - abs(scan.drift_row))
    displaced = np.abs(scan.jitter).max() + np.abs(scan.flyback).max()
    reach = float((sheared + displaced) / scan.sampling)
    band = Band(scan.shape, (limit * (1 + abs(scan.drift_row) + abs(scan.drift_col)), limit), reach)
    square = _square_frequencies(band, scan)
    frequency = np.sqrt(square)
    pixels = scan.to_pixels(positions[:, :2])
    spectrum = sum(
        band.spectrum(pixels[names == name]) * profile.transfer(frequency)
        for name, profile in profiles.items()
    )
    source = np.exp(-2 * (np.pi * conditions.source_size * _SIGMA_OF_FWHM) ** 2 * square)
    source /= scan.sampling**2 * (1 - scan.drift_row)
    by_row, by_col = scan.jitter / scan.sampling, scan.flyback / scan.sampling
    return background + band.image(spectrum * source, by_row, by_col)


def stem_reach(conditions: STEM) -> float:
    """Return how far an atom may be from the probe and still count.

    Parameters
    ----------
    conditions : STEM
        The microscope.

    Returns
    -------
    float
        Angstrom.
    """
    blur = _SOURCE_REACH * conditions.source_size * _SIGMA_OF_FWHM
    return profile_reach(conditions) + blur


def graphene_signal(conditions: STEM) -> float:
    """Return the mean signal of perfect graphene, without background.

    Parameters
    ----------
    conditions : STEM
        The microscope.

    Returns
    -------
    float
        Share of the beam that reaches the detector: 5.9e-4 at 60 kV for 60 to 200 mrad.

    Raises
    ------
    UsageError
        If a value can't be, or abTEM isn't installed.
    """
    carbon = atom_profile("C", conditions)
    return 2 * float(carbon.spectrum[0]) / _CELL_AREA


def _square_frequencies(band: Band, scan: Scan) -> NDArray[np.float64]:
    """Return the squared frequencies in the specimen, 1 / angstrom^2, of those in the image.

    A drifting image is an affine one: its profiles are sheared and stretched.
    """
    rows, cols = band.frequencies
    along_y = (rows + scan.drift_col * cols) / (1 - scan.drift_row)
    square: NDArray[np.float64] = (along_y**2 + cols**2) / scan.sampling**2
    return square


def _check(positions: NDArray[np.float64], elements: NDArray[np.str_]) -> None:
    if positions.ndim != 2 or positions.shape[1] != 3:
        raise UsageError(f"positions must have the shape (n, 3), not {positions.shape}")
    if elements.shape != positions.shape[:1]:
        raise UsageError(
            f"there must be an element for each of the {len(positions)} atoms, "
            f"not {elements.size} elements"
        )
    if not np.isfinite(positions).all():
        raise UsageError("the positions must be finite")
