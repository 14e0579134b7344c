"""Values with their intervals, and the single trainings beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sixring.study._figures._canvas import GREY, SMALL
from sixring.study._reading import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["chance_line", "draw_estimate", "draw_seeds"]


def draw_estimate(
    axes: Axes,
    place: float,
    estimate: Row,
    colour: str,
    *,
    hollow: bool = False,
    lying: bool = False,
    label: str | None = None,
) -> None:
    """Draw a value as a dot with a whisker from end to end of its interval.

    Parameters
    ----------
    axes : Axes
        Where.
    place : float
        On the axis of what is compared.
    estimate : mapping
        ``value, low, high``; without a whisker where the ends are None.
    colour : str
        Of both.
    hollow : bool, optional
        Whether the dot is white within.
    lying : bool, optional
        Whether values run along the x axis.
    label : str, optional
        For the legend.
    """
    value = estimate["value"]
    whisker = None
    if estimate["low"] is not None:
        # A resampled interval may leave out the value itself by a rounding error.
        ends = [[value - estimate["low"]], [estimate["high"] - value]]
        whisker = np.maximum(np.array(ends, dtype=float), 0)
    style: dict[str, Any] = {
        "fmt": "o",
        "color": colour,
        "markersize": 6,
        "markerfacecolor": "white" if hollow else colour,
        "elinewidth": 1.4,
        "capsize": 3,
        "label": label,
        "zorder": 3,
    }
    if lying:
        axes.errorbar(value, place, xerr=whisker, **style)
    else:
        axes.errorbar(place, value, yerr=whisker, **style)


def draw_seeds(
    axes: Axes, place: float, each: Sequence[float], colour: str, *, lying: bool = False
) -> None:
    """Draw the value of each training as a small dot beside the mean."""
    if len(each) < 2:
        return
    at = np.full(len(each), place)
    x, y = (each, at) if lying else (at, each)
    axes.scatter(x, y, s=9, color=colour, alpha=0.5, linewidths=0, zorder=2)


def chance_line(axes: Axes, *, at: float = 0.5, lying: bool = False, label: str = "") -> None:
    """Draw a dashed line where a score says nothing, with a word beside it."""
    style: dict[str, Any] = {"color": GREY, "linewidth": 0.9, "linestyle": (0, (4, 3))}
    if lying:
        axes.axvline(at, zorder=1, **style)
    else:
        axes.axhline(at, zorder=1, **style)
        axes.annotate(
            label,
            (1, at),
            xycoords=("axes fraction", "data"),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=GREY,
        )
