"""The sum of single atoms as a scan sees it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from sixring.errors import UsageError
from sixring.simulate import STEM
from sixring.simulate._profiles import atom_profile
from sixring.simulate._scan import Scan
from sixring.simulate._stem import graphene_signal, scanned_signal, stem_reach, stem_signal
from sixring.structures import perfect_sheet

SHARP = STEM(source_size=0.0)
RNG = np.random.default_rng


def atoms(*points: tuple[float, float]) -> NDArray[np.float64]:
    return np.column_stack([np.array(points).reshape(-1, 2), np.zeros(len(points))])


def written_out(
    positions: NDArray[np.float64],
    elements: list[str],
    conditions: STEM,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Add the profiles up where the probe stands."""
    total = np.zeros(np.broadcast(x, y).shape)
    for (px, py, _), element in zip(positions, elements, strict=True):
        total += atom_profile(element, conditions)(np.hypot(x - px, y - py))
    return total


def grid(shape: tuple[int, int], sampling: float) -> tuple[NDArray[np.float64], ...]:
    rows, cols = np.indices(shape) * sampling
    return cols, rows


PAIR = atoms((3.17, 2.41), (4.6, 5.03))


@pytest.mark.parametrize("sampling", [0.078, 0.15, 0.3, 0.55])
def test_it_is_the_sum_of_the_profiles(sampling: float) -> None:
    conditions = STEM(source_size=0.0, sampling=sampling)
    image = stem_signal(PAIR, ["C", "Si"], conditions, shape=(60, 50))
    x, y = grid((60, 50), sampling)
    expected = written_out(PAIR, ["C", "Si"], conditions, x, y)
    # The tails beyond the reach are in the image, not in the profile: 2e-4 of silicon's peak.
    np.testing.assert_allclose(image, expected, atol=1.5e-3 * expected.max())


def test_x_runs_with_the_columns_and_y_with_the_rows() -> None:
    image = stem_signal(atoms((6.0, 3.0)), ["C"], STEM(sampling=0.2), shape=(40, 50))
    assert image.argmax() == 15 * 50 + 30
    moved = stem_signal(
        atoms((6.0, 3.0)), ["C"], STEM(sampling=0.2), shape=(40, 50), origin=(1.0, -2.0)
    )
    assert moved.argmax() == 25 * 50 + 25


def test_heights_do_not_matter() -> None:
    lifted = PAIR + np.array([0.0, 0.0, 3.35])
    one, other = (stem_signal(p, ["C", "C"], STEM(), shape=(40, 40)) for p in (PAIR, lifted))
    np.testing.assert_array_equal(one, other)


def test_it_is_linear_in_the_atoms() -> None:
    rng = RNG(2)
    positions = atoms(*rng.uniform(-2, 9, (9, 2)))
    elements = ["C", "Si", "N", "C", "B", "O", "H", "C", "Si"]
    together = stem_signal(positions, elements, STEM(), shape=(50, 40))
    apart = sum(
        stem_signal(p[None], [e], STEM(), shape=(50, 40))
        for p, e in zip(positions, elements, strict=True)
    )
    np.testing.assert_allclose(together, apart, rtol=0, atol=1e-12)


@settings(max_examples=20)
@given(rows=st.integers(-12, 12), cols=st.integers(-12, 12))
def test_it_moves_with_the_specimen(rows: int, cols: int) -> None:
    conditions = STEM(sampling=0.2)
    shift = np.array([cols * 0.2, rows * 0.2, 0.0])
    still = stem_signal(PAIR, ["C", "Si"], conditions, shape=(96, 96), origin=(-7.0, -6.0))
    moved = stem_signal(PAIR + shift, ["C", "Si"], conditions, shape=(96, 96), origin=(-7.0, -6.0))
    window = (slice(24, 72), slice(24, 72))
    displaced = np.roll(moved, (-rows, -cols), axis=(0, 1))
    np.testing.assert_allclose(displaced[window], still[window], rtol=0, atol=2e-4 * still.max())


