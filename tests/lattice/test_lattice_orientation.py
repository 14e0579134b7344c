"""Orientation, strain and grains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lattice_images import apart, as_micrograph, honeycomb, noisy, reflections, zigzag
from sixring.lattice import find_lattice
from sixring.lattice._find import _orientation, _strain
from sixring.simulate import micrograph
from sixring.structures import Sheet, perfect_sheet
from sixring.types import Mode


@pytest.mark.parametrize("angle", [0.0, 0.3, 12.0, 29.8, 30.2, 45.0, 59.7, 60.0])
def test_the_orientation_of_three_waves(angle: float) -> None:
    image = noisy(honeycomb((200, 200), 0.25, orientation=angle), 1.0)
    lattice = find_lattice(as_micrograph(image))
    assert apart(lattice.orientation, angle) < 0.3
    assert 0 <= lattice.orientation < 60


@pytest.mark.parametrize(("mode", "dose"), [("hrtem", 1e4), ("stem", 2e6)])
@pytest.mark.parametrize("angle", [0.0, 17.0, 59.5])
def test_the_orientation_of_a_simulated_sheet(mode: Mode, dose: float, angle: float) -> None:
    sheet = perfect_sheet(64, 64, orientation=angle)
    found = micrograph(
        sheet, mode=mode, dose=dose, shape=(200, 200), sampling=0.3, origin=(2.0, 2.0)
    )
    assert apart(find_lattice(found.micrograph).orientation, angle) < 0.5


@given(angle=st.floats(0, 60), turns=st.integers(0, 5), sampling=st.floats(0.05, 0.7))
def test_reflections_give_their_orientation_back(angle: float, turns: int, sampling: float) -> None:
    found = _orientation(reflections(sampling, angle + 60 * turns))
    assert apart(found, angle) < 1e-6
    assert 0 <= found <= 60


STRETCHED = {
    "rows by 2 %": [[1.02, 0], [0, 1]],
    "columns by 2 %": [[1, 0], [0, 1.02]],
    "a shear": [[1, 0.015], [0.015, 1]],
    "all at once": [[0.99, -0.01], [-0.01, 1.01]],
}


def without_scale(deformation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strain of a symmetric deformation whose area is left as it was."""
    kept: NDArray[np.float64] = deformation / np.sqrt(np.linalg.det(deformation)) - np.eye(2)
    return kept


@pytest.mark.parametrize("name", STRETCHED)
@pytest.mark.parametrize("angle", [0.0, 33.0])
def test_strain_is_measured(name: str, angle: float) -> None:
    deformation = np.array(STRETCHED[name], float)
    image = honeycomb((256, 256), 0.25, orientation=angle, deformation=deformation)
    lattice = find_lattice(as_micrograph(noisy(image, 1.0)))
    assert lattice.strain == pytest.approx(without_scale(deformation), abs=0.004)
    # An image stretched to a larger area is one of a finer sampling.
    expected = 0.25 / np.sqrt(np.linalg.det(deformation))
    assert lattice.sampling == pytest.approx(expected, rel=0.005)


def test_a_stretched_sheet_of_atoms_is_strained_all_the_same() -> None:
    sheet = perfect_sheet(80, 80, orientation=8)
    found = micrograph(sheet, shape=(240, 240), sampling=0.3, origin=(2.0, 2.0))
    # Every 50th row left out: the rows that are left lie 2 % more densely.
    squeezed = np.delete(found.image, np.arange(0, 240, 50), axis=0)
    strain = find_lattice(as_micrograph(squeezed)).strain
    assert strain[0, 0] == pytest.approx(-0.01, abs=0.004)
    assert strain[1, 1] == pytest.approx(0.01, abs=0.004)


def test_a_perfect_sheet_has_no_strain() -> None:
    found = micrograph(
        perfect_sheet(64, 64, orientation=8), shape=(200, 200), sampling=0.3, origin=(2.0, 2.0)
    )
    assert np.abs(find_lattice(found.micrograph).strain).max() < 0.002


