"""Lattices fitted to patches that are known to be one."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from sixring.models._plane_waves import REFLECTIONS, fit_lattice, lattice_power, starts

PERIOD = torch.tensor(12.3, dtype=torch.float64)


def lattice(period: float = 12.3, degrees: float = 0.0) -> Tensor:
    """Return reciprocal vectors in cycles per pixel."""
    turn = math.radians(degrees)
    rotation = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    direct = period * np.array([[1.0, 0.0], [0.5, math.sqrt(3) / 2]]) @ rotation
    return torch.from_numpy(np.linalg.inv(direct).T.copy())


def wave_patch(vectors: Tensor, shape: tuple[int, int] = (48, 48), seed: int = 0) -> Tensor:
    """Return a patch that is made of the nine reflections alone."""
    rng = np.random.default_rng(seed)
    y, x = (np.arange(n) - (n - 1) / 2 for n in shape)
    places = np.stack(np.meshgrid(x, y), axis=-1) @ vectors.numpy().T
    image = np.zeros(shape)
    for reflection in REFLECTIONS:
        phase = 2 * np.pi * places @ np.array(reflection)
        image += rng.uniform(0.5, 1) * np.cos(phase + rng.uniform(0, 2 * np.pi))
    return torch.from_numpy(image)[None]


def test_reflections_are_on_three_shells() -> None:
    lengths = np.linalg.norm(np.array(REFLECTIONS) @ lattice(1.0).numpy(), axis=1)
    first = 2 / math.sqrt(3)
    np.testing.assert_allclose(
        lengths.reshape(3, 3), first * np.array([[1.0], [math.sqrt(3)], [2.0]]) * np.ones(3)
    )
    assert np.array(REFLECTIONS).reshape(3, 3, 2).sum(axis=1)[[0, 2]].tolist() == [[0, 0], [0, 0]]


def test_starts_are_a_degree_and_a_hundredth_apart() -> None:
    tried = starts(PERIOD, 0.02)
    assert tried.shape == (5 * 60, 2, 2)
    lengths = torch.linalg.norm(tried, dim=2)
    middle = 2 / math.sqrt(3) / 12.3
    np.testing.assert_allclose(
        np.unique(lengths.round(decimals=9)), middle * np.linspace(0.98, 1.02, 5)
    )
    angles = torch.rad2deg(torch.atan2(tried[:60, 1, 1], tried[:60, 1, 0]))
    np.testing.assert_allclose(np.diff(angles), 1.0)
    assert starts(PERIOD, 0.0).shape == (60, 2, 2)


@pytest.mark.parametrize("degrees", [0.0, 7.0, 33.0, 59.0])
def test_the_power_is_largest_at_the_lattice_that_is_there(degrees: float) -> None:
    tried = starts(PERIOD, 0.04)
    powers = lattice_power(wave_patch(lattice(12.3, degrees)), tried)
    assert powers.shape == (1, len(tried))
    best = tried[powers[0].argmax()]
    found = torch.atan2(best[:, 1], best[:, 0]) - torch.atan2(*lattice(12.3, degrees)[0].flip(0))
    turned = torch.rad2deg(found[0]) % 60
    assert min(turned, 60 - turned) < 1.5
    assert float(torch.linalg.norm(best[0])) == pytest.approx(2 / math.sqrt(3) / 12.3, rel=0.015)


def test_power_doesn_t_depend_on_the_other_patches() -> None:
    patches = torch.cat([wave_patch(lattice(12.0, 3.0)), wave_patch(lattice(12.6, 40.0), seed=1)])
    tried = starts(PERIOD, 0.03)
    alone = torch.cat([lattice_power(patch[None], tried) for patch in patches])
    torch.testing.assert_close(lattice_power(patches, tried), alone)


@settings(max_examples=20)
@given(
    degrees=st.floats(0, 60),
    off=st.floats(-0.5, 0.5),
    stretch=st.floats(-0.005, 0.005),
    seed=st.integers(0, 99),
)
def test_a_lattice_is_found_from_near_by(
    degrees: float, off: float, stretch: float, seed: int
) -> None:
    there = lattice(12.3, degrees)
    patch = wave_patch(there, seed=seed)
    found = fit_lattice(patch, lattice(12.3 * (1 + stretch), degrees + off)[None])
    torch.testing.assert_close(found.vectors[0], there, atol=1e-6, rtol=0)
    assert found.residual.abs().max() < 1e-3
    assert found.amplitudes.shape == (1, 9, 2)


def test_a_strained_lattice_is_found_in_a_patch_that_isn_t_square() -> None:
    strain = torch.tensor([[1.01, 0.004], [-0.003, 0.992]], dtype=torch.float64)
    there = lattice(12.3, 20.0) @ strain
    found = fit_lattice(wave_patch(there, (40, 64)), lattice(12.3, 20.0)[None])
    torch.testing.assert_close(found.vectors[0], there, atol=1e-6, rtol=0)
    assert found.residual.shape == (1, 40, 64)


def test_amplitudes_are_those_of_the_waves() -> None:
    there = lattice(12.3, 11.0)
    y, x = np.mgrid[:48, :48] - 23.5
    phase = 2 * np.pi * (np.stack([x, y], axis=-1) @ there.numpy().T @ np.array(REFLECTIONS[4]))
    patch = torch.from_numpy(0.7 * np.cos(phase + 0.4))[None]
    (pairs,) = fit_lattice(patch, there[None]).amplitudes
    expected = torch.zeros(9, 2, dtype=torch.float64)
    expected[4] = torch.tensor([0.7 * math.cos(0.4), 0.7 * math.sin(0.4)])
    torch.testing.assert_close(pairs, expected, atol=1e-6, rtol=0)


def test_what_isn_t_lattice_stays() -> None:
    patch = wave_patch(lattice())
    spot = torch.zeros_like(patch)
    spot[0, 20, 30] = 1.0
    clean = fit_lattice(patch, lattice()[None]).residual
    spotted = fit_lattice(patch + spot, lattice()[None]).residual
    assert (spotted - clean).abs().argmax() == spot.argmax()
    # 23 numbers are fitted to 2304 pixels.
    assert float((spotted - clean)[0, 20, 30]) == pytest.approx(1.0, abs=0.05)


def test_noise_alone_leaves_everything_finite() -> None:
    noise = torch.randn(4, 48, 48, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = fit_lattice(noise, lattice().expand(4, -1, -1))
    for values in (found.vectors, found.amplitudes, found.residual):
        assert torch.isfinite(values).all()
    assert (torch.linalg.norm(found.residual) / torch.linalg.norm(noise)) > 0.97
