"""The look that the figures share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sixring.io import file_appears_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

__all__ = [
    "ACCENT",
    "COLOURS",
    "DEFECT",
    "GREY",
    "PERFECT",
    "SMALL",
    "TEXT",
    "WIDTH",
    "Figure",
    "Plate",
    "dress",
    "new_canvas",
    "save",
]

# Okabe and Ito (2008), as the report and the evaluation have it: told apart with any common
# colour vision.
PERFECT, DEFECT, ACCENT = "#0072B2", "#E8601C", "#009E73"
COLOURS = (PERFECT, DEFECT, ACCENT, "#CC79A7")
GREY = "#6E7781"
WIDTH = 7.2
"""Inches, as wide as the text of the page."""
TEXT, SMALL = 9.0, 8.0
"""Points."""
_DPI = 200


@dataclass(frozen=True, eq=False)
class Plate:
    """A figure that hasn't got its number yet."""

    title: str
    """What it shows, in a few words."""
    caption: str
    """How to read it, in sentences."""
    canvas: Canvas
    """What is drawn."""


@dataclass(frozen=True)
class Figure:
    """A figure that has been written."""

    number: int
    """From 1; the first eight are those of the founding report."""
    title: str
    """What it shows, in a few words."""
    caption: str
    """How to read it, in sentences."""
    path: Path
    """The PNG file."""


def new_canvas(height: float, width: float = WIDTH) -> Canvas:
    """Return an empty figure of so many inches.

    The objects of matplotlib, never pyplot: nothing global, so that threads may draw at once.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(canvas)
    return canvas


def dress(axes: Axes, x_label: str = "", y_label: str = "", title: str = "") -> None:
    """Label axes, and leave away the lines above and on the right."""
    axes.set_xlabel(x_label, fontsize=TEXT)
    axes.set_ylabel(y_label, fontsize=TEXT)
    axes.set_title(title, fontsize=TEXT, fontweight="bold", loc="left")
    axes.tick_params(which="both", labelsize=SMALL, width=0.6, length=3)
    for side, spine in axes.spines.items():
        spine.set_linewidth(0.6)
        spine.set_visible(side in ("left", "bottom"))


def save(canvas: Canvas, path: Path) -> None:
    """Write a figure as PNG, whole or not at all; an existing file is replaced."""
    with file_appears_whole(path, overwrite=True) as part:
        canvas.savefig(part, format="png", facecolor="white", metadata={"Software": None})