@given(
    angle=st.floats(0, 60),
    turn=st.floats(-20, 20),
    tensor=st.lists(st.floats(-0.03, 0.03), min_size=3, max_size=3),
)
def test_reflections_give_their_strain_back(angle: float, turn: float, tensor: list[float]) -> None:
    rows, both, cols = tensor
    deformation = np.eye(2) + np.array([[rows, both], [both, cols]])
    strain = _strain(reflections(0.2, angle, deformation))
    # To first order: second orders of 3 % are a thousandth, and the turn that they bring.
    assert strain == pytest.approx(without_scale(deformation), abs=2e-3)
    assert strain == pytest.approx(strain.T, abs=1e-12)
    assert abs(np.trace(strain)) < 4e-3
    # Strain doesn't depend on the size of the reciprocal cell.
    assert _strain(3 * reflections(0.2, angle, deformation)) == pytest.approx(strain, abs=1e-9)


@pytest.mark.parametrize("angle", [3.0, 17.0, 25.0])
@pytest.mark.parametrize(
    ("sampling", "side"), [(0.06, 400), (0.1, 256), (0.2, 256), (0.3, 180), (0.3, 256)]
)
def test_a_perfect_sheet_is_one_grain(sampling: float, side: int, angle: float) -> None:
    extent = sampling * side + 4
    found = micrograph(
        perfect_sheet(extent, extent, orientation=angle),
        shape=(side, side),
        sampling=sampling,
        dose=2e4,
        origin=(2.0, 2.0),
    )
    (grain,) = find_lattice(found.micrograph).grains
    assert grain.weight == 1.0
    assert apart(zigzag(grain), angle) < 0.5


@pytest.mark.parametrize(("mode", "dose"), [("hrtem", 1e4), ("stem", 2e6)])
def test_the_two_grains_of_a_tilt_boundary(
    mode: Mode, dose: float, boundary: tuple[float, Sheet]
) -> None:
    angle, sheet = boundary
    found = micrograph(
        sheet,
        mode=mode,
        dose=dose,
        shape=(300, 300),
        sampling=0.33,
        origin=(2.5, 2.5),
    )
    lattice = find_lattice(as_micrograph(found.image, mode=mode))
    assert len(lattice.grains) == 2
    below, above = sorted(zigzag(grain) for grain in lattice.grains)
    assert below == pytest.approx(angle / 2, abs=0.5)
    assert above == pytest.approx(60 - angle / 2, abs=0.5)
    assert sum(grain.weight for grain in lattice.grains) == pytest.approx(1.0)
    assert lattice.grains[0].weight < 0.6
    assert lattice.sampling == pytest.approx(0.33, rel=0.02)


def test_the_larger_grain_comes_first_and_gives_the_orientation() -> None:
    left, right = (honeycomb((256, 256), 0.25, orientation=angle) for angle in (7.0, 31.0))
    image = np.where(np.arange(256) < 100, left, right)
    lattice = find_lattice(as_micrograph(noisy(image, 0.7)))
    assert [round(zigzag(grain)) for grain in lattice.grains] == [31, 7]
    assert lattice.orientation == pytest.approx(31, abs=0.5)
    assert lattice.grains[0].weight > lattice.grains[1].weight


def test_three_grains() -> None:
    angles = (5.0, 25.0, 45.0)
    parts = [honeycomb((300, 100), 0.3, orientation=angle) for angle in angles]
    lattice = find_lattice(as_micrograph(noisy(np.concatenate(parts, axis=1), 0.7)))
    assert sorted(round(zigzag(grain)) for grain in lattice.grains) == [5, 25, 45]


@settings(deadline=None, max_examples=6)
@given(angle=st.floats(0, 60))
def test_a_grain_has_three_reflections_that_close(angle: float) -> None:
    image = noisy(honeycomb((160, 160), 0.3, orientation=angle), 1.0)
    for grain in find_lattice(as_micrograph(image)).grains:
        assert grain.reciprocal.sum(axis=0) == pytest.approx(0.0, abs=1e-9)
        frequencies = np.hypot(*grain.reciprocal.T)
        assert frequencies == pytest.approx(0.3 / (2.46 * np.sqrt(3) / 2), rel=0.02)
