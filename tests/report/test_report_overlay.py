"""The overlay as a picture: what is where, in which colour, at which size."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from sixring.report import draw_overlay
from sixring.report.legend import draw_legend
from sixring.report.palette import ring_style
from sixring.types import Defect, Detection, Mask, Region

# Of the page, in dots: the margin, and the image's longer side.
MARGIN, SIDE = 25, 1600


def drawn(detection: Detection, folder: Path) -> NDArray[np.float64]:
    """Return the overlay, shape (rows, cols, 3), 0 to 1."""
    path = folder / "overlay.png"
    draw_overlay(detection, path)
    return np.asarray(Image.open(path).convert("RGB"), dtype=float) / 255


def at(
    page: NDArray[np.float64], detection: Detection, row: float, col: float
) -> NDArray[np.float64]:
    """Return the colour of the page at a position of the image."""
    scale = SIDE / max(detection.micrograph.image.shape)
    y, x = (MARGIN + round((place + 0.5) * scale) for place in (row, col))
    patch: NDArray[np.float64] = page[y - 1 : y + 2, x - 1 : x + 2].mean(axis=(0, 1))
    return patch


def legend_texts(detection: Detection, *, labelled: int, sixes: bool = True) -> list[str]:
    figure = Figure(figsize=(4, 8))
    draw_legend(figure, detection, 0.0, 1.0, labelled=labelled, sixes=sixes)
    (legend,) = figure.legends
    return [text.get_text() for text in (*figure.texts, *legend.get_texts())]


def test_the_page_holds_image_and_legend(planted: Detection, tmp_path: Path) -> None:
    page = drawn(planted, tmp_path)
    rows, cols, _ = page.shape
    assert rows == pytest.approx(SIDE + 2 * MARGIN, abs=2)
    assert cols > SIDE + 2 * MARGIN + 400
    np.testing.assert_allclose(page[0, 0], 1.0)


def test_the_file_is_an_opaque_picture_of_the_stated_size(
    planted: Detection, tmp_path: Path
) -> None:
    drawn(planted, tmp_path)
    with Image.open(tmp_path / "overlay.png") as picture:
        assert (picture.format, picture.mode) == ("PNG", "RGB")
        # 8 inches of image, as the page is made for.
        assert picture.info["dpi"] == pytest.approx((SIDE / 8, SIDE / 8), abs=0.01)


def test_odd_rings_have_the_colour_of_their_size(planted: Detection, tmp_path: Path) -> None:
    page = drawn(planted, tmp_path)
    rings = planted.rings
    colours = {size: to_rgb(ring_style(size).colour) for size in (5, 7, 8)}
    for i in planted.defects[0].rings + planted.defects[2].rings:
        # Away from the digit in the middle: between it and the first corner.
        corner = planted.atoms.positions[rings.corners[i][0]]
        row, col = rings.centres[i] + 0.75 * (corner - rings.centres[i])
        seen = at(page, planted, row, col)
        hue = seen - seen.mean()
        likeness = {
            size: float(np.dot(hue, np.array(colour) - np.mean(colour)))
            / float(np.linalg.norm(np.array(colour) - np.mean(colour)))
            for size, colour in colours.items()
        }
        assert max(likeness, key=lambda size: likeness[size]) == rings.sizes[i]


def test_the_sheet_itself_stays_grey(perfect: Detection, tmp_path: Path) -> None:
    page = drawn(perfect, tmp_path)
    image = page[MARGIN + 5 : MARGIN + 900, MARGIN + 5 : MARGIN + 1500]
    assert np.ptp(image, axis=2).max() < 0.06


def test_the_mask_tints_what_was_not_judged(planted: Detection, tmp_path: Path) -> None:
    with_mask = drawn(planted, tmp_path)
    clear = replace(planted, mask=Mask(np.zeros_like(planted.mask.regions)))
    without = drawn(clear, tmp_path)
    # The contrast follows the clear area, so small differences are everywhere.
    change = np.abs(with_mask - without).max(axis=2)
    scale = SIDE / 256

    def changed(rows: slice, cols: slice) -> float:
        box = [slice(*(MARGIN + round(p * scale) for p in (s.start, s.stop))) for s in (rows, cols)]
        return float(change[tuple(box)].mean())

    assert changed(slice(165, 185), slice(20, 80)) > 0.1
    assert changed(slice(5, 55), slice(5, 45)) > 0.1
    assert changed(slice(205, 250), slice(205, 250)) > 0.1
    assert changed(slice(65, 155), slice(5, 60)) < 0.05


def test_regions_are_told_apart(make_sheet: Callable[..., Detection], tmp_path: Path) -> None:
    width = 40
    stripes = [(r, slice(0, 60), slice(width * r, width * (r + 1))) for r in Region]
    page = drawn(make_sheet((60, width * len(Region)), regions=stripes), tmp_path)
    dots = SIDE // len(Region)
    looks = []
    for region in Region:
        left = MARGIN + region * dots
        # Above the scale bar.
        stripe = page[MARGIN + 10 : MARGIN + 200, left + 20 : left + dots - 20]
        looks.append(np.array([*stripe.mean(axis=(0, 1)), stripe.std()]))
    for i, one in enumerate(looks):
        assert all(np.abs(one - other).max() > 0.01 for other in looks[i + 1 :])


def test_the_scale_bar_has_its_length(perfect: Detection, tmp_path: Path) -> None:
    page = drawn(perfect, tmp_path)
    # 160 columns of 0.22 angstrom: a bar of 5 angstrom.
    rows = 128 * SIDE // 160
    corner = page[MARGIN + rows - 100 : MARGIN + rows, MARGIN : MARGIN + 600]
    white: NDArray[np.bool_] = np.min(corner, axis=2) > 0.99
    longest = max(
        len(run) for line in white for run in "".join("x" if w else " " for w in line).split()
    )
    assert longest == pytest.approx(5 / 0.22 * SIDE / 160, abs=3)


def test_the_scale_bar_gives_way_to_a_defect(
    make_sheet: Callable[..., Detection], tmp_path: Path
) -> None:
    detection = make_sheet((256, 256), rotated=[(240.0, 40.0)])
    page = drawn(detection, tmp_path)
    lower_right = page[MARGIN + 1450 : MARGIN + 1600, MARGIN + 1150 : MARGIN + 1600]
    assert (lower_right > 0.99).all(axis=2).sum() > 1000


def test_the_legend_counts(planted: Detection) -> None:
    texts = legend_texts(planted, labelled=4)
    assert texts == [
        "4 defects",
        "3 in 25.3 nm² of clear sheet",
        "0.119 per nm²",
        "95 % interval: 0.0245 to 0.347",
        "5-rings: 6",
        f"6-rings: {np.count_nonzero(planted.rings.sizes == 6)}",
        "7-rings: 4",
        "8-rings: 1",
        "dopant (Si: 1)",
        "contamination: 11 %",
        "vacuum: 5 %",
        "blur: 5 %",
    ]


def test_the_legend_is_silent_about_sixes_that_are_not_drawn(perfect: Detection) -> None:
    assert not any("6-rings" in text for text in legend_texts(perfect, labelled=0, sixes=False))


def test_the_legend_says_that_labels_were_left_out(planted: Detection) -> None:
    texts = legend_texts(planted, labelled=2)
    note = next(text for text in texts if text.startswith("Crowded"))
    assert note.replace("\n", " ") == (
        "Crowded: labels on the 2 most probable of 4 defects that have room for one."
    )


def test_a_crowd_is_thinned_out(
    planted: Detection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(2)
    crowd = tuple(
        Defect("unknown", float(p), (float(row), float(col)), (5, 9), None)
        for row, col, p in rng.uniform((20, 20, 0), (236, 236, 1), (300, 3))
    )
    told: list[int] = []
    monkeypatch.setattr(
        "sixring.report.overlay.draw_legend", lambda *_, labelled, **__: told.append(labelled)
    )
    drawn(replace(planted, defects=crowd), tmp_path)
    assert 10 <= told[0] <= 40


@pytest.mark.parametrize(
    ("shape", "sampling"),
    [((256, 256), 0.012), ((256, 256), 1.1), ((64, 512), 0.2), ((512, 64), 0.2), ((64, 64), 0.1)],
)
def test_any_shape_and_sampling_can_be_drawn(
    shape: tuple[int, int],
    sampling: float,
    make_sheet: Callable[..., Detection],
    tmp_path: Path,
) -> None:
    page = drawn(make_sheet(shape, sampling=sampling), tmp_path)
    assert page.shape[0] >= SIDE * shape[0] // max(shape)
    assert page.shape[1] >= SIDE * shape[1] // max(shape)


def test_a_name_is_never_read_as_mathematics(planted: Detection, tmp_path: Path) -> None:
    odd = replace(planted.defects[0], name=r"$\frac{$ 100 % _^")
    drawn(replace(planted, defects=(odd,)), tmp_path)
    assert (tmp_path / "overlay.png").stat().st_size > 0


def test_threads_draw_at_once_and_change_nothing_global(perfect: Detection, tmp_path: Path) -> None:
    settings = dict(mpl.rcParams)
    paths = [tmp_path / f"{i}.png" for i in range(3)]
    draw_overlay(perfect, paths[0])
    # The other ones replace files that are there already.
    jobs = [threading.Thread(target=draw_overlay, args=(perfect, path)) for path in paths[1:]]
    for job, path in zip(jobs, paths[1:], strict=True):
        path.write_text("old")
        job.start()
    for job in jobs:
        job.join()
    assert len({path.read_bytes() for path in paths}) == 1
    assert dict(mpl.rcParams) == settings
