"""Patches of the training: labels, kinds, places and hard negatives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from quick_samples import PRESET, bare_sample, quick_sample
from sixring.simulate import Simulated
from sixring.types import Defect, Mask, Region
from training._cut import NO_KIND, OTHER_KIND, Patches, cut
from training._sources import KINDS

SIDE = 48
LARGER = PRESET.changed(shape=(256, 256))


def image(seed: int = 0) -> Simulated:
    made = quick_sample(LARGER, np.random.default_rng(seed)).simulated
    # Every pixel tells where it is.
    rows, cols = np.indices(made.image.shape)
    places = np.asarray(1000 * rows + cols, np.float32)
    return replace(made, image=places)


def shown(simulated: Simulated, seed: int = 0, per_defect: int = 6) -> Patches:
    rng = np.random.default_rng(seed)
    return cut(simulated, side=SIDE, per_defect=per_defect, rng=rng)


def corners(patches: Patches) -> NDArray[np.int64]:
    first = patches.images[:, 0, 0].astype(np.int64)
    return np.stack([first // 1000, first % 1000], axis=1)


def covered(simulated: Simulated, region: Region, rows: slice) -> Simulated:
    regions = np.full_like(simulated.mask.regions, Region.CLEAR)
    regions[rows] = region
    return replace(simulated, mask=Mask(regions))


@pytest.fixture(scope="module")
def patches() -> Patches:
    return shown(image())


def test_there_are_both_in_equal_numbers(patches: Patches) -> None:
    defects = int((patches.kinds != NO_KIND).sum())
    assert defects >= 10
    assert len(patches) - defects == defects
    assert patches.images.shape == (len(patches), SIDE, SIDE)
    assert patches.images.dtype == np.float32


def test_kind_and_place_are_those_of_a_defect_of_the_truth(patches: Patches) -> None:
    made = image()
    for corner, kind, place in zip(corners(patches), patches.kinds, patches.places, strict=True):
        if kind == NO_KIND:
            assert np.isnan(place).all()
            continue
        at = corner + place
        distance = [np.abs(np.array(defect.position) - at).max() for defect in made.defects]
        nearest = made.defects[int(np.argmin(distance))]
        assert min(distance) < 1e-3
        assert KINDS[kind] == nearest.name
        assert ((place >= 0) & (place < SIDE)).all()


def test_nothing_odd_is_in_a_perfect_patch(patches: Patches) -> None:
    made = image()
    odd = made.rings.centres[made.rings.sizes != 6]
    for corner, kind in zip(corners(patches), patches.kinds, strict=True):
        inside = ((odd >= corner) & (odd < corner + SIDE)).all(axis=1)
        assert inside.any() or kind in (NO_KIND, KINDS.index("Si-C3"))
        assert not (inside.any() and kind == NO_KIND)


def test_no_patch_lies_at_the_border(patches: Patches) -> None:
    guard = 13  # 2.5 A at 0.2 A/px
    assert corners(patches).min() >= guard
    assert (corners(patches) + SIDE).max() <= LARGER.shape[0] - guard


def test_the_same_random_numbers_give_the_same_patches() -> None:
    one, other, third = shown(image(), 1), shown(image(), 1), shown(image(), 2)
    np.testing.assert_array_equal(one.images, other.images)
    np.testing.assert_array_equal(one.kinds, other.kinds)
    assert one.images.tobytes() != third.images.tobytes()


@pytest.mark.parametrize("region", [Region.CONTAMINATION, Region.VACUUM, Region.BILAYER])
def test_what_covers_the_sheet_makes_no_defect(region: Region) -> None:
    made = quick_sample(
        LARGER.changed(specimen={"density": 0.05}), np.random.default_rng(3)
    ).simulated
    half = covered(made, region, slice(0, made.image.shape[0] // 2))
    found = shown(half, per_defect=12)
    perfect = found.kinds == NO_KIND
    assert found.hard[perfect].any()
    wanted = max(12, int((~perfect).sum()))
    assert found.hard[perfect].sum() <= 0.25 * wanted
    assert not found.hard[perfect].all()


def test_a_hidden_defect_is_neither() -> None:
    everywhere = covered(image(), Region.CONTAMINATION, slice(None))
    assert len(shown(everywhere)) == 0
    clear = shown(image())
    position = int(image().defects[0].position[0])
    hidden = shown(covered(image(), Region.VACUUM, slice(max(0, position - 15), position + 15)))
    assert (hidden.kinds != NO_KIND).sum() < (clear.kinds != NO_KIND).sum()


def test_a_defect_that_is_no_kind() -> None:
    made = image()
    renamed = tuple(replace(defect, name="unknown") for defect in made.defects)
    found = shown(replace(made, defects=renamed))
    assert set(found.kinds.tolist()) == {NO_KIND, OTHER_KIND}


def test_a_chain_whose_middle_lies_elsewhere_is_where_it_is_near() -> None:
    made = image()
    far: tuple[Defect, ...] = tuple(
        replace(defect, position=(defect.position[0] + 500, 0.0)) for defect in made.defects
    )
    found = shown(replace(made, defects=far))
    places = found.places[found.kinds != NO_KIND]
    half = (SIDE - 1) / 2
    assert (np.abs(places - half) <= SIDE / 4).all()


def test_a_specimen_without_defects_gives_perfect_patches() -> None:
    bare = bare_sample(PRESET, np.random.default_rng(0)).simulated
    found = shown(bare, per_defect=5)
    assert len(found) == 5
    assert (found.kinds == NO_KIND).all()


def test_constant_patches_are_left_out() -> None:
    made = image()
    assert len(shown(replace(made, image=np.zeros_like(made.image)))) == 0


def test_an_image_that_is_too_small() -> None:
    made = image()
    found = cut(made, side=240, per_defect=3, rng=np.random.default_rng(0))
    assert len(found) == 0
    assert found.images.shape == (0, 240, 240)
