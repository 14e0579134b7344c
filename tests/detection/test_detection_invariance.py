"""What changes the picture and not the sheet changes no name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from detection_cases import detect_classically, image_of, nearest, planted, summary
from sixring.simulate import Simulated
from sixring.types import Contrast, Detection, Mode

NAMES = ("SV", "SV-open", "DV-585", "DV-555777", "SW", "flower", "Si-C3", "Si-C4")
# Of which noise at these doses spoils none; see below for the other two.
STEADY = ("SV", "SV-open", "DV-585", "flower", "Si-C3", "Si-C4")
SIDE = 36.0
FEW = settings(
    deadline=None,
    max_examples=8,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

names = st.sampled_from(NAMES)
modes = st.sampled_from(("hrtem", "stem"))


@cache
def simulated(name: str, mode: Mode = "hrtem", contrast: Contrast | None = None) -> Simulated:
    return image_of(planted(name), mode, contrast, side=SIDE)


@cache
def original(name: str, mode: Mode = "hrtem", contrast: Contrast | None = None) -> Detection:
    return detect_classically(simulated(name, mode, contrast).micrograph)


def after(name: str, mode: Mode, change: Callable[[NDArray[np.float32]], object]) -> Detection:
    """Detect on the image with its pixels changed."""
    image = np.ascontiguousarray(change(simulated(name, mode).image), dtype=np.float32)
    return detect_classically(replace(simulated(name, mode).micrograph, image=image))


def check_rings(here: NDArray[np.float64], there: NDArray[np.float64]) -> None:
    """Where both have a ring, it lies at the same place to a tenth of an angstrom."""
    away, _ = nearest(here, there)
    assert np.median(away) * 0.2 < 0.02
    assert np.quantile(away, 0.95) * 0.2 < 0.1


@FEW
@given(name=names, mode=modes, turns=st.integers(1, 3))
def test_quarter_turns(name: str, mode: Mode, turns: int) -> None:
    found = after(name, mode, lambda image: np.rot90(image, turns))
    assert summary(found) == summary(original(name, mode)) == summary(simulated(name, mode))
    centres = original(name, mode).rings.centres
    last = simulated(name, mode).image.shape[0] - 1
    for _ in range(turns):
        centres = np.stack([last - centres[:, 1], centres[:, 0]], axis=1)
    check_rings(centres, found.rings.centres)


@FEW
@given(name=names, mode=modes, axis=st.integers(0, 1))
def test_mirror(name: str, mode: Mode, axis: int) -> None:
    found = after(name, mode, lambda image: np.flip(image, axis))
    assert summary(found) == summary(original(name, mode))
    centres = original(name, mode).rings.centres.copy()
    centres[:, axis] = simulated(name, mode).image.shape[axis] - 1 - centres[:, axis]
    check_rings(centres, found.rings.centres)


@FEW
@given(name=names, mode=modes, gain=st.floats(1e-3, 1e3), offset=st.floats(-1.0, 1.0))
def test_gain_and_offset(name: str, mode: Mode, gain: float, offset: float) -> None:
    spread = float(simulated(name, mode).image.std())
    found = after(name, mode, lambda image: gain * (image + 10 * offset * spread))
    assert summary(found) == summary(original(name, mode))
    check_rings(original(name, mode).rings.centres, found.rings.centres)


@FEW
@given(name=names)
def test_negative_of_a_phase_contrast_image(name: str) -> None:
    found = after(name, "hrtem", np.negative)
    assert found.lattice.contrast == "bright"
    assert original(name).lattice.contrast == "dark"
    assert summary(found) == summary(original(name))
    check_rings(original(name).rings.centres, found.rings.centres)


@FEW
@given(name=names, slope=st.floats(-0.3, 0.3), bow=st.floats(-0.2, 0.2))
def test_uneven_light(name: str, slope: float, bow: float) -> None:
    """As much as a lamp that stands askew: the lattice itself modulates by a twentieth."""
    size = simulated(name).image.shape[0]
    x = np.linspace(-0.5, 0.5, size)
    light = 1 + slope * x[:, None] + bow * (x[None, :] ** 2)
    found = after(name, "hrtem", lambda image: image * light)
    assert summary(found) == summary(original(name))


@FEW
@given(name=st.sampled_from(STEADY), seed=st.integers(100, 200), mode=modes)
def test_another_noise(name: str, seed: int, mode: Mode) -> None:
    again = image_of(planted(name), mode, seed=seed, side=SIDE)
    assert summary(detect_classically(again.micrograph)) == summary(again)


@pytest.mark.parametrize("seed", [176, 225])
def test_unlucky_noise_on_a_divacancy(seed: int) -> None:
    """Two of a hundred images."""
    again = image_of(planted("DV-555777"), seed=seed, side=SIDE)
    assert summary(detect_classically(again.micrograph)) == summary(again)


@pytest.mark.xfail(
    reason="noise turns the triangulation into sixes; only the other way is set right after the "
    "image, and two sites without atoms are called a hole"
)
@pytest.mark.parametrize("seed", [234, 244])
def test_unlucky_noise_on_a_stone_wales_defect(seed: int) -> None:
    """One of a hundred images."""
    again = image_of(planted("SW"), seed=seed, side=SIDE)
    assert summary(detect_classically(again.micrograph)) == summary(again)


@pytest.mark.parametrize("name", NAMES)
def test_sampling(name: str) -> None:
    fine, coarse = (image_of(planted(name), sampling=s, side=SIDE) for s in (0.15, 0.3))
    found = [detect_classically(image.micrograph) for image in (fine, coarse)]
    assert summary(found[0]) == summary(found[1]) == summary(fine)
    # The same place of the sheet: an angstrom from the corner is 6.67 pixels or 3.33.
    here, there = (
        (np.array(detection.defects[0].position) * s)
        for detection, s in zip(found, (0.15, 0.3), strict=True)
    )
    assert np.linalg.norm(here - there) < 0.3


@pytest.mark.parametrize("name", ["SW", "SV", "Si-C3"])
def test_sampling_that_nobody_gave(name: str) -> None:
    image = simulated(name).micrograph
    found = detect_classically(replace(image, sampling=None))
    assert found.lattice.sampling == pytest.approx(0.2, rel=0.01)
    assert summary(found) == summary(original(name))


@pytest.mark.parametrize("name", ["SW", "Si-C3"])
def test_same_input_same_output(name: str) -> None:
    here, there = original(name), detect_classically(simulated(name).micrograph)
    np.testing.assert_array_equal(here.rings.centres, there.rings.centres)
    np.testing.assert_array_equal(here.score, there.score)
    assert summary(here) == summary(there)
