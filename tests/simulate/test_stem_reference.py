"""The sum of single atoms against abTEM's multislice scan of the same atoms."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from sixring.simulate import STEM
from sixring.simulate._abtem import quiet_abtem
from sixring.simulate._stem import stem_signal
from sixring.structures import LATTICE_CONSTANT, library

pytestmark = pytest.mark.slow

CELL = 20.0  # angstrom, along both axes
PIXELS, SAMPLING = 32, 0.36  # finer than the probe's band limit asks for, 0.39
ORIGIN = (CELL - (PIXELS - 1) * SAMPLING) / 2
GRID = 272
SLICE = 2.0  # angstrom

STRUCTURES = ("perfect", "SV", "DV-585", "SW-flat", "SW-buckled", "Si-C3")


def specimen(variant: str) -> tuple[NDArray[np.float64], list[str]]:
    """Return the atoms of an entry that lie in the cell, its defect in the middle."""
    entry = library()[variant]
    positions = entry.positions + np.array([CELL / 2, CELL / 2, 0.0])
    # Half a bond from the border, so that none has a neighbour across it in the next cell.
    inside = ((positions[:, :2] > 0.7) & (positions[:, :2] < CELL - 0.7)).all(axis=1)
    positions[:, 2] += SLICE / 2 - positions[:, 2].min()
    return positions[inside], [e for e, i in zip(entry.elements, inside, strict=True) if i]


def exact_potential(
    abtem: ModuleType, positions: NDArray[np.float64], elements: list[str], grid: int
) -> object:
    """Lay each atom's scattering factor at its exact position by its phases."""
    frequencies = np.fft.fftfreq(grid, CELL / grid)
    square = frequencies[:, None] ** 2 + frequencies**2
    factors = abtem.parametrizations.LobatoParametrization()
    slices = []
    names = np.array(elements)
    for k in range(int(positions[:, 2].max() / SLICE) + 1):
        spectrum = np.zeros((grid, grid), dtype=np.complex128)
        for name in np.unique(names):
            chosen = positions[(names == name) & (positions[:, 2] // SLICE == k), :2]
            x, y = (np.exp(-2j * np.pi * np.outer(frequencies, chosen[:, i])) for i in (0, 1))
            spectrum += x @ y.T * factors.projected_scattering_factor(str(name))(square)
        slices.append(np.fft.ifft2(spectrum).real * (grid / CELL) ** 2)
    return abtem.PotentialArray(
        np.array(slices, dtype=np.float32), slice_thickness=SLICE, sampling=CELL / grid
    )


def multislice(
    potential: object, conditions: STEM, abtem: ModuleType, pixels: int = PIXELS
) -> NDArray[np.float64]:
    start = ORIGIN + SAMPLING * np.arange(pixels)
    x, y = np.meshgrid(start, start)
    probe = abtem.Probe(energy=conditions.energy, semiangle_cutoff=conditions.convergence)
    scan = probe.scan(
        potential,
        abtem.CustomScan(np.column_stack([x.ravel(), y.ravel()])),
        abtem.AnnularDetector(conditions.inner, conditions.outer),
    )
    return np.asarray(scan.array, dtype=np.float64).reshape(pixels, pixels)


def linear(
    positions: NDArray[np.float64],
    elements: list[str],
    conditions: STEM,
    pixels: int = PIXELS,
) -> NDArray[np.float64]:
    return stem_signal(
        positions, elements, conditions, shape=(pixels, pixels), origin=(ORIGIN, ORIGIN)
    )


def agreement(
    image: NDArray[np.float64], reference: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Return correlation, ratio of the contrasts and ratio of the means."""
    correlation = float(np.corrcoef(image.ravel(), reference.ravel())[0, 1])
    contrasts = [float(a.std() / a.mean()) for a in (image, reference)]
    return correlation, contrasts[0] / contrasts[1], float(image.mean() / reference.mean())


def with_source(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Blur by a source of 0.9 angstrom; what the border makes of it is cut off."""
    blurred = ndimage.gaussian_filter(image, 0.9 / np.sqrt(8 * np.log(2)) / SAMPLING)
    return np.asarray(blurred[4:-4, 4:-4])


@pytest.mark.parametrize("variant", STRUCTURES)
def test_it_is_what_multislice_gives(variant: str) -> None:
    conditions = STEM(source_size=0.0, sampling=SAMPLING)
    positions, elements = specimen(variant)
    with quiet_abtem() as abtem:
        potential = exact_potential(abtem, positions, elements, GRID)
        reference = multislice(potential, conditions, abtem)
    image = linear(positions, elements, conditions)
    for ours, theirs in (
        (image, reference),
        (with_source(image), with_source(reference)),
    ):
        correlation, contrast, mean = agreement(ours, theirs)
        assert correlation > 0.999
        assert contrast == pytest.approx(1.0, abs=0.05)
        assert mean == pytest.approx(1.0, abs=0.05)


def test_it_is_what_multislice_gives_with_abtems_own_potential() -> None:
    from ase import Atoms

    # abTEM shares each atom out over four points of the grid; on a fine one little is lost.
    pixels = 24
    conditions = STEM(source_size=0.0, sampling=SAMPLING)
    positions, elements = specimen("DV-585")
    with quiet_abtem() as abtem:
        sheet = Atoms(elements, positions, cell=(CELL, CELL, SLICE))
        potential = abtem.Potential(sheet, gpts=400, slice_thickness=SLICE)
        reference = multislice(potential, conditions, abtem, pixels)
    image = linear(positions, elements, conditions, pixels)
    correlation, contrast, _ = agreement(image, reference)
    assert correlation > 0.99
    assert contrast == pytest.approx(1.0, abs=0.05)


def test_at_high_angles_too() -> None:
    conditions = STEM(source_size=0.0, sampling=SAMPLING, inner=80.0, outer=200.0)
    positions, elements = specimen("Si-C3")
    with quiet_abtem() as abtem:
        potential = exact_potential(abtem, positions, elements, GRID)
        reference = multislice(potential, conditions, abtem)
    correlation, contrast, _ = agreement(linear(positions, elements, conditions), reference)
    assert correlation > 0.999
    assert contrast == pytest.approx(1.0, abs=0.05)


def test_the_limit_for_two_layers() -> None:
    # As the documentation says: a tenth of the signal is missing, the contrast is right.
    conditions = STEM(source_size=0.0, sampling=SAMPLING)
    positions, elements = specimen("perfect")
    second = positions + np.array([0.0, LATTICE_CONSTANT / np.sqrt(3), 3.35])
    both = np.concatenate([positions, second])
    with quiet_abtem() as abtem:
        potential = exact_potential(abtem, both, elements * 2, GRID)
        reference = multislice(potential, conditions, abtem)
    correlation, contrast, mean = agreement(linear(both, elements * 2, conditions), reference)
    assert correlation > 0.99
    assert contrast == pytest.approx(1.0, abs=0.05)
    assert mean == pytest.approx(0.90, abs=0.04)
