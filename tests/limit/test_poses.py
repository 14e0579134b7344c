"""In how many ways a defect can lie in the lattice, and where."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from sixring.errors import UsageError
from sixring.limit._poses import CELL, CELL_AREA, cell_of, defect_names, poses
from sixring.structures import BOND, PLANTABLE, bonds_of, name_defect, perfect_sheet, planar_faces

SHEET = perfect_sheet(70.0, 70.0).positions - 35.0


@pytest.mark.parametrize(
    ("name", "ways", "points"),
    [
        # A site of either kind, each with three directions in which the pair of atoms lies.
        ("SV", [6], [2]),
        ("SV-open", [2], [1]),
        # Three directions of bonds.
        ("DV-585", [3], [3]),
        ("DV-5555-6-7777", [3], [8]),
        ("DV-555777", [2], [6]),
        # Flat ones, and buckled ones that may buckle to either side.
        ("SW", [6, 3], [4, 4]),
        ("flower", [1], [12]),
        ("N", [2], [1]),
        ("B", [2], [1]),
        # Out of the sheet to either side.
        ("Si-C3", [4], [1]),
    ],
)
def test_ways_and_points(name: str, ways: list[int], points: list[int]) -> None:
    found = poses(name)
    assert [len(variant) for variant in found] == ways
    assert [len(variant[0].points) for variant in found] == points


def test_a_variant_alone() -> None:
    (flat,) = poses("SW-flat")
    assert [pose.positions.shape for pose in flat] == [
        pose.positions.shape for pose in poses("SW")[1]
    ]


@pytest.mark.parametrize("name", ["SV", "DV-555777", "SW", "Si-C4", "flower"])
def test_every_pose_fits_into_the_lattice(name: str) -> None:
    for pose in (pose for variant in poses(name) for pose in variant):
        beyond = np.linalg.norm(SHEET - pose.centre, axis=1) >= pose.radius
        flat = np.column_stack([SHEET[beyond], np.zeros(beyond.sum())])
        near, _ = cKDTree(pose.positions).query(flat)
        # Neither a gap nor two atoms in one place where the disc ends.
        assert np.min(near) > 0.95 * BOND
        atoms = np.concatenate([flat, pose.positions])
        elements = ("C",) * len(flat) + pose.elements
        inner = np.linalg.norm(atoms[:, :2], axis=1) < 30.0
        bonds = bonds_of(atoms, elements)
        degree = np.bincount(bonds.ravel(), minlength=len(atoms))
        assert (degree[inner] >= 2).all()
        rings = planar_faces(atoms[:, :2], bonds)
        middles = np.array([atoms[ring, :2].mean(axis=0) for ring in rings])
        sizes = np.array([len(ring) for ring in rings])
        census = sizes[(sizes != 6) & (np.linalg.norm(middles, axis=1) < 28.0)]
        dopants = [element for element in elements if element != "C"]
        neighbours = [int(degree[k]) for k, e in enumerate(elements) if e != "C"]
        named = name_defect(census.tolist(), dopants=dopants, dopant_neighbours=neighbours)
        assert named == name


@pytest.mark.parametrize("name", ["SV", "DV-585", "SW"])
def test_no_two_poses_are_the_same(name: str) -> None:
    for variant in poses(name):
        for k, one in enumerate(variant):
            for other in variant[:k]:
                moved = one.moved(cell_of(one.middle - other.middle))
                inner = np.linalg.norm(moved.positions[:, :2] - other.middle, axis=1) < 10.0
                far, _ = cKDTree(other.positions).query(moved.positions[inner])
                apart = np.linalg.norm(moved.middle - other.middle)
                assert max(float(np.max(far)), float(apart)) > 0.15


def test_moving_a_pose_moves_all_of_it() -> None:
    pose = poses("SV")[0][0]
    moved = pose.moved(np.array([2.0, -1.0]))
    by = 2 * CELL[0] - CELL[1]
    np.testing.assert_allclose(moved.positions - pose.positions, np.tile([*by, 0], (498, 1)))
    np.testing.assert_allclose(moved.points - pose.points, np.tile(by, (2, 1)))
    np.testing.assert_allclose(moved.centre - pose.centre, by)
    np.testing.assert_allclose(moved.middle - pose.middle, by)
    assert (moved.radius, moved.elements) == (pose.radius, pose.elements)


@given(st.floats(-40, 40), st.floats(-40, 40))
def test_the_nearest_cell(x: float, y: float) -> None:
    cells = cell_of(np.array([x, y]))
    left = np.array([x, y]) + cells @ CELL
    np.testing.assert_array_equal(cells, np.rint(cells))
    # A third of a lattice's rows apart at most, and no step makes it nearer.
    assert np.linalg.norm(left) < 1.43
    for step in (CELL[0], CELL[1], CELL[1] - CELL[0]):
        for sign in (-1, 1):
            assert np.linalg.norm(left) <= np.linalg.norm(left + sign * step) + 1e-9


def test_the_cell_holds_one_ring() -> None:
    assert pytest.approx(5.24, abs=0.01) == CELL_AREA


def test_what_has_no_structure() -> None:
    assert set(defect_names()) >= set(PLANTABLE)
    for name in ("edge", "grain-boundary", "perfect", "SW-none"):
        with pytest.raises(
            UsageError,
            match=f"^the defect '{name}' has no structure of its own: choose from B, DV-5555",
        ):
            poses(name)
