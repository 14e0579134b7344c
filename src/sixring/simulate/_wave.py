"""The electron wave behind a specimen, kept so that many images can be made of it.

Electrons come down the z axis, from positive heights. The wave is multislice's, by abTEM: atoms
are gathered in layers two angstrom thick, each layer's projected potential changes the phase of
the wave, and the wave is propagated to the next. It is then taken back to height 0, the mean of
the sheet, so that a defocus of 0 is in focus there whatever lies above or below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from sixring.errors import UsageError
from sixring.simulate._abtem import quiet_abtem
from sixring.simulate._projection import project

__all__ = ["ExitWave", "exit_wave"]

_STEP = 1 / 6
"""Angstrom: of the grid on which the wave is computed. abTEM keeps frequencies up to a third of
its inverse, 2 per angstrom, more than any microscope transfers."""
_LAYER = 2.0
"""Thickness of a layer, angstrom: against half an angstrom, images of rippled and contaminated
sheets correlate with 0.998 and more."""
_MOST = 4096
"""Points of the grid along each side; 680 angstrom."""


@dataclass(frozen=True, eq=False)
class ExitWave:
    """The wave behind a specimen, at height 0, over a cell that goes beyond the image."""

    coefficients: NDArray[np.complex64]
    """Of its Fourier series over the cell, zero frequency first, x along the first axis; the
    incident wave is 1."""
    energy: float
    """Of the beam, eV."""
    shape: tuple[int, int]
    """Rows and columns of the image."""
    sampling: float
    """Angstrom per pixel."""
    padding: int
    """Pixels of the cell before the image's first row and column."""
    cell: tuple[int, int]
    """Rows and columns of the whole cell, pixels."""

    @property
    def margin(self) -> float:
        """How far the cell goes beyond the image, angstrom."""
        return self.padding * self.sampling

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of the cell, angstrom."""
        return self.cell[1] * self.sampling, self.cell[0] * self.sampling


def exit_wave(
    positions: NDArray[np.float64],
    elements: Sequence[str],
    *,
    energy: float,
    shape: tuple[int, int],
    sampling: float,
    origin: tuple[float, float] = (0.0, 0.0),
    margin: float = 20.0,
) -> ExitWave:
    """Send a plane wave through a specimen.

    Parameters
    ----------
    positions : ndarray, shape (n, 3)
        x, y and height of each atom in angstrom, the beam going towards smaller heights.
    elements : sequence of str
        n chemical symbols.
    energy : float
        Of the beam, eV.
    shape : tuple of int
        Rows and columns of the images to be made of it.
    sampling : float
        Angstrom per pixel of these images.
    origin : tuple of float, optional
        x and y of the centre of pixel (0, 0), angstrom.
    margin : float, optional
        How far the wave is computed beyond the image, angstrom. It is periodic, and the sheet
        is cut at the border of its cell: the margin must be as wide as atoms reach in the image,
        which `hrtem_reach` gives for the conditions, and the specimen must fill it.

    Returns
    -------
    ExitWave
        The wave, without the microscope; see `hrtem_intensity`.

    Raises
    ------
    UsageError
        If the arguments don't fit one another, the image with its margin is wider than 680
        angstrom, an element is unknown, or abTEM isn't installed.

    Notes
    -----
    The scattering factors are those of Lobato and Van Dyck (2014); the atoms don't vibrate.
    """
    positions = np.asarray(positions, dtype=np.float64)
    _check(positions, elements, energy, shape, sampling, origin, margin)
    padding = math.ceil(margin / sampling)
    rows, cols = (fft.next_fast_len(n + 2 * padding, real=True) for n in shape)
    extent = cols * sampling, rows * sampling
    points = _points(extent)
    corner = np.array([*origin, 0.0]) - np.array([padding, padding, 0.0]) * sampling
    with quiet_abtem() as abtem:
        coefficients = _multislice(
            positions - corner, np.asarray(elements), energy, extent, points, abtem
        )
    return ExitWave(coefficients, energy, shape, sampling, padding, (rows, cols))


def _multislice(
    positions: NDArray[np.float64],
    elements: NDArray[np.str_],
    energy: float,
    extent: tuple[float, float],
    points: tuple[int, int],
    abtem: ModuleType,
) -> NDArray[np.complex64]:
    """Return the Fourier coefficients of the wave at height 0 that are not zero."""
    step = (extent[0] / points[0], extent[1] / points[1])
    inside = ((positions[:, :2] >= 0) & (positions[:, :2] < extent)).all(axis=1)
    positions, elements = positions[inside], elements[inside]
    layers = np.rint(positions[:, 2] / _LAYER).astype(np.int64)
    levels = sorted({0, *layers.tolist()}, reverse=True)
    below = [*levels[1:], levels[-1] - 1]
    waves = abtem.PlaneWave(energy=energy, gpts=points, extent=extent).build()
    for level, following in zip(levels, below, strict=True):
        chosen = layers == level
        potential = project(
            positions[chosen, :2], elements[chosen], extent=extent, points=points, abtem=abtem
        )
        layer = abtem.PotentialArray(
            potential[None], slice_thickness=((level - following) * _LAYER,), sampling=step
        )
        waves = waves.multislice(layer)
    spectrum = _held(np.asarray(fft.fft2(waves.array, norm="forward")), step)
    # The wave is now below the specimen; underfocus is what takes it back up.
    held = abtem.Waves(spectrum, energy=energy, extent=extent, reciprocal_space=True)
    back: Any = held.apply_ctf(abtem.CTF(energy=energy, defocus=-below[-1] * _LAYER))
    coefficients: NDArray[np.complex64] = back.array
    return coefficients


def _held(spectrum: NDArray[np.complex64], step: tuple[float, float]) -> NDArray[np.complex64]:
    """Return the frequencies below a third of 1 / step: abTEM sets the others to 0."""
    for axis in (0, 1):
        n = spectrum.shape[axis]
        most = math.floor(n * step[axis] / (3 * max(step)))
        kept = np.r_[0 : most + 1, n - most : n]
        spectrum = np.take(spectrum, kept, axis=axis)
    return spectrum


def _points(extent: tuple[float, float]) -> tuple[int, int]:
    """Return the points of a grid over the cell, good for fast transforms."""
    x, y = (fft.next_fast_len(math.ceil(length / _STEP), real=True) for length in extent)
    return x, y


def _check(
    positions: NDArray[np.float64],
    elements: Sequence[str],
    energy: float,
    shape: tuple[int, int],
    sampling: float,
    origin: tuple[float, float],
    margin: float,
) -> None:
    if positions.ndim != 2 or positions.shape[1] != 3:
        raise UsageError(f"positions must have the shape (n, 3), not {positions.shape}")
    if len(elements) != len(positions):
        raise UsageError(f"{len(positions)} positions can't have {len(elements)} elements")
    if not (np.isfinite(positions).all() and np.isfinite(origin).all()):
        raise UsageError("positions and origin must be finite")
    if not 20e3 <= energy <= 300e3:
        raise UsageError(f"energy must be at least 20000 and at most 300000, not {energy:g}")
    if min(shape) < 1:
        raise UsageError(f"shape must be at least one row and one column, not {shape}")
    if not 0.02 <= sampling <= 0.6:
        raise UsageError(f"sampling must be at least 0.02 and at most 0.6, not {sampling:g}")
    if not 0 <= margin < math.inf:
        raise UsageError(f"margin must be at least 0 and finite, not {margin:g}")
    widest = max(shape) * sampling + 2 * margin
    if widest > _MOST * _STEP:
        raise UsageError(
            f"an image {max(shape) * sampling:.0f} angstrom wide with a margin of {margin:.0f} is "
            f"too large for one wave: both together may be {_MOST * _STEP:.0f} angstrom"
        )
