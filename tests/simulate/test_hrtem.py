"""HRTEM images: signs, transfer, geometry and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hrtem_cases import flat, image, sheet, spectrum, wavelength
from sixring.errors import UsageError
from sixring.simulate import HRTEM, exit_wave, hrtem_intensity, hrtem_reach
from sixring.structures import LATTICE_CONSTANT

NEUTRAL = HRTEM(defocus=0.0, cs=0.0, focal_spread=0.0, aperture=40.0)
FIRST = 2 / (math.sqrt(3) * LATTICE_CONSTANT)
"""Spatial frequency of graphene's first-order reflections, per angstrom."""


def random_points(number: int = 120, *, seed: int = 1) -> NDArray[np.float64]:
    """Draw atoms in the middle of an image 80 angstrom wide, so that none is at its border."""
    return np.random.default_rng(seed).uniform(25, 55, (number, 2))


def transfer(conditions: HRTEM, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return the transfer from hydrogen to the image, and the frequencies it is for.

    A weak object: the image is the sum of the atoms' images, so the ratio of its transform to
    that of the points is one function times hydrogen's scattering.
    """
    pattern = image(flat(points), ["H"] * len(points), conditions, shape=(400, 400))
    beams, kx, ky = spectrum(pattern - 1, conditions.sampling)
    along_x = np.exp(-2j * np.pi * np.outer(points[:, 0], kx[0]))
    structure = np.exp(-2j * np.pi * np.outer(ky[:, 0], points[:, 1])) @ along_x
    return np.real(beams * np.conj(structure)), np.square(np.abs(structure)), kx, ky


def radial(
    of: NDArray[np.float64], over: NDArray[np.float64], k: NDArray[np.float64], step: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a ratio of sums over rings of frequency, and the rings' mean frequencies."""
    ring = np.rint(k / step).astype(int).ravel()
    sums = [np.bincount(ring, weights=v.ravel()) for v in (of, over, k)]
    return sums[0] / sums[1], sums[2] / np.bincount(ring)


def chi(conditions: HRTEM, k: NDArray[np.float64], turn: float = 0.0) -> NDArray[np.float64]:
    """Return the phase shift of the round aberrations and of astigmatism."""
    angle = wavelength(conditions.energy) * k
    c10 = -conditions.defocus + conditions.astigmatism * math.cos(2 * turn)
    path = c10 * angle**2 / 2 + conditions.cs * angle**4 / 4 + conditions.c5 * angle**6 / 6
    return np.asarray(2 * np.pi / wavelength(conditions.energy) * path)


def test_defocus_inverts_the_contrast() -> None:
    atom = np.array([[12.0, 12.0]])
    under, over = (
        image(flat(atom), ["C"], replace(NEUTRAL, defocus=d, focal_spread=20.0)) for d in (60, -60)
    )
    assert under[60, 60] == under.min()
    assert over[60, 60] == over.max()
    # What is linear in the atom changes sign; what is quadratic doesn't, and is small.
    np.testing.assert_allclose(under - 1, 1 - over, atol=0.1 * np.ptp(over))


def test_negative_cs_with_overfocus_makes_atoms_bright() -> None:
    atom = flat(np.array([[12.0, 12.0]]))
    bright = image(atom, ["C"], HRTEM(cs=-1e5, defocus=-70.0))
    dark = image(atom, ["C"], HRTEM(cs=1e5, defocus=70.0))
    assert bright[60, 60] == bright.max()
    assert dark[60, 60] == dark.min()


@pytest.mark.parametrize(
    "conditions",
    [
        replace(NEUTRAL, defocus=400.0),
        replace(NEUTRAL, defocus=300.0, cs=2e5),
        replace(NEUTRAL, defocus=-350.0, cs=-1e5, c5=2e7, energy=60e3),
    ],
)
def test_the_transfer_is_the_sine_of_chi(conditions: HRTEM) -> None:
    product, power, kx, ky = transfer(conditions, random_points())
    found, k = radial(product, power, np.hypot(kx, ky), 0.0125)
    low = (k > 0.05) & (k < 0.035 / wavelength(conditions.energy))
    expected = np.sin(chi(conditions, k))
    # Hydrogen's scattering falls off smoothly; a polynomial takes it away.
    ratio = found[low] * expected[low] / expected[low] ** 2
    weight = np.abs(expected[low])
    fit = np.polyval(np.polyfit(k[low], np.log(np.maximum(ratio, 1e-9)), 5, w=weight), k[low])
    assert np.corrcoef(found[low] / np.exp(fit), expected[low])[0, 1] > 0.995

    zeros = k[low][:-1][np.diff(np.sign(found[low])) != 0]
    analytic = k[low][:-1][np.diff(np.sign(expected[low])) != 0]
    assert len(analytic) >= 3
    np.testing.assert_allclose(zeros, analytic, atol=0.013)


@pytest.mark.parametrize("direction", [0.0, 30.0, 120.0])
def test_astigmatism_acts_along_its_angle(direction: float) -> None:
    conditions = replace(NEUTRAL, astigmatism=100.0, astigmatism_angle=direction)
    product, power, kx, ky = transfer(conditions, random_points(60))
    towards = np.arctan2(ky, kx) - math.radians(direction)
    ring = (np.hypot(kx, ky) > 0.3) & (np.hypot(kx, ky) < 0.5)
    along = ring & (np.abs(np.sin(towards)) < 0.2)
    across = ring & (np.abs(np.cos(towards)) < 0.2)
    # Less underfocus along it: overfocus, where atoms are bright.
    assert product[along].sum() / power[along].sum() > 0
    assert product[across].sum() / power[across].sum() < 0


def reflections(conditions: HRTEM, orientation: float) -> NDArray[np.float64]:
    """Return the strengths of the three first-order reflections, the one along `orientation` + 30
    degrees first."""
    points, elements = sheet(90.0, orientation)
    pattern = image(points, elements, conditions, shape=(300, 300), origin=(15.0, 15.0))
    rows, cols = np.indices(pattern.shape) * conditions.sampling
    window = np.outer(np.hanning(300), np.hanning(300))
    strengths = []
    for turn in (30.0, 90.0, 150.0):
        angle = math.radians(orientation + turn)
        wave = np.exp(-2j * np.pi * FIRST * (cols * math.cos(angle) + rows * math.sin(angle)))
        strengths.append(abs((window * (pattern - pattern.mean()) * wave).sum()))
    return np.array(strengths)


def test_astigmatism_breaks_the_sixfold_symmetry() -> None:
    round_lens = replace(NEUTRAL, defocus=60.0, focal_spread=20.0)
    even = reflections(round_lens, 7.0)
    np.testing.assert_allclose(even / even[0], 1, atol=0.01)

    conditions = replace(round_lens, astigmatism=40.0, astigmatism_angle=37.0)
    found = reflections(conditions, 7.0)
    first = np.array(FIRST)
    expected = [math.sin(chi(conditions, first, math.radians(t))) for t in (0, 60, 120)]
    ratio = np.abs(expected) / math.sin(abs(chi(round_lens, first)))
    # Beams that the sheet scatters twice add some per cent.
    np.testing.assert_allclose(found / even, ratio, rtol=0.08)


@pytest.mark.parametrize(("name", "fold"), [("coma", 1), ("trefoil", 3)])
def test_coma_and_trefoil_have_their_symmetry(name: str, fold: int) -> None:
    conditions = replace(NEUTRAL, defocus=50.0, focal_spread=20.0)
    conditions = replace(conditions, **{name: 1000.0, f"{name}_angle": 20.0})  # type: ignore[arg-type]
    atom = np.array([[12.0, 12.0]])
    pattern = image(flat(atom), ["C"], conditions, shape=(121, 121)) - 1
    rows, cols = np.indices(pattern.shape) - 60
    angle, radius = np.arctan2(rows, cols), np.hypot(rows, cols)
    near = (radius > 2) & (radius < 30)
    harmonics = [abs((pattern * np.exp(1j * n * angle))[near].sum()) for n in range(1, 6)]
    assert np.argmax(harmonics) + 1 == fold
    # Mirrored about the direction that its angle gives.
    turned = (pattern * np.exp(1j * fold * angle))[near].sum()
    assert math.sin(np.angle(turned) - fold * math.radians(20)) == pytest.approx(0, abs=0.05)


def test_the_spread_of_focus_is_that_of_images_at_many_foci() -> None:
    conditions = replace(NEUTRAL, defocus=100.0, focal_spread=60.0)
    points, elements = random_points(40), ["H"] * 40
    sharp = replace(conditions, focal_spread=0.0)
    # 60 angstrom is where the distribution has fallen to 1 / e.
    foci, step = np.linspace(-180, 180, 37, retstep=True)
    weights = np.exp(-np.square(foci / 60)) * step / (60 * math.sqrt(math.pi))
    assert weights.sum() == pytest.approx(1, abs=1e-4)
    wave = exit_wave(
        flat(points), elements, energy=80e3, shape=(400, 400), sampling=0.2, margin=30.0
    )
    series = [hrtem_intensity(wave, replace(sharp, defocus=100.0 + f)) for f in foci]
    mean = np.tensordot(weights, series, axes=1)
    at_once = hrtem_intensity(wave, conditions)
    np.testing.assert_allclose(at_once, mean, atol=0.02 * at_once.std() + 1e-4)


def test_the_spread_of_angles_weakens_what_is_displaced() -> None:
    sharp = replace(NEUTRAL, defocus=500.0)
    spread = replace(sharp, angular_spread=1.0)
    points = random_points()
    product, power, kx, ky = transfer(sharp, points)
    weakened, *_ = transfer(spread, points)
    before, k = radial(product, power, np.hypot(kx, ky), 0.0125)
    after, _ = radial(weakened, power, np.hypot(kx, ky), 0.0125)
    clear = (k < 0.8) & (np.abs(before) > 0.3 * np.abs(before).max())
    expected = np.exp(-np.square(np.pi * 1e-3 * 500.0 * k))
    np.testing.assert_allclose((after / before)[clear], expected[clear], atol=0.03)


def test_vibration_blurs() -> None:
    points, elements = random_points(40), ["C"] * 40
    still = image(flat(points), elements, HRTEM(), shape=(400, 400))
    moving = image(flat(points), elements, HRTEM(vibration=0.4), shape=(400, 400))
    before, kx, ky = spectrum(still - 1, 0.2)
    after, *_ = spectrum(moving - 1, 0.2)
    clear = np.abs(before) > 0.02 * np.abs(before).max()
    expected = np.exp(-2 * np.square(np.pi * 0.4) * (kx**2 + ky**2))
    np.testing.assert_allclose(np.abs(after / before)[clear], expected[clear], atol=0.02)


def test_x_runs_with_columns_and_y_with_rows() -> None:
    points = np.array([[17.0, 6.0], [5.0, 12.4]])
    pattern = image(flat(points), ["Si", "C"], HRTEM(), shape=(90, 140), origin=(1.0, -2.0))
    assert pattern.shape == (90, 140)
    # Row 8 / 0.2, column 16 / 0.2; atoms are bright at this focus.
    assert pattern.argmax() == 40 * 140 + 80
    rest = pattern.copy()
    rest[25:55, 65:95] = 0
    assert rest.argmax() == 72 * 140 + 20


@settings(max_examples=10, deadline=None)
@given(x=st.floats(-3, 3), y=st.floats(-3, 3), cols=st.integers(-9, 9), rows=st.integers(-9, 9))
def test_the_image_moves_with_the_atoms(x: float, y: float, cols: int, rows: int) -> None:
    points = np.random.default_rng(2).uniform(2, 22, (40, 2))
    still = image(flat(points), ["C"] * 40, HRTEM())
    both = image(flat(points + np.array([x, y])), ["C"] * 40, HRTEM(), origin=(x, y))
    np.testing.assert_allclose(both, still, atol=2e-4)
    moved = image(flat(points + 0.2 * np.array([cols, rows])), ["C"] * 40, HRTEM())
    np.testing.assert_allclose(
        moved[20:-20, 20:-20], np.roll(still, (rows, cols), axis=(0, 1))[20:-20, 20:-20], atol=2e-4
    )


@pytest.mark.parametrize("finer", [2, 3, 7])
def test_a_pixel_counts_over_its_area(finer: int) -> None:
    points = np.random.default_rng(3).uniform(2, 22, (40, 2))
    coarse = replace(HRTEM(), sampling=0.42)
    fine = replace(HRTEM(), sampling=0.42 / finer)
    first = (finer - 1) / 2 * fine.sampling
    whole = image(flat(points), ["C"] * 40, coarse, shape=(60, 50))
    parts = image(
        flat(points), ["C"] * 40, fine, shape=(60 * finer, 50 * finer), origin=(-first, -first)
    )
    mean = parts.reshape(60, finer, 50, finer).mean(axis=(1, 3))
    np.testing.assert_allclose(whole, mean, atol=2e-4)


@pytest.mark.parametrize(
    "conditions",
    [
        HRTEM(),
        HRTEM(defocus=200.0, cs=-2e5, focal_spread=20.0),
        HRTEM(defocus=80.0, cs=2e5, focal_spread=40.0, vibration=0.3),
        HRTEM(cs=0.0, defocus=0.0, astigmatism=50.0, coma=2000.0, trefoil=1000.0),
        HRTEM(defocus=30.0, cs=2e4, focal_spread=5.0, aperture=50.0),
    ],
)
def test_the_reach_is_margin_enough(conditions: HRTEM) -> None:
    points, elements = sheet(180.0, 7.0)
    patterns = []
    for margin in (hrtem_reach(conditions), 70.0):
        wave = exit_wave(
            points,
            elements,
            energy=80e3,
            shape=(100, 100),
            sampling=0.2,
            origin=(80.03, 80.07),
            margin=margin,
        )
        patterns.append(hrtem_intensity(wave, conditions))
    short, long = patterns
    assert (short - long).std() < 0.015 * long.std()


def test_the_reach_grows_with_what_displaces_beams() -> None:
    round_lens = HRTEM(defocus=0.0, cs=0.0, focal_spread=0.0, aperture=50.0)
    least = hrtem_reach(round_lens)
    assert hrtem_reach(replace(round_lens, defocus=-200.0)) == pytest.approx(least + 10)
    assert hrtem_reach(replace(round_lens, cs=2e5)) == pytest.approx(least + 25)
    # Positive Cs and underfocus displace beams in opposite senses.
    assert hrtem_reach(replace(round_lens, cs=2e5, defocus=200.0)) == pytest.approx(least + 15)
    assert hrtem_reach(replace(round_lens, coma=4000.0)) == pytest.approx(least + 10)
    assert hrtem_reach(replace(round_lens, vibration=1.0)) == pytest.approx(least + 3)
    assert hrtem_reach(replace(round_lens, defocus=200.0, focal_spread=60.0)) < least
    assert hrtem_reach(replace(round_lens, defocus=9000.0, angular_spread=2.0)) < 40


def test_one_wave_serves_many_images() -> None:
    points, elements = sheet(40.0)
    wave = exit_wave(
        points, elements, energy=80e3, shape=(60, 60), sampling=0.2, origin=(14, 14), margin=14
    )
    before = wave.coefficients.copy()
    first = hrtem_intensity(wave, HRTEM())
    hrtem_intensity(wave, HRTEM(defocus=50.0))
    np.testing.assert_array_equal(hrtem_intensity(wave, HRTEM()), first)
    np.testing.assert_array_equal(wave.coefficients, before)


def test_conditions_that_do_not_fit_the_wave() -> None:
    wave = exit_wave(np.empty((0, 3)), [], energy=80e3, shape=(20, 20), sampling=0.2, margin=12.0)
    for conditions, message in (
        (
            HRTEM(energy=60e3),
            "the exit wave was made for energy 80000 eV, the conditions have 60000",
        ),
        (
            HRTEM(sampling=0.15),
            "the exit wave was made for sampling 0.2 angstrom per pixel, the conditions have 0.15",
        ),
        (
            HRTEM(defocus=-200.0, cs=2e5, focal_spread=20.0),
            "under these conditions an atom's image reaches 41.2 angstrom, the exit wave's margin "
            "is 12.0: make it with margin=hrtem_reach(conditions)",
        ),
    ):
        with pytest.raises(UsageError) as refused:
            hrtem_intensity(wave, conditions)
        assert str(refused.value) == message
