"""The overlay: one picture, fit for a slide."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sixring.report.annotation import draw_labels, draw_scale_bar
from sixring.report.extent import dopant_atoms
from sixring.report.layout import POINTS_PER_INCH, RESOLUTION, Layout, lay_out
from sixring.report.legend import draw_legend
from sixring.report.outlines import region_outlines
from sixring.report.palette import DOPANT_COLOUR, REGION_STYLES, SIX_COLOUR, ring_style, text_on
from sixring.report.raster import display_levels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sixring.types import Detection

__all__ = ["draw_overlay"]

# All sizes on the page are points.
_LEGEND_WIDTH = 209.0
_LEAST_HEIGHT = 317.0
_MARGIN = 9.0

# Between the centres of rings, so that there is room for a digit, and for outlines of sixes.
_ROOM_FOR_DIGITS = 13.0
_ROOM_FOR_SIXES = 5.0


def draw_overlay(detection: Detection, path: Path) -> None:
    """Draw the image with what was found in it, as PNG.

    Rings other than six are filled by size, defects labelled by name and probability, dopants
    marked and the areas that weren't judged hatched. Where labels would cover one another
    only those of the most probable defects are drawn, and the legend says so.

    Parameters
    ----------
    detection : Detection
        What was found.
    path : Path
        The file to write; an existing one is replaced.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    layout = lay_out(detection)
    width = layout.width + _LEGEND_WIDTH + 3 * _MARGIN
    height = max(layout.height, _LEAST_HEIGHT) + 2 * _MARGIN
    # The objects of matplotlib, never pyplot: nothing global, so that threads may draw at once.
    size = (width / POINTS_PER_INCH, height / POINTS_PER_INCH)
    figure = Figure(figsize=size, dpi=RESOLUTION, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    bottom = height - _MARGIN - layout.height
    axes = figure.add_axes(
        (_MARGIN / width, bottom / height, layout.width / width, layout.height / height)
    )
    _draw_image(axes, detection, layout)
    _draw_mask(axes, detection)
    _draw_rings(axes, detection, layout)
    _draw_dopants(axes, detection, layout)
    bar = draw_scale_bar(axes, detection, layout)
    drawn = draw_labels(axes, detection, layout, bar)
    draw_legend(
        figure,
        detection,
        left=(layout.width + 2 * _MARGIN) / width,
        top=1 - _MARGIN / height,
        labelled=drawn,
        sixes=_sixes_visible(layout),
    )
    drawing = BytesIO()
    figure.savefig(drawing, format="rgba", dpi=RESOLUTION)
    dots = Image.frombytes("RGBA", canvas.get_width_height(), drawing.getvalue())
    # Without the fourth channel, which says nothing here, and quickly: that takes half the time
    # that matplotlib would, and the noise of a micrograph hardly packs better.
    dots.convert("RGB").save(path, format="png", compress_level=1, dpi=(RESOLUTION, RESOLUTION))


def _draw_image(axes: Axes, detection: Detection, layout: Layout) -> None:
    levels = display_levels(detection)
    rows, cols = levels.shape
    # A larger image is averaged, or the lattice would beat with the dots of the page.
    enlarged = layout.points_per_pixel * RESOLUTION > POINTS_PER_INCH
    axes.imshow(
        levels,
        cmap="gray",
        vmin=0,
        vmax=255,
        interpolation="bicubic" if enlarged else "hanning",
        aspect="auto",
    )
    axes.set_xlim(-0.5, cols - 0.5)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_axis_off()


def _draw_mask(axes: Axes, detection: Detection) -> None:
    from matplotlib.colors import to_rgba
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    for region, style in REGION_STYLES.items():
        outlines = region_outlines(detection.mask.regions, region)
        if not outlines:
            continue
        outline = Outline.make_compound_path(
            *(Outline(polygon[:, ::-1], closed=True) for polygon in outlines)
        )
        tint = to_rgba(style.colour, style.alpha)
        axes.add_patch(PathPatch(outline, facecolor=tint, edgecolor="none", zorder=2))
        if style.hatch:
            line = to_rgba("white" if style.alpha > 0.4 else style.colour, 0.6)
            hatching = PathPatch(
                outline, facecolor="none", edgecolor=line, hatch=style.hatch, linewidth=0, zorder=2
            )
            axes.add_patch(hatching)


def _sixes_visible(layout: Layout) -> bool:
    """Tell whether outlines of sixes would be lines and not a grey veil."""
    return layout.spacing >= _ROOM_FOR_SIXES


def _draw_rings(axes: Axes, detection: Detection, layout: Layout) -> None:
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import to_rgba

    rings = detection.rings
    outlines = [detection.atoms.positions[corners][:, ::-1] for corners in rings.corners]
    sixes = np.flatnonzero(rings.sizes == 6)
    if _sixes_visible(layout):
        axes.add_collection(
            PolyCollection(
                [outlines[i] for i in sixes],
                facecolors="none",
                edgecolors=[to_rgba(SIX_COLOUR, 0.28)],
                linewidths=float(np.clip(0.02 * layout.spacing, 0.5, 2.0)),
                zorder=3,
            )
        )
    odd = np.flatnonzero(rings.sizes != 6)
    colours = [ring_style(int(rings.sizes[i])).colour for i in odd]
    digits = layout.spacing >= _ROOM_FOR_DIGITS
    # A ring of a few dots needs more colour, one that is wide shows the image through it.
    opacity = 0.55 if digits else 0.8
    axes.add_collection(
        PolyCollection(
            [outlines[i] for i in odd],
            facecolors=[to_rgba(colour, opacity) for colour in colours],
            edgecolors=colours,
            linewidths=min(1.6, 0.08 * layout.spacing),
            zorder=4,
        )
    )
    if not digits:
        return
    for i, colour in zip(odd, colours, strict=True):
        row, col = rings.centres[i]
        axes.text(
            col,
            row,
            str(rings.sizes[i]),
            color=text_on(colour),
            fontsize=min(12.0, 0.45 * layout.spacing),
            fontweight="bold",
            ha="center",
            va="center",
            clip_on=True,
            zorder=5,
        )


def _draw_dopants(axes: Axes, detection: Detection, layout: Layout) -> None:
    dopants = dopant_atoms(detection)
    if not dopants:
        return
    rows, cols = detection.atoms.positions[dopants].T
    axes.scatter(
        cols,
        rows,
        s=float(np.clip(0.5 * layout.spacing, 4.0, 13.0)) ** 2,
        marker="D",
        facecolors="none",
        edgecolors=DOPANT_COLOUR,
        linewidths=1.4,
        zorder=6,
    )
