"""Where a patch's lattice is, and what its microscope does to an atom."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from atom_patches import VECTORS, WIDTH, patch
from sixring.models._lattice_frame import (
    CELL,
    LatticeFrame,
    oblique_grid,
    ring_centre_and_transfer,
)
from sixring.models._plane_waves import FittedLattice, fit_lattice

SAMPLING = 0.2
START = torch.from_numpy(np.linalg.inv(VECTORS / SAMPLING).T.copy())[None]


def fitted(sign: float = 1.0, place: tuple[float, float] = (0.3, -0.5)) -> FittedLattice:
    image = sign * patch(place=place)
    return fit_lattice(torch.from_numpy(image - image.mean())[None], START)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_ring_s_centre_is_found_in_both_contrasts(sign: float) -> None:
    lattice = fitted(sign)
    origin, _ = ring_centre_and_transfer(lattice.amplitudes)
    frame = LatticeFrame.of(lattice, origin)
    x, y = frame.pixels(torch.zeros(1, 2, dtype=torch.float64))[0, 0] * SAMPLING
    assert (float(x), float(y)) == pytest.approx((0.3, -0.5), abs=2e-3)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_transfer_is_that_of_an_atom(sign: float) -> None:
    _, transfer = ring_centre_and_transfer(fitted(sign).amplitudes)
    shells = np.array([1.0, math.sqrt(3), 2.0]) * 2 / (math.sqrt(3) * 2.46)
    # The Fourier transform of a round Gaussian.
    expected = 2 * math.pi * WIDTH**2 * np.exp(-2 * (math.pi * WIDTH * shells) ** 2)
    np.testing.assert_allclose(transfer[0], sign * expected, rtol=0.02, atol=1e-4)


def test_the_ring_s_centre_is_the_one_next_to_the_middle() -> None:
    origin, _ = ring_centre_and_transfer(fitted(place=(9.0, 7.0)).amplitudes)
    assert origin.abs().max() <= 0.5 + 1e-9


def test_the_area_of_a_cell() -> None:
    lattice = fitted()
    frame = LatticeFrame.of(lattice, torch.zeros(1, 2, dtype=torch.float64))
    assert float(frame.cell) == pytest.approx(CELL / SAMPLING**2, rel=1e-3)
    assert pytest.approx(5.24, abs=0.01) == CELL


def test_places_and_pixels_are_each_other_s_inverse() -> None:
    lattice = fitted()
    origin = torch.tensor([[0.2, -0.4]], dtype=torch.float64)
    frame = LatticeFrame.of(lattice, origin)
    places = oblique_grid(2, 1).flatten(0, 1)
    back = frame.pixels(places)[0] @ lattice.vectors[0].T - origin[0]
    torch.testing.assert_close(back, places)


def test_an_oblique_grid() -> None:
    grid = oblique_grid(3, 2)
    assert grid.shape == (7, 7, 2)
    assert grid[3, 3].tolist() == [0.0, 0.0]
    assert grid[3, 4].tolist() == [0.5, 0.0]
    assert grid[5, 3].tolist() == [0.0, 1.0]


def test_a_ramp_is_interpolated_and_outside_there_is_nothing() -> None:
    vectors = torch.eye(2, dtype=torch.float64)[None] / 4
    origin = torch.zeros(1, 2, dtype=torch.float64)
    residual = torch.zeros(1, 9, 13, dtype=torch.float64)
    frame = LatticeFrame.of(FittedLattice(vectors, torch.zeros(1, 9, 2), residual), origin)
    x = torch.arange(13, dtype=torch.float64) - 6
    y = torch.arange(9, dtype=torch.float64) - 4
    ramp = (2 * x[None] + 3 * y[:, None])[None, None]
    grid = oblique_grid(4, 8)
    seen = frame.sample(ramp, grid)[0, 0]
    torch.testing.assert_close(seen, 4 * (2 * grid[..., 0] + 3 * grid[..., 1]))
    far = frame.sample(torch.ones_like(ramp), oblique_grid(4, 1))[0, 0]
    assert float(far[4, 4]) == 1.0
    assert far[0].abs().max() == 0.0
