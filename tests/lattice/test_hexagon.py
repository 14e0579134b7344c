"""Hexagons in spectra that are made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lattice_images import apart
from sixring.lattice._hexagon import Hexagon, HexagonMap, refine

N = 512
STEP = 3 ** (1 / 80)  # from one frequency of the map to the next
Spectrum = NDArray[np.float64]


def background(seed: int = 0) -> Spectrum:
    """Power of white noise over its median."""
    return np.random.default_rng(seed).exponential(1 / np.log(2), (N, N))


def with_peaks(ratio: Spectrum, at: NDArray[np.float64], height: float) -> Spectrum:
    """Add reflections of 2 pixels' width at frequencies (row, col) and opposite."""
    rows, cols = np.indices(ratio.shape)
    for row, col in np.concatenate([at, -at]):
        square = (rows - N // 2 - N * row) ** 2 + (cols - N // 2 - N * col) ** 2
        ratio = ratio + height * np.exp(-square / (2 * 1.5**2))
    return ratio


def hexagon(frequency: float, angle: float) -> NDArray[np.float64]:
    """Three reflections, the first at `angle` degrees."""
    turn = np.deg2rad(angle + np.array([0.0, 120.0, 240.0]))
    return frequency * np.stack([np.sin(turn), np.cos(turn)], axis=1)


@settings(deadline=None, max_examples=12)
@given(frequency=st.floats(0.05, 0.27), angle=st.floats(0, 60))
def test_a_hexagon_is_found_wherever_it_is(frequency: float, angle: float) -> None:
    found = HexagonMap(with_peaks(background(), hexagon(frequency, angle), 60.0)).best()
    assert found.frequency == pytest.approx(frequency, rel=0.03, abs=1.5 / N)
    # Near the centre a pixel of the spectrum is a large angle.
    assert apart(np.rad2deg(found.angle), angle) < 1.0 + 60.0 / (N * frequency)
    assert found.significance > 6


def test_noise_has_no_hexagon() -> None:
    assert max(HexagonMap(background(seed)).best().significance for seed in range(6)) < 6


def test_the_second_order_is_not_taken_for_the_first() -> None:
    first, second = hexagon(0.1, 10.0), hexagon(0.1 * np.sqrt(3), 40.0)
    ratio = with_peaks(with_peaks(background(), first, 30.0), second, 300.0)
    found = HexagonMap(ratio).best()
    assert found.frequency == pytest.approx(0.1, rel=0.03)
    assert apart(np.rad2deg(found.angle), 10.0) < 1.5


@pytest.mark.parametrize(("height", "first_order"), [(4.0, 0.1), (400.0, 0.1 / np.sqrt(3))])
def test_a_first_order_is_more_than_a_speck_of_noise(height: float, first_order: float) -> None:
    # Noise reaches 3 standard deviations somewhere in the cells below a hexagon, by chance.
    ratio = with_peaks(background(), hexagon(0.1, 40.0), 3e5)
    ratio = with_peaks(ratio, hexagon(0.1 / np.sqrt(3), 10.0), height)
    assert HexagonMap(ratio).best().frequency == pytest.approx(first_order, rel=0.03)


def test_a_second_order_adds_to_the_evidence() -> None:
    weak = with_peaks(background(), hexagon(0.1, 10.0), 8.0)
    both = with_peaks(weak, hexagon(0.1 * np.sqrt(3), 40.0), 8.0)
    assert HexagonMap(both).best().significance > 1.15 * HexagonMap(weak).best().significance


def test_the_search_keeps_to_its_limits() -> None:
    ratio = with_peaks(background(), hexagon(0.08, 5.0), 400.0)
    ratio = with_peaks(ratio, hexagon(0.2, 25.0), 40.0)
    hexagons = HexagonMap(ratio)
    assert hexagons.best().frequency == pytest.approx(0.08, rel=0.03)
    inside = hexagons.best(0.15, 0.25)
    assert inside.frequency == pytest.approx(0.2, rel=0.03)
    assert apart(np.rad2deg(inside.angle), 25.0) < 1.5
    # Limits between two frequencies of the map are met by the nearest.
    between = hexagons.best(0.3000, 0.3001).frequency
    assert 0.3 / STEP < between < 0.3 * STEP


def test_a_stronger_hexagon_has_more_power() -> None:
    powers = [
        HexagonMap(with_peaks(background(), hexagon(0.1, 20.0), height)).best().power
        for height in (20.0, 20.0 * float(np.exp(1)), 20.0 * float(np.exp(2)))
    ]
    assert np.diff(powers) == pytest.approx(1.0, abs=0.25)


@pytest.mark.parametrize("between", [12.0, 21.8, 30.0, 45.0])
def test_two_orientations_are_told_apart_the_stronger_first(between: float) -> None:
    ratio = with_peaks(background(), hexagon(0.1, 8.0), 200.0)
    ratio = with_peaks(ratio, hexagon(0.1, 8.0 + between), 80.0)
    found = HexagonMap(ratio).orientations(0.1, np.deg2rad(6))
    assert apart(np.rad2deg(found[0].angle), 8.0) < 1.0
    assert apart(np.rad2deg(found[1].angle), 8.0 + between) < 1.0
    assert found[0].power > found[1].power > found[2].power
    assert found[1].significance > 6 > found[2].significance


def test_the_foot_of_a_strong_reflection_is_no_second_orientation() -> None:
    rows, cols = np.indices((N, N)) - N // 2
    ratio = np.ones((N, N))
    for row, col in hexagon(0.1, 8.0):
        for sign in (1, -1):
            distance = np.hypot(rows - sign * N * row, cols - sign * N * col)
            ratio += 1e4 * np.exp(-0.5 * (distance / 3) ** 2)
    ratio *= background()
    found = HexagonMap(ratio).orientations(0.1, np.deg2rad(6))
    assert apart(np.rad2deg(found[0].angle), 8.0) < 1.0
    assert all(other.power < found[0].power - 3 for other in found[1:])


def test_only_a_peak_in_reach_of_the_frequency_is_an_orientation() -> None:
    ratio = with_peaks(background(), hexagon(0.1, 8.0), 200.0)
    ratio = with_peaks(ratio, hexagon(0.13, 30.0), 200.0)
    found = HexagonMap(ratio).orientations(0.1, np.deg2rad(6))
    assert [h.significance > 6 for h in found[:2]] == [True, False]


@settings(deadline=None, max_examples=15)
@given(
    angle=st.floats(0, 60),
    shift=st.lists(st.floats(-1.5, 1.5), min_size=4, max_size=4),
)
def test_reflections_are_refined_each_to_its_place(angle: float, shift: list[float]) -> None:
    moved = np.array([*shift, -shift[0] - shift[2], -shift[1] - shift[3]]).reshape(3, 2) / N
    true = hexagon(0.1, angle) + moved
    ratio = with_peaks(np.ones((N, N)), true, 50.0)
    found = refine(ratio, Hexagon(0.1, np.deg2rad(angle), 0.0, 0.0, 1.0))
    assert found.sum(axis=0) == pytest.approx(0.0, abs=1e-12)
    assert N * found == pytest.approx(N * true, abs=0.1)


def test_noise_hardly_pulls_a_refined_reflection() -> None:
    true = hexagon(0.1, 14.0)
    found = refine(
        with_peaks(background(), true, 50.0), Hexagon(0.1, np.deg2rad(14), 0.0, 0.0, 1.0)
    )
    assert N * found == pytest.approx(N * true, abs=0.4)


def test_without_power_the_hexagon_stays_what_it_was() -> None:
    found = refine(np.ones((N, N)), Hexagon(0.1, np.deg2rad(14), 0.0, 0.0, 1.0))
    assert found == pytest.approx(hexagon(0.1, 14.0))
