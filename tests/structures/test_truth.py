import time

import numpy as np
import pytest

from sixring.structures import (
    Sheet,
    neighbours,
    perfect_sheet,
    planar_faces,
    plant,
    remove_atoms,
    ring_centres,
    substitute,
    tilt_boundary,
    truth,
)
from sixring.structures._sheet import remove_loose_atoms


def island(centre: float = 30.0) -> Sheet:
    """Return a sheet with a wide hole in it and a flake of seven sixes in the hole."""
    sheet = perfect_sheet(60, 60)
    away = np.linalg.norm(sheet.positions - centre, axis=1)
    return remove_loose_atoms(remove_atoms(sheet, np.flatnonzero((away > 4.0) & (away < 9.0))))


def test_a_perfect_sheet() -> None:
    known = truth(perfect_sheet(30, 30, orientation=4))
    assert known.defects == ()
    assert set(known.sizes) == {6}
    nearest = np.sort(np.linalg.norm(known.centres[:, None] - known.centres[None], axis=2), axis=1)[
        :, 1
    ]
    np.testing.assert_allclose(nearest, 2.46)


def test_rings_sizes_and_centres_belong_together() -> None:
    sheet = plant(perfect_sheet(40, 40), "DV-555777", near=(20.0, 20.0))
    known = truth(sheet)
    assert [len(r) for r in known.rings] == known.sizes.tolist()
    for ring, centre in zip(known.rings, known.centres, strict=True):
        np.testing.assert_allclose(sheet.positions[ring].mean(axis=0), centre)


@pytest.mark.parametrize(
    ("name", "fold"), [("SV-open", 3), ("DV-585", 2), ("DV-555777", 3), ("SW", 2), ("flower", 6)]
)
def test_a_relaxed_defect_has_the_symmetry_of_its_bonds(name: str, fold: int) -> None:
    # The bonds know no direction: what breaks the symmetry is only where the border is held.
    sheet = plant(perfect_sheet(60, 60), name, near=(30.0, 30.0))
    known = truth(sheet)
    (group,) = known.defects
    centre = ring_centres(
        sheet.positions, [np.unique(np.concatenate([known.rings[r] for r in group.rings]))]
    )[0]
    near = sheet.positions[np.linalg.norm(sheet.positions - centre, axis=1) < 6.0] - centre
    turn = 2 * np.pi / fold
    turned = near @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    distance = np.linalg.norm(turned[:, None] - near[None], axis=2).min(axis=1)
    assert distance.max() < 0.05


@pytest.mark.parametrize(
    ("name", "shortest", "longest"),
    [
        # Golden values of the valence force field, in angstrom.
        ("SV", 1.380, 1.526),
        ("DV-585", 1.375, 1.512),
        ("DV-555777", 1.385, 1.478),
        ("DV-5555-6-7777", 1.381, 1.465),
        ("SW", 1.333, 1.463),
        ("flower", 1.377, 1.440),
    ],
)
def test_the_shortest_and_longest_bonds_of_each_defect(
    name: str, shortest: float, longest: float
) -> None:
    sheet = plant(perfect_sheet(50, 50, orientation=13), name, near=(25.0, 25.0))
    step = sheet.positions[sheet.bonds[:, 1]] - sheet.positions[sheet.bonds[:, 0]]
    lengths = np.linalg.norm(step, axis=1)
    assert lengths.min() == pytest.approx(shortest, abs=0.003)
    assert lengths.max() == pytest.approx(longest, abs=0.003)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["DV-585", "DV-555777", "DV-5555-6-7777", "flower", "SW", "N"])
def test_measured_positions_give_the_same_name(name: str, seed: int) -> None:
    # As a detector has it: no bonds, only positions that are some 0.07 angstrom off.
    sheet = plant(perfect_sheet(44, 44, orientation=21), name, near=(22.0, 22.0), turn=seed % 3)
    error = np.random.default_rng(seed).normal(0, 0.07, sheet.positions.shape)
    positions = sheet.positions + error
    measured = Sheet(positions, sheet.elements, neighbours(positions, 1.95))
    (group,) = truth(measured).defects
    assert group.name == name
    exact = truth(sheet).defects[0]
    assert group.missing_atoms == exact.missing_atoms
    assert group.position == pytest.approx(exact.position, abs=0.3)


def test_a_vacancy_in_the_border_is_an_edge() -> None:
    sheet = perfect_sheet(30, 30)
    ends = np.bincount(sheet.bonds.ravel(), minlength=len(sheet))
    # An atom in the second row from the border: its loss leaves a ring of more than six there.
    rim = np.flatnonzero(ends == 2)
    second = next(int(n) for r in rim for n in sheet.bonded_to(int(r)) if ends[n] == 3)
    inner = next(int(n) for n in sheet.bonded_to(second) if ends[n] == 3)
    holed = remove_loose_atoms(remove_atoms(sheet, [inner]))
    for group in truth(holed).defects:
        assert group.at_edge
        assert group.name in {"edge", "hole"}
        assert group.missing_atoms is None


