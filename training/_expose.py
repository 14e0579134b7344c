"""Several images of one specimen, as the specimen is what takes time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sixring.simulate import (
    HRTEM,
    Conditions,
    Simulated,
    draw,
    exit_wave,
    hrtem_intensity,
    hrtem_reach,
    record,
    record_camera,
)
from sixring.simulate._presets import reach_beyond
from sixring.simulate._truth import grid_to_pixels, truth_in_pixels
from sixring.structures import Specimen, grow
from sixring.types import Mask
from training._sources import Source

__all__ = ["Expose", "expose", "exposures", "glitched"]

Expose = Callable[[Source, int, np.random.Generator], list[Simulated]]
"""Makes so many images of one specimen of a source, such as :func:`expose`."""

_GLITCHED = 0.15
"""Share of the scans with glitches."""
_MOST_GLITCHES = 5


def expose(source: Source, number: int, rng: np.random.Generator) -> list[Simulated]:
    """Draw a specimen, and image it under different conditions.

    Parameters
    ----------
    source : Source
        What specimen and conditions are drawn from.
    number : int
        How many images; they share their sampling and the energy of the beam.
    rng : numpy.random.Generator
        Where everything random comes from.

    Returns
    -------
    list of Simulated
        The images with their truth. Scans may have rows that jump or flicker, which the truth
        doesn't follow.
    """
    images = exposures(source, number, rng)
    if source.preset.mode == "hrtem":
        return images
    return [replace(scan, image=glitched(scan.image, rng)) for scan in images]


def exposures(source: Source, number: int, rng: np.random.Generator) -> list[Simulated]:
    """Draw a specimen, and image it under different conditions, without glitches.

    Parameters
    ----------
    source : Source
        What specimen and conditions are drawn from.
    number : int
        How many images; they share their sampling and the energy of the beam.
    rng : numpy.random.Generator
        Where everything random comes from.

    Returns
    -------
    list of Simulated
        The images with their truth.
    """
    preset = source.preset
    plan, first = draw(preset, rng)
    drawn = [first, *(draw(preset, rng)[1] for _ in range(number - 1))]
    conditions = [replace(one, sampling=first.sampling, energy=first.energy) for one in drawn]
    specimen = grow(replace(plan, size=_sheet(conditions, preset.shape)), rng)
    if preset.mode == "hrtem":
        return _exposed(specimen, conditions, preset.shape, rng)
    return [record(specimen, one, shape=preset.shape, rng=rng) for one in conditions]


def _sheet(conditions: list[Conditions], shape: tuple[int, int]) -> tuple[float, float]:
    """Return the width and height of a sheet that every image can be made of, angstrom."""
    margin = max(reach_beyond(one, shape) for one in conditions)
    height, width = (n * conditions[0].sampling + 2 * margin for n in shape)
    return width, height


def _exposed(
    specimen: Specimen,
    conditions: list[Conditions],
    shape: tuple[int, int],
    rng: np.random.Generator,
) -> list[Simulated]:
    """Let one wave through the specimen, and make all images of it."""
    sampling = conditions[0].sampling
    rows, cols = (np.arange(n) * sampling for n in shape)
    width, height = specimen.size
    origin = (width - cols[-1]) / 2, (height - rows[-1]) / 2
    positions, elements = specimen.atoms()
    microscopes = [one for one in conditions if isinstance(one, HRTEM)]
    wave = exit_wave(
        positions,
        elements,
        energy=conditions[0].energy,
        shape=shape,
        sampling=sampling,
        origin=origin,
        margin=max(hrtem_reach(one) for one in microscopes),
    )
    atoms, rings, defects = truth_in_pixels(specimen.sheet, shape, grid_to_pixels(origin, sampling))
    x, y = np.meshgrid(origin[0] + cols, origin[1] + rows)
    mask = Mask(specimen.regions(np.stack([x, y], axis=-1)))
    images = []
    for one in microscopes:
        expected = one.dose * sampling**2 * hrtem_intensity(wave, one)
        images.append(
            Simulated(
                image=record_camera(expected, one.camera, rng),
                expected=expected.astype(np.float32),
                atoms=atoms,
                rings=rings,
                defects=defects,
                mask=mask,
                sampling=sampling,
                mode="hrtem",
                dose=one.dose,
                conditions=one,
            )
        )
    return images


def glitched(image: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Let some rows of a scan jump or flicker, as they do where a high voltage or a stage does.

    Parameters
    ----------
    image : ndarray, shape (rows, cols)
        A scan.
    rng : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    ndarray
        The scan, or one with glitches: from some row on displaced by up to three pixels, or a
        part of a row brighter or darker.
    """
    if rng.random() >= _GLITCHED:
        return image
    image = image.copy()
    rows, cols = image.shape
    for _ in range(int(rng.integers(1, _MOST_GLITCHES + 1))):
        row = int(rng.integers(rows))
        if rng.random() < 0.5:
            image[row:] = np.roll(image[row:], int(rng.integers(-3, 4)), axis=1)
        else:
            start, end = np.sort(rng.integers(0, cols + 1, 2))
            image[row, start:end] *= rng.uniform(0.3, 2.0)
    return image