def test_a_coarse_scan_is_every_second_pixel_of_a_fine_one() -> None:
    fine = stem_signal(PAIR, ["C", "Si"], STEM(sampling=0.25), shape=(60, 60))
    coarse = stem_signal(PAIR, ["C", "Si"], STEM(sampling=0.5), shape=(30, 30))
    np.testing.assert_allclose(coarse, fine[::2, ::2], rtol=0, atol=1e-3 * fine.max())


@pytest.mark.parametrize("fwhm", [0.6, 0.9, 1.5])
def test_the_source_adds_its_variance(fwhm: float) -> None:
    # The second moment of an Airy pattern has no limit; the curvature of the transform at one
    # low frequency says the same of what a Gaussian adds.
    shape, sampling = (256, 256), 0.15
    here = atoms((128 * sampling, 128 * sampling))
    images = [
        stem_signal(here, ["C"], STEM(source_size=s, sampling=sampling), shape=shape)
        for s in (0.0, fwhm)
    ]
    sharp, blurred = (abs(np.fft.rfft2(image)[0, 12]) for image in images)
    frequency = 12 / (256 * sampling)
    sigma = fwhm / math.sqrt(8 * math.log(2))
    assert blurred / sharp == pytest.approx(
        math.exp(-2 * (math.pi * sigma * frequency) ** 2), rel=2e-3
    )


def test_the_mean_of_graphene_is_its_signal() -> None:
    conditions = STEM(sampling=0.2)
    sheet = perfect_sheet(60.0, 60.0)
    positions = np.column_stack([sheet.positions, np.zeros(len(sheet))])
    image = stem_signal(
        positions, sheet.elements, conditions, shape=(150, 150), origin=(15.0, 15.0)
    )
    # What is lost beyond the sheet's border is in its tails.
    assert image.mean() == pytest.approx(graphene_signal(conditions), rel=0.01)


def test_the_background_is_a_share_of_graphenes_signal() -> None:
    without, background = (
        stem_signal(PAIR, ["C", "C"], STEM(background=b), shape=(30, 30)) for b in (0.0, 0.25)
    )
    np.testing.assert_allclose(background - without, 0.25 * graphene_signal(STEM()), rtol=1e-9)


def test_without_atoms_there_is_the_background_alone() -> None:
    image = stem_signal(atoms(), [], STEM(background=0.1), shape=(6, 8))
    np.testing.assert_allclose(image, np.full((6, 8), 0.1 * graphene_signal(STEM())))
    assert stem_signal(atoms(), [], STEM(), shape=(6, 8)).tolist() == np.zeros((6, 8)).tolist()


def test_atoms_out_of_reach_do_not_count() -> None:
    conditions = STEM()
    assert 8 < stem_reach(conditions) < 10
    far = stem_reach(conditions) + 3.0
    for point in ((-far, 3.0), (3.0, -far), (5.85 + far, 3.0), (3.0, 5.85 + far)):
        image = stem_signal(atoms(point), ["Si"], conditions, shape=(40, 40))
        assert np.abs(image).max() < 1e-8


def test_the_probe_sees_what_is_where_it_stands() -> None:
    conditions = STEM(
        source_size=0.0, jitter=0.3, flyback=1.2, flyback_length=9.0, drift_row=0.1, drift_col=-0.2
    )
    scan = Scan.draw(conditions, shape=(60, 50), origin=(0.4, -0.7), rng=RNG(7))
    image = scanned_signal(PAIR, ["C", "Si"], conditions, scan)
    x, y = np.moveaxis(
        scan.to_specimen(np.moveaxis(np.indices((60, 50)).astype(float), 0, -1)), -1, 0
    )
    x = x + scan.jitter[:, None] + scan.flyback
    expected = written_out(PAIR, ["C", "Si"], conditions, x, y)
    np.testing.assert_allclose(image, expected, rtol=0, atol=1.5e-3 * expected.max())


