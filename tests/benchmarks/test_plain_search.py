from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.matching import match
from benchmarks.plain_search import plain_search
from sixring.simulate import micrograph
from sixring.structures import perfect_sheet, plant
from sixring.types import Contrast


def inner(centres: NDArray[np.float64], pixels: int, margin: float) -> NDArray[np.bool_]:
    off = np.abs(centres - (pixels - 1) / 2).max(axis=1)
    inside: NDArray[np.bool_] = off < (pixels - 1) / 2 - margin
    return inside


@pytest.mark.parametrize("contrast", ["dark", "bright"])
@pytest.mark.parametrize("sampling", [0.1, 0.2, 0.25])
def test_a_perfect_sheet_has_sixes(contrast: Contrast, sampling: float) -> None:
    pixels = round(40 / sampling)
    simulated = micrograph(
        perfect_sheet(60, 60, orientation=11),
        contrast=contrast,
        shape=(pixels, pixels),
        sampling=sampling,
        dose=float("inf"),
        origin=(10, 10),
    )
    rings = plain_search(simulated.image, sampling)
    kept = inner(rings.centres, pixels, 3 / sampling)
    assert set(rings.sizes[kept].tolist()) == {6}
    truly = inner(simulated.rings.centres, pixels, 3 / sampling)
    # Centres are whole pixels here.
    pairs = match(simulated.rings.centres[truly], rings.centres, 1.0)
    assert len(pairs) == truly.sum()


def test_a_stone_wales_defect_has_two_fives_and_two_sevens() -> None:
    simulated = micrograph(
        plant(perfect_sheet(60, 60), "SW", near=(30, 30)),
        shape=(200, 200),
        dose=float("inf"),
        origin=(10, 10),
    )
    rings = plain_search(simulated.image, 0.2)
    kept = inner(rings.centres, 200, 15)
    assert sorted(rings.sizes[kept & (rings.sizes != 6)].tolist()) == [5, 5, 7, 7]


@pytest.mark.parametrize("tops", [[], [(20, 20)], [(20, 10), (20, 20), (20, 30), (20, 40)]])
def test_too_little_has_no_neighbours(tops: list[tuple[int, int]]) -> None:
    image = np.zeros((50, 50), np.float32)
    for row, col in tops:
        image[row, col] = 1
    rings = plain_search(image, 0.2)
    assert rings.centres.shape == (len(rings.sizes), 2)
    for row, col in tops:
        [k] = np.flatnonzero((rings.centres == (row, col)).all(axis=1))
        assert rings.sizes[k] == 0
