"""How the overlay is laid out and annotated, and how templates are filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sixring.report.annotation import draw_labels, draw_scale_bar
from sixring.report.labels import Box
from sixring.report.layout import POINTS_PER_INCH, RESOLUTION, Layout, from_points, lay_out
from sixring.report.outlines import region_outlines
from sixring.report.templating import render
from sixring.types import Defect, Detection, Region

NOWHERE = Box(-1, -1, 0, 0)


def canvas(detection: Detection) -> tuple[Axes, Layout]:
    """Return axes of exactly the image, as the overlay has them."""
    layout = lay_out(detection)
    size = (layout.width / POINTS_PER_INCH, layout.height / POINTS_PER_INCH)
    figure = Figure(figsize=size, dpi=RESOLUTION)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    rows, cols = detection.micrograph.image.shape
    axes.set_xlim(-0.5, cols - 0.5)
    axes.set_ylim(rows - 0.5, -0.5)
    return axes, layout


def named(detection: Detection, *defects: tuple[str, float, float, float]) -> Detection:
    """Return the detection with defects of name, probability, row and col, without rings."""
    return replace(
        detection,
        defects=tuple(Defect(name, p, (row, col), (), 0) for name, p, row, col in defects),
    )


@pytest.mark.parametrize(
    ("shape", "width", "height"),
    [((100, 100), 576, 576), ((50, 100), 576, 288), ((100, 25), 144, 576)],
)
def test_the_longer_side_is_eight_inches(
    shape: tuple[int, int], width: float, height: float, make_sheet: Callable[..., Detection]
) -> None:
    layout = lay_out(make_sheet(shape))
    assert (layout.width, layout.height) == pytest.approx((width, height))
    # 2.46 angstrom are 11.2 pixels of 0.22 angstrom.
    assert layout.spacing == pytest.approx(2.46 / 0.22 * 576 / max(shape))


def test_points_count_from_the_upper_left_corner(perfect: Detection) -> None:
    axes, layout = canvas(perfect)
    width, height = axes.figure.bbox.size
    transform = from_points(axes, layout)
    np.testing.assert_allclose(transform.transform((0, 0)), (0, height), atol=1e-6)
    corner = transform.transform((layout.width, layout.height))
    np.testing.assert_allclose(corner, (width, 0), atol=1e-6)


def test_the_scale_bar_stands_at_the_lower_left(perfect: Detection) -> None:
    axes, layout = canvas(perfect)
    box = draw_scale_bar(axes, perfect, layout)
    assert (box.left, box.bottom) == (9, layout.height - 9)
    assert [text.get_text() for text in axes.texts] == ["5 Å"]


@pytest.mark.parametrize("corner", range(4))
def test_the_scale_bar_avoids_what_was_found(corner: int, perfect: Detection) -> None:
    rows, cols = perfect.micrograph.image.shape
    corners = [(rows - 8, 12), (rows - 8, cols - 12), (8, 12), (8, cols - 12)]
    taken = [("SW", 0.5, row, col) for row, col in corners[:corner]]
    axes, layout = canvas(perfect)
    box = draw_scale_bar(axes, named(perfect, *taken), layout)
    row, col = ((place + 0.5) * layout.points_per_pixel for place in corners[corner])
    assert box.left < col < box.right
    assert box.top < row < box.bottom


def test_labels_name_the_defects(perfect: Detection) -> None:
    detection = named(perfect, ("N", 0.4, 30, 30), ("Si-C3", 0.876, 90, 120))
    axes, layout = canvas(detection)
    assert draw_labels(axes, detection, layout, NOWHERE) == 2
    assert [text.get_text() for text in axes.texts] == ["Si-C3 0.88", "N 0.40"]


def test_labels_stay_in_the_picture(perfect: Detection) -> None:
    rows, cols = perfect.micrograph.image.shape
    places = [(row, col) for row in (1, rows - 1) for col in (1, cols - 1)]
    detection = named(perfect, *(("grain-boundary", 0.5, *place) for place in places))
    axes, layout = canvas(detection)
    assert draw_labels(axes, detection, layout, NOWHERE) == 4
    page = axes.figure.bbox
    for text in axes.texts:
        extent = text.get_window_extent()
        assert extent.x0 >= page.x0
        assert extent.x1 <= page.x1
        assert extent.y0 >= page.y0
        assert extent.y1 <= page.y1


def test_of_two_at_one_place_the_more_probable_is_labelled(perfect: Detection) -> None:
    axes, layout = canvas(perfect)
    crowd = [("SW", p, 64, 80) for p in (0.1, 0.9, 0.2, 0.3, 0.8, 0.4, 0.5, 0.6, 0.7, 0.15)]
    drawn = draw_labels(axes, named(perfect, *crowd), layout, NOWHERE)
    assert 1 <= drawn < len(crowd)
    assert axes.texts[0].get_text() == "SW 0.90"
    assert "SW 0.10" not in [text.get_text() for text in axes.texts]


def test_every_defect_is_circled_even_without_a_label(perfect: Detection) -> None:
    rng = np.random.default_rng(1)
    crowd = [("SW", p, r, c) for p, r, c in rng.uniform((0, 20, 20), (1, 108, 140), (60, 3))]
    axes, layout = canvas(perfect)
    assert draw_labels(axes, named(perfect, *crowd), layout, NOWHERE) < 60
    assert len(axes.patches) == 60


@given(
    top=st.integers(0, 20),
    left=st.integers(0, 20),
    rows=st.integers(3, 20),
    cols=st.integers(3, 20),
)
def test_an_outline_holds_its_region_to_half_a_pixel(
    top: int, left: int, rows: int, cols: int
) -> None:
    regions = np.zeros((40, 40), dtype=np.uint8)
    regions[top : top + rows, left : left + cols] = Region.CONTAMINATION
    (outline,) = region_outlines(regions, Region.CONTAMINATION)
    np.testing.assert_allclose(outline.min(axis=0), (top - 0.5, left - 0.5), atol=0.51)
    edge = (top + rows - 0.5, left + cols - 0.5)
    np.testing.assert_allclose(outline.max(axis=0), edge, atol=0.51)


def test_a_template_lacks_no_variable_silently() -> None:
    with pytest.raises(UndefinedError, match="'totals' is undefined"):
        render("index.html", entries=[], statuses=())
