"""Tiles: their cores cover the image, and they show all that a core depends on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from sixring.detection._tiles import tiles

SIDES = st.integers(1, 40).map(lambda n: 8 * n)


@given(SIDES, SIDES, st.integers(1, 12).map(lambda n: 8 * n), st.integers(0, 70))
def test_the_cores_cover_the_image_once(rows: int, cols: int, core: int, margin: int) -> None:
    covered = np.zeros((rows, cols), int)
    for tile in tiles((rows, cols), core=core, margin=margin, multiple=8):
        covered[tile.core] += 1
        for inner, outer, length in zip(tile.core, tile.shown, (rows, cols), strict=True):
            assert 0 < inner.stop - inner.start <= core
            assert outer.start <= max(inner.start - margin, 0)
            assert outer.stop >= min(inner.stop + margin, length)
            assert outer.start >= 0
            assert outer.stop <= length
            assert not any(end % 8 for end in (inner.start, inner.stop, outer.start, outer.stop))
    assert (covered == 1).all()


@pytest.mark.parametrize(
    ("length", "sides"),
    [(512, [512]), (1024, [512, 512]), (1040, [344, 344, 352]), (520, [256, 264])],
)
def test_cores_are_about_equally_large(length: int, sides: list[int]) -> None:
    made = list(tiles((length, 8), core=512, margin=0, multiple=8))
    assert [tile.core[0].stop - tile.core[0].start for tile in made] == sides


def test_tiles_that_show_enough_give_what_the_whole_gives() -> None:
    image = np.random.default_rng(0).normal(size=(72, 104))
    whole = smooth(image)
    for tile in tiles((72, 104), core=32, margin=9, multiple=8):
        part = np.zeros_like(image)
        part[tile.shown] = smooth(image[tile.shown])
        np.testing.assert_allclose(part[tile.core], whole[tile.core], atol=1e-12)


def smooth(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Blur; what is farther than 9 pixels doesn't matter, and beyond the image there is zero."""
    found: NDArray[np.float64] = ndimage.uniform_filter(image, 19, mode="constant")
    return found
