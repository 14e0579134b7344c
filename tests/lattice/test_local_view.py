"""The denoised images and their maps, against plain waves and plain noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lattice_images import Analysis, apart, honeycomb, noisy
from sixring.lattice import Canvas, look, prepare
from sixring.lattice._local import FIRST_ORDER
from sixring.simulate import micrograph
from sixring.structures import Sheet, plant
from sixring.types import Mode

SHAPE = (200, 200)
INNER = np.s_[50:-50, 50:-50]  # a window off the edges
STEP = 0.3


def canvas(image: NDArray[np.float64], step: float = STEP) -> Canvas:
    return Canvas(image.astype(np.float32), step, 1.0, (image.shape[0], image.shape[1]))


def lattice(orientation: float = 17.0, shape: tuple[int, int] = SHAPE) -> NDArray[np.float64]:
    """Noise-free graphene of standard deviation 1."""
    image = honeycomb(shape, STEP, orientation=orientation)
    scaled: NDArray[np.float64] = image / image.std()
    return scaled


def test_the_first_order_is_graphenes() -> None:
    assert pytest.approx(2.130, abs=5e-4) == 1 / FIRST_ORDER


@pytest.mark.parametrize("orientation", [0.0, 17.0])
@pytest.mark.parametrize("step", [0.2, 0.25, 0.35])
def test_an_image_without_noise_comes_back_unchanged(step: float, orientation: float) -> None:
    image = honeycomb(SHAPE, step, orientation=orientation)
    view = look(canvas(image, step))
    inner = np.s_[65:-65, 65:-65]
    assert np.abs(view.detail - image)[inner].max() < 0.01
    assert view.shrink == 0
    assert view.noise.max() < 0.01
    assert view.rings.shape == view.noise.shape == view.lattice.shape == SHAPE


def transfer(frequency: float, band: tuple[float, float]) -> float:
    """What windows of 12 angstrom make of a wave that a Gaussian band is laid on.

    Taken apart in windows and added up again in the same windows, a wave is passed as the band
    is on average over the window's own power spectrum.
    """
    size = 2 * round(12 / STEP / 2)
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size) ** 2
    across = np.fft.fftfreq(size, STEP)

    def power(of: float) -> NDArray[np.float64]:
        phase = np.exp(2j * np.pi * np.outer(of - across, STEP * np.arange(size)))
        squared: NDArray[np.float64] = np.abs(phase @ window) ** 2
        return squared

    weight = np.outer(power(0.0), power(frequency))
    radius = np.hypot(across[:, None], across[None, :])
    gain = np.exp(-0.5 * ((radius - band[0]) / band[1]) ** 2)
    gain = np.where((radius > 0.15) & (radius < 1.05), gain, 0)
    return float((weight * gain).sum() / weight.sum())


@pytest.mark.parametrize("frequency", [0.3, 0.47, 0.55, 0.7])
def test_the_band_of_the_rings(frequency: float) -> None:
    cols = STEP * np.arange(SHAPE[1])
    wave = np.broadcast_to(np.cos(2 * np.pi * frequency * cols), SHAPE)
    found = look(canvas(wave)).rings[INNER]
    slope = float((found * wave[INNER]).sum() / (wave[INNER] ** 2).sum())
    assert slope == pytest.approx(transfer(frequency, (0.50, 0.12)), rel=0.02)


@pytest.mark.parametrize("frequency", [0.02, 1.3])
def test_nothing_beyond_the_band_passes(frequency: float) -> None:
    cols = STEP * np.arange(SHAPE[1])
    wave = np.broadcast_to(np.cos(2 * np.pi * frequency * cols), SHAPE)
    view = look(canvas(wave + 0.01 * lattice()))
    # But for the leakage of the window.
    assert np.abs(view.detail[INNER]).max() < 0.15
    assert np.abs(view.rings[INNER]).max() < 0.05


@pytest.mark.parametrize("deviation", [0.3, 0.5, 1.0, 1.4])
@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_left_of_the_noise_is_known(deviation: float, seed: int) -> None:
    pure = lattice()
    without = look(canvas(pure))
    with_noise = look(canvas(noisy(pure, deviation, seed)))
    left = (with_noise.rings - without.rings)[INNER].std()
    assert with_noise.noise[INNER].mean() == pytest.approx(left, rel=0.2)


# A statistic of noise has its tails: always the same examples.
@settings(deadline=None, max_examples=6, derandomize=True)
@given(deviation=st.floats(0.5, 3.0), seed=st.integers(0, 50))
def test_the_floor_is_the_amplitude_of_the_noise(deviation: float, seed: int) -> None:
    floor = look(canvas(noisy(lattice(), deviation, seed))).floor
    # White noise has the same power in every coefficient: its variance times the window's.
    size = 2 * round(12 / STEP / 2)
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size) ** 2
    assert floor == pytest.approx(deviation * (window**2).sum(), rel=0.15)


def test_denoising_takes_noise_away_and_leaves_the_lattice() -> None:
    pure = lattice()
    view = look(canvas(noisy(pure, 2.0)))
    assert view.shrink > 0
    assert (view.detail - pure)[INNER].std() < 0.4 * 2.0
    assert np.corrcoef(view.rings[INNER].ravel(), pure[INNER].ravel())[0, 1] > 0.9


def test_pure_noise_is_all_but_removed() -> None:
    view = look(canvas(noisy(np.zeros(SHAPE), 1.0)))
    assert view.shrink == 3.0
    assert view.rings[INNER].std() < 0.02
    assert np.median(view.lattice) < 0.5 * view.floor


@pytest.mark.parametrize(
    ("mode", "doses"), [("hrtem", (100.0, 700.0, 1e5)), ("stem", (1e4, 3e4, 1e7))]
)
def test_less_dose_more_denoising(sheet: Sheet, mode: Mode, doses: tuple[float, ...]) -> None:
    views = []
    for dose in doses:
        found = micrograph(
            sheet, mode=mode, dose=dose, shape=SHAPE, sampling=STEP, origin=(2.0, 2.0)
        )
        views.append(look(prepare(found.image, STEP)))
    low, middle, high = (view.shrink for view in views)
    assert low >= middle >= high == 0
    assert low > high
    # On a canvas of standard deviation 1 the lattice rises as the noise sinks.
    levels = [view.floor / np.median(view.lattice) for view in views]
    assert levels[0] > levels[1] > levels[2]


@settings(deadline=None, max_examples=8)
@given(gain=st.floats(1e-2, 1e2), seed=st.integers(0, 20))
def test_everything_scales_with_the_image(gain: float, seed: int) -> None:
    image = noisy(lattice(), 1.0, seed)
    one, other = look(canvas(image)), look(canvas(-gain * image))
    assert other.shrink == one.shrink
    assert other.floor == pytest.approx(gain * one.floor, rel=1e-3)
    for first, second in (
        (-gain * one.rings, other.rings),
        (-gain * one.detail, other.detail),
        (gain * one.noise, other.noise),
        (gain * one.lattice, other.lattice),
    ):
        np.testing.assert_allclose(second, first, atol=2e-3 * np.abs(first).max())


@pytest.mark.parametrize("orientation", [0.0, 8.0, 30.0, 51.0])
def test_the_lattice_map_is_the_same_for_every_orientation(orientation: float) -> None:
    found = np.median(look(canvas(lattice(orientation))).lattice[INNER])
    straight = np.median(look(canvas(lattice(15.0))).lattice[INNER])
    assert found == pytest.approx(straight, rel=0.06)


def test_the_lattice_map_follows_the_amplitude() -> None:
    uneven = lattice() * np.where(np.arange(SHAPE[1]) < 100, 1.0, 0.25)
    view = look(canvas(noisy(uneven, 0.05)))
    strong, weak = np.median(view.lattice[60:140, 40:60]), np.median(view.lattice[60:140, 140:160])
    assert strong / weak == pytest.approx(4.0, rel=0.05)


def test_two_waves_are_no_lattice() -> None:
    cols, rows = np.meshgrid(STEP * np.arange(SHAPE[1]), STEP * np.arange(SHAPE[0]))
    two = sum(
        np.cos(2 * np.pi * FIRST_ORDER * (cols * np.cos(turn) + rows * np.sin(turn)))
        for turn in (0.2, 0.2 + np.pi / 3)
    )
    three = lattice() * np.sqrt(3 / 2)  # of the same amplitude
    pair, whole = (look(canvas(image)).lattice[INNER] for image in (two, three))
    assert np.median(pair) < 0.25 * np.median(whole)


def test_a_rotated_island_is_as_clear_as_what_is_round_it() -> None:
    outside, inside = lattice(5.0), lattice(30.0)
    rows, cols = np.indices(SHAPE) - 100
    island = np.hypot(rows, cols) < 40
    view = look(canvas(noisy(np.where(island, inside, outside), 0.3)))
    assert view.lattice[100, 100] == pytest.approx(np.median(view.lattice), rel=0.15)
    assert np.corrcoef(view.rings[80:120, 80:120].ravel(), inside[80:120, 80:120].ravel())[0, 1] > (
        0.95
    )


def test_a_vacancy_is_not_smoothed_away(sheet: Sheet) -> None:
    for name in ("SV", "DV-585"):
        found = micrograph(
            plant(sheet, name, near=(32.0, 32.0)), shape=SHAPE, sampling=STEP, origin=(2.0, 2.0)
        )
        perfect = micrograph(sheet, shape=SHAPE, sampling=STEP, origin=(2.0, 2.0), dose=np.inf)
        spread = perfect.expected.std()
        difference = (found.expected / 1e4 - perfect.expected / 1e6) / (spread / 1e6)
        seen = look(prepare(found.image, STEP)).detail - look(prepare(perfect.image, STEP)).detail
        row, col = np.unravel_index(int(np.abs(difference).argmax()), SHAPE)
        assert np.sign(seen[row, col]) == np.sign(difference[row, col])
        assert abs(seen[row, col]) > 0.5 * abs(difference[row, col])


@settings(deadline=None, max_examples=8)
@given(rows=st.integers(32, 90), cols=st.integers(32, 90), step=st.floats(0.2, 0.35))
def test_any_shape_gives_maps_of_that_shape(rows: int, cols: int, step: float) -> None:
    image = noisy(honeycomb((rows, cols), step), 0.5)
    view = look(canvas(image, step))
    for values in (view.rings, view.detail, view.noise, view.lattice):
        assert values.shape == (rows, cols)
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
    assert (view.noise >= 0).all()
    assert (view.lattice >= 0).all()


def test_the_view_of_a_simulated_sheet(analysis: Analysis) -> None:
    view, found = analysis.view, analysis.lattice
    assert apart(found.orientation, 11) < 0.5
    inner = view.lattice[60:-60, 60:-60]
    assert inner.std() / inner.mean() < 0.1
    assert inner.min() > 3 * view.floor
