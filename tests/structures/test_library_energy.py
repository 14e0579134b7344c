"""The library held against the potential itself: needs atomistica, and is skipped without."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.structures import Relaxed, Sheet, bonds_of, library, truth
from sixring.structures._honeycomb import honeycomb
from sixring.structures._relaxed import read_relaxed

# Not imported here: atomistica opens its log in the folder where it is imported.
pytestmark = pytest.mark.skipif(find_spec("atomistica") is None, reason="needs atomistica")

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_library.py"
OF_A_PERFECT_ATOM = -7.39511  # eV, at REBO2's own lattice constant
SCALE = 2.460177 / 2.46
REBO2 = [
    variant
    for variant, entry in library().items()
    if entry.anchor is not None and entry.potential.startswith("REBO2")
]
RIM = 7.0


@pytest.fixture(autouse=True)
def _log_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Atoms:
    """Carbon atoms under the potential."""

    def __init__(self, positions: NDArray[np.float64]) -> None:
        import ase
        from atomistica import Rebo2

        cell = (300.0, 300.0, 100.0)
        self.ase: Any = ase.Atoms("C" * len(positions), positions * SCALE, cell=cell)
        self.ase.calc = Rebo2()

    def energy(self) -> float:
        return float(self.ase.get_potential_energy())

    def forces(self) -> NDArray[np.float64]:
        return np.asarray(self.ase.get_forces())

    def settle(self, free: NDArray[np.bool_]) -> NDArray[np.float64]:
        from ase import constraints, optimize

        fixed: Any = constraints
        self.ase.set_constraint(fixed.FixAtoms(np.flatnonzero(~free)))
        assert optimize.FIRE(self.ase, logfile="-").run(fmax=0.02, steps=500)
        return np.asarray(self.ase.positions) / SCALE


def lattice_of(entry: Relaxed) -> NDArray[np.float64]:
    """The perfect lattice in and around a disc, flat."""
    (grain,) = entry.grains
    reach = np.full(2, entry.radius + RIM)
    sites, _ = honeycomb(-reach, reach, offset=(grain.x, grain.y))
    sites = sites[np.linalg.norm(sites, axis=1) < entry.radius + RIM]
    return np.column_stack([sites, np.zeros(len(sites))])


def surrounded(entry: Relaxed, inside: NDArray[np.float64]) -> NDArray[np.float64]:
    whole = lattice_of(entry)
    return np.concatenate([inside, whole[np.linalg.norm(whole, axis=1) > entry.radius]])


def formation_energy(entry: Relaxed, positions: NDArray[np.float64]) -> float:
    whole = lattice_of(entry)
    missing = len(whole) - len(positions)
    return Atoms(positions).energy() - Atoms(whole).energy() + missing * OF_A_PERFECT_ATOM


@pytest.mark.parametrize("variant", REBO2)
def test_the_header_has_the_energy_of_the_coordinates(variant: str) -> None:
    entry = library()[variant]
    found = formation_energy(entry, surrounded(entry, entry.positions))
    assert found == pytest.approx(entry.energy, abs=0.005)


@pytest.mark.parametrize("variant", REBO2)
def test_every_atom_is_at_rest(variant: str) -> None:
    entry = library()[variant]
    forces = Atoms(surrounded(entry, entry.positions)).forces()[: len(entry)]
    # A bond pulls with some 40 eV/A^2, and positions are given to 0.0001 A.
    assert np.linalg.norm(forces, axis=1).max() < 0.02


@pytest.mark.parametrize("variant", ["SV", "DV-585"])
def test_the_entry_is_the_reconstructed_minimum_and_not_the_open_one(variant: str) -> None:
    entry = library()[variant]
    assert entry.missing_atoms is not None
    whole = lattice_of(entry)
    # What a relaxation comes to that begins where the atoms were.
    order = np.argsort(np.linalg.norm(whole, axis=1), kind="stable")
    start = np.delete(whole, order[: entry.missing_atoms], axis=0)
    left = Atoms(start).settle(np.linalg.norm(start, axis=1) < entry.radius)
    carbon = ("C",) * len(left)
    (group,) = truth(Sheet(left[:, :2], carbon, bonds_of(left, carbon))).defects
    assert group.census == (10 + 2 * entry.missing_atoms,)
    assert group.census != entry.census
    assert formation_energy(entry, left) > entry.energy + 0.3


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["SV", "SW-buckled", "Si-C3", "boundary-21.8", "edge-zigzag"])
def test_the_script_remakes_the_files(variant: str, tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), variant, "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    path = tmp_path / f"{variant}.extxyz"
    made, shipped = read_relaxed(path.read_text(encoding="utf-8"), str(path)), library()[variant]
    assert made.elements == shipped.elements
    # The last digits follow the machine's arithmetic.
    np.testing.assert_allclose(made.positions, shipped.positions, atol=0.01)
    assert made.energy == pytest.approx(shipped.energy, abs=0.002)
    assert made.census == shipped.census
    assert made.radius == shipped.radius


@pytest.mark.slow
def test_the_script_names_a_variant_that_it_does_not_know(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "SV", "TV", "--out", str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no such variant: TV; choose of perfect, SV" in done.stderr
    assert list(tmp_path.iterdir()) == []
