"""The figure of a limit: AUC against dose."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sixring.limit._doses import AUC

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sixring.evaluate import Estimate
    from sixring.limit._result import DefectLimit, Limit

__all__ = ["limit_figure"]

# Okabe and Ito (2008), as the evaluation has it: told apart with any common colour vision.
_COLOURS = ("#0072B2", "#E8601C", "#009E73", "#CC79A7", "#56B4E9", "#A6761D")
_GREY, _ANY = "#6E7781", "#000000"
_INCHES, _DPI = (4.6, 3.6), 300
_TEXT, _SMALL = 8.0, 7.0
_TICKS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)
_LOWEST, _HIGHEST = 0.48, 0.99995


def limit_figure(limit: Limit) -> Figure:
    """Draw AUC against dose for each defect.

    Parameters
    ----------
    limit : Limit
        Numbers.

    Returns
    -------
    Figure
        11.7 cm wide. A line is the best detector that doesn't know the place, with its 95 %
        interval; a dashed one the best that does; circles are the model; a triangle marks the
        dose of a search. The axis of the AUC is even in d'.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # The objects of matplotlib, never pyplot: nothing global, so that threads may draw at once.
    figure = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_xscale("log")
    axes.set_yscale("function", functions=(_stretched, ndtr))
    axes.set_ylim(_LOWEST, _HIGHEST)
    axes.set_yticks(_TICKS, [f"{tick:g}" for tick in _TICKS])
    axes.axhline(AUC, color=_GREY, linewidth=0.7, linestyle=(0, (1, 2)))
    for found, colour in zip(limit.defects, cycle(_COLOURS), strict=False):
        _draw(axes, found, _ANY if found.defect == "any" else colour)
    _explain(axes, limit)
    axes.set_xlabel("Dose (e/Å$^2$)", fontsize=_TEXT)
    axes.set_ylabel("AUC", fontsize=_TEXT)
    axes.set_title(
        f"{limit.mode.upper()}, {limit.conditions.sampling:g} Å/px, "
        f"{limit.side} × {limit.side} px, preset {limit.preset}",
        fontsize=_TEXT,
    )
    axes.tick_params(which="both", labelsize=_SMALL, width=0.6, length=3)
    for side, spine in axes.spines.items():
        spine.set_linewidth(0.6)
        spine.set_visible(side in ("left", "bottom"))
    return figure


def _draw(axes: Axes, found: DefectLimit, colour: str) -> None:
    doses = np.array([point.dose for point in found.curve])
    unknown = [point.unknown for point in found.curve]
    low, high = _ends(unknown)
    axes.fill_between(doses, low, high, color=colour, alpha=0.18, linewidth=0)
    middle = [estimate.value for estimate in unknown]
    axes.plot(doses, middle, color=colour, linewidth=1.4, label=found.defect)
    known = [point.known for point in found.curve]
    axes.plot(doses, known, color=colour, linewidth=0.9, linestyle=(0, (4, 2)))
    models = [point.model for point in found.curve if point.model is not None]
    if models:
        low, high = _ends(models)
        values = np.array([estimate.value for estimate in models])
        axes.errorbar(
            doses,
            values,
            yerr=np.maximum([values - low, high - values], 0),
            color=colour,
            marker="o",
            markersize=3.5,
            markerfacecolor="white",
            linewidth=0.8,
            linestyle=(0, (1, 1)),
            elinewidth=0.7,
        )
    axes.plot([found.search.value], [_LOWEST], marker="^", color=colour, clip_on=False, zorder=5)


def _explain(axes: Axes, limit: Limit) -> None:
    """Say what the lines are, below the defects' colours."""
    for label, style in (("place unknown", (0, ())), ("place known", (0, (4, 2)))):
        axes.plot([], [], color=_GREY, linewidth=1.1, linestyle=style, label=f"best, {label}")
    if limit.model is not None:
        axes.plot([], [], color=_GREY, marker="o", markerfacecolor="white", label=limit.model)
    label = "1 false alarm per 100 nm$^2$"
    axes.plot([], [], color=_GREY, marker="^", linestyle="none", label=label)
    axes.legend(loc="upper left", fontsize=_SMALL, frameon=False, handlelength=1.8)


def _ends(estimates: list[Estimate]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the intervals; the value itself where there is none."""
    low = [e.value if e.low is None else e.low for e in estimates]
    high = [e.value if e.high is None else e.high for e in estimates]
    return np.array(low), np.array(high)


def _stretched(auc: NDArray[np.float64]) -> NDArray[np.float64]:
    # What lies outside the axis must have a place all the same.
    stretched: NDArray[np.float64] = ndtri(np.clip(auc, 1e-9, 1 - 1e-9))
    return stretched
