from __future__ import annotations

from pathlib import Path

import ase
import ase.io
import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.io import write_structure
from sixring.types import Atoms, Detection, Lattice, Mask, Micrograph, Rings

SAMPLING = 0.2


def read_atoms(file: Path) -> ase.Atoms:
    """Open it with ASE: one structure."""
    atoms = ase.io.read(file)
    assert isinstance(atoms, ase.Atoms)
    return atoms


def detection(
    positions: list[tuple[float, float]], elements: tuple[str, ...], source: str = "a.dm4"
) -> Detection:
    image = np.zeros((50, 100), dtype=np.float32)
    empty: NDArray[np.int64] = np.empty(0, dtype=np.int64)
    return Detection(
        micrograph=Micrograph(image, source=source),
        lattice=Lattice(
            grains=(),
            sampling=SAMPLING,
            sampling_from_lattice=SAMPLING,
            lattice_constant=2.46,
            orientation=0.0,
            strain=np.zeros((2, 2)),
            contrast="bright",
            contrast_strength=1.0,
            significance=10.0,
        ),
        mask=Mask(np.zeros(image.shape, dtype=np.uint8)),
        atoms=Atoms(
            np.array(positions, dtype=np.float64).reshape(-1, 2),
            elements,
            np.linspace(0.5, 1.0, len(elements)),
        ),
        rings=Rings(np.empty((0, 2)), empty, np.empty(0), (), empty),
        defects=(),
        score=image,
        mode="hrtem",
    )


def test_ase_opens_it_in_angstrom(tmp_path: Path) -> None:
    file = tmp_path / "structure.extxyz"
    write_structure(file, detection([(0, 0), (10, 5), (49.5, 99.25)], ("C", "Si", "C")))
    atoms = read_atoms(file)
    np.testing.assert_allclose(
        atoms.positions, np.array([[0, 0, 0], [1.0, -2.0, 0], [19.85, -9.9, 0]]), atol=1e-4
    )
    assert atoms.symbols.get_chemical_formula("reduce") == "CSiC"
    np.testing.assert_allclose(atoms.arrays["probability"], [0.5, 0.75, 1.0])
    np.testing.assert_allclose(atoms.cell.lengths(), np.array([20.0, 10.0, 10.0]))
    assert atoms.pbc.tolist() == [False, False, False]
    assert atoms.info["sampling_A"] == SAMPLING
    assert atoms.info["source"] == "a.dm4"


def test_the_box_holds_every_pixel(tmp_path: Path) -> None:
    file = tmp_path / "structure.extxyz"
    corners = [(-0.5, -0.5), (49.5, 99.5)]
    write_structure(file, detection(corners, ("C", "C")))
    atoms = read_atoms(file)
    origin = np.array(atoms.info["Origin"])
    inside = (atoms.positions - origin) / atoms.cell.lengths()
    np.testing.assert_allclose(inside, [[0, 1, 0.5], [1, 0, 0.5]], atol=1e-4)


def test_it_looks_like_the_image(tmp_path: Path) -> None:
    """Down in the image is down in the structure, and the axes are right-handed."""
    file = tmp_path / "structure.extxyz"
    write_structure(file, detection([(0, 0), (10, 0), (0, 10)], ("C", "C", "C")))
    atoms = read_atoms(file)
    down, right = atoms.positions[1] - atoms.positions[0], atoms.positions[2] - atoms.positions[0]
    assert down[1] < 0
    assert right[0] > 0
    assert np.linalg.det(atoms.cell) > 0


def test_the_text(tmp_path: Path) -> None:
    file = tmp_path / "structure.extxyz"
    write_structure(file, detection([(10, 5)], ("C",)))
    assert file.read_text() == (
        "1\n"
        'Lattice="20.000000 0.0 0.0 0.0 10.000000 0.0 0.0 0.0 10.0" '
        'Origin="-0.100000 -9.900000 -5.0" '
        'Properties=species:S:1:pos:R:3:probability:R:1 pbc="F F F" '
        'sampling_A=0.200000 source="a.dm4"\n'
        "C  1.0000 -2.0000 0.0000 0.5000\n"
    )


@pytest.mark.parametrize("source", ['in "quotes".tif', "C:\\data\\new.dm4", "grün µ.tif", "a b=c"])
def test_odd_names_survive(tmp_path: Path, source: str) -> None:
    file = tmp_path / "structure.extxyz"
    write_structure(file, detection([(1, 2)], ("C",), source))
    assert read_atoms(file).info["source"] == source


def test_a_name_stays_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / "structure.extxyz"
    write_structure(file, detection([(1, 2)], ("C",), "two\nlines"))
    assert read_atoms(file).info["source"] == "two lines"


def test_no_atoms(tmp_path: Path) -> None:
    file = tmp_path / "structure.extxyz"
    write_structure(file, detection([], ()))
    lines = file.read_text().splitlines()
    assert lines[0] == "0"
    assert len(lines) == 2
