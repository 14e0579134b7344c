from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from sixring.patches._pose import GridPose, deform, deformation, place

SIZE = 49
MIDDLE = 24
PERIOD = 10.65
"""Pixels between rows of the lattice: 2.13 angstrom at 0.20 A/px."""


def lattice(angle: float = 10.0, period: float = PERIOD) -> Tensor:
    """Three waves with a ring at the middle of the patch, as in a perfect lattice."""
    row, col = np.mgrid[:SIZE, :SIZE] - float(MIDDLE)
    waves = [
        np.cos(2 * np.pi / period * (np.cos(turn) * col + np.sin(turn) * row))
        for turn in np.deg2rad(angle + np.array([0, 60, 120]))
    ]
    return torch.tensor(np.sum(waves, axis=0), dtype=torch.float32)[None, None]


def turned(batch: Tensor, angle: float, scale: float = 1.0) -> Tensor:
    matrix = deformation(torch.tensor([angle]), torch.tensor([scale]), torch.zeros(1, 2))
    return deform(batch, matrix, torch.zeros(1, 2))[0]


def inside(radius: float) -> Tensor:
    """Pixels that no turn brings in from outside."""
    row, col = np.mgrid[:SIZE, :SIZE] - float(MIDDLE)
    return torch.tensor(np.hypot(row, col) <= radius)


def spectrum(batch: Tensor) -> NDArray[np.float64]:
    window = np.outer(np.hanning(SIZE), np.hanning(SIZE))
    power: NDArray[np.float64] = np.abs(np.fft.fft2(batch[0, 0].numpy() * window)) ** 2
    return power


@pytest.mark.parametrize("angle", [60.0, -60.0, 120.0, 180.0])
def test_the_symmetries_of_the_lattice_keep_it(angle: float) -> None:
    batch = lattice()
    after = turned(batch, angle)
    where = inside(22)
    assert float((after - batch)[0, 0][where].abs().max()) < 0.1
    power, power_after = spectrum(batch), spectrum(after)
    peaks = power > 0.2 * power.max()
    np.testing.assert_allclose(power_after[peaks], power[peaks], rtol=0.1)


def test_a_turn_of_30_degrees_is_no_symmetry() -> None:
    where = inside(22)
    assert float((turned(lattice(), 30.0) - lattice())[0, 0][where].abs().max()) > 1


@pytest.mark.parametrize("angle", [7.0, -25.0])
def test_a_turn_moves_the_lattice_by_its_angle(angle: float) -> None:
    where = inside(22)
    after = turned(lattice(10.0), angle)
    assert float((after - lattice(10.0 + angle))[0, 0][where].abs().max()) < 0.1


def test_a_scale_moves_the_lattice_by_its_factor() -> None:
    where = inside(22)
    after = turned(lattice(), 0.0, 1.05)
    assert float((after - lattice(period=1.05 * PERIOD))[0, 0][where].abs().max()) < 0.1


def test_quarter_turns_are_those_of_numpy() -> None:
    batch = torch.rand((1, 1, SIZE, SIZE), generator=torch.Generator().manual_seed(0))
    after = turned(batch, 90.0)[0, 0].numpy()
    # From the column axis towards increasing rows.
    np.testing.assert_allclose(after, np.rot90(batch[0, 0].numpy(), -1), atol=1e-4)


def test_shear_stretches_along_one_axis_and_squeezes_the_other() -> None:
    batch = torch.zeros((1, 1, SIZE, SIZE))
    batch[..., MIDDLE, MIDDLE + 20] = 1.0
    batch[..., MIDDLE + 20, MIDDLE] = 1.0
    matrix = deformation(torch.zeros(1), torch.ones(1), torch.tensor([[0.1, 0.0]]))
    after = deform(batch, matrix, torch.zeros(1, 2))[0][0, 0]
    assert float(after[MIDDLE, MIDDLE + 22]) > 0.5
    assert float(after[MIDDLE + 18, MIDDLE]) > 0.5
    assert torch.linalg.det(matrix)[0] == pytest.approx(1, abs=0.011)


def test_shear_along_the_diagonal_is_symmetric() -> None:
    matrix = deformation(torch.zeros(1), torch.ones(1), torch.tensor([[0.0, 0.1]]))
    torch.testing.assert_close(matrix, torch.tensor([[[1.0, 0.1], [0.1, 1.0]]]))


