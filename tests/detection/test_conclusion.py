"""What a detection ends with."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.detection._conclusion import _in_pixels
from sixring.types import Defect


def halved(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    return positions / 2


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ((30.0, 60.0), (15.0, 30.0)),
        # The middle of what the border cuts off, beyond each side of the picture.
        ((-4.0, 60.0), (0.0, 30.0)),
        ((90.0, 60.0), (39.0, 30.0)),
        ((30.0, -0.5), (15.0, 0.0)),
        ((30.0, 300.0), (15.0, 99.0)),
    ],
)
def test_a_position_stays_in_the_picture(
    position: tuple[float, float], expected: tuple[float, float]
) -> None:
    defect = Defect("SW", 0.9, position, (5, 5, 7), 0)
    assert _in_pixels(defect, halved, (40, 100)).position == expected
