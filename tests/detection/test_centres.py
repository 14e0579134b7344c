"""Ring centres: all of them, where they are, and how surely."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detection_cases import (
    STEP,
    bumps,
    by_hand,
    canvas_of,
    go_through,
    image_of,
    in_canvas,
    inner,
    nearest,
    perfect,
    planted,
    triangular,
)
from sixring.detection._centres import find_centres
from sixring.types import Contrast, Mode

WIDTH = 0.6 / STEP
"""Of a hand-made top, in pixels: its valley to the next ring's is three quarters of its height."""
SHAPE = (112, 160)
MIDDLE = np.array([56.0, 80.0])

CLEAR: list[tuple[Mode, Contrast]] = [("hrtem", "dark"), ("hrtem", "bright"), ("stem", "bright")]


def with_pair(distance: float) -> NDArray[np.float64]:
    """Centres of a perfect sheet in which two tops, so many angstrom apart, replace one."""
    points = triangular(9, 10)
    nearest_one = np.linalg.norm(points - MIDDLE, axis=1).argmin()
    half = np.array([0.0, distance / STEP / 2])
    pair = points[nearest_one] + np.stack([-half, half])
    # Whatever would touch the pair gives way to it.
    far = np.linalg.norm(points - points[nearest_one], axis=1) > 1.2 * 2.46 / STEP
    return np.concatenate([points[far], pair])


def count(points: NDArray[np.float64], *, noise: float = 0.0, contrast: Contrast = "dark") -> int:
    image = bumps(points, SHAPE, WIDTH)
    view = by_hand(rings=image if contrast == "dark" else -image, noise=noise)
    return len(find_centres(canvas_of(image), view, contrast).positions)


@pytest.mark.parametrize(("mode", "contrast"), CLEAR)
@pytest.mark.parametrize("sampling", [0.12, 0.2, 0.3])
def test_every_ring_of_a_perfect_sheet(mode: Mode, contrast: Contrast, sampling: float) -> None:
    simulated = image_of(perfect(), mode, contrast, dose=1e6, sampling=sampling)
    found = go_through(simulated.micrograph)
    true = in_canvas(found.canvas, simulated.rings.centres)
    true = true[inner(true, found.canvas.image.shape, 3.0 / found.canvas.sampling)]
    away, which = nearest(true, found.centres.positions)
    assert len(set(which.tolist())) == len(true) > 150
    # Of two thousand electrons a dark field gets one.
    limit = 0.05 if mode == "hrtem" else 0.15
    assert away.max() * found.canvas.sampling < limit


@pytest.mark.parametrize(("mode", "contrast"), CLEAR)
def test_nothing_else_in_a_perfect_sheet(mode: Mode, contrast: Contrast) -> None:
    simulated = image_of(perfect(), mode, contrast)
    found = go_through(simulated.micrograph)
    true = in_canvas(found.canvas, simulated.rings.centres)
    mine = found.centres.positions
    mine = mine[inner(mine, found.canvas.image.shape, 3.0 / found.canvas.sampling)]
    assert nearest(mine, true)[0].max() * found.canvas.sampling < 0.2


@pytest.mark.parametrize("name", ["SW", "SV", "DV-585", "DV-555777", "flower"])
def test_every_ring_of_a_defect(name: str) -> None:
    simulated = image_of(planted(name))
    found = go_through(simulated.micrograph)
    odd = (simulated.rings.sizes != 6) & (simulated.rings.sizes < 9)
    true = in_canvas(found.canvas, simulated.rings.centres[odd])
    away, which = nearest(true, found.centres.positions)
    assert len(set(which.tolist())) == len(true)
    # A five beside an eight is seen towards its outside.
    assert away.max() * found.canvas.sampling < 0.9


@pytest.mark.parametrize("dose", [1e3, 1e4, 1e5])
def test_error_is_that_of_the_true_scatter(dose: float) -> None:
    scatter, claimed = [], []
    for seed in range(6):
        simulated = image_of(perfect(), dose=dose, seed=seed)
        found = go_through(simulated.micrograph)
        step = found.canvas.sampling
        true = in_canvas(found.canvas, simulated.rings.centres)
        kept = inner(found.centres.positions, found.canvas.image.shape, 3.0 / step)
        mine = found.centres.positions[kept]
        away, which = nearest(mine, true)
        assert away.max() * step < 1.0
        scatter.append(((mine - true[which]) ** 2).ravel() * step**2)
        claimed.append(found.centres.error[kept] ** 2 * step**2)
    ratio = np.sqrt(np.concatenate(claimed).mean() / np.concatenate(scatter).mean())
    assert 1 / 1.5 < ratio < 1.5


def test_error_grows_as_the_dose_falls() -> None:
    errors = [
        np.median(go_through(image_of(perfect(), dose=dose).micrograph).centres.error)
        for dose in (1e6, 1e5, 1e4, 3e3)
    ]
    assert errors == sorted(errors)
    # Poisson noise: a tenth of the electrons, the root of ten times the error.
    assert errors[2] / errors[1] == pytest.approx(np.sqrt(10), rel=0.15)


