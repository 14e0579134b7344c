"""HRTEM against abTEM's full multislice: fine grid, thin slices, finite projections."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hrtem_cases import image
from sixring.simulate import HRTEM
from sixring.simulate._abtem import quiet_abtem
from sixring.structures import library

CELL, FINE, SLICE = 44.0, 0.05, 0.5
"""Angstrom: the reference's cell, the sampling of its wave and the thickness of its slices."""
ABOVE, BELOW = 12.0, 4.0
"""Of the cell, angstrom, from height 0."""
HALF = 45
"""Half the side of the square that is compared, pixels: well inside the disc of atoms."""

CONDITIONS = {
    "overfocus, negative Cs": HRTEM(),
    "underfocus": HRTEM(defocus=80.0, cs=1e4, focal_spread=20.0),
    "large Cs": HRTEM(defocus=-100.0, cs=-20e4, focal_spread=25.0),
    "all aberrations": HRTEM(
        defocus=60.0,
        cs=3e4,
        c5=5e7,
        astigmatism=30.0,
        astigmatism_angle=25.0,
        trefoil=300.0,
        trefoil_angle=70.0,
        coma=400.0,
        coma_angle=-40.0,
        angular_spread=0.3,
        sampling=0.15,
    ),
    "low voltage, coherent": HRTEM(energy=60e3, defocus=40.0, cs=2e4, focal_spread=10.0),
}


def specimen(variant: str) -> tuple[NDArray[np.float64], list[str]]:
    """Return an entry of the library, or a rippled sheet with silicon in it and dirt on it."""
    entry = library()["Si-C3" if variant == "dirt" else variant]
    if variant != "dirt":
        return entry.positions, list(entry.elements)
    rng = np.random.default_rng(0)
    x, y, z = entry.positions.T
    sheet = np.column_stack([x, y, z + 1.5 * np.sin(x / 5) * np.cos(y / 4)])
    dirt = np.column_stack([rng.uniform(-8, 8, (150, 2)), rng.uniform(3, 10, 150)])
    light = ["C" if share > 0.3 else "H" for share in rng.uniform(size=150)]
    return np.concatenate([sheet, dirt]), [*entry.elements, *light]


@lru_cache(maxsize=1)
def reference_wave(variant: str, energy: float) -> Any:  # noqa: ANN401 - abTEM's Waves
    """Send a plane wave through the atoms, by abTEM alone."""
    from ase import Atoms

    positions, elements = specimen(variant)
    turned = np.column_stack([positions[:, :2] + CELL / 2, ABOVE - positions[:, 2]])
    atoms = Atoms(elements, turned, cell=(CELL, CELL, ABOVE + BELOW))
    with quiet_abtem() as abtem:
        potential = abtem.Potential(
            atoms, sampling=FINE, slice_thickness=SLICE, projection="finite"
        )
        return abtem.PlaneWave(energy=energy).multislice(potential)


def reference(variant: str, conditions: HRTEM) -> NDArray[np.float64]:
    """Image the atoms by abTEM alone, each pixel the mean over its area."""
    wave = reference_wave(variant, conditions.energy)
    with quiet_abtem() as abtem:
        transfer = abtem.CTF(
            energy=conditions.energy,
            defocus=conditions.defocus + BELOW,
            Cs=conditions.cs,
            C5=conditions.c5,
            C12=conditions.astigmatism,
            phi12=np.deg2rad(conditions.astigmatism_angle),
            C23=conditions.trefoil,
            phi23=np.deg2rad(conditions.trefoil_angle),
            C21=conditions.coma,
            phi21=np.deg2rad(conditions.coma_angle),
            focal_spread=conditions.focal_spread,
            angular_spread=conditions.angular_spread,
            semiangle_cutoff=conditions.aperture,
        )
        intensity = np.asarray(wave.apply_ctf(transfer).intensity().array, dtype=np.float64)
    sampling = wave.sampling[0]
    finer = round(conditions.sampling / sampling)
    assert finer * sampling == pytest.approx(conditions.sampling)
    # The trapezoidal rule over each pixel, x along the first axis of abTEM's arrays.
    weights = np.ones(finer + 1 - finer % 2)
    if finer % 2 == 0:
        weights[[0, -1]] = 0.5
    weights /= weights.sum()
    reach = len(weights) // 2
    seen = round(CELL / 2 / sampling) + finer * np.arange(-HALF, HALF)
    offsets = np.arange(len(weights)) - reach
    for axis in (0, 1):
        intensity = sum(
            w * np.roll(intensity, -o, axis=axis) for w, o in zip(weights, offsets, strict=True)
        )
    return np.asarray(intensity[np.ix_(seen, seen)].T)


# The one above varies fastest: the wave of a specimen is made once for each energy.
@pytest.mark.slow
@pytest.mark.parametrize("condition", list(CONDITIONS))
@pytest.mark.parametrize("variant", ["perfect", "SV", "DV-585", "SW-buckled", "Si-C3", "dirt"])
def test_images_agree_with_full_multislice(variant: str, condition: str) -> None:
    conditions = CONDITIONS[condition]
    corner = -HALF * conditions.sampling
    ours = image(
        *specimen(variant), conditions, shape=(2 * HALF, 2 * HALF), origin=(corner, corner)
    )
    theirs = reference(variant, conditions)

    correlation = np.corrcoef(ours.ravel(), theirs.ravel())[0, 1]
    contrast = (ours.std() / ours.mean()) / (theirs.std() / theirs.mean())
    sys.stdout.write(
        f"{variant:10} {condition:24} correlation {correlation:.5f}, contrast {contrast:.4f} of "
        f"{theirs.std() / theirs.mean():.4f}\n"
    )
    assert correlation >= 0.998
    assert contrast == pytest.approx(1, abs=0.02)
    assert ours.mean() == pytest.approx(theirs.mean(), rel=1e-3)
