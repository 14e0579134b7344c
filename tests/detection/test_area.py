"""What hides the sheet: the network's areas, and blur."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.detection._area import at_pixels
from sixring.detection._area import seen_mask as seen_cells
from sixring.detection._cells import AREAS
from sixring.lattice import Canvas
from sixring.types import Mask, Region

CELLS = 100
STEP = 0.2


def canvas(sampling: float = STEP) -> Canvas:
    side = 2 * CELLS
    shape = round(side * STEP / sampling)
    return Canvas(np.zeros((side, side), np.float32), STEP, side / shape, (shape, shape))


def unseen(shape: tuple[int, int] = (200, 200)) -> Mask:
    return Mask(np.full(shape, Region.CLEAR, np.uint8))


def seen_mask(before: Mask, said: NDArray[np.uint8], shown: Canvas) -> Mask:
    return at_pixels(seen_cells(before, said, shown), shown)


def area(region: Region = Region.CLEAR, *where: slice) -> NDArray[np.uint8]:
    made = np.zeros((CELLS, CELLS), np.uint8)
    made[where] = AREAS.index(region)
    return made


HIDDEN = [Region.CONTAMINATION, Region.VACUUM, Region.BILAYER]


@pytest.mark.parametrize("region", HIDDEN)
def test_what_the_network_says(region: Region) -> None:
    found = seen_mask(unseen(), area(region, np.s_[30:70], np.s_[20:80]), canvas()).regions
    expected = np.zeros((200, 200), bool)
    expected[60:140, 40:160] = True
    np.testing.assert_array_equal(found == region, expected)


@pytest.mark.parametrize("region", HIDDEN)
def test_a_speck_is_no_region(region: Region) -> None:
    # 24 by 24 cells of 0.4 angstrom are 92 square angstrom, 26 by 26 are 108.
    small = seen_mask(unseen(), area(region, np.s_[30:54], np.s_[30:54]), canvas())
    large = seen_mask(unseen(), area(region, np.s_[30:56], np.s_[30:56]), canvas())
    assert small.fraction(region) == 0
    assert large.fraction(region) == pytest.approx(26**2 / CELLS**2)


def test_a_region_that_the_edge_cuts_may_be_smaller() -> None:
    cut = area(Region.CONTAMINATION, np.s_[:14], np.s_[-14:])
    assert seen_mask(unseen(), cut, canvas()).fraction(Region.CONTAMINATION) > 0


@pytest.mark.parametrize("region", HIDDEN)
def test_a_border_beside_it(region: Region) -> None:
    found = seen_mask(unseen(), area(region, np.s_[:], np.s_[40:]), canvas()).regions[100]
    # Vacuum shows what there is; 3 angstrom are 15 pixels, or seven cells.
    wide = 0 if region == Region.VACUUM else 14
    assert (found[40 : 80 - wide] == Region.CLEAR).all()
    assert (found[80 - wide : 80] == Region.BORDER).all()


def test_a_border_at_the_edge_of_the_image() -> None:
    found = seen_mask(unseen(), area(), canvas()).regions
    assert (found[:14] == Region.BORDER).all()
    assert (found[:, -14:] == Region.BORDER).all()
    assert (found[14:-14, 14:-14] == Region.CLEAR).all()


def test_blur_is_taken_from_before_and_nothing_else() -> None:
    before = unseen()
    before.regions[100:] = Region.CONTAMINATION
    before.regions[:50] = Region.BLUR
    said = area(Region.VACUUM, np.s_[:], np.s_[50:])
    found = seen_mask(before, said, canvas()).regions
    assert (found[:50, :100] == Region.BLUR).all()
    assert (found[50:64, 14:100] == Region.BORDER).all()
    assert (found[64:-14, 14:100] == Region.CLEAR).all()
    assert (found[:, 100:] == Region.VACUUM).all()


@pytest.mark.parametrize("sampling", [0.1, 0.16, 0.4])
def test_it_is_at_the_pixels_of_the_micrograph(sampling: float) -> None:
    shown = canvas(sampling)
    said = area(Region.BILAYER, np.s_[50:], np.s_[25:])
    found = seen_mask(unseen(shown.shape), said, shown)
    assert found.regions.shape == shown.shape
    rows, cols = np.nonzero(found.regions == Region.BILAYER)
    assert rows.min() == pytest.approx(20 / sampling, abs=1)
    assert cols.min() == pytest.approx(10 / sampling, abs=1)
    assert (rows.max(), cols.max()) == (shown.shape[0] - 1, shown.shape[1] - 1)


def test_pixels_beyond_the_last_whole_cell_are_like_it() -> None:
    shown = Canvas(np.zeros((201, 200), np.float32), STEP, 1.0, (201, 200))
    found = seen_mask(unseen((201, 200)), area(Region.VACUUM, np.s_[60:]), shown).regions
    assert (found[120:] == Region.VACUUM).all()