@pytest.mark.parametrize("contrast", ["dark", "bright"])
def test_hand_made_tops_are_all_found(contrast: Contrast) -> None:
    assert count(triangular(9, 10), contrast=contrast) == 90


def test_wrong_contrast_finds_the_holes_between() -> None:
    points = triangular(9, 10)
    image = bumps(points, SHAPE, WIDTH) - np.float32(0.5)
    found = find_centres(canvas_of(image), by_hand(rings=image), "bright").positions
    assert len(found) > 0
    assert nearest(found, points)[0].min() * STEP > 1.0


def test_two_fives_side_by_side_are_two() -> None:
    points = with_pair(1.95)
    assert count(points) == len(points)


@pytest.mark.parametrize("distance", [1.4, 1.5, 1.6])
def test_two_tops_of_one_large_ring_are_one(distance: float) -> None:
    points = with_pair(distance)
    # The tops are there to be seen before they are told to be one.
    line = bumps(points, SHAPE, WIDTH)[tuple(np.rint(points[-1]).astype(int))]
    middle = points[-2:].mean(axis=0)
    assert line > bumps(points, SHAPE, WIDTH)[tuple(np.rint(middle).astype(int))]
    assert count(points) == len(points) - 1


@pytest.mark.parametrize(
    ("distance", "filled", "apart"),
    [(2.1, 0.5, True), (1.9, 0.2, True), (1.8, 0.0, True), (1.8, 0.1, False)],
)
def test_how_deep_a_valley_must_be(distance: float, filled: float, apart: bool) -> None:
    """A third of the usual depth is left of the filled valleys.

    That is enough for rings that lie 2.1 and 1.9 angstrom apart, but not below 1.75: filling the
    valley draws the last two tops together to 1.74.
    """
    points = with_pair(distance)
    image = bumps(points, SHAPE, WIDTH)
    image += filled * bumps(points[-2:].mean(axis=0)[None], SHAPE, 0.25 / STEP)
    found = find_centres(canvas_of(image), by_hand(rings=image), "dark").positions
    assert len(found) == len(points) - (not apart)


def test_of_two_tops_the_higher_stays() -> None:
    points = with_pair(1.5)
    heights = np.ones(len(points))
    heights[-2] = 1.05
    image = bumps(points, SHAPE, WIDTH, heights)
    found = find_centres(canvas_of(image), by_hand(rings=image), "dark").positions
    assert nearest(points[-2:-1], found)[0] * STEP < 0.2
    assert nearest(points[-1:], found)[0] * STEP > 1.0


def test_valley_that_noise_may_have_dug_is_none() -> None:
    points = with_pair(1.85)
    assert count(points) == len(points)
    assert count(points, noise=0.5) == len(points) - 1


def test_noise_alone_merges_no_rings_at_a_lattice_constant() -> None:
    # Where everything is shallow against the noise, nothing is told to be one.
    assert count(triangular(9, 10), noise=10.0) == 90


def test_error_is_slope_over_curvature() -> None:
    points = triangular(9, 10)
    image = bumps(points, SHAPE, WIDTH)
    found = find_centres(canvas_of(image), by_hand(rings=image, noise=0.01), "dark")
    inside = inner(found.positions, SHAPE, 30.0)
    # A Gaussian of height 1 bends by 1 / width^2, less what its six neighbours bend the other
    # way; noise of 0.01 round half a cycle per angstrom has a slope of 0.01 pi / sqrt(2).
    away = 2.46 / STEP
    bend = 1 / WIDTH**2 - 6 * np.exp(-((away / WIDTH) ** 2) / 2) * (
        away**2 / (2 * WIDTH**4) - 1 / WIDTH**2
    )
    expected = 0.01 * np.pi * STEP / np.sqrt(2) / bend
    # Differences of whole pixels bend less than the curve, and the more so off its top.
    assert found.error[inside] == pytest.approx(expected, rel=0.2)
    assert (found.error[inside] > expected).all()


def test_flattest_direction_counts() -> None:
    rows, cols = np.indices((41, 41)) - 20.0
    # Turned by 45 degrees, so that neither axis shows the flatter one.
    along, across = (rows + cols) / np.sqrt(2), (rows - cols) / np.sqrt(2)
    image = np.exp(-((along / 4) ** 2 + (across / 8) ** 2) / 2).astype(np.float32)
    view = by_hand(rings=image, noise=0.01)
    (error,) = find_centres(canvas_of(image), view, "dark").error
    assert error == pytest.approx(0.01 * np.pi * STEP / np.sqrt(2) * 64, rel=0.1)


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_too_few_to_triangulate(number: int) -> None:
    points = triangular(2, 2)[:number]
    found = find_centres(
        canvas_of(np.zeros((40, 60), np.float32)),
        by_hand(rings=bumps(points, (40, 60), WIDTH)),
        "dark",
    )
    assert len(found.positions) == len(found.error) == number


def test_tops_on_a_line() -> None:
    points = np.stack([np.full(6, 20.0), 10.0 + 10.0 * np.arange(6)], axis=1)
    image = bumps(points, (40, 80), WIDTH)
    assert len(find_centres(canvas_of(image), by_hand(rings=image), "dark").positions) == 6
