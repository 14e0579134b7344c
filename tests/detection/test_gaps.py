"""Gaps between the rings: holes are told from noise, and neither counts as clear."""

from __future__ import annotations

import numpy as np
import pytest

from detection_cases import detect_classically, go_through, image_of, perfect, planted, triangular
from sixring.detection._gaps import judge_gaps, mask_gaps
from sixring.detection._rings import GAP
from sixring.errors import Refusal
from sixring.types import Mask, Region

SAMPLING = 0.2
SHAPE = (200, 200)
NO_HOLES = (np.empty((0, 2)), np.empty(0, np.int64))


def whole() -> Mask:
    return Mask(np.full(SHAPE, Region.CLEAR, np.uint8))


def centres() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A perfect sheet's ring centres over the whole image and beyond it."""
    grid = triangular(24, 24)
    shifted: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = grid - grid.mean(axis=0) + 100
    return shifted


def test_a_tiled_sheet_stays_clear() -> None:
    points = centres()
    inside = ((points > -20) & (points < 220)).all(axis=1)
    mask = mask_gaps(whole(), points[inside], *NO_HOLES, SAMPLING)
    middle = mask.clear[60:140, 60:140]
    assert middle.all()


def test_where_no_ring_is_nothing_was_judged() -> None:
    points = centres()
    away = np.linalg.norm(points - 100, axis=1) * SAMPLING
    kept = points[away > 6]
    mask = mask_gaps(whole(), kept, *NO_HOLES, SAMPLING)
    assert mask.regions[100, 100] == Region.BLUR
    gap = (mask.regions[50:150, 50:150] == Region.BLUR).sum() * SAMPLING**2
    assert np.pi * 3**2 < gap < np.pi * 7**2


def test_a_large_ring_covers_its_inside() -> None:
    points = centres()
    away = np.linalg.norm(points - 100, axis=1) * SAMPLING
    hole, size = np.array([[100.0, 100.0]]), np.array([18])
    mask = mask_gaps(whole(), points[away > 3.5], hole, size, SAMPLING)
    assert mask.clear[60:140, 60:140].all()


def test_without_rings_nothing_is_clear() -> None:
    regions = np.full(SHAPE, Region.CLEAR, np.uint8)
    regions[:20] = Region.CONTAMINATION
    mask = mask_gaps(Mask(regions), np.empty((0, 2)), *NO_HOLES, SAMPLING)
    assert not mask.clear.any()
    assert mask.fraction(Region.CONTAMINATION) == pytest.approx(0.1)


@pytest.mark.parametrize("atoms", [6, 24])
def test_a_hole_is_likelier_than_not(atoms: int) -> None:
    stages = go_through(image_of(planted("hole", atoms=atoms)).micrograph)
    assert (stages.structure.ring_probability == GAP).sum() == 1
    judged = judge_gaps(stages.structure, stages.view, stages.canvas.sampling)
    gap = np.flatnonzero(stages.structure.ring_probability == GAP)
    assert judged.ring_probability[gap] > 0.55
    others = np.delete(np.arange(len(judged.rings)), gap)
    np.testing.assert_array_equal(
        judged.ring_probability[others], stages.structure.ring_probability[others]
    )


def test_a_sheet_without_gaps_is_left_alone() -> None:
    stages = go_through(image_of(perfect()).micrograph)
    assert judge_gaps(stages.structure, stages.view, stages.canvas.sampling) is stages.structure


@pytest.mark.parametrize("seed", range(4))
def test_few_electrons_tear_no_holes(seed: int) -> None:
    """Nine holes in ten that noise tore were listed before gaps were judged."""
    try:
        found = detect_classically(image_of(perfect(), "stem", dose=1.5e4, seed=seed).micrograph)
    except Refusal:
        return
    assert len([d for d in found.defects if d.name == "hole"]) <= 1
    # What is called clear is covered by rings.
    area = found.mask.clear.sum() * found.lattice.sampling**2
    assert len(found.rings) * 5.24 > 0.8 * area
