"""The score map: highest where a defect is likeliest."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detection_cases import detect_classically, image_of, planted
from sixring.detection._score import score_map

SHAPE = (60, 80)


def one(row: float, col: float, height: float = 1.0, step: float = 0.25) -> NDArray[np.float32]:
    return score_map(SHAPE, np.array([[row, col]]), np.array([height]), step)


def test_gaussian_of_one_angstrom() -> None:
    score = one(30.0, 40.0)
    assert score.shape == SHAPE
    assert score.dtype == np.float32
    assert score[30, 40] == 1.0
    for away in (1, 4, 8, 12):
        expected = np.exp(-((away * 0.25) ** 2) / 2)
        assert score[30 + away, 40] == pytest.approx(expected, rel=1e-5)
        assert score[30, 40 - away] == pytest.approx(expected, rel=1e-5)
    assert score[30, 53] == 0  # beyond three standard deviations
    assert score.min() == 0


def test_maximum_lies_at_the_pixel_nearest_to_the_position() -> None:
    score = one(20.3, 55.6, 0.7)
    assert score.argmax() == 20 * SHAPE[1] + 56
    assert 0.65 < score.max() <= 0.7


def test_the_higher_of_two_counts_and_they_do_not_add_up() -> None:
    together = score_map(SHAPE, np.array([[30.0, 40.0], [30.0, 43.0]]), np.array([0.6, 0.9]), 0.25)
    np.testing.assert_array_equal(together, np.maximum(one(30.0, 40.0, 0.6), one(30.0, 43.0, 0.9)))
    assert together.max() == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("row", "col"), [(0.0, 0.0), (59.0, 79.0), (-2.0, 30.0), (61.0, 82.0), (30.0, -5.0)]
)
def test_at_the_edge_it_is_cut_off(row: float, col: float) -> None:
    far = np.hypot(np.arange(60)[:, None] - row, np.arange(80)[None, :] - col)
    score = one(row, col)
    assert score.argmax() == far.argmin()
    assert score.max() == pytest.approx(np.exp(-((far.min() * 0.25) ** 2) / 2), rel=1e-5)


@pytest.mark.parametrize("position", [(-200.0, 30.0), (30.0, 500.0)])
def test_far_outside_nothing_is_drawn(position: tuple[float, float]) -> None:
    assert not one(*position).any()


def test_nothing_to_draw() -> None:
    score = score_map(SHAPE, np.empty((0, 2)), np.empty(0), 0.25)
    assert score.shape == SHAPE
    assert not score.any()


def test_coarse_pixels_still_show_it() -> None:
    # An angstrom is a third of a pixel: half a pixel is the least.
    score = one(30.0, 40.0, step=3.0)
    assert score[30, 40] == 1.0
    assert score[31, 40] == pytest.approx(np.exp(-2), rel=1e-5)


@pytest.mark.parametrize("name", ["SW", "SV-open", "DV-585", "Si-C3"])
def test_maximum_lies_at_the_defect(name: str) -> None:
    found = detect_classically(image_of(planted(name)).micrograph)
    assert found.score.shape == found.micrograph.image.shape
    assert found.score.dtype == np.float32
    assert 0.9 < found.score.max() <= 1.0
    (defect,) = found.defects
    rings = found.rings.centres[list(defect.rings)].reshape(-1, 2)
    marks = np.concatenate([rings, [defect.position]] if len(rings) == 0 else [rings])
    peak = np.unravel_index(found.score.argmax(), found.score.shape)
    assert np.linalg.norm(marks - peak, axis=1).min() < 1.5
    rows, cols = np.indices(found.score.shape)
    away = np.hypot(rows - defect.position[0], cols - defect.position[1]) * 0.2
    assert found.score[away > 12].max() < 0.1
