"""One image of a specimen, with its truth."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.simulate._camera import record_camera
from sixring.simulate._conditions import HRTEM, STEM, Conditions
from sixring.simulate._counts import expected_electrons, record_scan
from sixring.simulate._hrtem import hrtem_intensity, hrtem_reach
from sixring.simulate._scan import Scan
from sixring.simulate._simulated import Simulated
from sixring.simulate._stem import scanned_signal
from sixring.simulate._truth import ToPixels, grid_to_pixels, truth_in_pixels
from sixring.simulate._wave import exit_wave
from sixring.structures import Specimen
from sixring.types import Mask

__all__ = ["record"]

_NOISELESS_DOSE = 1e6
"""Electrons per angstrom^2 of an HRTEM image without noise."""


@dataclass(frozen=True, eq=False)
class _Frame:
    """What a microscope makes of a specimen."""

    image: NDArray[np.float32]
    expected: NDArray[np.float64]
    to_pixels: ToPixels
    seen: NDArray[np.float64]
    """Shape (rows, cols, 2): x, y in angstrom of what each pixel shows."""


def record(
    specimen: Specimen,
    conditions: Conditions,
    *,
    shape: tuple[int, int],
    origin: tuple[float, float] | None = None,
    rng: np.random.Generator,
) -> Simulated:
    """Record one image of a specimen.

    Parameters
    ----------
    specimen : Specimen
        What lies in the microscope. It should reach beyond the image as far as an atom's image
        does, which :func:`hrtem_reach` gives for HRTEM.
    conditions : HRTEM or STEM
        Everything that shapes the image. With an infinite dose an HRTEM image is the expectation
        itself, without the camera.
    shape : tuple of int
        Rows and columns.
    origin : tuple of float, optional
        x, y in angstrom of the centre of pixel (0, 0); x runs with columns, y with rows. Where
        it isn't given, the middle of the image shows the middle of the specimen.
    rng : numpy.random.Generator
        Where the noise comes from, and what else is random in the detector and the scan.

    Returns
    -------
    Simulated
        The image and the truth, recomputed from the specimen's atoms. In STEM the truth follows
        the scan's drift, not its jitter and fly-back.

    Raises
    ------
    UsageError
        If the shape or the origin can't be, an element is unknown, the image with its margin is
        too large, or abTEM isn't installed.
    """
    if len(shape) != 2 or min(shape) < 1:
        raise UsageError(f"shape must be rows and columns, at least 1 each, not {shape}")
    if isinstance(conditions, HRTEM):
        frame = _exposed(specimen, conditions, shape, origin, rng)
    else:
        frame = _scanned(specimen, conditions, shape, origin, rng)
    atoms, rings, defects = truth_in_pixels(specimen.sheet, shape, frame.to_pixels)
    return Simulated(
        image=frame.image,
        expected=frame.expected.astype(np.float32),
        atoms=atoms,
        rings=rings,
        defects=defects,
        mask=Mask(specimen.regions(frame.seen)),
        sampling=conditions.sampling,
        mode=conditions.mode,
        dose=conditions.dose,
        conditions=conditions,
    )


def _exposed(
    specimen: Specimen,
    conditions: HRTEM,
    shape: tuple[int, int],
    origin: tuple[float, float] | None,
    rng: np.random.Generator,
) -> _Frame:
    rows, cols = (np.arange(n) * conditions.sampling for n in shape)
    if origin is None:
        width, height = specimen.size
        origin = ((width - cols[-1]) / 2, (height - rows[-1]) / 2)
    positions, elements = specimen.atoms()
    wave = exit_wave(
        positions,
        elements,
        energy=conditions.energy,
        shape=shape,
        sampling=conditions.sampling,
        origin=origin,
        margin=hrtem_reach(conditions),
    )
    noiseless = math.isinf(conditions.dose)
    dose = _NOISELESS_DOSE if noiseless else conditions.dose
    expected = dose * conditions.sampling**2 * hrtem_intensity(wave, conditions)
    x, y = np.meshgrid(origin[0] + cols, origin[1] + rows)
    return _Frame(
        expected.astype(np.float32)
        if noiseless
        else record_camera(expected, conditions.camera, rng),
        expected,
        grid_to_pixels(origin, conditions.sampling),
        np.stack([x, y], axis=-1),
    )


def _scanned(
    specimen: Specimen,
    conditions: STEM,
    shape: tuple[int, int],
    origin: tuple[float, float] | None,
    rng: np.random.Generator,
) -> _Frame:
    pixels = np.moveaxis(np.indices(shape, dtype=np.float64), 0, -1)
    scan = Scan.draw(conditions, shape=shape, origin=origin or (0.0, 0.0), rng=rng)
    if origin is None:
        x, y = np.array(specimen.size) / 2 - scan.to_specimen(pixels[-1, -1] / 2)
        scan = replace(scan, origin=(float(x), float(y)))
    positions, elements = specimen.atoms()
    signal = scanned_signal(positions, elements, conditions, scan)
    expected = expected_electrons(signal, conditions)
    return _Frame(
        record_scan(expected, conditions, rng),
        expected,
        scan.to_pixels,
        scan.to_specimen(pixels),
    )
