"""The legend beside the overlay."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sixring.report.extent import dopant_atoms
from sixring.report.palette import DOPANT_COLOUR, REGION_STYLES, SIX_COLOUR, ring_style
from sixring.report.statistics import ring_census
from sixring.report.wording import defect_count_text, density_lines

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from sixring.types import Detection

__all__ = ["draw_legend"]


def draw_legend(
    figure: Figure, detection: Detection, left: float, top: float, *, labelled: int, sixes: bool
) -> None:
    """Write what was found and what the colours mean.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Where to draw.
    detection : Detection
        What was found.
    left, top : float
        The corner of the legend, as shares of the figure.
    labelled : int
        How many defects have a label.
    sixes : bool
        Whether the sixes are outlined.
    """
    inch = 1 / figure.get_figheight()
    heading = defect_count_text(len(detection.defects))
    figure.text(left, top, heading, fontsize=17, weight="bold", va="top")
    # Line by line: a superscript would make the lines of one text stand unevenly.
    for number, line in enumerate(density_lines(detection)):
        figure.text(left, top - (0.34 + 0.2 * number) * inch, line, fontsize=10.5, va="top")
    figure.legend(
        handles=_handles(detection, sixes=sixes),
        loc="upper left",
        bbox_to_anchor=(left, top - 1.2 * inch),
        fontsize=11,
        frameon=False,
        borderpad=0,
        borderaxespad=0,
        handlelength=1.7,
        handleheight=1.25,
        labelspacing=0.45,
    )
    if labelled < len(detection.defects):
        figure.text(
            left,
            0.12 * inch,
            f"Crowded: labels on the {labelled} most\n"
            f"probable of {len(detection.defects)} defects that\nhave room for one.",
            fontsize=9.5,
            va="bottom",
            linespacing=1.3,
        )


def _handles(detection: Detection, *, sixes: bool) -> list[Artist]:
    return [
        *_ring_handles(detection, sixes=sixes),
        *_atom_handles(detection),
        *_mask_handles(detection),
    ]


def _ring_handles(detection: Detection, *, sixes: bool) -> list[Artist]:
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Patch

    counts: Counter[str] = Counter()
    styles = {}
    for size, count in ring_census(detection).items():
        if size == 6 and not sixes:
            continue
        style = ring_style(size)
        styles[style.key] = style
        counts[style.key] += count.found
    return [
        Patch(
            facecolor="none" if style.colour == SIX_COLOUR else to_rgba(style.colour, 0.75),
            edgecolor="#8A939C" if style.colour == SIX_COLOUR else style.colour,
            label=f"{style.label}: {counts[style.key]}",
        )
        for style in styles.values()
    ]


def _atom_handles(detection: Detection) -> list[Artist]:
    from matplotlib.lines import Line2D

    elements = Counter(detection.atoms.elements[i] for i in dopant_atoms(detection))
    if not elements:
        return []
    counts = ", ".join(f"{element}: {count}" for element, count in sorted(elements.items()))
    return [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="D",
            markersize=9,
            markerfacecolor="#6B7077",
            markeredgecolor=DOPANT_COLOUR,
            markeredgewidth=1.8,
            label=f"dopant ({counts})",
        )
    ]


def _mask_handles(detection: Detection) -> list[Artist]:
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Patch

    handles: list[Artist] = []
    for region, style in REGION_STYLES.items():
        share = detection.mask.fraction(region)
        if share == 0:
            continue
        handles.append(
            Patch(
                facecolor=to_rgba(style.colour, max(style.alpha, 0.35)),
                edgecolor="#5A6068",
                hatch=style.hatch * 2,
                linewidth=0.6,
                label=f"{style.label}: {100 * share:.0f} %",
            )
        )
    return handles