def test_a_flake_in_a_hole_counts_as_atoms_that_are_there() -> None:
    sheet = island()
    whole = perfect_sheet(60, 60)
    (group,) = truth(sheet).defects
    assert group.name == "hole"
    assert group.missing_atoms == len(whole) - len(sheet)
    inside = np.linalg.norm(truth(sheet).centres - 30, axis=1) < 3.0
    assert inside.sum() >= 7


def test_a_defect_inside_a_flower_is_seen_beside_it() -> None:
    sheet = plant(perfect_sheet(40, 40), "flower", near=(20.0, 20.0))
    middle = truth(sheet)
    centre_ring = middle.rings[int(np.linalg.norm(middle.centres - 20, axis=1).argmin())]
    doped = substitute(sheet, int(centre_ring[0]), "Si")
    assert sorted(g.name for g in truth(doped).defects) == ["Si-C3", "flower"]


def test_a_boundary_and_a_defect_in_one_sheet() -> None:
    sheet = plant(tilt_boundary(80, 40, 21.787), "DV-585", near=(15.0, 20.0), turn=2)
    assert sorted(g.name for g in truth(sheet).defects) == ["DV-585", "grain-boundary"]


@pytest.mark.parametrize("gap", [3, 4, 5])
def test_separate_vacancies_are_counted_separately(gap: int) -> None:
    sheet = perfect_sheet(60, 40)
    row = np.abs(sheet.positions[:, 1] - 20) < 1.0
    atoms = np.flatnonzero(row)[np.argsort(sheet.positions[row, 0])]
    first = int(atoms[8])
    second = int(atoms[8 + 2 * gap])
    groups = truth(remove_atoms(sheet, [first, second])).defects
    assert [g.name for g in groups] == ["SV-open", "SV-open"]
    apart = np.linalg.norm(np.subtract(groups[0].position, groups[1].position))
    true = np.linalg.norm(sheet.positions[first] - sheet.positions[second])
    assert apart == pytest.approx(true, abs=1e-9)


def test_touching_vacancies_are_one_defect() -> None:
    sheet = perfect_sheet(40, 40)
    site = int(np.linalg.norm(sheet.positions - 20, axis=1).argmin())
    across = next(
        int(b) for a in sheet.bonded_to(site) for b in sheet.bonded_to(int(a)) if b != site
    )
    (group,) = truth(remove_loose_atoms(remove_atoms(sheet, [site, across]))).defects
    # The atom between them hangs on by one bond and goes as well.
    assert group.missing_atoms == 3
    assert group.name == "hole"


def test_crossing_bonds_do_no_harm() -> None:
    # A detector's graph may be wrong; what comes out is odd rings, not an exception.
    sheet = plant(perfect_sheet(40, 40), "SV", near=(20.0, 20.0))
    rng = np.random.default_rng(0)
    for _ in range(20):
        far = rng.choice(len(sheet), (6, 2), replace=False)
        bonds = np.unique(np.sort(np.concatenate([sheet.bonds, far]), axis=1), axis=0)
        wrong = Sheet(sheet.positions, sheet.elements, bonds)
        known = truth(wrong)
        odd = {k for k, size in enumerate(known.sizes) if size != 6}
        assert odd == {r for g in known.defects for r in g.rings}


def test_random_points_do_no_harm() -> None:
    rng = np.random.default_rng(1)
    for count in (0, 1, 2, 3, 30, 300):
        points = rng.uniform(0, 30, (count, 2))
        known = truth(Sheet(points, ("C",) * count, neighbours(points, 2.0)))
        assert len(known.sizes) == len(known.centres) == len(known.rings)


@pytest.mark.slow
def test_the_cost_grows_with_the_area() -> None:
    seconds = []
    for side in (115.0, 230.0):
        sheet = perfect_sheet(side, side)
        holes = np.random.default_rng(0).choice(len(sheet), len(sheet) // 60, replace=False)
        sheet = remove_atoms(sheet, holes.tolist())
        planar_faces(sheet.positions, sheet.bonds)
        seconds.append(min(processor_time(sheet) for _ in range(3)))
    # Twenty thousand atoms with hundreds of vacancies.
    assert seconds[1] < 5.0
    assert seconds[1] < 14 * seconds[0]


def processor_time(sheet: Sheet) -> float:
    begun = time.process_time()
    truth(sheet)
    return time.process_time() - begun
