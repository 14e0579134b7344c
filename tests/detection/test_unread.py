"""What lies round rings that can't be read is turned to blur."""

from __future__ import annotations

import numpy as np
import pytest

from sixring.detection._unread import blur_round
from sixring.types import Mask, Region

_SIDE = 80


def clear() -> Mask:
    return Mask(np.zeros((_SIDE, _SIDE), np.uint8))


def test_no_ring_leaves_the_mask() -> None:
    mask = clear()
    assert blur_round(mask, np.empty((0, 2)), 0.4) is mask


@pytest.mark.parametrize("step", [0.2, 0.4])
def test_a_disc_of_four_angstrom_is_blur(step: float) -> None:
    mask = clear()
    centre = np.array([40.2, 37.9])
    found = blur_round(mask, centre[None], step)
    away = np.linalg.norm(np.argwhere(np.ones((_SIDE, _SIDE))) - np.rint(centre), axis=1)
    expected = (away * step < 4.0).reshape(_SIDE, _SIDE)
    np.testing.assert_array_equal(found.regions == Region.BLUR, expected)
    assert mask.clear.all()


def test_a_ring_beyond_the_edge_counts_as_at_the_edge() -> None:
    outside, inside = (blur_round(clear(), np.array([p]), 0.4) for p in ([-3.0, 90.0], [0.0, 79.0]))
    np.testing.assert_array_equal(outside.regions, inside.regions)
    assert not inside.clear.all()


def test_what_is_hidden_already_stays_what_it_is() -> None:
    regions = np.zeros((_SIDE, _SIDE), np.uint8)
    regions[:, 40:] = Region.VACUUM
    found = blur_round(Mask(regions), np.array([[40.0, 40.0]]), 0.4)
    assert (found.regions[:, 40:] == Region.VACUUM).all()
    assert (found.regions[40, 32:40] == Region.BLUR).sum() == 8
