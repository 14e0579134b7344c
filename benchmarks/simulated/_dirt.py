"""The contaminated area, as it is and as it was found."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sixring.types import Mask, Region

__all__ = ["Overlap", "score_dirt"]


@dataclass(frozen=True)
class Overlap:
    """How far two areas agree."""

    both: float = 0.0
    """In the one and in the other, nm^2."""
    either: float = 0.0
    """In the one or in the other, nm^2."""

    def __add__(self, other: Overlap) -> Overlap:
        """Pool two."""
        return Overlap(self.both + other.both, self.either + other.either)

    @property
    def iou(self) -> float:
        """Intersection over union; NaN where neither has any."""
        return self.both / self.either if self.either else math.nan


def score_dirt(true: Mask, found: Mask, sampling: float) -> Overlap:
    """Hold the contamination of a mask against the true one, over the whole image.

    Parameters
    ----------
    true, found : Mask
        Of one shape.
    sampling : float
        Angstrom per pixel.

    Returns
    -------
    Overlap
        Of ``Region.CONTAMINATION`` alone: the border that a mask leaves around it isn't in it.
    """
    there, here = (mask.regions == Region.CONTAMINATION for mask in (true, found))
    pixel = sampling**2 / 100
    return Overlap(float((there & here).sum()) * pixel, float((there | here).sum()) * pixel)
