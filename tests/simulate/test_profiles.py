"""What one atom looks like, against abTEM itself and what is known of dark field."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.simulate import STEM
from sixring.simulate._abtem import quiet_abtem
from sixring.simulate._profiles import (
    PROFILE_ELEMENTS,
    AtomProfile,
    _computed,
    atom_profile,
    electron_wavelength,
    profile_reach,
)

STANDARD = STEM()


@pytest.mark.parametrize(
    ("energy", "wavelength"), [(60e3, 0.04866), (80e3, 0.04176), (100e3, 0.03701), (300e3, 0.01969)]
)
def test_wavelengths_are_those_of_the_tables(energy: float, wavelength: float) -> None:
    assert electron_wavelength(energy) == pytest.approx(wavelength, abs=1e-5)


def scanned_by_abtem(
    element: str, conditions: STEM, points: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Scan one atom in another cell and on a finer grid than the profile's."""
    from ase import Atoms

    cell, grid = 24.0, 480
    with quiet_abtem() as abtem:
        atom = Atoms(element, [(cell / 2, cell / 2, 0.5)], cell=(cell, cell, 1.0))
        potential = abtem.Potential(atom, gpts=grid, slice_thickness=1.0)
        probe = abtem.Probe(
            energy=conditions.energy,
            semiangle_cutoff=conditions.convergence,
            defocus=conditions.defocus,
        )
        detector = abtem.AnnularDetector(conditions.inner, conditions.outer)
        scan = abtem.CustomScan(cell / 2 + points)
        return np.asarray(probe.scan(potential, scan, detector).array, dtype=np.float64)


@pytest.mark.parametrize(
    ("element", "conditions"), [("C", STANDARD), ("Si", STANDARD), ("C", STEM(defocus=60.0))]
)
def test_it_is_what_abtem_finds_off_the_grid(element: str, conditions: STEM) -> None:
    # None of these is a distance or the direction at which the profile was computed.
    distances = np.array([0.0, 0.137, 0.53, 1.013, 1.71, 2.9, 4.44])
    points = distances[:, None] * np.array([math.cos(0.2), math.sin(0.2)])
    profile = atom_profile(element, conditions)
    expected = scanned_by_abtem(element, conditions, points)
    # The annulus is made of the points of another grid: 1 %.
    np.testing.assert_allclose(profile(distances), expected, atol=0.012 * expected[0])


def test_it_is_the_same_in_every_direction() -> None:
    around = np.linspace(0.0, math.pi / 4, 5)
    points = 0.6 * np.column_stack([np.cos(around), np.sin(around)])
    shares = scanned_by_abtem("C", STANDARD, points)
    assert np.ptp(shares) < 5e-4 * atom_profile("C", STANDARD).shares[0]


def test_nothing_is_known_beyond_the_reach() -> None:
    profile = atom_profile("C", STANDARD)
    assert profile.reach == pytest.approx(profile_reach(STANDARD))
    assert profile.reach == pytest.approx(5 * 0.04866 / 0.031, rel=1e-3)
    assert profile(np.array([profile.reach - 0.1]))[0] > 0
    np.testing.assert_array_equal(profile(np.array([profile.reach + 0.1, 100.0])), 0.0)
    assert profile.shares[-1] < 2e-4 * profile.shares[0]


def test_the_transform_is_that_of_the_profile() -> None:
    profile = atom_profile("C", STANDARD)
    # A square sum over the plane, which for a band-limited function is the integral.
    step = 0.25
    axis = np.arange(-32, 33) * step
    x, y = np.meshgrid(axis, axis)
    values = profile(np.hypot(x, y))
    for frequency in (0.15, 0.47, 0.81, 1.1):
        plane = (values * np.cos(2 * np.pi * frequency * x)).sum() * step**2
        assert profile.transfer(np.array([frequency]))[0] == pytest.approx(
            plane, abs=2e-3 * profile.spectrum[0]
        )


def test_the_tails_beyond_the_reach_are_in_the_mean() -> None:
    profile = atom_profile("C", STANDARD)
    r = np.linspace(0.0, profile.reach, 4000)
    known = np.trapezoid(2 * np.pi * r * profile(r), r)
    assert 1.005 < profile.spectrum[0] / known < 1.03


