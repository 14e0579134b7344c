"""Crops: what is cut, and how it turns."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from quick_samples import PRESET, quick_sample
from sixring.detection._canonical import CANONICAL
from sixring.detection._votes import ring_points
from sixring.simulate import Simulated
from sixring.types import Rings
from training.detector._crops import VIEWS, Crops, cut, joined, turned
from training.detector._targets import OFFSET_STEP, SILICON, SIX, apparent_sampling

LARGER = PRESET.changed(shape=(240, 240), specimen={"density": 0.1})
SIDE = 128


@pytest.fixture(scope="module")
def simulated() -> Simulated:
    return quick_sample(LARGER, np.random.default_rng(2)).simulated


def crops(simulated: Simulated, seed: int = 0, number: int = 6, near: float = 0.5) -> Crops:
    return cut(
        simulated,
        side=SIDE,
        number=number,
        near_defects=near,
        sampling_error=0.01,
        rng=np.random.default_rng(seed),
    )


def rings(made: Crops, k: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Centres in angstrom from the middle of the first cell, and classes."""
    certain = np.equal(made.rings[k], np.arange(8)[:, None, None]).astype(np.float32)
    way = made.ring_offset[k].astype(np.float32) * OFFSET_STEP
    found = ring_points(certain, way, CANONICAL)
    order = np.lexsort(found.positions.T)
    return (found.positions[order] - 0.5) * CANONICAL, found.classes[order]


def test_their_shapes(simulated: Simulated) -> None:
    made = crops(simulated)
    assert len(made) == 6
    assert made.images.shape == (6, SIDE, SIDE)
    assert made.images.dtype == np.float16
    for name in ("rings", "atoms", "area", "judged"):
        assert getattr(made, name).shape == (6, SIDE // 2, SIDE // 2)
    assert made.ring_offset.shape == made.atom_offset.shape == (6, 2, SIDE // 2, SIDE // 2)
    assert (made.doses == np.float32(simulated.dose)).all()
    assert made.stem.all()


def test_the_same_random_numbers_give_the_same_crops(simulated: Simulated) -> None:
    one, other, third = crops(simulated, 1), crops(simulated, 1), crops(simulated, 3)
    for entry in fields(Crops):
        assert getattr(one, entry.name).tobytes() == getattr(other, entry.name).tobytes()
    assert one.images.tobytes() != third.images.tobytes()


def test_what_they_hold_is_where_the_truth_has_it(simulated: Simulated) -> None:
    made = crops(simulated, number=1)
    # Every crop has its hexagons a lattice constant apart, whatever the error of the sampling.
    positions, classes = rings(made, 0)
    sixes = positions[classes == SIX]
    distance = np.linalg.norm(sixes[:, None] - sixes, axis=2)
    np.fill_diagonal(distance, np.inf)
    assert np.median(distance.min(axis=1)) == pytest.approx(2.46, rel=0.02)
    # 5.24 square angstrom a hexagon.
    assert len(positions) == pytest.approx((SIDE * 0.2) ** 2 / 5.24, rel=0.08)


def test_pixels_and_truth_go_together(simulated: Simulated) -> None:
    # A bright spot on every ring's centre.
    at = np.indices(simulated.image.shape, np.float32)
    bright = np.zeros(simulated.image.shape)
    for row, col in simulated.rings.centres:
        bright += np.exp(-((at[0] - row) ** 2 + (at[1] - col) ** 2) / (2 * 2.5**2))
    made = crops(replace(simulated, image=bright.astype(np.float32)), number=3)
    for k in range(3):
        positions, _ = rings(made, k)
        pixels = np.rint(positions / 0.2 + 0.5).astype(int)
        inner = ((pixels > 4) & (pixels < SIDE - 5)).all(axis=1)
        row, col = pixels[inner].T
        image = made.images[k].astype(float)
        around = [image[row + down, col + across] for down, across in ((5, 0), (-5, 0), (0, 5))]
        assert (image[row, col] > np.max(around, axis=0)).mean() > 0.97


def test_some_are_drawn_round_a_defect(simulated: Simulated) -> None:
    def middles(near: float) -> float:
        made = crops(simulated, number=40, near=near)
        odd = ((made.rings > 0) & (made.rings != SIX)) | (made.atoms == SILICON)
        return float((odd & made.judged).any(axis=(1, 2)).mean())

    assert middles(1.0) == 1.0
    assert middles(0.0) < 1.0


def test_a_small_image_has_none(simulated: Simulated) -> None:
    made = cut(
        simulated,
        side=1024,
        number=3,
        near_defects=0.5,
        sampling_error=0.0,
        rng=np.random.default_rng(0),
    )
    assert len(made) == 0
    assert made.images.shape == (0, 1024, 1024)
    assert len(joined([made, made])) == 0


def test_an_image_without_defects_gives_crops_too(simulated: Simulated) -> None:
    rings, atoms = simulated.rings, simulated.atoms
    sixes = np.flatnonzero(rings.sizes == 6)
    perfect = replace(
        simulated,
        atoms=replace(atoms, elements=("C",) * len(atoms)),
        rings=Rings(
            rings.centres[sixes],
            rings.sizes[sixes],
            rings.probability[sixes],
            tuple(rings.corners[k] for k in sixes),
            rings.defect[sixes],
        ),
    )
    assert set(np.unique(crops(perfect, near=1.0).rings)) == {0, SIX}


def test_joined_and_taken(simulated: Simulated) -> None:
    one, other = crops(simulated, 1), crops(simulated, 2)
    both = joined([one, other])
    assert len(both) == 12
    np.testing.assert_array_equal(both.take(np.array([7])).images[0], other.images[1])


@pytest.mark.parametrize("view", range(VIEWS))
def test_what_is_in_a_crop_turns_with_it(simulated: Simulated, view: int) -> None:
    made = crops(simulated, number=2)
    seen = turned(made, view)
    before, classes = rings(made, 1)
    last = (SIDE // 2 - 1) * 0.4
    if view & 1:
        before = before[:, ::-1]
    for axis, bit in ((0, 2), (1, 4)):
        if view & bit:
            before = np.where(np.arange(2) == axis, last - before, before)
    order = np.lexsort(before.T)
    after, classes_after = rings(seen, 1)
    np.testing.assert_allclose(after, before[order], atol=0.02)
    np.testing.assert_array_equal(classes_after, classes[order])
    assert seen.images.sum(dtype=float) == pytest.approx(made.images.sum(dtype=float))
    np.testing.assert_array_equal(seen.judged, made.judged)  # a square border


def test_all_views_differ_and_the_first_is_the_crop(simulated: Simulated) -> None:
    made = crops(simulated, number=1)
    seen = [turned(made, view) for view in range(VIEWS)]
    assert len({one.images.tobytes() for one in seen}) == VIEWS
    assert len({one.ring_offset.tobytes() for one in seen}) == VIEWS
    for entry in fields(Crops):
        np.testing.assert_array_equal(getattr(seen[0], entry.name), getattr(made, entry.name))


def test_the_error_of_the_sampling_is_in_the_crops(simulated: Simulated) -> None:
    assert apparent_sampling(simulated) == pytest.approx(0.2, rel=5e-3)
    lengths = []
    for seed in range(6):
        positions, classes = rings(crops(simulated, seed, number=1), 0)
        sixes = positions[classes == SIX]
        distance = np.linalg.norm(sixes[:, None] - sixes, axis=2)
        np.fill_diagonal(distance, np.inf)
        lengths.append(np.median(distance.min(axis=1)))
    assert 0.002 < np.ptp(lengths) / 2.46 < 0.025
