"""The pieces of the pictures: colours, scale bars, contrast, outlines, places of labels."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from skimage.measure import approximate_polygon, find_contours

from sixring.report.drawing import defect_rows, mask_shapes, odd_rings, page_data
from sixring.report.extent import defect_radius, dopant_atoms
from sixring.report.labels import Box, Label, least_hiding, place_labels
from sixring.report.outlines import region_outlines
from sixring.report.palette import REGION_STYLES, ring_style, text_on
from sixring.report.raster import display_levels, image_data_uri
from sixring.report.scalebar import scale_bar
from sixring.report.wording import defect_count_text, density_lines, finding_text, significant
from sixring.types import Defect, Detection, Mask, Micrograph, Region

NO_POINTS = np.zeros((0, 2))


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (3.0, "0.5 Å"),
        (20.0, "5 Å"),
        (35.0, "5 Å"),
        (36.0, "1 nm"),
        (56.3, "1 nm"),
        (276.0, "5 nm"),
        (2250.0, "50 nm"),
    ],
)
def test_a_scale_bar_is_round(width: float, text: str) -> None:
    assert scale_bar(width).text == text


@given(st.floats(1e-3, 1e6))
def test_a_scale_bar_fills_between_a_tenth_and_a_quarter(width: float) -> None:
    bar = scale_bar(width)
    assert 0.11 * width < bar.length <= 0.28 * width * (1 + 1e-9)
    assert f"{bar.length:.0e}"[0] in "125"
    number, unit = bar.text.split(" ")
    assert float(number) * {"Å": 1, "nm": 10}[unit] == pytest.approx(bar.length)


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_bar_needs_a_width(width: float) -> None:
    with pytest.raises(ValueError, match=f"positive and finite, not {width} angstrom"):
        scale_bar(width)


def test_the_sizes_that_matter_have_colours_of_their_own() -> None:
    colours = {size: ring_style(size).colour for size in (4, 5, 6, 7, 8, 9, 10)}
    assert len(set(colours.values())) == len(colours)
    assert ring_style(3) == ring_style(4)
    assert ring_style(10) == ring_style(14)


def test_every_region_but_clear_has_a_look_of_its_own() -> None:
    assert set(REGION_STYLES) == set(Region) - {Region.CLEAR}
    looks = {(style.colour, style.hatch) for style in REGION_STYLES.values()}
    assert len(looks) == len(REGION_STYLES)
    assert [style.key for style in REGION_STYLES.values()] == [
        r.name.lower() for r in REGION_STYLES
    ]


def test_text_is_black_on_light_colours_and_white_on_dark_ones() -> None:
    assert text_on("#F0E442") == "#000000"
    assert text_on("#0B1420") == "#FFFFFF"


def test_the_contrast_is_that_of_the_clear_area(make_sheet: Callable[..., Detection]) -> None:
    detection = make_sheet(
        (64, 64), noise=0.0, regions=[(Region.CONTAMINATION, slice(0, 32), slice(0, 64))]
    )
    image = detection.micrograph.image.copy()
    image[:32] += 1000
    levels = display_levels(replace(detection, micrograph=Micrograph(image)))
    assert levels.dtype == np.uint8
    assert (levels[:32] == 255).all()
    assert np.ptp(levels[32:].astype(int)) == 255


def test_the_whole_image_sets_the_contrast_where_hardly_any_is_clear(perfect: Detection) -> None:
    regions = np.full(perfect.mask.regions.shape, Region.BLUR, dtype=np.uint8)
    regions[0, 0] = Region.CLEAR
    hidden = replace(perfect, mask=Mask(regions))
    np.testing.assert_array_equal(display_levels(hidden), display_levels(perfect))


def test_a_few_hot_pixels_alone_still_make_a_picture(perfect: Detection) -> None:
    image = np.zeros(perfect.mask.regions.shape, dtype=np.float32)
    image[3, 3] = 5.0
    levels = display_levels(replace(perfect, micrograph=Micrograph(image)))
    assert levels[3, 3] == 255
    assert levels.sum() == 255


def decoded(uri: str) -> tuple[str, Image.Image]:
    kind, _, content = uri.partition(";base64,")
    return kind, Image.open(BytesIO(base64.b64decode(content)))


def test_a_picture_is_embedded_without_loss() -> None:
    levels = np.arange(48 * 32, dtype=np.uint16).reshape(48, 32).astype(np.uint8)
    kind, picture = decoded(image_data_uri(levels))
    assert (kind, picture.mode) == ("data:image/png", "L")
    np.testing.assert_array_equal(np.asarray(picture), levels)


def test_a_large_picture_is_made_smaller() -> None:
    kind, picture = decoded(image_data_uri(np.zeros((1024, 4096), dtype=np.uint8)))
    assert kind == "data:image/png"
    assert picture.size == (2048, 512)


def test_noise_that_png_cannot_pack_becomes_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sixring.report.raster._LARGEST_PNG", 10_000)
    levels = np.random.default_rng(0).integers(0, 255, (128, 128)).astype(np.uint8)
    kind, picture = decoded(image_data_uri(levels))
    assert (kind, picture.size) == ("data:image/jpeg", (128, 128))


def area(outlines: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]) -> float:
    """Return the area inside outlines, holes counted as negative."""
    total = 0.0
    for outline in outlines:
        row, col = outline.T
        total += float(np.sum(row[:-1] * col[1:] - row[1:] * col[:-1])) / 2
    return abs(total)


def test_an_outline_goes_round_the_region() -> None:
    regions = np.zeros((40, 60), dtype=np.uint8)
    regions[10:30, 20:50] = Region.BLUR
    (outline,) = region_outlines(regions, Region.BLUR)
    np.testing.assert_allclose(outline[0], outline[-1])
    assert area([outline]) == pytest.approx(20 * 30, rel=0.02)
    assert region_outlines(regions, Region.VACUUM) == []


def test_an_outline_leaves_holes_free() -> None:
    regions = np.zeros((40, 60), dtype=np.uint8)
    regions[5:35, 5:55] = Region.VACUUM
    regions[15:25, 20:40] = Region.CLEAR
    outlines = region_outlines(regions, Region.VACUUM)
    assert len(outlines) == 2
    assert area(outlines) == pytest.approx(30 * 50 - 10 * 20, rel=0.02)


def away(point: NDArray[np.float64], outline: NDArray[np.float64]) -> float:
    """Return the distance of a point from an outline."""
    starts, along = outline[:-1], np.diff(outline, axis=0)
    share = np.clip(((point - starts) * along).sum(axis=1) / (along**2).sum(axis=1), 0, 1)
    return float(np.linalg.norm(point - starts - share[:, None] * along, axis=1).min())


@pytest.mark.parametrize("seed", range(5))
def test_an_outline_is_straightened_as_far_as_it_says(seed: int) -> None:
    rough = gaussian_filter(np.random.default_rng(seed).normal(size=(90, 130)), 5) > 0
    regions = np.where(rough, np.uint8(Region.BLUR), np.uint8(Region.CLEAR))
    traced = [line - 1 for line in find_contours(np.pad(rough, 1).astype(np.float32), 0.5)]
    found = region_outlines(regions, Region.BLUR)
    assert len(found) == len(traced) > 3
    for line, outline in zip(traced, found, strict=True):
        assert max(away(point, outline) for point in line) <= 0.4
        # Where several points are equally far either is kept, and the rest follows from it.
        by_peer = len(approximate_polygon(line, 0.4))
        assert abs(len(outline) - by_peer) <= 2 + 0.1 * by_peer
        assert len(outline) < 0.7 * len(line)


def test_a_region_at_the_edge_is_closed_along_it() -> None:
    regions = np.full((20, 30), Region.CONTAMINATION, dtype=np.uint8)
    (outline,) = region_outlines(regions, Region.CONTAMINATION)
    assert area([outline]) == pytest.approx(20 * 30, rel=0.02)


def test_a_label_stands_above_where_there_is_room() -> None:
    (box,) = place_labels([Label(50, 50, 10, 30, 8)], 100, 100, NO_POINTS)
    assert box == Box(35, 32, 65, 40)


def test_a_label_at_the_upper_edge_stands_below() -> None:
    (box,) = place_labels([Label(50, 5, 10, 30, 8)], 100, 100, NO_POINTS)
    assert box == Box(35, 15, 65, 23)


def test_a_label_goes_where_it_hides_least() -> None:
    points = np.array([[50.0, 36.0]])
    (box,) = place_labels([Label(50, 50, 10, 30, 8)], 100, 100, points)
    assert box == Box(35, 60, 65, 68)
    assert least_hiding([Box(45, 30, 55, 40), Box(0, 0, 5, 5)], points) == Box(0, 0, 5, 5)


def test_a_label_without_room_is_left_out() -> None:
    everything = Box(0, 0, 100, 100)
    assert place_labels([Label(50, 50, 5, 10, 8)], 100, 100, NO_POINTS, [everything]) == [None]
    assert place_labels([Label(50, 50, 5, 101, 8)], 100, 100, NO_POINTS) == [None]


@given(
    st.lists(
        st.builds(
            Label,
            x=st.floats(0, 200),
            y=st.floats(0, 100),
            radius=st.floats(0, 20),
            width=st.floats(5, 60),
            height=st.floats(5, 12),
        ),
        max_size=40,
    )
)
def test_labels_stay_apart_and_inside(labels: list[Label]) -> None:
    boxes = place_labels(labels, 200, 100, NO_POINTS)
    assert len(boxes) == len(labels)
    placed = [box for box in boxes if box is not None]
    assert not any(one.overlaps(other) for one, other in combinations(placed, 2))
    assert all(b.left >= 0 and b.top >= 0 and b.right <= 200 and b.bottom <= 100 for b in placed)


def test_the_mark_of_a_defect_holds_its_rings(planted: Detection) -> None:
    for defect in planted.defects[:3]:
        radius = defect_radius(planted, defect)
        corners = np.concatenate([planted.rings.corners[ring] for ring in defect.rings])
        places = planted.atoms.positions[corners]
        assert np.linalg.norm(places - np.array(defect.position), axis=1).max() <= radius
        assert 2.4 < radius * planted.lattice.sampling < 6.0


def test_the_mark_of_a_dopant_is_about_its_bonds(planted: Detection) -> None:
    dopant = planted.defects[3]
    assert defect_radius(planted, dopant) * planted.lattice.sampling == pytest.approx(1.8)
    (atom,) = dopant_atoms(planted)
    np.testing.assert_allclose(planted.atoms.positions[atom], dopant.position)


def test_a_long_chain_has_no_circle(planted: Detection) -> None:
    chain = Defect("grain-boundary", 0.9, (128.0, 128.0), (5, 7), None, rings=(0, 500))
    (row,) = defect_rows(replace(planted, defects=(chain,)))
    assert not row.circled


def test_rows_say_in_which_area_a_defect_lies(planted: Detection) -> None:
    far = replace(planted.defects[0], position=(-3.0, 12.0))
    rows = defect_rows(replace(planted, defects=(*planted.defects, far)))
    areas = ["clear", "contamination", "clear", "clear", "outside the image"]
    assert [row.area for row in rows] == areas


def test_only_odd_rings_are_shapes(planted: Detection) -> None:
    shapes = odd_rings(planted)
    assert sorted(shape.size for shape in shapes) == [5] * 6 + [7] * 4 + [8]
    for shape in shapes:
        assert shape.path.startswith("M")
        assert len(shape.path[1:-1].split()) == 2 * shape.size


def test_the_mask_has_a_shape_for_each_region_it_holds(planted: Detection) -> None:
    keys = [shape.style.key for shape in mask_shapes(planted)]
    assert keys == ["contamination", "vacuum", "blur"]


def test_the_pages_data_fit_together(planted: Detection) -> None:
    rows = defect_rows(planted)
    data = page_data(planted, rows)
    rings = data["rings"]
    assert isinstance(rings, dict)
    assert {len(column) for column in rings.values()} == {len(planted.rings)}
    assert isinstance(data["atoms"], list)
    assert len(data["atoms"]) == 2 * len(planted.atoms)
    np.testing.assert_allclose(rings["row"], planted.rings.centres[:, 0], atol=0.0051)
    assert rings["defect"] == (planted.rings.defect + 1).tolist()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0, "0"),
        (0.119, "0.119"),
        (25.345, "25.3"),
        (1234.5, "1234"),
        (-0.004567, "-0.00457"),
        (5.09e-5, "5.09×10⁻⁵"),
        (3e7, "3.00×10⁷"),
    ],
)
def test_numbers_have_three_digits_that_count(value: float | None, text: str) -> None:
    assert significant(value) == text


def test_the_finding_names_count_area_and_interval(planted: Detection) -> None:
    assert finding_text(planted) == (
        "3 defects in 25.3 nm² of clear sheet: 0.119 per nm² (95 % Poisson interval 0.0245 to "
        "0.347). 1 more outside the clear area, not counted."
    )
    assert density_lines(planted) == [
        "3 in 25.3 nm² of clear sheet",
        "0.119 per nm²",
        "95 % interval: 0.0245 to 0.347",
    ]


def test_calibrated_probabilities_say_how_many_are_false(planted: Detection) -> None:
    calibrated = replace(planted, calibrated=True)
    # Of those counted: 0.5428, 0.9006 and 0.9.
    assert finding_text(calibrated) == (
        "3 defects in 25.3 nm² of clear sheet: 0.119 per nm² (95 % Poisson interval 0.0245 to "
        "0.347). By their probabilities about 0.66 of them are false, 2.6 per 100 nm². 1 more "
        "outside the clear area, not counted."
    )


def test_nothing_found_still_has_an_upper_limit(perfect: Detection) -> None:
    assert finding_text(perfect) == (
        "No defect in 9.91 nm² of clear sheet: at most 0.372 per nm² (95 % Poisson interval)."
    )


def test_no_clear_area_is_said(planted: Detection) -> None:
    hidden = Mask(np.full(planted.mask.regions.shape, Region.BLUR, dtype=np.uint8))
    detection = replace(planted, mask=hidden)
    assert finding_text(detection) == (
        "No part of the image could be judged, so there is no density; 4 defects outside."
    )
    assert density_lines(detection) == ["no clear sheet, so no density"]


def test_one_is_not_plural() -> None:
    assert [defect_count_text(n) for n in (0, 1, 2)] == ["0 defects", "1 defect", "2 defects"]
