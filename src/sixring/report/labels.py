"""Where labels go, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "Label", "least_hiding", "place_labels"]


class Label(NamedTuple):
    """A label to place beside something round."""

    x: float
    """Centre of what is labelled."""
    y: float
    radius: float
    """Of what is labelled: the label stays outside."""
    width: float
    """Of the label."""
    height: float


class Box(NamedTuple):
    """A placed label."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Tell whether two boxes have a common area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


# Directions in the order in which people expect a label: above, below, then the sides.
_DIRECTIONS = ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1))
_DIAGONAL = 0.75


def place_labels(
    labels: Sequence[Label],
    width: float,
    height: float,
    obstacles: NDArray[np.float64],
    taken: Sequence[Box] = (),
) -> list[Box | None]:
    """Place labels one after the other where there is room.

    Parameters
    ----------
    labels : sequence of Label
        The most important first. Any unit of length, y downwards.
    width, height : float
        Of the picture, which no label leaves.
    obstacles : ndarray
        Shape (n, 2): points x, y that a label had better not cover.
    taken : sequence of Box
        Where no label may be.

    Returns
    -------
    list of Box or None
        Where each label goes; None where all of its places are taken.
    """
    placed: list[Box | None] = []
    busy = list(taken)
    for label in labels:
        free = [
            box
            for box in _candidates(label)
            if box.left >= 0
            and box.top >= 0
            and box.right <= width
            and box.bottom <= height
            and not any(box.overlaps(other) for other in busy)
        ]
        best = least_hiding(free, obstacles) if free else None
        placed.append(best)
        if best is not None:
            busy.append(best)
    return placed


def least_hiding(boxes: Sequence[Box], obstacles: NDArray[np.float64]) -> Box:
    """Return the box that covers the fewest points x, y; the first of several."""
    return min(boxes, key=lambda box: _covered(box, obstacles))


def _candidates(label: Label) -> list[Box]:
    boxes = []
    for dx, dy in _DIRECTIONS:
        reach = label.radius * (_DIAGONAL if dx and dy else 1.0)
        x = label.x + dx * (reach + label.width / 2)
        y = label.y + dy * (reach + label.height / 2)
        half_width, half_height = label.width / 2, label.height / 2
        boxes.append(Box(x - half_width, y - half_height, x + half_width, y + half_height))
    return boxes


def _covered(box: Box, points: NDArray[np.float64]) -> int:
    x, y = points.T
    inside = (x > box.left) & (x < box.right) & (y > box.top) & (y < box.bottom)
    return int(np.count_nonzero(inside))