@pytest.mark.parametrize(("drift_row", "drift_col"), [(0.08, 0.0), (-0.08, 0.1), (0.2, -0.25)])
def test_atoms_are_where_the_truth_says(drift_row: float, drift_col: float) -> None:
    conditions = STEM(sampling=0.1, drift_row=drift_row, drift_col=drift_col)
    points = [(4.03, 3.0), (16.1, 9.27), (9.5, 15.02), (15.0, 18.1)]
    scan = Scan.draw(conditions, shape=(256, 256), rng=RNG(0))
    image = scanned_signal(atoms(*points), ["Si"] * 4, conditions, scan)
    for row, col in scan.to_pixels(np.array(points)):
        r, c = round(row), round(col)
        window = image[r - 4 : r + 5, c - 4 : c + 5]
        peak = refined_peak(window)
        assert peak[0] + r - 4 == pytest.approx(row, abs=0.1)
        assert peak[1] + c - 4 == pytest.approx(col, abs=0.1)


def refined_peak(window: NDArray[np.float64]) -> tuple[float, float]:
    fine = ndimage.zoom(window, 20, order=3, grid_mode=False)
    row, col = np.unravel_index(fine.argmax(), fine.shape)
    scale = (np.array(window.shape) - 1) / (np.array(fine.shape) - 1)
    return float(row * scale[0]), float(col * scale[1])


def test_jitter_moves_whole_rows() -> None:
    conditions = STEM(sampling=0.1, jitter=0.2)
    scan = Scan.draw(conditions, shape=(80, 120), rng=RNG(3))
    image = scanned_signal(atoms((6.0, 4.0)), ["C"], conditions, scan)
    # Each row has its peak where the probe's displacement puts it.
    for row in range(36, 45):
        around = image[row]
        col = int(around.argmax())
        left, middle, right = around[col - 1 : col + 2]
        peak = col + 0.5 * (left - right) / (left - 2 * middle + right)
        assert peak == pytest.approx(60 - scan.jitter[row] / 0.1, abs=0.05)


def test_perfect_graphene_shows_its_lattice() -> None:
    sheet = perfect_sheet(50.0, 50.0)
    positions = np.column_stack([sheet.positions, np.zeros(len(sheet))])
    image = stem_signal(
        positions, sheet.elements, STEM(sampling=0.1), shape=(64, 64), origin=(20, 20)
    )
    cols, rows = (np.rint((sheet.positions - 20) / 0.1).astype(int)).T
    inside = (cols >= 2) & (cols < 62) & (rows >= 2) & (rows < 62)
    assert image[rows[inside], cols[inside]].min() > 1.15 * image.mean()


@pytest.mark.parametrize(
    ("positions", "elements", "message"),
    [
        (np.zeros((2, 2)), ["C", "C"], "positions must have the shape (n, 3), not (2, 2)"),
        (np.zeros(3), ["C"], "positions must have the shape (n, 3), not (3,)"),
        (
            np.zeros((2, 3)),
            ["C"],
            "there must be an element for each of the 2 atoms, not 1 elements",
        ),
        (np.array([[0.0, np.nan, 0.0]]), ["C"], "the positions must be finite"),
        (
            np.zeros((1, 3)),
            ["Au"],
            "no profile is known for 'Au': choose from H, B, C, N, O, Si",
        ),
    ],
)
def test_specimens_that_can_not_be(
    positions: NDArray[np.float64], elements: list[str], message: str
) -> None:
    with pytest.raises(UsageError) as refused:
        stem_signal(positions, elements, STEM(), shape=(5, 5))
    assert str(refused.value) == message


def test_a_shape_that_can_not_be() -> None:
    with pytest.raises(UsageError, match="at least 1, not \\(0, 4\\)"):
        stem_signal(PAIR, ["C", "C"], STEM(), shape=(0, 4))