def test_there_is_nothing_above_the_band_limit() -> None:
    profile = atom_profile("C", STANDARD)
    assert profile.band == pytest.approx(2 * 0.031 / 0.04866, rel=1e-3)
    assert profile.transfer(np.array([profile.band * 0.999]))[0] < 2e-3 * profile.spectrum[0]
    assert profile.transfer(np.array([profile.band * 1.01]))[0] == 0.0


def signal(element: str, conditions: STEM = STANDARD) -> float:
    return float(atom_profile(element, conditions).spectrum[0])


def test_heavier_atoms_are_brighter() -> None:
    signals = [signal(element) for element in ("H", "B", "C", "N", "O", "Si")]
    assert signals == sorted(signals)


def test_silicon_over_carbon_goes_with_a_power_of_the_atomic_number() -> None:
    exponent = math.log(signal("Si") / signal("C")) / math.log(14 / 6)
    assert 1.6 < exponent < 1.8
    # Rutherford's square is nearer at high angles.
    high = replace(STANDARD, inner=100.0)
    assert math.log(signal("Si", high) / signal("C", high)) / math.log(14 / 6) > exponent


def test_perfect_graphene_scatters_what_is_measured() -> None:
    per_area = 2 * signal("C") / (2.46**2 * math.sqrt(3) / 2)
    assert 4.5e-4 < per_area < 6.5e-4


def test_defocus_widens_the_profile_and_keeps_its_integral() -> None:
    focused, blurred = (atom_profile("C", STEM(defocus=d)) for d in (0.0, 60.0))
    assert blurred.shares[0] < 0.7 * focused.shares[0]
    assert blurred(np.array([1.5]))[0] > 1.5 * focused(np.array([1.5]))[0]
    assert blurred.spectrum[0] == pytest.approx(focused.spectrum[0], rel=0.02)


def test_profiles_are_kept_and_protected() -> None:
    profile = atom_profile("C", STANDARD)
    assert atom_profile("C", STEM(dose=3.0, sampling=0.1, source_size=0.0)) is profile
    assert atom_profile("C", STEM(defocus=60.0)) is not profile
    for array in (profile.distances, profile.shares, profile.spectrum):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.0


def test_the_users_abtem_does_not_change_it() -> None:
    import abtem

    before = atom_profile("B", STANDARD)
    _computed.cache_clear()
    with abtem.config.set({"precision": "float64", "antialias.cutoff": 0.5}):
        after = atom_profile("B", STANDARD)
    assert after is not before
    assert after.spectrum.tobytes() == before.spectrum.tobytes()


@pytest.mark.slow
def test_every_process_finds_the_same() -> None:
    program = (
        "import sys; from sixring.simulate import STEM;"
        "from sixring.simulate._profiles import atom_profile;"
        "sys.stdout.buffer.write(atom_profile('C', STEM()).spectrum.tobytes())"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
    assert other == atom_profile("C", STANDARD).spectrum.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("element", PROFILE_ELEMENTS)
def test_it_falls_from_its_centre(element: str) -> None:
    profile: AtomProfile = atom_profile(element, STEM(energy=100e3, convergence=25.0, outer=150.0))
    core = profile(np.linspace(0.0, 1 / profile.band, 30))
    assert (np.diff(core) < 0).all()
    assert (profile.shares > 0).all()


def test_only_light_elements_have_a_profile() -> None:
    with pytest.raises(UsageError) as refused:
        atom_profile("Pt", STANDARD)
    assert str(refused.value) == ("no profile is known for 'Pt': choose from H, B, C, N, O, Si")


@pytest.mark.parametrize("defocus", [500.0, -500.0])
def test_a_probe_that_is_too_wide(defocus: float) -> None:
    with pytest.raises(UsageError) as refused:
        atom_profile("C", STEM(defocus=defocus))
    assert str(refused.value) == (
        f"at a defocus of {defocus:g} angstrom the probe is 15.5 angstrom wide, too wide for "
        "single atoms: it must be at most 387"
    )


def test_a_detector_in_the_bright_field() -> None:
    with pytest.raises(UsageError) as refused:
        STEM(inner=32.0)
    assert str(refused.value) == (
        "a dark-field detector lies outside the probe's cone: its inner angle must be at least "
        "34.1 mrad, not 32"
    )
