"""Points read off maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.detection._cells import CellMaps
from sixring.detection._votes import Points, atom_points, ring_points, sightings

CELLS, STEP = 30, 0.2
SIZES, KINDS = 7, 2
WITHIN = {SIZES: 0.75, KINDS: 0.45}


def discs(
    centres: list[tuple[float, float]],
    classes: list[int],
    number: int = SIZES,
    *,
    within: float | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Maps of certain points, positions in pixels."""
    middles = np.indices((CELLS, CELLS)) * 2 + 0.5
    probability = np.zeros((1 + number, CELLS, CELLS), np.float32)
    probability[0] = 1
    offset = np.zeros((2, CELLS, CELLS), np.float32)
    for centre, kind in zip(centres, classes, strict=True):
        way = (np.array(centre)[:, None, None] - middles) * STEP
        near = np.hypot(*way) <= (within or WITHIN[number])
        probability[:, near] = 0
        probability[kind, near] = 1
        offset[:, near] = way[:, near]
    return probability, offset


def rings(maps: tuple[NDArray[np.float32], NDArray[np.float32]]) -> Points:
    return ring_points(*maps, STEP)


@settings(max_examples=40)
@given(row=st.floats(10, 45), col=st.floats(10, 45), kind=st.integers(1, KINDS), atom=st.booleans())
def test_a_disc_is_one_certain_point_wherever_it_lies(
    row: float, col: float, kind: int, atom: bool
) -> None:
    read = atom_points if atom else ring_points
    found = read(*discs([(row, col)], [kind], KINDS if atom else SIZES), STEP)
    assert found.classes.tolist() == [kind]
    assert found.positions[0] == pytest.approx((row, col), abs=1e-4)
    assert found.probability == pytest.approx(1.0)
    assert found.shares[0, kind - 1] == pytest.approx(1.0)


@settings(max_examples=25)
@given(row=st.floats(10, 45), col=st.floats(10, 45), probability=st.floats(0.4, 1.0))
def test_a_point_is_as_likely_as_its_cells_say(row: float, col: float, probability: float) -> None:
    certain, offset = discs([(row, col)], [3])
    certain *= np.float32(probability)
    certain[0] = 1 - certain[1:].sum(axis=0)
    found = rings((certain, offset))
    assert found.probability == pytest.approx(probability, abs=1e-5)
    assert found.shares[0, 2] == pytest.approx(1.0)


def test_the_step_is_that_of_the_canvas() -> None:
    probability, offset = discs([(20.3, 31.8)], [2])
    found = ring_points(probability, offset * np.float32(0.201 / STEP), 0.201)
    assert found.positions[0] == pytest.approx((20.3, 31.8), abs=1e-4)


@pytest.mark.parametrize("corner", [(0.0, 0.0), (-0.4, 30.2), (59.0, 30.3)])
def test_a_point_at_the_edge(corner: tuple[float, float]) -> None:
    found = rings(discs([corner], [4]))
    assert found.classes.tolist() == [4]
    assert found.positions[0] == pytest.approx(corner, abs=1e-4)
    assert found.probability == pytest.approx(1.0)


def test_neighbours_are_told_apart() -> None:
    centres = [(15.0, 15.0), (15.0, 26.0), (30.5, 18.5)]
    found = rings(discs(centres, [1, 2, 3]))
    order = np.argsort(found.classes)
    np.testing.assert_allclose(found.positions[order], centres, atol=1e-4)
    assert sorted(found.classes.tolist()) == [1, 2, 3]


def test_of_two_that_are_too_near_the_surer_stays() -> None:
    probability, offset = discs([(20.0, 20.0)], [1])
    more, way = discs([(20.0, 25.0)], [2], within=0.45)
    beside = more[2] > 0
    probability[:, beside], offset[:, beside] = more[:, beside], way[:, beside]
    found = rings((probability, offset))
    assert found.classes.tolist() == [1]


@pytest.mark.parametrize("kind", [2, 7])
def test_a_blob_whose_votes_dont_meet_is_a_point(kind: int) -> None:
    probability, offset = discs([(21.0, 25.0)], [kind])
    there = probability[kind] > 0
    # Each cell points to a place of its own, as far away as a neighbour.
    angles = np.linspace(0, 2 * np.pi, int(there.sum()), endpoint=False)
    offset[:, there] = 2.4 * np.array([np.sin(angles), np.cos(angles)])
    found = rings((probability, offset))
    assert found.classes.tolist() == [kind]
    assert found.positions[0] == pytest.approx((21.0, 25.0), abs=1.0)
    assert found.probability > 0.9


def test_a_blob_beside_another_class_is_a_point() -> None:
    probability, offset = discs([(20.0, 20.0), (20.0, 26.5)], [3, 7])
    ten = probability[7] > 0
    offset[:, ten] = 0.0
    offset[0, ten] = np.resize([2.4, -2.4], int(ten.sum()))
    # The six is as good as gone.
    six = probability[3] > 0
    probability[3, six], probability[0, six] = 0.55, 0.45
    found = rings((probability, offset))
    assert found.classes.tolist() == [7]
    assert found.positions[0] == pytest.approx((20.0, 26.5), abs=1.0)


