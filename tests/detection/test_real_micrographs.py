"""What is reached on real micrographs, by the functions of ``benchmarks.real``.

Constants of the detection were chosen with the flower and with the sessions before February 2014
in view; see there. Each test asserts what is true today, and says where that misses the target.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks.real import (
    Contaminated,
    DopantFrame,
    Flower,
    measure_contamination,
    measure_dopants,
    measure_flower,
    measure_refusal,
    precision,
    recall,
    summarise,
)

REAL_DATA = os.environ.get("SIXRING_REAL_DATA", "")

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REAL_DATA, reason="SIXRING_REAL_DATA names no folder"),
]

DATA = Path(REAL_DATA)


@pytest.fixture(scope="module", params=["classical", "learned"])
def detector(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module", params=[None, 0.22], ids=["no sampling", "0.22 A"])
def flower(request: pytest.FixtureRequest, detector: str) -> Flower:
    return measure_flower(DATA, request.param, detector)


@pytest.fixture(scope="module")
def frames(detector: str) -> tuple[DopantFrame, ...]:
    return measure_dopants(DATA, detector)


@pytest.fixture(scope="module")
def images(detector: str) -> tuple[Contaminated, ...]:
    return measure_contamination(DATA, detector)


def by_group(frames: tuple[DopantFrame, ...]) -> str:
    """Figures by group, for the message of a test that fails."""
    lines = []
    for group in sorted({frame.group for frame in frames}):
        some = [frame for frame in frames if frame.group == group]
        labelled, found, called, right = (
            sum(getattr(frame, key) for frame in some)
            for key in ("labelled", "found", "called", "right")
        )
        refused = "".join(f"; {frame.file}: {frame.refused}" for frame in some if frame.refused)
        lines.append(f"group {group}: {found}/{labelled} found, {right}/{called} right{refused}")
    return "\n".join(lines)


def by_session(images: tuple[Contaminated, ...]) -> str:
    lines = []
    for session in sorted({image.session for image in images}):
        row = summarise(session, [image for image in images if image.session == session])
        lines.append(
            f"{session}: {row.images} images, IoU {row.iou:.2f}, odd {row.odd:.0f}, without "
            f"boundaries {row.odd_alone:.0f}, not between grains {row.odd_within:.0f}, "
            f"sampling {row.nearest} and {row.adjoining}"
        )
    return "\n".join(lines)


def test_flower_every_five_and_seven(flower: Flower) -> None:
    assert (flower.fives, flower.sevens) == (12, 12)


def test_flower_nothing_else(flower: Flower) -> None:
    assert flower.others <= 2
    assert flower.names == ("grain-boundary",)  # a chain that closes round a turned grain


def test_flower_edge_of_the_hole_is_hidden(flower: Flower) -> None:
    assert flower.edge_hidden >= 0.88


def test_flower_sampling(flower: Flower) -> None:
    assert flower.sampling == pytest.approx(0.22, rel=0.02)


def test_molybdenum_disulphide_is_refused(detector: str) -> None:
    reason = measure_refusal(DATA, detector)
    assert reason is not None
    assert reason.startswith("not graphene at 0.137 A per pixel: the lattice constant seen is 3.")
    assert "graphene has 2.46 A" in reason


def test_silicon_recall(frames: tuple[DopantFrame, ...]) -> None:
    assert len(frames) == 56
    assert sum(frame.labelled for frame in frames) == 108
    assert recall(frames) >= 0.90, by_group(frames)


def test_silicon_precision(frames: tuple[DopantFrame, ...]) -> None:
    assert precision(frames) >= 0.80, by_group(frames)


def test_frames_whose_silicon_is_missed(frames: tuple[DopantFrame, ...]) -> None:
    """One frame, group 55, shows no lattice in its Fourier transform and is refused."""
    missed = {frame.file for frame in frames if frame.found < frame.labelled}
    assert missed <= {"Si1C3_88.tif"}, by_group(frames)
    assert {frame.file for frame in frames if frame.refused} <= {"Si1C3_88.tif"}


def test_mask_of_contamination(images: tuple[Contaminated, ...]) -> None:
    """The target: a mean intersection over union of 0.6."""
    assert len(images) == 59
    assert summarise("all", images).iou >= 0.6, by_session(images)
    assert summarise("held out", [i for i in images if i.held_out]).iou >= 0.6, by_session(images)


def test_mask_of_contamination_by_session(images: tuple[Contaminated, ...]) -> None:
    """The two images of June 2013 are below the target: faint dirt on one is overlooked."""
    for session in {image.session for image in images}:
        row = summarise(session, [image for image in images if image.session == session])
        assert row.iou >= (0.45 if session == "2013_0611" else 0.6), by_session(images)


def test_sampling_against_rings_that_share_a_bond(images: tuple[Contaminated, ...]) -> None:
    """The target: within 2 % on 55 of 59.

    On three of the others the lattice can't be read in most of the image, and fewer than twenty
    six-rings are left; on one the few that are left are distorted. With the six nearest centres
    for neighbours, whether they adjoin or not, 43 agree.
    """
    failing = [
        f"{i.file}: {i.adjoining} for {i.sampling:.4f}" for i in images if not i.adjoining_agrees
    ]
    assert len(failing) <= 4, "\n".join(failing)


def test_odd_rings_of_the_median_image(images: tuple[Contaminated, ...]) -> None:
    """The target, 10 for each 100 nm^2, is missed: 43, of which most are in grain boundaries."""
    assert summarise("all", images).odd <= 55, by_session(images)


def test_odd_rings_outside_boundaries(images: tuple[Contaminated, ...]) -> None:
    """Without the rings of grain boundaries and dislocations: 9; on the held-out half 11."""
    assert summarise("all", images).odd_alone <= 10, by_session(images)
    held_out = [image for image in images if image.held_out]
    assert summarise("held out", held_out).odd_alone <= 15, by_session(images)


def test_odd_rings_lie_between_grains(images: tuple[Contaminated, ...]) -> None:
    """Told from the orientations on their two sides, whatever they are called."""
    row = summarise("all", images)
    assert row.odd_within <= 10, by_session(images)
    # Chance would have put as few odd rings there as sixes.
    assert row.sixes_between <= 0.15
    assert row.odd_within < 0.25 * row.odd


def test_images_are_told_apart_by_their_session(images: tuple[Contaminated, ...]) -> None:
    in_view = {image.session for image in images if not image.held_out}
    held_out = {image.session for image in images if image.held_out}
    assert len([image for image in images if image.held_out]) == 33
    assert max(in_view) < "2014_02" <= min(held_out)
    assert np.isfinite([image.odd for image in images]).all()
