from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.simulated import (
    MASKED,
    MISSED,
    NONE,
    Area,
    AtomErrors,
    Counts,
    score_atoms,
    score_defects,
    score_odd_rings,
)
from sixring.types import Defect

# Images of 100 x 100 pixels of 0.2 A: a border of 3 A is 15 pixels, 1.2 A is 6, 2.5 A is 12.5.
SAMPLING = 0.2
ALL = np.ones((100, 100), bool)


def area(judged: NDArray[np.bool_] = ALL, clean: NDArray[np.bool_] = ALL) -> Area:
    return Area.within_border(judged, clean, SAMPLING)


def left_of(column: int) -> NDArray[np.bool_]:
    part = ALL.copy()
    part[:, column:] = False
    return part


def rings(
    *listed: tuple[float, float, int],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    table = np.array(listed, float).reshape(-1, 3)
    return table[:, :2], table[:, 2].astype(np.int64)


def defect(name: str, row: float, col: float) -> Defect:
    return Defect(name, 1.0, (row, col), (), None)


def test_the_border_is_three_angstrom_wide() -> None:
    inside = area().judged
    assert not inside[14].any()
    assert inside[15, 15:-15].all()
    assert not inside[:, -15].any()
    assert inside.sum() == 70 * 70


def test_the_area_is_what_is_judged() -> None:
    assert area().judged_nm2 == pytest.approx(70 * 70 * 0.04 / 100)
    half = area(judged=left_of(50))
    assert half.judged_nm2 == pytest.approx(70 * 35 * 0.04 / 100)
    assert half.judged_share == pytest.approx(0.5)


def test_what_is_judged_under_dirt_is_no_share_of_the_clean_area() -> None:
    assert area(clean=left_of(50)).judged_share == 1.0
    assert area(judged=~left_of(50), clean=left_of(50)).judged_share == 0.0


def test_rings_match_by_place_and_size() -> None:
    true = rings((30, 30, 5), (40, 40, 7), (50, 50, 8), (60, 60, 6))
    found = rings((30, 35, 5), (40, 40, 5), (50, 57, 8), (60, 60, 6))
    # The five is 1 A off; the seven is called five; the eight is 1.4 A off; sixes don't count.
    assert score_odd_rings(true, found, area()) == Counts(right=1, missed=2, false=2)


def test_a_ring_counts_once() -> None:
    true, found = rings((50, 50, 5)), rings((50, 51, 5), (50, 49, 5))
    assert score_odd_rings(true, found, area()) == Counts(right=1, false=1)
    assert score_odd_rings(found, true, area()) == Counts(right=1, missed=1)


def test_a_six_that_is_called_five_is_false() -> None:
    assert score_odd_rings(rings((50, 50, 6)), rings((50, 50, 5)), area()) == Counts(false=1)
    assert score_odd_rings(rings((50, 50, 5)), rings((50, 50, 6)), area()) == Counts(missed=1)


def test_the_border_counts_for_nothing() -> None:
    assert score_odd_rings(rings((50, 10, 5)), rings(), area()) == Counts()
    assert score_odd_rings(rings(), rings((50, 10, 5)), area()) == Counts()
    assert score_odd_rings(rings((50, 10, 5)), rings((50, 11, 5)), area()) == Counts()


def test_a_pair_across_the_border_counts_where_the_true_one_lies() -> None:
    inside, outside = rings((50, 15, 5)), rings((50, 14, 5))
    assert score_odd_rings(inside, outside, area()) == Counts(right=1)
    assert score_odd_rings(outside, inside, area()) == Counts()


def test_masking_clean_sheet_is_told() -> None:
    true, found = rings((50, 30, 5), (50, 70, 5)), rings((50, 30, 5))
    half = area(judged=left_of(50))
    assert score_odd_rings(true, found, half) == Counts(right=1, masked=1)
    # Even where the ring is listed: a mask takes what lies under it out of the score.
    assert score_odd_rings(true, true, half) == Counts(right=1, masked=1)


def test_dirt_hides_what_is_there_but_excuses_nothing() -> None:
    dirty = area(clean=left_of(50))
    assert score_odd_rings(rings((50, 70, 5)), rings(), dirty) == Counts()
    assert score_odd_rings(rings((50, 70, 5)), rings((50, 70, 5)), dirty) == Counts()
    assert score_odd_rings(rings(), rings((50, 70, 5)), dirty) == Counts(false=1)


def test_precision_recall_and_f1() -> None:
    counts = Counts(right=6, missed=2, false=4, masked=100)
    assert counts.precision == pytest.approx(0.6)
    assert counts.recall == pytest.approx(0.75)
    assert counts.f1 == pytest.approx(2 * 0.6 * 0.75 / (0.6 + 0.75))


def test_hiding_costs_recall_of_all() -> None:
    assert Counts(right=6, missed=2, masked=4).recall_of_all == pytest.approx(0.5)
    assert math.isnan(Counts(false=3).recall_of_all)


def test_nothing_has_no_score() -> None:
    assert all(math.isnan(v) for v in (Counts().precision, Counts().recall, Counts().f1))
    assert math.isnan(Counts(missed=3).precision)
    assert Counts(missed=3).recall == Counts(missed=3).f1 == 0


def test_counts_add_up() -> None:
    assert Counts(1, 2, 3, 4) + Counts(10, 20, 30, 40) == Counts(11, 22, 33, 44)


def test_defects_match_by_place_whatever_their_name() -> None:
    true = (defect("SV", 30, 30), defect("SW", 50, 50), defect("flower", 70, 70))
    found = (defect("SV", 30, 42), defect("hole", 51, 50), defect("DV-585", 30, 70))
    assert score_defects(true, found, area()) == {
        ("SV", "SV"): 1,
        ("SW", "hole"): 1,
        ("flower", MISSED): 1,
        (NONE, "DV-585"): 1,
    }


def test_a_defect_too_far_off_is_missed_and_false() -> None:
    assert score_defects((defect("SV", 30, 30),), (defect("SV", 30, 43),), area()) == {
        ("SV", MISSED): 1,
        (NONE, "SV"): 1,
    }


def test_the_nearer_of_two_is_the_one() -> None:
    found = (defect("SW", 50, 45), defect("SV", 50, 52))
    assert score_defects((defect("SV", 50, 50),), found, area()) == {
        ("SV", "SV"): 1,
        (NONE, "SW"): 1,
    }


def test_defects_outside_the_area() -> None:
    true = (defect("SV", 50, 5), defect("SW", 50, 30), defect("flower", 50, 70))
    assert score_defects(true, (), area(judged=left_of(50))) == {
        ("SW", MISSED): 1,
        ("flower", MASKED): 1,
    }
    assert score_defects(true, (), area(clean=left_of(50))) == {("SW", MISSED): 1}
    false = (defect("SV", 50, 5), defect("SW", 50, 30), defect("flower", 50, 70))
    assert score_defects((), false, area(clean=left_of(50))) == {
        (NONE, "SW"): 1,
        (NONE, "flower"): 1,
    }
    assert score_defects((), false, area(judged=left_of(50))) == {(NONE, "SW"): 1}


def test_the_edge_of_a_sheet_is_no_defect() -> None:
    edge = defect("edge", 50, 50)
    assert score_defects((edge,), (), area()) == {}
    assert score_defects((), (edge,), area()) == {}
    assert score_defects((defect("SV", 50, 50),), (edge,), area()) == {("SV", MISSED): 1}


def test_no_clean_sheet_has_no_share() -> None:
    assert math.isnan(area(clean=~ALL).judged_share)


def test_atoms_are_measured_to_their_partner() -> None:
    true = np.array([(30.0, 30.0), (30.0, 37.0), (60.0, 60.0)])
    found = np.array([(30.0, 31.0), (32.0, 37.0), (60.0, 64.0)])
    # 0.2 and 0.4 A off; the third, 0.8 A off, is farther than half a bond.
    errors = score_atoms(true, found, area())
    assert (errors.found, errors.true, errors.false) == (2, 3, 1)
    assert errors.rms == pytest.approx(math.sqrt(0.1))
    assert errors.recall == errors.precision == pytest.approx(2 / 3)


def test_an_atom_has_one_partner() -> None:
    two, one = np.array([(50.0, 50.0), (50.0, 53.0)]), np.array([(50.0, 51.0)])
    for true, found in ((two, one), (one, two)):
        errors = score_atoms(true, found, area())
        assert (errors.found, errors.true, errors.false) == (1, len(true), len(found) - 1)
        assert errors.rms == pytest.approx(0.2)


@pytest.mark.parametrize("clean", [ALL, left_of(50)])
def test_atoms_outside_the_area_are_no_matter(clean: NDArray[np.bool_]) -> None:
    true = np.array([(50.0, 30.0), (50.0, 70.0), (5.0, 30.0)])
    judged = ALL if clean is not ALL else left_of(50)
    assert score_atoms(true, true, area(judged, clean)) == AtomErrors(0.0, 1, 1)


def test_false_atoms_count_wherever_is_judged() -> None:
    found = np.array([(50.0, 30.0), (50.0, 70.0), (5.0, 30.0)])
    none = np.empty((0, 2))
    # The first on clean sheet, the second on dirt that wasn't seen, the third in the border.
    assert score_atoms(none, found, area(clean=left_of(50))) == AtomErrors(false=2)
    assert score_atoms(none, found, area(judged=left_of(50))) == AtomErrors(false=1)
    far = np.array([(70.0, 30.0)])
    assert score_atoms(far, found, area(clean=left_of(50))) == AtomErrors(true=1, false=2)


def test_an_atom_found_under_dirt_is_neither_right_nor_false() -> None:
    atom = np.array([(50.0, 70.0)])
    assert score_atoms(atom, atom, area(clean=left_of(50))) == AtomErrors()


def test_no_atoms_have_no_error() -> None:
    none = score_atoms(np.array([(50.0, 50.0)]), np.empty((0, 2)), area())
    assert none == AtomErrors(0.0, 0, 1)
    assert math.isnan(none.rms)
    assert math.isnan(none.precision)
    assert none.recall == 0
    nothing = score_atoms(np.empty((0, 2)), np.empty((0, 2)), area())
    assert nothing == AtomErrors()
    assert math.isnan(nothing.recall)


def test_errors_add_up() -> None:
    assert AtomErrors(1.0, 2, 3, 4) + AtomErrors(0.5, 20, 30, 40) == AtomErrors(1.5, 22, 33, 44)
