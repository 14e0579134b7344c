"""What is written over the overlay: the scale bar and the names of the defects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sixring.report.extent import EXTENDED_DEFECT, defect_radius, dopant_atoms
from sixring.report.labels import Box, Label, least_hiding, place_labels
from sixring.report.layout import POINTS_PER_INCH, RESOLUTION, Layout, from_points
from sixring.report.scalebar import scale_bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from sixring.types import Detection

__all__ = ["draw_labels", "draw_scale_bar"]

_MOST_LABELS = 40
_ROOMY_LABELS = 15
_LABEL_PAD = 2.0


def draw_scale_bar(axes: Axes, detection: Detection, layout: Layout) -> Box:
    """Draw the bar in the corner where it hides least; return where, in points."""
    from matplotlib.patches import Rectangle

    sampling = detection.lattice.sampling
    rows, cols = detection.micrograph.image.shape
    # The bar of a strip is chosen for its height: a quarter of its width would hide it.
    bar = scale_bar(min(cols, 3 * rows) * sampling)
    length = bar.length / sampling * layout.points_per_pixel
    gap, thickness, height = 9.0, 4.0, 36.0
    width = max(length, 42.0) + 2 * gap
    right, bottom = layout.width - gap, layout.height - gap
    box = least_hiding(
        [
            Box(gap, bottom - height, gap + width, bottom),
            Box(right - width, bottom - height, right, bottom),
            Box(gap, gap, gap + width, gap + height),
            Box(right - width, gap, right, gap + height),
        ],
        _obstacles(detection, layout),
    )
    on_page = from_points(axes, layout)
    middle, base = (box.left + box.right) / 2, box.bottom - gap
    plate = Rectangle((box.left, box.top), width, height, transform=on_page, zorder=7)
    plate.set(facecolor=(0, 0, 0, 0.62), edgecolor="none")
    corner = (middle - length / 2, base - thickness)
    ruler = Rectangle(corner, length, thickness, transform=on_page, zorder=8)
    ruler.set(facecolor="white", edgecolor="none")
    axes.add_patch(plate)
    axes.add_patch(ruler)
    axes.text(
        middle,
        base - thickness - 3,
        bar.text,
        color="white",
        fontsize=12,
        fontweight="bold",
        ha="center",
        va="bottom",
        transform=on_page,
        zorder=8,
    )
    return box


def draw_labels(axes: Axes, detection: Detection, layout: Layout, bar: Box) -> int:
    """Circle the defects and label the most probable ones; return how many have a label."""
    defects = sorted(detection.defects, key=lambda defect: -defect.probability)
    size = 11.0 if len(defects) <= _ROOMY_LABELS else 8.5
    circled = EXTENDED_DEFECT / detection.lattice.sampling
    texts: list[Text] = []
    labels: list[Label] = []
    for defect in defects:
        radius = defect_radius(detection, defect)
        row, col = defect.position
        if radius <= circled:
            _draw_circle(axes, (col, row), radius)
        if len(labels) == _MOST_LABELS:
            continue
        text = _label(axes, f"{defect.name} {defect.probability:.2f}", size)
        extent = text.get_window_extent()
        texts.append(text)
        labels.append(
            Label(
                x=(col + 0.5) * layout.points_per_pixel,
                y=(row + 0.5) * layout.points_per_pixel,
                # The label of a long chain stands at its middle.
                radius=(radius if radius <= circled else circled / 3) * layout.points_per_pixel
                + 1.5,
                width=extent.width * POINTS_PER_INCH / RESOLUTION + 2 * _LABEL_PAD,
                height=extent.height * POINTS_PER_INCH / RESOLUTION + 2 * _LABEL_PAD,
            )
        )
    boxes = place_labels(
        labels,
        width=layout.width,
        height=layout.height,
        obstacles=_obstacles(detection, layout),
        taken=[bar],
    )
    on_page = from_points(axes, layout)
    for text, box in zip(texts, boxes, strict=True):
        if box is None:
            text.remove()
            continue
        text.set_transform(on_page)
        text.set_position(((box.left + box.right) / 2, (box.top + box.bottom) / 2))
    return sum(box is not None for box in boxes)


def _label(axes: Axes, name: str, size: float) -> Text:
    return axes.text(
        0,
        0,
        name,
        color="white",
        fontsize=size,
        ha="center",
        va="center",
        # A name may hold a dollar sign: it is text, never mathematics.
        parse_math=False,
        bbox={"facecolor": (0, 0, 0, 0.68), "edgecolor": "none", "pad": _LABEL_PAD},
        zorder=9,
    )


def _draw_circle(axes: Axes, centre: tuple[float, float], radius: float) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(
        Circle(centre, radius, fill=False, edgecolor="white", linewidth=1.0, alpha=0.9, zorder=6)
    )


def _obstacles(detection: Detection, layout: Layout) -> NDArray[np.float64]:
    """Return what nothing had better cover, as x, y in points."""
    odd = detection.rings.centres[detection.rings.sizes != 6]
    dopants = detection.atoms.positions[dopant_atoms(detection)]
    defects = np.array([defect.position for defect in detection.defects]).reshape(-1, 2)
    places: NDArray[np.float64] = np.concatenate([odd, dopants, defects])[:, ::-1] + 0.5
    return places * layout.points_per_pixel
