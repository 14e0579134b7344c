import hashlib
import time
from typing import Any

import numpy as np
import pytest

from sixring.structures import BOND, LATTICE_CONSTANT, Specimen, library, perfect_sheet, truth
from sixring.types import Region
from specimens import degrees, grown, inner_defects, nearest, pixels, within

EVERYTHING: dict[str, Any] = {
    "size": (110.0, 90.0),
    "defects": ("SV", "flower", "Si-C3"),
    "density": 0.05,
    "strain": (0.01, -0.02, 0.005),
    "ripple_amplitude": 0.5,
    "vacuum": 0.1,
    "contamination": 0.2,
    "bilayer": 0.2,
    "bilayer_twist": 9.0,
}
BOUNDARIES = sorted(entry.angle for entry in library().values() if entry.angle is not None)


def digest(specimen: Specimen) -> str:
    positions, elements = specimen.atoms()
    parts = (positions, specimen.sheet.bonds, specimen.heights)
    text = "".join(elements).encode()
    return hashlib.sha256(
        b"".join(np.ascontiguousarray(p).tobytes() for p in parts) + text
    ).hexdigest()


def lattice_of(specimen: Specimen) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return two lattice vectors, columns, measured over the ring centres."""
    centres = truth(specimen.sheet).centres
    middle = centres[np.linalg.norm(centres - centres.mean(axis=0), axis=1).argmin()]
    step = centres - middle
    length = np.linalg.norm(step, axis=1)
    first = step[np.argsort(length)[1:7]]
    first = first[np.argsort(np.arctan2(first[:, 1], first[:, 0]))]
    vectors = first[:2].T
    for reach in (8.0, 20.0, 40.0):
        near = length < reach
        numbers = np.rint(np.linalg.solve(vectors, step[near].T))
        vectors = np.linalg.lstsq(numbers.T, step[near], rcond=None)[0].T
    measured: np.ndarray[Any, np.dtype[np.float64]] = vectors
    return measured


def test_a_plain_plan_gives_perfect_graphene() -> None:
    specimen = grown(3, size=(80.0, 60.0))
    assert set(specimen.sheet.elements) == {"C"}
    assert len(specimen.sheet) == pytest.approx(len(perfect_sheet(80, 60)), rel=0.02)
    assert set(truth(specimen.sheet).sizes.tolist()) == {6}
    assert (degrees(specimen)[within(specimen, 3.0)] == 3).all()
    assert degrees(specimen).min() == 2
    np.testing.assert_allclose(nearest(specimen.sheet.positions), BOND)
    np.testing.assert_array_equal(specimen.heights, 0.0)
    assert len(specimen.lying) == len(specimen.second) == 0
    assert (specimen.sheet.positions >= 0).all()
    assert (specimen.sheet.positions <= [80, 60]).all()


@pytest.mark.parametrize("orientation", [0.0, 17.0, 45.0, -30.0])
def test_the_orientation_is_that_of_a_zigzag_row(orientation: float) -> None:
    vectors = lattice_of(grown(orientation=orientation))
    angle = np.degrees(np.arctan2(vectors[1], vectors[0]))
    assert np.abs((angle - orientation + 30) % 60 - 30).max() < 1e-6


def test_orientation_and_phase_are_drawn_where_they_are_not_given() -> None:
    angles, phases = [], []
    for seed in range(24):
        vectors = lattice_of(grown(seed, size=(60.0, 60.0)))
        angles.append(np.degrees(np.arctan2(vectors[1, 0], vectors[0, 0])) % 60)
        centre = truth(grown(seed, size=(60.0, 60.0), orientation=0.0).sheet).centres[100]
        phases.append(centre % LATTICE_CONSTANT)
    assert np.histogram(angles, 3, (0, 60))[0].min() >= 3
    assert np.std(phases, axis=0).min() > 0.3


def test_the_strain_is_along_the_axes_of_the_specimen() -> None:
    exx, eyy, exy = 0.03, -0.02, 0.015
    plain, strained = (
        lattice_of(grown(orientation=23.0, strain=strain))
        for strain in ((0.0, 0.0, 0.0), (exx, eyy, exy))
    )
    found = strained @ np.linalg.inv(plain) - np.eye(2)
    np.testing.assert_allclose(found, [[exx, exy], [exy, eyy]], atol=1e-9)


def test_the_greatest_strain_breaks_no_bond() -> None:
    values: dict[str, Any] = {
        "orientation": 5.0,
        "size": (70.0, 70.0),
        "defects": ("SV", "SW-flat"),
        "number": 4,
    }
    specimen = grown(strain=(0.1, 0.1, 0.0), **values)
    assert sorted({g.name for g in inner_defects(specimen)}) == ["SV", "SW"]
    assert (degrees(specimen)[within(specimen, 4.0)] >= 2).all()
    assert specimen.sheet.rings()


def test_ripples_have_their_height_and_length() -> None:
    rms, spectra = [], []
    for seed in range(12):
        specimen = grown(seed, size=(300.0, 300.0), ripple_amplitude=0.6, ripple_length=50.0)
        assert abs(specimen.heights.mean()) < 1e-9
        rms.append(specimen.heights.std())
        x, y = specimen.sheet.positions.T
        slope = specimen.heights[specimen.sheet.bonds] @ [-1, 1]
        run = np.hypot(*(np.diff(v[specimen.sheet.bonds], axis=1)[:, 0] for v in (x, y)))
        spectra.append((slope / run).std() / specimen.heights.std())
    assert np.mean(rms) == pytest.approx(0.6, rel=0.15)
    # A wave of length L climbs by 2 pi / L of its height, seen along one direction 1 / sqrt(2).
    assert np.mean(spectra) == pytest.approx(2 * np.pi / 50 / np.sqrt(2), rel=0.15)


def test_ripples_move_nothing_in_the_plane() -> None:
    plain, rippled = (grown(5, ripple_amplitude=amplitude) for amplitude in (0.0, 1.0))
    np.testing.assert_array_equal(plain.sheet.positions, rippled.sheet.positions)


@pytest.mark.parametrize("share", [0.1, 0.4])
@pytest.mark.parametrize("seed", range(3))
def test_vacuum_has_its_share_and_a_clean_edge(seed: int, share: float) -> None:
    size = (120.0, 100.0)
    specimen = grown(seed, size=size, vacuum=share)
    regions = specimen.regions(pixels(size))
    assert (regions == Region.VACUUM).mean() == pytest.approx(share, abs=0.02)
    assert (regions == Region.CLEAR).mean() == pytest.approx(1 - share, abs=0.02)
    assert degrees(specimen).min() == 2
    whole = len(grown(seed, size=size).sheet)
    assert len(specimen.sheet) / whole == pytest.approx(1 - share, abs=0.02)


def test_defects_keep_away_from_the_vacuum() -> None:
    for seed in range(5):
        specimen = grown(seed, size=(140.0, 120.0), vacuum=0.3, defects=("SV", "DV-585"), number=10)
        groups = truth(specimen.sheet).defects
        names = [group.name for group in groups if group.name in ("SV", "DV-585")]
        assert len(names) == 10


@pytest.mark.parametrize("angle", [*BOUNDARIES, 12.0])
def test_a_boundary_joins_two_perfect_grains(angle: float) -> None:
    specimen = grown(2, size=(130.0, 110.0), boundary=angle, orientation=0.0)
    inner = within(specimen, 4.0)
    assert (degrees(specimen)[inner] == 3).all()
    assert nearest(specimen.sheet.positions).min() > 1.3
    known = truth(specimen.sheet)
    odd = known.centres[(known.sizes == 5) | (known.sizes == 7)]
    assert set(known.sizes[((known.centres > 5) & (known.centres < [125, 105])).all(axis=1)]) == {
        5,
        6,
        7,
    }
    # One straight line of them along y, one pair for each b / angle.
    assert np.ptp(odd[:, 0]) < 8
    assert len(odd) / 2 == pytest.approx(
        110 * 2 * np.sin(np.radians(angle / 2)) / LATTICE_CONSTANT, abs=2.5
    )
    bonds = specimen.sheet.positions[specimen.sheet.bonds]
    step, middle = np.diff(bonds, axis=1)[:, 0], bonds.mean(axis=1)[:, 0] - odd[:, 0].mean()
    for side, turn in ((middle < -22, angle / 2), (middle > 22, -angle / 2)):
        # Bonds lie 30 degrees off the zigzag rows.
        phase = -np.exp(6j * np.arctan2(step[side, 1], step[side, 0])).mean()
        assert np.degrees(np.angle(phase)) / 6 == pytest.approx(turn, abs=0.1)
        np.testing.assert_allclose(np.linalg.norm(step[side], axis=1), BOND, atol=0.02)


def test_defects_in_the_grains_of_a_boundary() -> None:
    specimen = grown(
        0, size=(160.0, 150.0), boundary=21.787, defects=("SV", "Si-C3", "flower"), number=12
    )
    names = [group.name for group in truth(specimen.sheet).defects]
    assert len([name for name in names if name in ("SV", "Si-C3", "flower")]) == 12
    assert names.count("grain-boundary") == 1


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert digest(grown(7, **EVERYTHING)) == digest(grown(7, **EVERYTHING))
    assert digest(grown(7, **EVERYTHING)) != digest(grown(8, **EVERYTHING))


def test_what_lies_on_the_sheet_does_not_change_it() -> None:
    clean = grown(7, **{**EVERYTHING, "contamination": 0.0, "bilayer": 0.0})
    specimen = grown(7, **EVERYTHING)
    np.testing.assert_array_equal(clean.sheet.positions, specimen.sheet.positions)
    np.testing.assert_array_equal(clean.heights, specimen.heights)


def test_atoms_are_the_sheet_then_the_second_layer_then_the_dirt() -> None:
    specimen = grown(7, **EVERYTHING)
    positions, elements = specimen.atoms()
    n, k, m = len(specimen.sheet), len(specimen.second), len(specimen.lying)
    assert min(n, k, m) > 100
    assert positions.shape == (n + k + m, 3)
    assert len(elements) == n + k + m
    np.testing.assert_array_equal(positions[:n, :2], specimen.sheet.positions)
    np.testing.assert_array_equal(positions[:n, 2], specimen.heights)
    np.testing.assert_array_equal(positions[n : n + k], specimen.second)
    assert set(elements[n : n + k]) == {"C"}
    assert elements[n + k :] == specimen.lying_elements
    assert nearest(positions).min() > 1.0 - 1e-9


@pytest.mark.slow
def test_ten_thousand_atoms_with_thirty_defects_take_well_under_a_second() -> None:
    values: dict[str, Any] = {"defects": ("SV", "DV-585", "SW", "Si-C3", "flower"), "number": 30}
    grown(0, size=(256.0, 256.0), **values)
    for size, atoms, limit in (((162.0, 162.0), 9_900, 0.5), ((256.0, 256.0), 24_800, 2.0)):
        begun = time.perf_counter()
        specimen = grown(1, size=size, **values)
        planted = time.perf_counter()
        truth(specimen.sheet)
        assert len(specimen.sheet) == pytest.approx(atoms, rel=0.02)
        assert planted - begun < limit
        assert time.perf_counter() - planted < limit