def test_shift_goes_along_rows_and_columns() -> None:
    row, col = torch.meshgrid(torch.arange(48.0), torch.arange(40.0), indexing="ij")
    batch = (100 * row + col)[None, None]
    matrix = torch.eye(2)[None]
    after, _ = deform(batch, matrix, torch.tensor([[2.0, -0.5]]))
    where = (slice(None), slice(None), slice(6, -6), slice(6, -6))
    torch.testing.assert_close(after[where], (batch - 200 + 0.5)[where], atol=0.01, rtol=0)


def test_what_comes_in_is_mirrored() -> None:
    batch = torch.rand((1, 1, 48, 48), generator=torch.Generator().manual_seed(0))
    after, kept = deform(batch, torch.eye(2)[None], torch.tensor([[5.0, 0.0]]))
    expected = np.pad(batch[0, 0].numpy(), ((5, 0), (0, 0)), mode="reflect")[:48]
    np.testing.assert_allclose(after[0, 0].numpy(), expected, atol=1e-4)
    torch.testing.assert_close(kept, torch.ones_like(kept))


@pytest.mark.parametrize("shift", [(0.5, 0.0), (0.3, -0.2), (-1.5, 2.5)])
def test_the_share_of_the_noise_that_a_shift_keeps(shift: tuple[float, float]) -> None:
    batch = torch.randn((200, 1, 32, 40), generator=torch.Generator().manual_seed(0))
    after, kept = deform(batch, torch.eye(2).expand(200, 2, 2), torch.tensor([shift] * 200))
    assert kept.shape == batch.shape
    assert float(after[..., 6:-6, 6:-6].var()) == pytest.approx(float(kept[0, 0, 9, 9]), rel=0.02)


def test_the_share_of_the_noise_that_is_left_at_each_pixel() -> None:
    random = torch.Generator().manual_seed(0)
    batch = torch.randn((4000, 1, 32, 40), generator=random)
    matrix = deformation(
        torch.tensor([20.0]), torch.tensor([1.1]), torch.tensor([[0.1, 0.05]])
    ).expand(4000, 2, 2)
    after, kept = deform(batch, matrix, torch.tensor([[1.2, -0.7]] * 4000))
    inner = (slice(10, -10), slice(12, -12))
    measured = after[:, 0].var(dim=0)[inner]
    assert float((measured / kept[0, 0][inner] - 1).abs().max()) < 0.1
    assert float(measured.std()) > 0.05


def pose(rows: bool, cols: bool, swap: bool, shift: tuple[int, int]) -> GridPose:
    mirror_rows, mirror_cols, transpose = (torch.tensor([value]) for value in (rows, cols, swap))
    return GridPose(mirror_rows, mirror_cols, transpose, torch.tensor([shift]))


@pytest.mark.parametrize("rows", [False, True])
@pytest.mark.parametrize("cols", [False, True])
@pytest.mark.parametrize("swap", [False, True])
def test_the_eight_poses_of_a_square(rows: bool, cols: bool, swap: bool) -> None:
    batch = torch.rand((1, 1, 9, 9), generator=torch.Generator().manual_seed(0))
    expected = batch[0, 0].numpy()
    expected = expected[::-1] if rows else expected
    expected = expected[:, ::-1] if cols else expected
    expected = expected.T if swap else expected
    after = place(batch, pose(rows, cols, swap, (0, 0)))
    np.testing.assert_array_equal(after[0, 0].numpy(), expected)


@pytest.mark.parametrize("shift", [(0, 0), (3, 0), (0, -2), (4, 4), (-8, 7)])
def test_whole_shifts_mirror_what_comes_in(shift: tuple[int, int]) -> None:
    batch = torch.rand((1, 1, 9, 12), generator=torch.Generator().manual_seed(0))
    padded = np.pad(batch[0, 0].numpy(), 8, mode="reflect")
    row, col = 8 - shift[0], 8 - shift[1]
    after = place(batch, pose(False, False, False, shift))
    np.testing.assert_array_equal(after[0, 0].numpy(), padded[row : row + 9, col : col + 12])


def test_each_patch_has_its_own_pose() -> None:
    batch = torch.arange(18.0).reshape(2, 1, 3, 3)
    mirror = torch.tensor([False, True])
    never = torch.tensor([False, False])
    after = place(batch, GridPose(mirror, never, never, torch.zeros((2, 2))))
    assert torch.equal(after[0], batch[0])
    assert torch.equal(after[1], batch[1].flip(-2))
