"""The period of the lattice that patches show."""

from __future__ import annotations

from contextlib import closing
from itertools import islice

import numpy as np
import pytest

from honeycomb_patches import honeycomb
from sixring.patches import lattice_period, rescaled
from sixring.simulate import preset, stream_patches
from sixring.structures import LATTICE_CONSTANT

# Of the waves in a honeycomb the crests lie this far apart; its lattice constant is longer.
CONSTANT = 10.65 * 2 / np.sqrt(3)
NEAR = 0.03


@pytest.mark.parametrize("number", [1, 8, 40, 100])
def test_one_patch_says_it_and_many_do(number: int) -> None:
    images, _ = honeycomb(number)
    assert lattice_period(images) == pytest.approx(CONSTANT, rel=NEAR)


def test_the_more_patches_the_more_noise_there_may_be() -> None:
    images, _ = honeycomb(64, noise=6.0, depth=0.0)
    assert lattice_period(images[:1]) is None
    assert lattice_period(images) == pytest.approx(CONSTANT, rel=NEAR)


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.5, 2.5])
def test_it_grows_with_the_number_of_pixels(factor: float) -> None:
    images, _ = honeycomb(20, side=64)
    found = lattice_period(rescaled(images, factor))
    assert found == pytest.approx(factor * CONSTANT, rel=NEAR)


@pytest.mark.parametrize("changed", ["contrast", "offset", "inverted", "turned", "rows"])
def test_what_does_not_matter(changed: str) -> None:
    images, _ = honeycomb(20, side=64)
    seen = {
        "contrast": images * 1e-3,
        "offset": images + 1e4,
        "inverted": -images,
        "turned": np.rot90(images, axes=(1, 2)),
        "rows": images[:, :48],
    }
    assert lattice_period(seen[changed]) == pytest.approx(CONSTANT, rel=NEAR)


@pytest.mark.parametrize("number", [1, 8, 64])
@pytest.mark.parametrize("seed", range(5))
def test_noise_has_none(number: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert lattice_period(rng.poisson(20, (number, 48, 48)).astype(np.float32)) is None


def test_a_patch_in_which_no_period_would_fit() -> None:
    assert (
        lattice_period(np.random.default_rng(0).normal(size=(3, 5, 40)).astype(np.float32)) is None
    )


def test_a_gradient_of_brightness_is_no_lattice() -> None:
    images, _ = honeycomb(20)
    slope = 20 * np.linspace(0, 1, 48, dtype=np.float32)
    assert lattice_period(images + slope) == pytest.approx(CONSTANT, rel=NEAR)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("challenge", 0.9), ("stem", 0.9), ("hrtem", 0.3)])
def test_what_it_says_of_simulated_micrographs_is_right(name: str, least: float) -> None:
    """Eight patches of a micrograph at a time, 1200 patches of some 30 micrographs."""
    said, wrong, asked = 0, 0, 0
    with closing(stream_patches(preset(name), seed=11, workers=0)) as batches:
        some = list(islice(batches, 19))
    images = np.concatenate([batch.images for batch in some])
    numbers = np.concatenate([batch.details["micrograph"] for batch in some])
    samplings = np.concatenate([batch.details["sampling_A"] for batch in some])
    for number in np.unique(numbers):
        own = np.flatnonzero(numbers == number)
        for first in range(0, len(own) - 7, 8):
            eight = own[first : first + 8]
            found = lattice_period(images[eight])
            asked += 1
            if found is not None:
                said += 1
                constant = found * samplings[eight[0]]
                wrong += abs(np.log(constant / LATTICE_CONSTANT)) > 0.08
    assert asked > 80
    assert said > least * asked
    assert wrong <= 0.03 * said
