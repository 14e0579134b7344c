import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.structures import (
    Sheet,
    perfect_sheet,
    planar_faces,
    plant,
    remove_atoms,
    ring_centres,
    tilt_boundary,
    truth,
)
from sixring.structures._circuit import Circuit, RingGraph
from sixring.structures._sheet import remove_loose_atoms


def graph_of(sheet: Sheet) -> RingGraph:
    return RingGraph.of(sheet.positions, sheet.bonds, sheet.rings())


def around(graph: RingGraph, point: tuple[float, float], radius: float) -> NDArray[np.int64]:
    return np.flatnonzero(np.linalg.norm(graph.centres - point, axis=1) < radius)


@given(radius=st.floats(1.5, 12), x=st.floats(18, 22), y=st.floats(18, 22))
def test_a_walk_round_perfect_sixes_closes_and_nothing_is_missing(
    radius: float, x: float, y: float
) -> None:
    graph = graph_of(perfect_sheet(40, 40, orientation=17))
    assert graph.walk_round(around(graph, (x, y), radius)) == Circuit(0, 0.0, False)


@pytest.mark.parametrize("radius", [7.0, 9.0, 12.0])
@pytest.mark.parametrize(("name", "missing"), [("SV", 1), ("DV-585", 2), ("SW", 0), ("Si-C4", 1)])
def test_a_wider_walk_counts_the_same(name: str, missing: int, radius: float) -> None:
    graph = graph_of(plant(perfect_sheet(50, 50), name, near=(25.0, 25.0)))
    assert graph.walk_round(around(graph, (25, 25), radius)).missing_atoms == missing


@given(seed=st.integers(0, 10_000), count=st.integers(1, 12))
def test_atoms_removed_anywhere_are_missed(seed: int, count: int) -> None:
    perfect = perfect_sheet(50, 50)
    near = np.argsort(np.linalg.norm(perfect.positions - 25, axis=1))[:40]
    gone = np.random.default_rng(seed).choice(near, count, replace=False)
    sheet = remove_loose_atoms(remove_atoms(perfect, gone.tolist()))
    groups = truth(sheet).defects
    counted = [g.missing_atoms for g in groups]
    assume(None not in counted)
    assert sum(c for c in counted if c is not None) == len(perfect) - len(sheet)


def test_the_burgers_vector_of_one_dislocation_is_a_lattice_constant() -> None:
    sheet = tilt_boundary(50, 60, 8.0)
    singles = [g for g in truth(sheet).defects if g.census == (5, 7)]
    assert len(singles) == 3
    for group in singles:
        assert group.burgers == pytest.approx(1.0)
        assert group.missing_atoms is None


def test_burgers_vectors_add_up() -> None:
    sheet = tilt_boundary(50, 60, 8.0)
    graph = graph_of(sheet)
    first, second = sorted(
        (g.position for g in truth(sheet).defects if g.census == (5, 7)), key=lambda p: p[1]
    )[:2]
    middle = ((first[0] + second[0]) / 2, (first[1] + second[1]) / 2)
    assert graph.walk_round(around(graph, middle, 14.0)).burgers == pytest.approx(2.0)


def test_the_border_cannot_be_walked_round() -> None:
    graph = graph_of(perfect_sheet(20, 20))
    assert graph.walk_round(np.arange(len(graph.sizes))) == Circuit(at_edge=True)
    assert graph.walk_round(np.empty(0, dtype=np.int64)) == Circuit(at_edge=True)


def test_a_disclination_turns_the_walk_too_little() -> None:
    # Five sixes round a five, laid flat: what a cone looks like from above.
    corner = 2 * np.pi * np.arange(5) / 5
    inner = np.column_stack([np.cos(corner), np.sin(corner)])
    out = 2.0 * inner
    side = np.repeat(corner, 2) + np.tile([0.3, 2 * np.pi / 5 - 0.3], 5)
    rim = 2.8 * np.column_stack([np.cos(side), np.sin(side)])
    positions = np.concatenate([inner, out, rim, 4.0 * out])
    bonds = [(k, (k + 1) % 5) for k in range(5)] + [(k, 5 + k) for k in range(5)]
    bonds += [(5 + k, 10 + 2 * k) for k in range(5)]
    bonds += [(10 + 2 * k, 11 + 2 * k) for k in range(5)]
    bonds += [(5 + (k + 1) % 5, 11 + 2 * k) for k in range(5)]
    pairs = np.sort(np.array(bonds), axis=1)
    rings = planar_faces(positions, pairs)
    assert sorted(len(r) for r in rings) == [5, 6, 6, 6, 6, 6]
    graph = RingGraph.of(positions, pairs, rings)
    five = np.flatnonzero(graph.sizes == 5)
    assert graph.walk_round(five) == Circuit()


def test_rings_that_meet_in_one_atom_pinch_the_walk() -> None:
    graph = graph_of(plant(perfect_sheet(40, 40), "Si-C4", near=(20.0, 20.0)))
    assert graph.walk_round(np.flatnonzero(graph.sizes == 5)) == Circuit()


def test_centres_are_means_of_corners() -> None:
    positions = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [1.0, 5.0]])
    rings = [np.array([0, 1, 2, 3]), np.array([3, 2, 4])]
    np.testing.assert_allclose(ring_centres(positions, rings), [[1, 1], [1, 3]])
    assert ring_centres(positions, []).shape == (0, 2)
