"""Defects by probability, and the area of dirt, against cases drawn by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.simulated import Alarm, Area, Overlap, rank_defects, recall_at, score_dirt
from sixring.types import Defect, Mask, Region

# Images of 100 x 100 pixels of 0.2 A: 2.5 A is 12.5 pixels.
ALL = np.ones((100, 100), bool)
LEFT = np.arange(100)[None, :] * ALL < 50


def area(judged: NDArray[np.bool_] = ALL, clean: NDArray[np.bool_] = ALL) -> Area:
    return Area.within_border(judged, clean, 0.2)


def defect(row: float, col: float, probability: float = 1.0, name: str = "SV") -> Defect:
    return Defect(name, probability, (row, col), (), None)


def ranked(
    true: list[Defect], found: list[Defect], where: Area | None = None
) -> list[tuple[float, bool]]:
    alarms = rank_defects(true, found, where or area())
    return [(alarm.probability, alarm.right) for alarm in alarms]


def test_the_most_probable_come_first() -> None:
    true = [defect(30, 30), defect(60, 60)]
    found = [defect(30, 80, 0.4), defect(61, 60, 0.9), defect(30, 40, 0.2)]
    assert ranked(true, found) == [(0.9, True), (0.4, False), (0.2, True)]


def test_a_true_defect_is_found_by_the_most_probable_alone() -> None:
    # The other is nearer, and false all the same.
    assert ranked([defect(50, 50)], [defect(50, 50, 0.3), defect(50, 60, 0.8)]) == [
        (0.8, True),
        (0.3, False),
    ]


def test_the_second_takes_what_the_first_has_left() -> None:
    true = [defect(50, 50), defect(50, 58)]
    found = [defect(50, 54.1, 0.9), defect(50, 55, 0.8)]
    assert ranked(true, found) == [(0.9, True), (0.8, True)]


def test_beyond_two_and_a_half_angstrom_is_elsewhere() -> None:
    assert ranked([defect(50, 50)], [defect(50, 62.5)]) == [(1.0, True)]
    assert ranked([defect(50, 50)], [defect(50, 62.6)]) == [(1.0, False)]


def test_what_isn_t_judged_is_no_alarm() -> None:
    half = area(judged=LEFT)
    assert ranked([], [defect(50, 70)], half) == []
    assert ranked([defect(50, 70)], [defect(50, 70)], half) == []
    assert ranked([], [defect(50, 30)], half) == [(1.0, False)]


def test_a_defect_under_dirt_is_neither_right_nor_false() -> None:
    dirty = area(clean=LEFT)
    assert ranked([defect(50, 70)], [defect(50, 70)], dirty) == []
    assert ranked([], [defect(50, 70)], dirty) == [(1.0, False)]


def test_edges_are_passed_over() -> None:
    assert ranked([defect(50, 50)], [defect(50, 50, name="edge")]) == []
    assert ranked([defect(50, 50, name="edge")], [defect(50, 50)]) == [(1.0, False)]


ALARMS = [Alarm(0.9, True), Alarm(0.8, False), Alarm(0.8, True), Alarm(0.3, True)]


@pytest.mark.parametrize(
    ("rate", "share"),
    # Of 1000 nm^2 and 4 true ones: none false above 0.8, one from there on.
    [(0.0, 0.25), (0.09, 0.25), (0.1, 0.75), (5.0, 0.75)],
)
def test_the_recall_at_a_rate_of_false_alarms(rate: float, share: float) -> None:
    assert recall_at(rate, ALARMS, judged=4, area=1000.0) == share


def test_recall_without_alarms_or_without_defects() -> None:
    assert recall_at(1.0, [], judged=3, area=100.0) == 0
    assert recall_at(0.0, [Alarm(1.0, False)], judged=3, area=100.0) == 0
    assert math.isnan(recall_at(1.0, [Alarm(1.0, False)], judged=0, area=100.0))


@given(
    st.lists(st.builds(Alarm, st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), max_size=12),
    st.floats(0, 10),
    st.floats(0, 10),
)
def test_more_false_alarms_never_cost_recall(
    alarms: list[Alarm], first: float, second: float
) -> None:
    low, high = sorted((first, second))
    of = {"judged": 12, "area": 100.0}
    assert recall_at(low, alarms, **of) <= recall_at(high, alarms, **of) <= 1  # type: ignore[arg-type]


def mask(*boxes: tuple[Region, int, int]) -> Mask:
    """Return a mask of 100 x 100 pixels with columns from one to another of a region."""
    regions = np.zeros((100, 100), np.uint8)
    for region, low, high in boxes:
        regions[:, low:high] = region
    return Mask(regions)


def test_the_overlap_of_two_areas_of_dirt() -> None:
    true = mask((Region.CONTAMINATION, 0, 30), (Region.VACUUM, 80, 100))
    found = mask((Region.CONTAMINATION, 20, 40), (Region.BORDER, 40, 50), (Region.VACUUM, 0, 5))
    overlap = score_dirt(true, found, 0.2)
    # A column of 100 pixels is 0.04 nm^2.
    assert overlap.both == pytest.approx(0.4)
    assert overlap.either == pytest.approx(1.6)
    assert overlap.iou == pytest.approx(0.25)


def test_false_dirt_counts_and_no_dirt_has_no_overlap() -> None:
    assert score_dirt(mask(), mask((Region.CONTAMINATION, 0, 10)), 0.2).iou == 0
    assert math.isnan(score_dirt(mask(), mask(), 0.2).iou)


def test_overlaps_add_up() -> None:
    assert Overlap(1.0, 2.0) + Overlap(0.5, 4.0) == Overlap(1.5, 6.0)
