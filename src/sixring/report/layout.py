"""How the overlay is laid out on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

    from sixring.types import Detection

__all__ = ["POINTS_PER_INCH", "RESOLUTION", "Layout", "from_points", "lay_out"]

RESOLUTION = 200
"""Dots per inch."""
POINTS_PER_INCH = 72.0
"""By definition."""

# Inches, as on a slide of 13.3 by 7.5; text sizes in points keep their proportion to this.
_IMAGE_SIDE = 8.0
_RING_SPACING = 2.46


class Layout(NamedTuple):
    """Sizes on the page, in points."""

    width: float
    """Of the image."""
    height: float
    """Of the image."""
    points_per_pixel: float
    """Size of a pixel of the image."""
    spacing: float
    """Between the centres of neighbouring rings."""


def lay_out(detection: Detection) -> Layout:
    """Fit the image into 8 by 8 inches."""
    rows, cols = detection.micrograph.image.shape
    points_per_pixel = _IMAGE_SIDE * POINTS_PER_INCH / max(rows, cols)
    return Layout(
        width=cols * points_per_pixel,
        height=rows * points_per_pixel,
        points_per_pixel=points_per_pixel,
        spacing=_RING_SPACING / detection.lattice.sampling * points_per_pixel,
    )


def from_points(axes: Axes, layout: Layout) -> Transform:
    """Return the transform from points, counted from the image's top left corner, to the page."""
    from matplotlib.transforms import Affine2D

    pixels = Affine2D().scale(1 / layout.points_per_pixel).translate(-0.5, -0.5)
    return pixels + axes.transData
