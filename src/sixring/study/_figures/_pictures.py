"""Patches as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sixring.patches import DEFECT as DEFECT_LABEL
from sixring.patches import PatchSet
from sixring.study._figures._canvas import SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["add_scale_bar", "describe", "grey_range", "normalised", "show"]

_PERCENTILES = (0.5, 99.5)
_BAR = 5.0
"""Length of the scale bar, angstrom."""


def normalised(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return patches as the networks see them: mean 0, mean absolute deviation 1.

    Parameters
    ----------
    images : ndarray, shape (n, rows, cols)
        Patches as they were recorded.
    """
    centred = images - images.mean(axis=(1, 2), keepdims=True)
    spread = np.abs(centred).mean(axis=(1, 2), keepdims=True)
    patches: NDArray[np.float32] = centred / spread
    return patches


def grey_range(image: NDArray[np.float32]) -> tuple[float, float]:
    """Return what is drawn black and what white: the 0.5 and 99.5 % quantiles."""
    low, high = np.percentile(image, _PERCENTILES)
    return float(low), float(high)


def show(
    axes: Axes,
    image: NDArray[Any],
    limits: tuple[float, float],
    *,
    title: str = "",
    colours: str = "gray",
) -> None:
    """Draw an image without ticks."""
    axes.imshow(image, cmap=colours, vmin=limits[0], vmax=limits[1], interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(title, fontsize=SMALL)
    for spine in axes.spines.values():
        spine.set_linewidth(0.4)


def add_scale_bar(axes: Axes, sampling: float, side: int) -> None:
    """Draw a scale bar into the lower left corner of a picture.

    Parameters
    ----------
    axes : Axes
        Of the picture.
    sampling : float
        Angstrom per pixel.
    side : int
        Pixels along a side.
    """
    from matplotlib.patheffects import withStroke

    outline = [withStroke(linewidth=3.5, foreground="black")]
    left, bottom = 0.06 * side, 0.93 * side
    right = left + _BAR / sampling
    axes.plot([left, right], [bottom, bottom], color="white", linewidth=2, path_effects=outline)
    axes.text(
        (left + right) / 2,
        bottom - 0.03 * side,
        f"{_BAR:g} Å",
        color="white",
        fontsize=SMALL,
        ha="center",
        va="bottom",
        path_effects=[withStroke(linewidth=2, foreground="black")],
    )


def describe(patches: PatchSet, index: int) -> str:
    """Say what a patch is, and with which dose it was recorded, on two lines."""
    labels = patches.labels
    is_defect = labels is not None and labels[index] == DEFECT_LABEL
    name = str(patches.details["defect"][index]) if is_defect else "perfect"
    dose = float(f"{patches.details['dose'][index]:.2g}")
    return f"{name}\n{dose:g} e/Å²"
