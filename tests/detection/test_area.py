"""What hides the sheet, by the network's areas."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.detection._area import at_pixels
from sixring.detection._area import seen_mask as seen_cells
from sixring.detection._cells import AREAS, CELL
from sixring.lattice import Canvas
from sixring.types import Mask, Region

CELLS = 100
STEP = 0.2


def canvas(sampling: float = STEP) -> Canvas:
    side = 2 * CELLS
    shape = round(side * STEP / sampling)
    return Canvas(np.zeros((side, side), np.float32), STEP, side / shape, (shape, shape))


def seen_mask(said: NDArray[np.uint8], shown: Canvas) -> Mask:
    return at_pixels(seen_cells(said, CELL * STEP), shown)


def area(region: Region = Region.CLEAR, *where: slice) -> NDArray[np.uint8]:
    made = np.zeros((CELLS, CELLS), np.uint8)
    made[where] = AREAS.index(region)
    return made


HIDDEN = [Region.CONTAMINATION, Region.VACUUM, Region.BILAYER]


@pytest.mark.parametrize("region", HIDDEN)
def test_what_the_network_says(region: Region) -> None:
    found = seen_mask(area(region, np.s_[30:70], np.s_[20:80]), canvas()).regions
    expected = np.zeros((200, 200), bool)
    expected[60:140, 40:160] = True
    np.testing.assert_array_equal(found == region, expected)


@pytest.mark.parametrize(
    ("region", "small", "large"),
    [
        # So many cells of 0.4 angstrom along a side: 23 and 27, 92 and 108 square angstrom.
        (Region.CONTAMINATION, 12, 13),
        (Region.VACUUM, 24, 26),
        (Region.BILAYER, 24, 26),
    ],
)
def test_a_speck_is_no_region(region: Region, small: int, large: int) -> None:
    for side, share in ((small, 0.0), (large, large**2 / CELLS**2)):
        said = area(region, np.s_[30 : 30 + side], np.s_[30 : 30 + side])
        assert seen_mask(said, canvas()).fraction(region) == pytest.approx(share)


def test_a_region_that_the_edge_cuts_may_be_smaller() -> None:
    cut = area(Region.CONTAMINATION, np.s_[:14], np.s_[-14:])
    assert seen_mask(cut, canvas()).fraction(Region.CONTAMINATION) > 0


@pytest.mark.parametrize("region", HIDDEN)
def test_a_border_beside_it(region: Region) -> None:
    found = seen_mask(area(region, np.s_[:], np.s_[40:]), canvas()).regions[100]
    # Vacuum shows what there is; 3 angstrom are 15 pixels, or seven cells.
    wide = 0 if region == Region.VACUUM else 14
    assert (found[40 : 80 - wide] == Region.CLEAR).all()
    assert (found[80 - wide : 80] == Region.BORDER).all()


def test_a_border_at_the_edge_of_the_image() -> None:
    found = seen_mask(area(), canvas()).regions
    assert (found[:14] == Region.BORDER).all()
    assert (found[:, -14:] == Region.BORDER).all()
    assert (found[14:-14, 14:-14] == Region.CLEAR).all()


@pytest.mark.parametrize("sampling", [0.1, 0.16, 0.4])
def test_it_is_at_the_pixels_of_the_micrograph(sampling: float) -> None:
    shown = canvas(sampling)
    said = area(Region.BILAYER, np.s_[50:], np.s_[25:])
    found = seen_mask(said, shown)
    assert found.regions.shape == shown.shape
    rows, cols = np.nonzero(found.regions == Region.BILAYER)
    assert rows.min() == pytest.approx(20 / sampling, abs=1)
    assert cols.min() == pytest.approx(10 / sampling, abs=1)
    assert (rows.max(), cols.max()) == (shown.shape[0] - 1, shown.shape[1] - 1)


def test_pixels_beyond_the_last_whole_cell_are_like_it() -> None:
    shown = Canvas(np.zeros((201, 200), np.float32), STEP, 1.0, (201, 200))
    found = seen_mask(area(Region.VACUUM, np.s_[60:]), shown).regions
    assert (found[120:] == Region.VACUUM).all()
