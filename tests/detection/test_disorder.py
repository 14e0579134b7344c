"""Where odd rings crowd as they do in no sheet, nothing is judged."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from detection_cases import boundary, perfect, planted
from sixring.detection._disorder import mask_disorder
from sixring.structures import Sheet, truth
from sixring.types import Mask, Region

SAMPLING = 0.2
SHAPE = (300, 300)
CLEAR = Mask(np.full(SHAPE, Region.CLEAR, np.uint8))


def rings_of(sheet: Sheet) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    known = truth(sheet)
    return known.centres[:, ::-1] / SAMPLING, known.sizes


def noise(seed: int, spread: float = 60.0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Random points as far apart as rings are on average, with as many sides as neighbours."""
    rng = np.random.default_rng(seed)
    number = round((spread / 2.46) ** 2 * 2 / np.sqrt(3))
    points = rng.uniform(0, spread / SAMPLING, (number, 2))
    sizes = np.bincount(Delaunay(points).simplices.ravel(), minlength=number)
    return points, sizes


def hidden(mask: Mask) -> float:
    return mask.fraction(Region.BLUR)


@pytest.mark.parametrize("name", ["SW", "SV", "DV-5555-6-7777", "flower", "hole"])
def test_defects_of_a_sheet_are_no_disorder(name: str) -> None:
    assert mask_disorder(CLEAR, *rings_of(planted(name)), SAMPLING) is CLEAR


@pytest.mark.parametrize("angle", [9.0, 13.2, 21.8, 28.0, 32.2])
def test_grain_boundaries_are_no_disorder(angle: float) -> None:
    assert mask_disorder(CLEAR, *rings_of(boundary(angle)), SAMPLING) is CLEAR


def test_perfect_sheet_is_no_disorder() -> None:
    assert mask_disorder(CLEAR, *rings_of(perfect()), SAMPLING) is CLEAR


@pytest.mark.parametrize("seed", range(5))
def test_random_points_are_masked(seed: int) -> None:
    masked = mask_disorder(CLEAR, *noise(seed), SAMPLING)
    assert hidden(masked) > 0.95
    assert hidden(CLEAR) == 0  # a new mask


def test_only_the_disordered_side_is_masked() -> None:
    centres, sizes = rings_of(perfect())
    left = centres[:, 1] < 120
    wild, odd = noise(0)
    right = wild[:, 1] > 130
    masked = mask_disorder(
        CLEAR,
        np.concatenate([centres[left], wild[right]]),
        np.concatenate([sizes[left], odd[right]]),
        SAMPLING,
    )
    blurred = masked.regions == Region.BLUR
    # A disc of 10 angstrom looks at both sides, and no farther.
    assert not blurred[:250, :60].any()
    assert blurred[20:280, 190:280].mean() > 0.95


def test_what_is_masked_already_stays_what_it_is() -> None:
    regions = np.full(SHAPE, Region.CLEAR, np.uint8)
    regions[:100], regions[100:120] = Region.CONTAMINATION, Region.BORDER
    masked = mask_disorder(Mask(regions), *noise(1), SAMPLING)
    assert (masked.regions[:100] == Region.CONTAMINATION).all()
    assert (masked.regions[100:120] == Region.BORDER).all()
    assert (masked.regions[140:] == Region.BLUR).mean() > 0.9


def test_rings_that_are_hidden_do_not_count() -> None:
    mask = Mask(np.full(SHAPE, Region.CONTAMINATION, np.uint8))
    assert mask_disorder(mask, *noise(2), SAMPLING) is mask


def test_no_rings() -> None:
    assert mask_disorder(CLEAR, np.empty((0, 2)), np.empty(0, np.int64), SAMPLING) is CLEAR


@pytest.mark.parametrize(("sizes", "masked"), [((5, 7), True), ((6, 7), True), ((6, 6, 7), False)])
def test_threshold(sizes: tuple[int, ...], masked: bool) -> None:
    """Mean distances from six of 1, 0.5 and 0.33; 0.42 is where disorder begins."""
    centres, _ = rings_of(perfect())
    found = mask_disorder(CLEAR, centres, np.resize(sizes, len(centres)), SAMPLING)
    assert (hidden(found) > 0.3) == masked


def test_a_huge_ring_counts_as_two_off() -> None:
    centres, sizes = rings_of(perfect())
    sizes = sizes.copy()
    sizes[len(sizes) // 2] = 40
    assert mask_disorder(CLEAR, centres, sizes, SAMPLING) is CLEAR


def test_reach_follows_the_sampling() -> None:
    centres, sizes = noise(3)
    fine = mask_disorder(Mask(np.zeros((600, 600), np.uint8)), 2 * centres, sizes, SAMPLING / 2)
    coarse = mask_disorder(CLEAR, centres, sizes, SAMPLING)
    assert hidden(fine) == pytest.approx(hidden(coarse), abs=0.02)
