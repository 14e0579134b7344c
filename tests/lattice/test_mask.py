"""What can't be judged, where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from lattice_images import Analysis, analyse, as_micrograph, covered, honeycomb, noisy, overlap
from sixring.lattice._mask import _open, _without_small
from sixring.simulate import Patch, Simulated, micrograph
from sixring.structures import Sheet, perfect_sheet, plant
from sixring.types import Contrast, Mask, Mode, Region

SHAPE = (240, 240)
STEP = 0.25
DOSES: dict[Mode, float] = {"hrtem": 1e4, "stem": 2e6}
MODES: list[Mode] = ["hrtem", "stem"]
WELL = (Region.CLEAR, Region.BORDER)


def image_of(
    sheet: Sheet,
    mode: Mode,
    *,
    origin: tuple[float, float] = (2.0, 2.0),
    contrast: Contrast | None = None,
    contamination: tuple[Patch, ...] = (),
    seed: int = 0,
) -> Simulated:
    return micrograph(
        sheet,
        mode=mode,
        dose=DOSES[mode],
        shape=SHAPE,
        sampling=STEP,
        origin=origin,
        contrast=contrast,
        contamination=contamination,
        seed=seed,
    )


def mask_of(found: Simulated) -> Mask:
    return analyse(found.micrograph).mask


def core(mask: Mask, margin: int = 26) -> NDArray[np.uint8]:
    """The mask farther than 6.5 angstrom from the edges of the image."""
    return mask.regions[margin:-margin, margin:-margin]


@pytest.mark.parametrize(
    ("mode", "contrast"), [("hrtem", "bright"), ("hrtem", "dark"), ("stem", "bright")]
)
def test_a_clean_sheet_is_clear_but_for_a_border(
    sheet: Sheet, mode: Mode, contrast: Contrast
) -> None:
    mask = mask_of(image_of(sheet, mode, contrast=contrast))
    assert (core(mask) == Region.CLEAR).all()
    assert covered(mask, *WELL).all()
    # The border is a frame: two angstrom wide at least, the same on all four sides.
    assert (mask.regions[:8] == Region.BORDER).all()
    border = mask.regions == Region.BORDER
    widths = [int(border[120].argmin()), int(border[120][::-1].argmin())]
    widths += [int(border[:, 120].argmin()), int(border[:, 120][::-1].argmin())]
    assert len(set(widths)) == 1
    assert mask.fraction(Region.CLEAR) == pytest.approx((1 - 2 * widths[0] / 240) ** 2, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["SV", "SW", "DV-585", "flower", "Si-C3"])
def test_a_point_defect_is_never_masked(sheet: Sheet, name: str, mode: Mode) -> None:
    mask = mask_of(image_of(plant(sheet, name, near=(32.0, 32.0), turn=1), mode))
    assert (core(mask) == Region.CLEAR).all()


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("mode", MODES)
def test_contamination_is_found_and_no_more(sheet: Sheet, mode: Mode, seed: int) -> None:
    patches = (Patch((14.0, 30.0), 14.0), Patch((52.0, 46.0), 13.0))
    found = image_of(sheet, mode, contamination=patches, seed=seed)
    mask = mask_of(found)
    truth = covered(found.mask, Region.CONTAMINATION)
    dirty = covered(mask, Region.CONTAMINATION)
    assert overlap(dirty, truth) >= 0.6
    assert dirty[truth].mean() > 0.95
    # What is masked too much is a rim of a few angstrom.
    rim = ndimage.distance_transform_edt(~truth) * STEP
    assert rim[dirty].max() < 9.0
    assert covered(mask, *WELL)[rim > 9.0].all()


@pytest.mark.parametrize("density", [0.3, 1.0])
def test_thin_and_thick_contamination(sheet: Sheet, density: float) -> None:
    patch = (Patch((32.0, 32.0), 16.0, density=density),)
    found = image_of(sheet, "hrtem", contamination=patch)
    dirty = covered(mask_of(found), Region.CONTAMINATION)
    assert overlap(dirty, covered(found.mask, Region.CONTAMINATION)) >= 0.6


@pytest.mark.parametrize("mode", MODES)
def test_where_the_sheet_ends_is_vacuum(sheet: Sheet, mode: Mode) -> None:
    found = image_of(sheet, mode, origin=(-22.0, 2.0))
    mask = mask_of(found)
    truth = covered(found.mask, Region.VACUUM)
    vacuum = covered(mask, Region.VACUUM)
    assert overlap(vacuum, truth) > 0.75
    assert vacuum[:, :60].all()
    assert not vacuum[:, 110:].any()
    # Nothing of the vacuum is taken for a sheet but a seam of five angstrom.
    deep = ndimage.distance_transform_edt(truth) * STEP > 5.0
    assert not covered(mask, *WELL)[deep].any()
    assert covered(mask, Region.CLEAR)[40:-40, 150:-40].all()


@pytest.mark.parametrize("mode", MODES)
def test_a_wide_hole_is_masked_and_the_sheet_around_it_is_not(sheet: Sheet, mode: Mode) -> None:
    found = image_of(plant(sheet, "hole", near=(32.0, 32.0), atoms=150), mode)
    mask = mask_of(found)
    truth = covered(found.mask, Region.VACUUM)
    inside = ndimage.distance_transform_edt(truth) * STEP > 4.0
    assert not mask.clear[inside].any()
    assert covered(mask, Region.VACUUM)[inside].mean() > 0.5
    outside = ndimage.distance_transform_edt(~truth) * STEP > 10.0
    assert covered(mask, *WELL)[outside].all()


def test_a_blurred_area_is_blur_and_not_vacuum(clean: Simulated) -> None:
    rows, cols = np.indices(SHAPE)
    blurred = np.hypot(rows - 120, cols - 120) < 60
    weight = ndimage.gaussian_filter(blurred.astype(float), 4)
    smooth = ndimage.gaussian_filter(clean.image, 10)
    grain = 0.3 * (clean.image - clean.expected)
    image = (1 - weight) * clean.image + weight * (smooth + grain)
    mask = analyse(as_micrograph(image, STEP, "hrtem")).mask
    assert (mask.regions[100:140, 100:140] == Region.BLUR).all()
    assert overlap(covered(mask, Region.BLUR), blurred) > 0.6
    assert not covered(mask, Region.VACUUM, Region.CONTAMINATION).any()
    # And what touches it can't be judged, though it can be seen.
    beside = ndimage.binary_dilation(covered(mask, Region.BLUR), iterations=4)
    assert not (beside & covered(mask, Region.CLEAR)).any()


@pytest.mark.parametrize("twist", [9.0, 30.0])
@pytest.mark.parametrize("mode", MODES)
def test_two_turned_layers_are_a_bilayer(sheet: Sheet, mode: Mode, twist: float) -> None:
    upper = image_of(perfect_sheet(64, 64, orientation=11 + twist), mode, seed=1)
    lower = image_of(sheet, mode, seed=2)
    both = analyse(as_micrograph(lower.image + upper.image, STEP, mode))
    assert len(both.lattice.grains) == 2
    assert (core(both.mask) == Region.BILAYER).all()
    half = np.where(np.arange(240) < 120, 2 * lower.image, lower.image + upper.image)
    mask = analyse(as_micrograph(half, STEP, mode)).mask
    assert (mask.regions[30:-30, 30:80] == Region.CLEAR).all()
    assert (mask.regions[30:-30, 160:-30] == Region.BILAYER).all()


@pytest.mark.parametrize("mode", MODES)
def test_a_grain_boundary_is_a_sheet(boundary: tuple[float, Sheet], mode: Mode) -> None:
    _, sheet = boundary
    found = micrograph(
        sheet, mode=mode, dose=DOSES[mode], shape=(250, 250), sampling=0.4, origin=(2.0, 2.0)
    )
    assert (core(mask_of(found), 18) == Region.CLEAR).all()


@pytest.mark.parametrize(("sampling", "shape"), [(0.08, (420, 450)), (0.6, (120, 140))])
def test_the_mask_has_the_pixels_of_the_micrograph(sampling: float, shape: tuple[int, int]) -> None:
    image = noisy(honeycomb(shape, sampling, orientation=17), 0.5)
    rows, cols = np.indices(shape) * sampling
    # A blank disc in the upper left quarter, 8 angstrom wide.
    disc = np.hypot(rows - 14, cols - 14) < 8
    image = np.where(disc, noisy(np.full(shape, -9.0), 0.1), image)
    mask = analyse(as_micrograph(image, sampling)).mask
    assert mask.regions.shape == shape
    assert mask.regions.dtype == np.uint8
    assert set(np.unique(mask.regions)) <= set(Region)
    hidden = ~covered(mask, *WELL)
    assert hidden[disc].mean() > 0.6
    centre = ndimage.center_of_mass(hidden)
    assert np.array(centre) * sampling == pytest.approx([14, 14], abs=1.5)


def test_only_the_border_is_masked_by_a_ramp_of_brightness(sheet: Sheet) -> None:
    found = micrograph(sheet, shape=SHAPE, sampling=STEP, origin=(2.0, 2.0), ramp=0.5)
    assert (core(mask_of(found)) == Region.CLEAR).all()


def test_the_shares_add_up(analysis: Analysis) -> None:
    assert sum(analysis.mask.fraction(region) for region in Region) == pytest.approx(1.0)
    assert analysis.mask.fraction(Region.CLEAR) == analysis.mask.clear.mean()


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 1000),
    grain=st.floats(0.5, 4.0),
    rows=st.integers(10, 50),
    radius=st.floats(0.5, 9.0),
)
def test_opening_is_opening_with_a_disc(seed: int, grain: float, rows: int, radius: float) -> None:
    texture = ndimage.gaussian_filter(np.random.default_rng(seed).random((rows, 40)), grain)
    # Framed, so that how the image goes on beyond its edge doesn't matter here.
    region = np.pad(texture > np.median(texture) - 0.02, 12)
    span = int(radius)
    disc = np.hypot(*np.mgrid[-span : span + 1, -span : span + 1]) <= radius
    expected = ndimage.binary_opening(region, disc)
    np.testing.assert_array_equal(_open(region, radius), expected)


def test_opening_takes_links_and_dots_away() -> None:
    rows, cols = np.indices((60, 120))
    discs = np.hypot(rows - 30, cols - 30) < 15
    discs |= np.hypot(rows - 30, cols - 90) < 15
    linked = discs | ((np.abs(rows - 30) < 3) & (cols > 30) & (cols < 90))
    linked[5, 60] = True
    opened = _open(linked, 8.0)
    assert ndimage.label(opened)[1] == 2
    assert overlap(opened, discs) > 0.95
    assert not _open(discs, 20.0).any()


def test_an_open_region_goes_on_beyond_the_image() -> None:
    strip = np.zeros((60, 60), bool)
    strip[:, :7] = True
    np.testing.assert_array_equal(_open(strip, 5.0), strip)
    strip[:, :7], strip[:, 30:37] = False, True
    assert not _open(strip, 5.0).any()
    for everything in (np.ones((20, 20), bool), np.zeros((20, 20), bool)):
        np.testing.assert_array_equal(_open(everything, 5.0), everything)


def test_small_parts_are_dropped_by_their_area() -> None:
    region = np.zeros((100, 100), bool)
    region[10:18, 10:18] = True
    region[50:80, 50:80] = True
    # 64 pixels of 0.25 angstrom^2 are 16, 900 are 225; 80 angstrom^2 are asked for.
    kept = _without_small(region, 0.5)
    assert kept.sum() == 900
    assert _without_small(region, 2.0).sum() == 964
    assert not _without_small(region, 0.1).any()
    assert not _without_small(np.zeros((5, 5), bool), 1.0).any()
