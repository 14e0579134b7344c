import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.structures import neighbours, perfect_sheet, planar_faces

Points = NDArray[np.float64]


def polygon(size: int, radius: float = 1.0, centre: tuple[float, float] = (0.0, 0.0)) -> Points:
    angle = 2 * np.pi * np.arange(size) / size
    points: Points = np.column_stack([np.cos(angle), np.sin(angle)]) * radius + centre
    return points


def cycle(size: int, first: int = 0) -> list[tuple[int, int]]:
    return [(first + k, first + (k + 1) % size) for k in range(size)]


def test_one_polygon_is_one_ring_in_order() -> None:
    (ring,) = planar_faces(polygon(7), np.array(cycle(7)))
    assert np.roll(ring, -int(np.flatnonzero(ring == 0)[0])).tolist() == list(range(7))


def test_two_rings_with_a_common_side() -> None:
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float)
    roof = np.array([[0.5, 2.0]])
    bonds = np.array([(0, 1), (1, 2), (2, 3), (3, 0), (2, 4), (4, 3)])
    rings = planar_faces(np.concatenate([square, roof]), bonds)
    assert sorted(sorted(r.tolist()) for r in rings) == [[0, 1, 2, 3], [2, 3, 4]]


def test_loose_ends_belong_to_no_ring() -> None:
    inward = np.array([[0.6, 0.0], [0.3, 0.0], [2.0, 0.0]])
    positions = np.concatenate([polygon(6), inward])
    bonds = np.array([*cycle(6), (0, 6), (6, 7), (0, 8)])
    (ring,) = planar_faces(positions, bonds)
    assert sorted(ring.tolist()) == [0, 1, 2, 3, 4, 5]


def test_a_flake_in_a_hole_leaves_the_hole_as_it_is() -> None:
    positions = np.concatenate([polygon(12, 4.0), polygon(5), polygon(6, 1.0, (20.0, 0.0))])
    bonds = np.array([*cycle(12), *cycle(5, 12), *cycle(6, 17)])
    assert sorted(len(r) for r in planar_faces(positions, bonds)) == [5, 6, 12]


@pytest.mark.parametrize(
    "bonds", [np.empty((0, 2), dtype=np.int64), np.array([[0, 1]]), np.array([[0, 1], [1, 2]])]
)
def test_without_a_cycle_there_is_no_ring(bonds: NDArray[np.int64]) -> None:
    assert planar_faces(polygon(4), bonds) == []


def test_a_bond_from_an_atom_to_itself_is_no_bond() -> None:
    (ring,) = planar_faces(polygon(5), np.array([*cycle(5), (2, 2)]))
    assert len(ring) == 5


def test_a_perfect_sheet_has_only_sixes_and_as_many_as_euler_says() -> None:
    sheet = perfect_sheet(40, 30, orientation=7)
    rings = sheet.rings()
    assert {len(r) for r in rings} == {6}
    assert len(rings) == len(sheet.bonds) - len(sheet) + 1


@given(turn=st.floats(0, 360), scale=st.floats(0.01, 100), swap=st.booleans())
def test_rings_stay_when_the_plane_is_turned_scaled_or_mirrored(
    turn: float, scale: float, swap: bool
) -> None:
    sheet = perfect_sheet(12, 12)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    moved = scale * sheet.positions @ np.array([[c, s], [-s, c]])
    if swap:
        moved = moved[:, ::-1]
    before = {frozenset(r.tolist()) for r in sheet.rings()}
    after = {frozenset(r.tolist()) for r in planar_faces(moved, sheet.bonds)}
    assert before == after


@given(seed=st.integers(0, 1000), share=st.floats(0.0, 0.6))
def test_every_bond_has_a_ring_on_each_side_or_is_at_the_border(seed: int, share: float) -> None:
    sheet = perfect_sheet(20, 20)
    rng = np.random.default_rng(seed)
    bonds = sheet.bonds[rng.random(len(sheet.bonds)) > share]
    rings = planar_faces(sheet.positions, bonds)
    directed = [
        pair for r in rings for pair in zip(r.tolist(), np.roll(r, -1).tolist(), strict=True)
    ]
    assert len(directed) == len(set(directed))
    known = {tuple(b) for b in bonds.tolist()}
    assert all((min(p), max(p)) in known for p in directed)
    for r in rings:
        x, y = sheet.positions[r].T
        assert (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() > 0


def test_neighbours_are_the_pairs_within_the_cutoff() -> None:
    positions = np.array([[0.0, 0.0], [1.0, 0.0], [2.5, 0.0], [0.0, 0.9]])
    assert neighbours(positions, 1.2).tolist() == [[0, 1], [0, 3]]
    assert neighbours(positions, 1.6).tolist() == [[0, 1], [0, 3], [1, 2], [1, 3]]


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_atoms_have_no_neighbours(count: int) -> None:
    assert neighbours(np.zeros((count, 2)), 1.0).shape == (0, 2)
