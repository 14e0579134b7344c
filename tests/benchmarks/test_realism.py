"""Measures of how far simulated images are from real ones."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.stats import norm

from benchmarks.realism import (
    DIFFERENCES,
    EDGES,
    OF_CONTAMINATION,
    OF_LATTICE,
    SETS,
    Frame,
    Look,
    Measured,
    RealSet,
    draw_curves,
    draw_picture,
    histogram_difference,
    look_at,
    mean_difference,
    measure,
    peak_height,
    quartiles,
    radial_spectrum,
    real_images,
    results_text,
    simulated_images,
    spectral_difference,
    standardised,
)
from benchmarks.realism.__main__ import main
from sixring.simulate import micrograph
from sixring.structures import perfect_sheet

FIRST_ORDER = 1 / 2.130
needs_real_data = pytest.mark.skipif(
    not os.environ.get("SIXRING_REAL_DATA"), reason="SIXRING_REAL_DATA isn't set"
)


def lattice(
    *, sampling: float = 0.25, orientation: float = 11.0, dose: float = 2e4, seed: int = 0
) -> NDArray[np.float32]:
    sheet = perfect_sheet(80, 80, orientation=orientation)
    side = int(64 / sampling)
    return micrograph(
        sheet, shape=(side, side), sampling=sampling, dose=dose, seed=seed, origin=(8.0, 8.0)
    ).image


def frame(
    image: NDArray[np.floating],
    *,
    dirty: NDArray[np.bool_] | None = None,
    name: str = "a",
    sampling: float | None = 0.25,
) -> Frame:
    nothing = np.zeros(image.shape, dtype=bool)
    return Frame(
        name=name,
        group=name,
        held_out=False,
        image=image.astype(np.float32),
        sampling=sampling,
        dirty=nothing if dirty is None else dirty,
        other=nothing,
    )


def look(image: NDArray[np.floating], **values: object) -> Look:
    found = look_at(frame(image, **values))  # type: ignore[arg-type]
    assert found is not None
    return found


def disc(shape: tuple[int, int], middle: tuple[float, float], radius: float) -> NDArray[np.bool_]:
    rows, cols = np.indices(shape)
    near: NDArray[np.bool_] = np.hypot(rows - middle[0], cols - middle[1]) <= radius
    return near


def soiled(seed: int = 1, strength: float = 1.0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    image = lattice().astype(np.float64)
    dirty = disc((256, 256), (90.0, 100.0), 50.0)
    rough = gaussian_filter(np.random.default_rng(seed).normal(size=image.shape), 4.0)
    return image + dirty * strength * 3 * image.std() * rough / rough.std(), dirty


# Spectra


def test_white_noise_has_its_variance_at_every_frequency() -> None:
    image = np.random.default_rng(0).normal(5.0, 3.0, (256, 256))
    found = radial_spectrum(image, 0.12)
    assert found is not None
    # The lowest bins average over some tens of frequencies.
    assert found.density[found.known][6:] == pytest.approx(9.0 * 0.12**2, rel=0.25)
    assert found.density[found.known].mean() == pytest.approx(9.0 * 0.12**2, rel=0.03)


def test_a_wave_has_its_variance_where_its_frequency_is() -> None:
    cols = np.arange(256)
    image = np.broadcast_to(np.cos(2 * np.pi * 0.15 * 0.55 * cols), (256, 256))
    found = radial_spectrum(image, 0.15)
    assert found is not None
    power = found.density * np.pi * np.diff(EDGES**2)
    assert np.nansum(power) == pytest.approx(0.5, rel=0.02)
    assert power[4] == pytest.approx(0.5, rel=0.02)  # 0.5 to 0.6


def test_the_spectrum_ends_before_nyquists_frequency() -> None:
    image = np.random.default_rng(0).normal(size=(128, 128))
    for first_order in (0.13, 0.2, 0.3):
        found = radial_spectrum(image, first_order)
        assert found is not None
        assert (
            EDGES[1:][found.known].max() <= 0.45 / first_order < EDGES[1:][found.known].max() + 0.1
        )


def test_what_is_outside_the_area_does_not_count() -> None:
    image = np.random.default_rng(0).normal(size=(256, 256))
    area = ~disc(image.shape, (128.0, 128.0), 40.0)
    other = image + 100.0 * gaussian_filter(1.0 - area, 2.0)
    without = radial_spectrum(image, 0.12, area & ~disc(image.shape, (128.0, 128.0), 50.0))
    found = radial_spectrum(other, 0.12, area & ~disc(image.shape, (128.0, 128.0), 50.0))
    assert without is not None
    assert found is not None
    np.testing.assert_allclose(
        found.density[found.known], without.density[without.known], rtol=1e-6
    )


def test_a_small_area_has_no_spectrum() -> None:
    image = np.random.default_rng(0).normal(size=(128, 128))
    assert radial_spectrum(image, 0.12, disc(image.shape, (60.0, 60.0), 20.0)) is None
    assert radial_spectrum(image, 0.12, disc(image.shape, (60.0, 60.0), 30.0)) is not None


def test_spectra_a_factor_apart_differ_only_unscaled() -> None:
    one = look(lattice()).clear
    other = replace(one, density=10 * one.density)
    assert spectral_difference(one, other) == pytest.approx(0.0, abs=1e-9)
    assert spectral_difference(one, other, scaled=False) == pytest.approx(1.0)


def test_both_orders_stand_out_of_noise_and_of_nothing_else() -> None:
    sharp = look(lattice(dose=1e5)).clear
    noise = radial_spectrum(np.random.default_rng(0).normal(size=(256, 256)), 0.117)
    assert noise is not None
    for order in ("first", "second"):
        height, none = peak_height(sharp, order), peak_height(noise, order)
        assert height is not None
        assert none is not None
        assert height > 0.8
        assert abs(none) < 0.1


def test_large_pixels_show_no_second_order() -> None:
    coarse = look(lattice(sampling=0.5), sampling=0.5).clear
    coarse = replace(coarse, density=np.where(EDGES[1:] > 1.75, np.nan, coarse.density))
    assert peak_height(coarse, "second") is None
    assert peak_height(coarse, "first") is not None


# Histograms


def test_standardised_values_of_a_normal_distribution() -> None:
    values = standardised(np.random.default_rng(0).normal(70.0, 8.0, 200_000))
    assert values[[158, 500, 841]] == pytest.approx(norm.ppf([0.1585, 0.5, 0.8415]), abs=0.02)


def test_the_wasserstein_distance_of_a_shift_is_the_shift() -> None:
    values = standardised(np.random.default_rng(0).normal(size=10_000))
    assert histogram_difference(values, values + 0.4) == pytest.approx(0.4)


# Looks


def test_an_image_does_not_differ_from_itself() -> None:
    image, dirty = soiled()
    one = look(image, dirty=dirty)
    for name, difference in DIFFERENCES.items():
        assert difference(one, one) == 0, name


@pytest.mark.parametrize(("gain", "offset"), [(0.01, 0.0), (300.0, -7.0), (2.0, 1e4)])
def test_gain_and_offset_do_not_matter(gain: float, offset: float) -> None:
    image, dirty = soiled()
    one, other = look(image, dirty=dirty), look(gain * image + offset, dirty=dirty)
    for name, difference in DIFFERENCES.items():
        # The image is kept in single precision.
        assert difference(one, other) == pytest.approx(0, abs=2e-3), name


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turning_an_image_by_right_angles_changes_nothing(turns: int) -> None:
    image, dirty = soiled()
    one, other = (
        look(image, dirty=dirty),
        look(np.rot90(image, turns), dirty=np.rot90(dirty, turns)),
    )
    for name, difference in DIFFERENCES.items():
        assert difference(one, other) == pytest.approx(0, abs=5e-3), name


def clear_difference(one: Look, other: Look) -> float:
    found = DIFFERENCES["spectrum, clear lattice"](one, other)
    assert found is not None
    return found


@pytest.mark.parametrize("orientation", [0.0, 22.0, 47.0])
def test_orientation_does_not_matter(orientation: float) -> None:
    one, other = look(lattice()), look(lattice(orientation=orientation, seed=1))
    assert clear_difference(one, other) < 0.1


@pytest.mark.parametrize("sampling", [0.18, 0.32])
def test_sampling_does_not_matter(sampling: float) -> None:
    one = look(lattice())
    other = look(lattice(sampling=sampling, seed=1), sampling=sampling)
    assert clear_difference(one, other) < 0.1
    assert clear_difference(one, look(lattice(dose=5e3))) > 0.2


def test_more_noise_is_farther_away() -> None:
    clean = look(lattice(dose=1e5))
    noisy = [look(lattice(dose=dose, seed=1)) for dose in (1e5, 3e4, 1e4, 3e3)]
    found = [clear_difference(clean, other) for other in noisy]
    assert found == sorted(found)
    assert found[0] < 0.1
    assert found[-1] > 0.3
    heights = [peak_height(other.clear, "first") or 0.0 for other in noisy]
    assert heights == sorted(heights, reverse=True)


def test_blur_lowers_the_second_order_before_the_first() -> None:
    image = lattice(dose=1e5).astype(np.float64)
    noise = np.random.default_rng(3).normal(0.0, image.std() / 5, image.shape)
    sharp, blurred = look(image + noise), look(gaussian_filter(image, 2.0) + noise)
    fall = [
        (peak_height(sharp.clear, order) or 0.0) - (peak_height(blurred.clear, order) or 0.0)
        for order in ("first", "second")
    ]
    assert 0.1 < fall[0] < fall[1] - 0.3
    assert clear_difference(sharp, blurred) > 0.15


def test_stronger_contamination_has_more_power() -> None:
    looks = [look(image, dirty=dirty) for image, dirty in (soiled(), soiled(strength=10**0.5))]
    coarse = OF_CONTAMINATION["power in them, coarse (over 5.3 A), decades"]
    (one,), (other,) = (coarse(a) for a in looks)
    assert one is not None
    assert other is not None
    assert other - one == pytest.approx(1.0, abs=0.05)
    # The clear lattice stays as it is.
    assert clear_difference(*looks) == pytest.approx(0.0, abs=0.02)


def test_the_share_and_size_of_patches() -> None:
    dirty = disc((256, 256), (70.0, 70.0), 40.0) | disc((256, 256), (190.0, 180.0), 20.0)
    dirty |= disc((256, 256), (30.0, 220.0), 5.0)
    found = look(lattice(), dirty=dirty)
    assert found.dirt == pytest.approx(np.pi * (40**2 + 20**2 + 5**2) / 256**2, rel=0.01)
    # Radii of 40 and 20 pixels of 0.25 A; the third is below half a square nanometre.
    assert found.patches == pytest.approx((2.0, 1.0), rel=0.02)


def test_no_lattice_no_look() -> None:
    noise = np.random.default_rng(0).normal(size=(256, 256))
    assert look_at(frame(noise, sampling=None)) is None
    assert look_at(frame(lattice(), dirty=np.ones((256, 256), dtype=bool))) is None


def test_the_contrast_is_known_where_the_zero_is() -> None:
    image = lattice(dose=1e5)
    assert look(image).contrast is None
    found = look_at(replace(frame(image), zero_known=True))
    assert found is not None
    assert found.contrast == pytest.approx(image.std() / image.mean(), rel=1e-6)


# Sets


def test_images_of_one_group_are_not_held_against_each_other() -> None:
    a, b, c = (look(lattice(seed=s), name=name) for s, name in enumerate("aab"))
    difference = DIFFERENCES["spectrum, clear lattice"]
    assert mean_difference((a, b), (a, b), difference) is None
    expected = np.mean([difference(a, c), difference(b, c)])
    assert mean_difference((a, b, c), (a, b, c), difference) == pytest.approx(expected)
    assert mean_difference((a, b), (c,), DIFFERENCES["spectrum, contamination"]) is None


def test_quartiles_over_images() -> None:
    one = look(lattice())
    looks = [replace(one, dirt=share) for share in (0.0, 0.1, 0.2, 0.3, 0.4)]
    found = quartiles(looks, OF_CONTAMINATION["contaminated share"])
    assert found is not None
    assert (found.low, found.median, found.high) == pytest.approx((0.1, 0.2, 0.3))
    assert quartiles(looks, OF_LATTICE["standard deviation over mean"]) is None


@pytest.fixture(scope="module")
def measured() -> Measured:
    image, dirty = soiled()
    real = tuple(look(lattice(seed=s), name=f"real {s}") for s in range(3))
    labelled = replace(look(image, dirty=dirty), name="real 3", group="real 3", held_out=True)
    simulated = tuple(look(lattice(seed=s), name=f"simulated {s}") for s in range(5, 8))
    return Measured(SETS[0], (*real, labelled), simulated, (2, 1))


def test_the_tables_say_what_was_measured(measured: Measured) -> None:
    text = results_text([measured], command="the command")
    assert "`the command`" in text
    assert "## HRTEM, TEAM: `team-80` and `hrtem_contamination`" in text
    assert "Real images: 4 (3 in view while the preset was set, 1 held out)" in text
    assert "Without a lattice that could be measured: 2 and 1 more." in text
    row = next(line for line in text.splitlines() if line.startswith("| spectrum, clear"))
    _, _, crossed, real, *_ = row.split("|")
    # All are images of the same lattice and dose.
    assert float(crossed) == pytest.approx(float(real), rel=0.2)
    assert "| contaminated share | 0 (0 to 0) | 0 (0 to 0) | 0.12 " in text
    assert "spectrum, contamination" not in text  # no pair has it


def test_a_set_without_labels_has_no_rows_of_contamination(measured: Measured) -> None:
    plain = replace(measured, real=measured.part(held_out=False))
    assert "contaminated share" not in results_text([plain], command="")


def test_the_curves_are_drawn(measured: Measured, tmp_path: Path) -> None:
    target = tmp_path / "curves.png"
    draw_curves(target, [measured, replace(measured, real=measured.part(held_out=False))])
    with Image.open(target) as image:
        assert image.size == (1180, 620)
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    for colour in ((0xE8, 0x60, 0x1C), (0x00, 0x72, 0xB2)):
        assert (pixels == colour).all(axis=1).sum() > 200


# Images


@pytest.mark.slow
def test_scans_without_a_foreign_atom_in_the_middle_are_passed_over() -> None:
    one, two = simulated_images("ultrastem-60", 2, seed=3)
    assert one.other[64:192, 64:192].any()
    assert two.other[64:192, 64:192].any()
    assert one.group != two.group
    assert np.array_equal(one.image, next(simulated_images("ultrastem-60", 1, seed=3)).image)


@pytest.mark.slow
def test_the_picture_without_real_images(tmp_path: Path) -> None:
    target = tmp_path / "picture.png"
    draw_picture(target, None, seed=1)
    assert target.stat().st_size < 300_000
    with Image.open(target) as image:
        assert image.size[0] == 1180
        assert image.size[1] < 300


def test_without_real_images_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for value in ("", str(tmp_path / "nothing")):
        monkeypatch.setenv("SIXRING_REAL_DATA", value)
        assert main([]) == 2
        assert "SIXRING_REAL_DATA names no folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--images", "1"], "--images must be at least 2, not 1"),
        (["--seed", "-1"], "--seed must be at least 0, not -1"),
    ],
)
def test_arguments_that_make_no_sense(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.realdata
@needs_real_data
def test_no_group_of_real_images_is_both_in_view_and_held_out() -> None:
    data = Path(os.environ["SIXRING_REAL_DATA"])
    for name, number, in_view in (
        ("hrtem_contamination", 59, 26),
        ("stem_si_dopants", 56, 20),
        ("hrtem_flower", 1, 1),
    ):
        frames = list(real_images(data, name))
        groups = [{f.group for f in frames if f.held_out == held_out} for held_out in (True, False)]
        assert not groups[0] & groups[1]
        assert len(frames) == number
        assert sum(not f.held_out for f in frames) == in_view


@pytest.mark.slow
@pytest.mark.realdata
@needs_real_data
@pytest.mark.parametrize(
    ("of", "most"),
    [(SETS[0], 1.25), (SETS[1], None), (SETS[2], 1.6)],
    ids=[s.preset for s in SETS],
)
def test_a_preset_is_about_as_far_from_real_images_as_they_are_from_each_other(
    of: RealSet, most: float | None
) -> None:
    data = Path(os.environ["SIXRING_REAL_DATA"])
    found = measure(data, of, number=8, seed=2)
    difference = DIFFERENCES["spectrum, clear lattice"]
    crossed = mean_difference(found.simulated, found.real, difference)
    assert crossed is not None
    if most is None:  # of one image alone
        assert crossed < 0.4
        return
    real = mean_difference(found.real, found.real, difference)
    assert real is not None
    assert crossed < most * real