def test_a_blob_of_two_classes_is_a_point() -> None:
    probability, offset = discs([(20.0, 20.0)], [7])
    there = probability[7] > 0
    probability[6, there], probability[7, there] = 0.49, 0.5
    offset[0, there] = np.resize([2.4, -2.4], int(there.sum()))
    found = rings((probability, offset))
    assert found.classes.tolist() == [7]
    assert found.shares[0, 5:] == pytest.approx([0.49 / 0.99, 0.5 / 0.99])


def scattered(shape: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Maps of rings of ten in these cells, whose votes don't meet."""
    probability, offset = discs([], [])
    probability[0, shape], probability[7, shape] = 0, 1
    offset[0, shape] = np.resize([2.4, -2.4], int(shape.sum()))
    offset[1, shape] = np.resize([2.4, 2.4, -2.4, -2.4], int(shape.sum()))
    return probability, offset


def test_a_speck_is_no_point() -> None:
    speck = np.zeros((CELLS, CELLS), bool)
    speck[15, 14:17] = True
    assert len(rings(scattered(speck)).positions) == 0


def test_a_blob_without_a_middle_is_no_point() -> None:
    radius = np.hypot(*(np.indices((CELLS, CELLS)) - 15.0))
    found = rings(scattered((radius > 2.5) & (radius < 3.5)))
    away = np.linalg.norm(found.positions / 2 - 15, axis=1)
    assert (away > 2).all()
    assert np.isfinite(found.shares).all()


def test_a_whole_area_is_no_point() -> None:
    area = np.zeros((CELLS, CELLS), bool)
    area[5:25, 5:25] = True
    found = rings(scattered(area))
    assert (np.linalg.norm(found.positions / 2 - 14.5, axis=1) > 2).all()


@pytest.mark.parametrize(("apart", "number"), [(1.8, 1), (2.0, 2)])
def test_a_large_ring_needs_more_room(apart: float, number: int) -> None:
    # Half of the least distance: 0.68 of a six, 1.2 of a ring of ten and more.
    maps = discs([(20.0, 20.0), (20.0, 20.0 + apart / STEP)], [3, 7])
    assert len(rings(maps).positions) == number


def test_the_likelier_class_wins_and_the_other_is_told() -> None:
    probability, offset = discs([(20.0, 20.0)], [1])
    there = probability[1] > 0
    probability[1, there], probability[3, there] = 0.4, 0.6
    found = rings((probability, offset))
    assert found.classes.tolist() == [3]
    assert found.shares[0] == pytest.approx([0.4, 0, 0.6, 0, 0, 0, 0], abs=1e-6)


def test_what_few_cells_say_isnt_there() -> None:
    probability, offset = discs([(20.0, 20.0)], [1])
    there = probability[1] > 0
    probability[1, there], probability[0, there] = 0.1, 0.9
    assert len(rings((probability, offset)).classes) == 0


def test_noise_of_the_offsets_is_averaged() -> None:
    probability, offset = discs([(20.4, 21.1)], [1])
    offset += np.random.default_rng(0).normal(0, 0.05, offset.shape).astype(np.float32)
    found = rings((probability, offset))
    assert len(found.positions) == 1
    assert found.positions[0] * STEP == pytest.approx((20.4 * STEP, 21.1 * STEP), abs=0.03)


def test_nothing_is_no_point() -> None:
    found = rings(discs([], []))
    assert found.positions.shape == (0, 2)
    assert found.shares.shape == (0, SIZES)
    assert len(found.classes) == len(found.probability) == 0


def test_only_one_class() -> None:
    found = rings(discs([(15.0, 15.0), (15.0, 30.0)], [1, 2])).only(2)
    assert found.classes.tolist() == [2]
    assert found.positions[0] == pytest.approx((15.0, 30.0), abs=1e-4)


class TestSightings:
    def maps(self, sure: float = 1.0) -> CellMaps:
        ring, ring_offset = discs([(15.0, 15.0), (15.0, 30.0)], [2, 7])
        atom, atom_offset = discs([(22.3, 20.1), (30.0, 41.7)], [1, 2], KINDS)
        for maps in (ring, atom):
            maps *= np.float32(sure)
            maps[0] = 1 - maps[1:].sum(axis=0)
        area = np.zeros((CELLS, CELLS), np.uint8)
        return CellMaps(ring, ring_offset, atom, atom_offset, area)

    def test_sizes_begin_with_four(self) -> None:
        seen = sightings(self.maps(), STEP)
        order = np.argsort(seen.rings[:, 1])
        assert (4 + seen.sizes.argmax(axis=1))[order].tolist() == [5, 10]
        assert seen.sizes.sum(axis=1) == pytest.approx(1.0)
        assert seen.ring_probability == pytest.approx(1.0)

    def test_atoms_have_their_elements(self) -> None:
        seen = sightings(self.maps(), STEP)
        found = dict(zip(seen.elements, seen.atoms.round(3).tolist(), strict=True))
        assert found == {"C": [22.3, 20.1], "Si": [30.0, 41.7]}

    def test_an_atom_is_as_likely_as_its_element(self) -> None:
        maps = self.maps(0.8)
        either = maps.atoms[1:].sum(axis=0)
        maps.atoms[1], maps.atoms[2] = 0.75 * either, 0.25 * either
        seen = sightings(maps, STEP)
        assert seen.elements == ("C", "C")
        assert seen.ring_probability == pytest.approx(0.8, abs=1e-5)
        assert seen.atom_probability == pytest.approx(0.6, abs=1e-5)
