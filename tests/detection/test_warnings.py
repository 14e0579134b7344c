"""What the reader of a result is told, and when."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detection_cases import detect_classically, image_of, perfect
from sixring.detection._warnings import warn
from sixring.types import Grain, Lattice, Mask, Micrograph, Region

MICROGRAPH = Micrograph(np.zeros((300, 300), np.float32), 0.2, "hrtem")
LATTICE = Lattice(
    grains=(Grain(np.zeros((3, 2)), 1.0),),
    sampling=0.2,
    sampling_from_lattice=0.2,
    lattice_constant=2.46,
    orientation=11.0,
    strain=np.zeros((2, 2)),
    contrast="dark",
    contrast_strength=0.9,
    significance=30.0,
)
MASK = Mask(np.zeros((300, 300), np.uint8))


def mask_of(blur: float = 0.0, contamination: float = 0.0) -> Mask:
    """Shares of an image of 300 rows."""
    regions = np.zeros((300, 300), np.uint8)
    regions[: round(300 * blur)] = Region.BLUR
    if contamination:
        regions[-round(300 * contamination) :] = Region.CONTAMINATION
    return Mask(regions)


def test_nothing_to_say() -> None:
    assert warn(MICROGRAPH, LATTICE, MASK, "hrtem", 0.0, 0.0) == ()


def test_clean_calibrated_image_has_no_warnings() -> None:
    assert detect_classically(image_of(perfect(), side=40).micrograph).warnings == ()


@pytest.mark.parametrize("off", [0.96, 1.04])
def test_sampling_that_is_nearly_right(off: float) -> None:
    lattice = replace(LATTICE, sampling_from_lattice=0.2 * off)
    assert warn(MICROGRAPH, lattice, MASK, "hrtem", 0.0, 0.0) == ()


def test_sampling_that_disagrees() -> None:
    lattice = replace(LATTICE, sampling_from_lattice=0.22)
    assert warn(MICROGRAPH, lattice, MASK, "hrtem", 0.0, 0.0) == (
        "The sampling given, 0.2 A per pixel, disagrees with the lattice by +10.0 %: graphene "
        "would be at 0.22 A per pixel. The one given was used; lengths and densities depend on "
        "it.",
    )


def test_sampling_that_was_replaced() -> None:
    lattice = replace(LATTICE, sampling=0.18, sampling_from_lattice=0.18)
    assert warn(MICROGRAPH, lattice, MASK, "hrtem", 0.0, 0.0) == (
        "The sampling given, 0.2 A per pixel, disagrees with the lattice by -10.0 %: graphene "
        "would be at 0.18 A per pixel. The one given was replaced by the lattice's; lengths and "
        "densities depend on it.",
    )


def test_no_sampling() -> None:
    assert warn(replace(MICROGRAPH, sampling=None), LATTICE, MASK, "hrtem", 0.0, 0.0) == (
        "No sampling was given: 0.2 A per pixel follows from the lattice, on the assumption that "
        "it is graphene.",
    )


@pytest.mark.parametrize(("mode", "said"), [("hrtem", "HRTEM"), ("stem", "STEM")])
def test_no_mode(mode: str, said: str) -> None:
    found = warn(replace(MICROGRAPH, mode=None), LATTICE, MASK, mode, 0.0, 0.0)  # type: ignore[arg-type]
    assert found == (f"The mode isn't stated: {said} was assumed from the contrast of the image.",)


@pytest.mark.parametrize(("strain", "number"), [(0.029, 0), (0.034, 1), (-0.034, 1)])
def test_distorted_lattice(strain: float, number: int) -> None:
    # Stretched along a diagonal, so that it shows in no single element of the tensor.
    tensor = np.full((2, 2), strain / 2)
    found = warn(MICROGRAPH, replace(LATTICE, strain=tensor), MASK, "hrtem", 0.0, 0.0)
    assert found == number * (
        "The lattice is distorted by 3.4 %, more than a sheet bears: drift, scan distortion, tilt, "
        "or pixels that aren't square.",
    )


@pytest.mark.parametrize(("strength", "number"), [(0.31, 0), (0.29, 1)])
def test_unclear_contrast(strength: float, number: int) -> None:
    lattice = replace(LATTICE, contrast_strength=strength, contrast="bright")
    assert warn(MICROGRAPH, lattice, MASK, "hrtem", 0.0, 0.0) == number * (
        "Whether atoms are bright or dark can't be told from this image; they were taken to be "
        "bright. Atom positions may be ring centres; rings are counted right.",
    )


@pytest.mark.parametrize(("share", "number"), [(0.2, 0), (0.25, 1)])
def test_unreadable_area(share: float, number: int) -> None:
    assert warn(MICROGRAPH, LATTICE, mask_of(blur=share), "hrtem", 0.0, 0.0) == number * (
        "The lattice can't be read in 25 % of the image (blur, astigmatism, or too few "
        "electrons); that area isn't judged.",
    )


@pytest.mark.parametrize(("dirty", "number"), [(0.88, 0), (0.9, 1)])
def test_small_area(dirty: float, number: int) -> None:
    assert warn(MICROGRAPH, LATTICE, mask_of(contamination=dirty), "hrtem", 0.0, 0.0) == number * (
        "Only 3.6 nm^2 could be judged: a density from it says little.",
    )


@pytest.mark.parametrize(("shrink", "number"), [(0.5, 0), (1.0, 1), (3.0, 1)])
def test_few_electrons(shrink: float, number: int) -> None:
    assert warn(MICROGRAPH, LATTICE, MASK, "hrtem", shrink, 0.0) == number * (
        "The image holds few electrons: it was denoised hard, and a single missing atom may have "
        "been smoothed away.",
    )


def test_everything_at_once_and_in_one_order() -> None:
    lattice = replace(
        LATTICE,
        sampling_from_lattice=0.22,
        strain=np.diag([0.05, -0.05]),
        contrast_strength=0.1,
    )
    found = warn(replace(MICROGRAPH, mode=None), lattice, mask_of(0.5, 0.45), "hrtem", 2.0, 0.0)
    starts = [
        "The sampling given",
        "The mode isn't stated",
        "The lattice is distorted",
        "Whether atoms are bright",
        "The lattice can't be read",
        "Only 1.8 nm^2",
        "The image holds few electrons",
    ]
    assert len(found) == len(starts)
    for sentence, start in zip(found, starts, strict=True):
        assert sentence.startswith(start)
        assert sentence.endswith(".")
        assert "\n" not in sentence


@pytest.mark.parametrize(("share", "number"), [(0.0, 0), (0.03, 0), (0.05, 1)])
def test_more_odd_rings_than_a_sheet_has(share: float, number: int) -> None:
    assert warn(MICROGRAPH, LATTICE, MASK, "hrtem", 0.0, share) == number * (
        "5.0 % of the rings aren't sixes, grain boundaries left out. So many are seldom real: "
        "look at the picture for dirt, a second layer, fringes in fewer than three directions, "
        "or noise before you use the count.",
    )
