"""Points read off maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.detector._reading import read

CELLS, CELL = 30, 0.4


def discs(
    centres: list[tuple[float, float]], classes: list[int], within: float = 0.75
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Maps of certain points, positions in angstrom from the middle of the first cell."""
    cells = np.indices((CELLS, CELLS)) * CELL
    probability = np.zeros((4, CELLS, CELLS), np.float32)
    probability[0] = 1
    offset = np.zeros((2, CELLS, CELLS), np.float32)
    for centre, kind in zip(centres, classes, strict=True):
        way = np.array(centre)[:, None, None] - cells
        near = np.hypot(*way) <= within
        probability[:, near] = 0
        probability[kind, near] = 1
        offset[:, near] = way[:, near]
    return probability, offset


@settings(max_examples=40)
@given(row=st.floats(2, 9), col=st.floats(2, 9))
def test_a_disc_is_one_point_wherever_it_lies(row: float, col: float) -> None:
    found = read(*discs([(row, col)], [2]), within=0.75, apart=1.2)
    assert found.classes.tolist() == [2]
    assert found.positions[0] == pytest.approx((row, col), abs=1e-5)
    assert 0.4 < found.votes[0] < 1.4


def test_neighbours_are_told_apart() -> None:
    centres = [(3.0, 3.0), (3.0, 5.2), (6.1, 3.7)]
    found = read(*discs(centres, [1, 2, 3]), within=0.75, apart=1.2)
    order = np.argsort(found.classes)
    np.testing.assert_allclose(found.positions[order], centres, atol=1e-5)
    assert sorted(found.classes.tolist()) == [1, 2, 3]


def test_of_two_that_are_too_near_the_surer_stays() -> None:
    probability, offset = discs([(4.0, 4.0)], [1])
    more, way = discs([(4.0, 5.0)], [2], within=0.45)
    beside = more[2] > 0
    probability[:, beside], offset[:, beside] = more[:, beside], way[:, beside]
    found = read(probability, offset, within=0.75, apart=1.2)
    assert found.classes.tolist() == [1]


def test_the_likelier_class_wins() -> None:
    probability, offset = discs([(4.0, 4.0)], [1])
    there = probability[1] > 0
    probability[1, there], probability[3, there] = 0.4, 0.6
    assert read(probability, offset, within=0.75, apart=1.2).classes.tolist() == [3]


def test_what_few_cells_say_isnt_there() -> None:
    probability, offset = discs([(4.0, 4.0)], [1])
    there = probability[1] > 0
    probability[1, there], probability[0, there] = 0.1, 0.9
    assert len(read(probability, offset, within=0.75, apart=1.2).classes) == 0


def test_nothing_is_no_point() -> None:
    found = read(*discs([], []), within=0.75, apart=1.2)
    assert found.positions.shape == (0, 2)
    assert len(found.classes) == len(found.votes) == 0


def test_only_one_class() -> None:
    found = read(*discs([(3.0, 3.0), (3.0, 6.0)], [1, 2]), within=0.75, apart=1.2).only(2)
    assert found.classes.tolist() == [2]
    assert found.positions[0] == pytest.approx((3.0, 6.0), abs=1e-5)
