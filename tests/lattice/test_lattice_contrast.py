"""Bright atoms from dark ones, by the phases of the three waves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lattice_images import as_micrograph, honeycomb, noisy, reflections
from sixring.lattice import Canvas, find_lattice
from sixring.lattice._waves import grain_amplitudes, ring_centre_sign
from sixring.types import Contrast, Grain, Mode

SHAPE = (128, 128)
STEP = 0.25
MIDDLE = np.s_[40:-40, 40:-40]


def canvas(image: NDArray[np.float64], zoom: float = 1.0) -> Canvas:
    return Canvas(image.astype(np.float32), STEP, zoom, (image.shape[0], image.shape[1]))


def grain(orientation: float, zoom: float = 1.0) -> Grain:
    return Grain(reflections(STEP * zoom, orientation), 1.0)


@settings(deadline=None, max_examples=25)
@given(
    orientation=st.floats(0, 60),
    centre=st.tuples(st.floats(-8, 8), st.floats(-8, 8)),
    gain=st.floats(1e-3, 1e3),
    contrast=st.sampled_from(["bright", "dark"]),
)
def test_the_sign_needs_neither_origin_nor_orientation_nor_scale(
    orientation: float, centre: tuple[float, float], gain: float, contrast: Contrast
) -> None:
    image = honeycomb(SHAPE, STEP, orientation=orientation, centre=centre, contrast=contrast)
    sign = ring_centre_sign(canvas(gain * image), (grain(orientation),))
    assert sign == pytest.approx(1.0 if contrast == "dark" else -1.0, abs=0.02)


@settings(deadline=None, max_examples=6)
@given(
    orientation=st.floats(0, 60),
    centre=st.tuples(st.floats(-8, 8), st.floats(-8, 8)),
    offset=st.floats(-50, 50),
    contrast=st.sampled_from(["bright", "dark"]),
)
def test_the_contrast_of_a_whole_image(
    orientation: float, centre: tuple[float, float], offset: float, contrast: Contrast
) -> None:
    image = honeycomb((160, 160), 0.3, orientation=orientation, centre=centre, contrast=contrast)
    lattice = find_lattice(as_micrograph(noisy(image, 1.0) + offset))
    assert lattice.contrast == contrast
    assert lattice.contrast_strength > 0.9


def undecided(orientation: float) -> NDArray[np.float64]:
    """Three waves whose phases add up to a right angle: bright and dark triangles alternate."""
    rows, cols = np.indices(SHAPE)
    waves = reflections(STEP, orientation)
    phases = 2 * np.pi * (waves[:, 0, None, None] * rows + waves[:, 1, None, None] * cols)
    image: NDArray[np.float64] = np.cos(phases + np.pi / 6).sum(axis=0)
    return image


def test_a_right_angle_leaves_it_open() -> None:
    assert abs(ring_centre_sign(canvas(undecided(11.0)), (grain(11.0),))) < 0.02


@pytest.mark.parametrize(("mode", "contrast"), [("stem", "bright"), ("hrtem", None), (None, None)])
def test_a_dark_field_decides_what_the_phases_leave_open(
    mode: Mode | None, contrast: Contrast | None
) -> None:
    image = noisy(undecided(11.0), 0.3)
    signs = [find_lattice(as_micrograph(sign * image, STEP, mode)) for sign in (1, -1)]
    assert all(found.contrast_strength < 0.1 for found in signs)
    if contrast is not None:
        assert [found.contrast for found in signs] == [contrast, contrast]
    else:
        # Turning the sign of the image turns the answer, weak as it is.
        assert {found.contrast for found in signs} == {"bright", "dark"}


def test_clear_phases_win_over_the_mode() -> None:
    image = noisy(honeycomb(SHAPE, STEP, orientation=11, contrast="dark"), 0.5)
    assert find_lattice(as_micrograph(image, STEP, "stem")).contrast == "dark"


def test_a_drifting_phase_does_not_matter() -> None:
    rows, cols = np.indices(SHAPE)
    bent = np.zeros(SHAPE)
    for row, col in reflections(STEP, 20.0):
        moved = rows + 2.5 * np.sin(cols / 40), cols + 2.5 * np.cos(rows / 40)
        bent += np.cos(2 * np.pi * (row * moved[0] + col * moved[1]))
    assert ring_centre_sign(canvas(bent), (grain(20.0),)) > 0.9


def test_one_strong_place_does_not_outvote_the_rest() -> None:
    image = honeycomb(SHAPE, STEP, orientation=20, contrast="bright")
    image[50:70, 50:70] += 30 * honeycomb((20, 20), STEP, orientation=20, contrast="dark")
    assert ring_centre_sign(canvas(image), (grain(20.0),)) < -0.5


def test_two_grains_vote_together() -> None:
    left, right = (honeycomb(SHAPE, STEP, orientation=angle) for angle in (5.0, 27.0))
    both = np.where(np.arange(SHAPE[1]) < 64, left, right)
    assert ring_centre_sign(canvas(both), (grain(5.0), grain(27.0))) > 0.9


def test_reciprocal_vectors_are_those_of_the_micrograph() -> None:
    image = honeycomb(SHAPE, STEP, orientation=20)
    assert ring_centre_sign(canvas(image, zoom=0.5), (grain(20.0, zoom=0.5),)) > 0.9


def test_the_amplitude_of_a_grain_is_where_the_grain_is() -> None:
    left, right = (honeycomb(SHAPE, STEP, orientation=angle) for angle in (5.0, 27.0))
    both = np.where(np.arange(SHAPE[1]) < 64, left, right)
    first = grain_amplitudes(canvas(both), [grain(5.0)], 4.0)[0]
    second = grain_amplitudes(canvas(both), [grain(27.0)], 4.0)[0]
    assert first.shape == SHAPE
    assert (first[40:-40, 20:40] > 5 * second[40:-40, 20:40]).all()
    assert (second[40:-40, 90:110] > 5 * first[40:-40, 90:110]).all()


def test_the_amplitude_is_that_of_an_evened_out_image() -> None:
    image = honeycomb(SHAPE, STEP, orientation=5)
    amplitude = grain_amplitudes(canvas(image), [grain(5.0)], 3.0)[0][MIDDLE]
    assert amplitude.std() / amplitude.mean() < 0.03
    # Three waves of standard deviation 1 have the amplitude sqrt(2 / 3), half of which is at
    # either of two reflections; what is clipped takes a part of it.
    assert 0.7 < amplitude.mean() / (np.sqrt(2 / 3) / 2) < 1.02
    uneven = image * np.linspace(20, 60, SHAPE[1])
    np.testing.assert_allclose(
        grain_amplitudes(canvas(uneven), [grain(5.0)], 3.0)[0][MIDDLE], amplitude, rtol=0.03
    )


def test_the_weakest_wave_counts() -> None:
    rows, cols = np.indices(SHAPE)
    two = np.zeros(SHAPE)
    for row, col in reflections(STEP, 5.0)[:2]:
        two += np.cos(2 * np.pi * (row * rows + col * cols))
    assert grain_amplitudes(canvas(two), [grain(5.0)], 6.0)[0][MIDDLE].max() < 0.02
