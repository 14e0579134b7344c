import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import check_grad

from sixring.structures import BOND, Sheet, perfect_sheet, plant, relax, remove_atoms, substitute
from sixring.structures._relax import _terms


def bond_lengths(sheet: Sheet) -> NDArray[np.float64]:
    step = sheet.positions[sheet.bonds[:, 1]] - sheet.positions[sheet.bonds[:, 0]]
    lengths: NDArray[np.float64] = np.linalg.norm(step, axis=1)
    return lengths


def test_a_perfect_sheet_is_at_rest() -> None:
    sheet = perfect_sheet(20, 20)
    relaxed = relax(sheet, np.ones(len(sheet), dtype=bool))
    np.testing.assert_allclose(relaxed.positions, sheet.positions, atol=1e-4)


def test_shaken_atoms_return_and_the_held_ones_stay() -> None:
    sheet = perfect_sheet(24, 24)
    free = np.linalg.norm(sheet.positions - 12, axis=1) < 6
    shake = np.random.default_rng(0).normal(0, 0.1, sheet.positions.shape) * free[:, None]
    shaken = Sheet(sheet.positions + shake, sheet.elements, sheet.bonds)
    relaxed = relax(shaken, free)
    np.testing.assert_array_equal(relaxed.positions[~free], sheet.positions[~free])
    np.testing.assert_allclose(relaxed.positions, sheet.positions, atol=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_the_energy_s(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sheet = remove_atoms(substitute(perfect_sheet(14, 14), 10, "Si"), [20, 24])
    everything = np.ones(len(sheet), dtype=bool)
    terms = _terms(sheet, everything, np.arange(len(sheet)))
    assert len(terms.pairs) > 0
    start = sheet.positions + rng.normal(0, 0.1, sheet.positions.shape)

    def energy(x: NDArray[np.float64]) -> float:
        return terms.energy(x.reshape(-1, 2))[0]

    def gradient(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return terms.energy(x.reshape(-1, 2))[1].ravel()

    assert check_grad(energy, gradient, start.ravel()) < 1e-4


def test_what_is_far_does_not_change_the_result() -> None:
    small = perfect_sheet(40, 40)
    large = perfect_sheet(80, 80)
    local = plant(small, "SW", near=(20.0, 20.0)).positions - 20
    wide = plant(large, "SW", near=(40.0, 40.0)).positions - 40
    near = np.linalg.norm(local, axis=1) < 8
    from_large = wide[np.linalg.norm(wide, axis=1) < 8]
    order, other = np.lexsort(local[near].round(3).T), np.lexsort(from_large.round(3).T)
    np.testing.assert_allclose(local[near][order], from_large[other], atol=1e-6)


@pytest.mark.parametrize(
    ("element", "low", "high"), [("Si", 1.62, 1.80), ("N", 1.39, 1.42), ("B", 1.43, 1.49)]
)
def test_bonds_of_a_dopant(element: str, low: float, high: float) -> None:
    sheet = perfect_sheet(30, 30)
    middle = int(np.linalg.norm(sheet.positions - 15, axis=1).argmin())
    doped = substitute(sheet, middle, element)
    free = np.linalg.norm(doped.positions - 15, axis=1) < 10
    relaxed = relax(doped, free)
    lengths = bond_lengths(relaxed)[(relaxed.bonds == middle).any(axis=1)]
    assert lengths == pytest.approx(lengths[0], abs=1e-3)
    assert low < lengths[0] < high


def test_a_vacancy_s_edge_atoms_keep_apart() -> None:
    open_ring = plant(perfect_sheet(30, 30), "SV-open", near=(15.0, 15.0))
    degree = np.bincount(open_ring.bonds.ravel(), minlength=len(open_ring))
    inner = np.linalg.norm(open_ring.positions - 15, axis=1) < 8
    dangling = open_ring.positions[(degree == 2) & inner]
    distances = np.linalg.norm(dangling - np.roll(dangling, 1, axis=0), axis=1)
    assert len(dangling) == 3
    assert (distances > 2.5).all()
    assert bond_lengths(open_ring) == pytest.approx(BOND, abs=0.05)
