from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from sixring.patches._draw import Draw
from sixring.patches._noise import blurred, noise_level, thinned


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def white(count: int = 256, size: int = 48) -> Tensor:
    return torch.randn((count, 1, size, size), generator=generator())


def draw() -> Draw:
    return Draw(generator(7), torch.device("cpu"))


@pytest.mark.parametrize("level", [1e-6, 1.0, 3e4])
def test_the_level_of_white_noise(level: float) -> None:
    levels = noise_level(1e5 * level + level * white())
    assert float(levels.mean()) == pytest.approx(level, rel=0.02)
    assert float(levels.std()) < 0.05 * level


@pytest.mark.parametrize("sampling", [0.1, 0.2, 0.3])
def test_a_lattice_is_hardly_taken_for_noise(sampling: float) -> None:
    row, col = np.mgrid[:48, :48] * sampling
    waves = sum(
        np.cos(2 * np.pi / spacing * (np.cos(turn) * col + np.sin(turn) * row))
        for spacing, tilt in ((2.13, 15), (1.23, 45))
        for turn in np.deg2rad(tilt + np.array([0, 60, 120]))
    )
    level = float(noise_level(torch.tensor(waves, dtype=torch.float32)[None, None])[0])
    assert level < 0.15 * np.std(waves)


def test_the_level_of_a_plane_is_zero() -> None:
    row, col = torch.meshgrid(torch.arange(9.0), torch.arange(9.0), indexing="ij")
    assert float(noise_level((3 * row - 2 * col)[None, None])[0]) == 0


@pytest.mark.parametrize("width", [0.3, 0.6, 1.0, 2.5])
def test_blur_keeps_the_share_of_the_noise_that_it_says(width: float) -> None:
    after, kept = blurred(white(), torch.full((256,), width))
    assert kept.shape == (256, 1, 1, 1)
    inner = after[..., 8:-8, 8:-8]
    assert float(inner.var()) == pytest.approx(float(kept[0]), rel=0.05)


@pytest.mark.parametrize("width", [0.3, 0.6, 1.0, 2.5])
def test_blur_is_that_of_scipy(width: float) -> None:
    batch = white(1)
    after, _ = blurred(batch, torch.tensor([width]))
    expected = ndimage.gaussian_filter(batch[0, 0].numpy(), width, mode="mirror", truncate=3)
    np.testing.assert_allclose(after[0, 0].numpy(), expected, atol=0.02)


def test_each_patch_has_its_own_blur() -> None:
    batch = white(1).expand(3, 1, 48, 48)
    after, kept = blurred(batch, torch.tensor([0.05, 0.5, 1.5]))
    torch.testing.assert_close(after[0], batch[0])
    assert bool((kept.flatten().diff() < 0).all())
    assert float(kept[0]) == pytest.approx(1)
    assert float(kept[2]) == pytest.approx(1 / (4 * np.pi * 1.5**2), rel=0.02)


def test_a_blur_wider_than_the_patch() -> None:
    after, _ = blurred(white(2, size=9), torch.full((2,), 20.0))
    assert float(after.std(dim=(2, 3)).max()) < 0.1


@pytest.mark.parametrize("mean", [0.3, 4.0, 400.0])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_thinned_counts(mean: float, share: float) -> None:
    counts = torch.poisson(torch.full((128, 1, 48, 48), mean), generator=generator(2))
    after = thinned(counts, torch.full((128, 1, 1, 1), share), draw())
    electrons = after * share
    torch.testing.assert_close(electrons, electrons.round(), atol=1e-3, rtol=0)
    assert bool((electrons <= counts + 1e-3).all())
    number = counts.numel()
    error = np.sqrt(mean / share / number)
    assert float(after.mean()) == pytest.approx(mean, abs=5 * error)
    assert float(after.var()) == pytest.approx(mean / share, rel=0.03)
    # What is kept knows nothing of what is left out: the mark of Poisson counts.
    left_out = counts - electrons
    both = torch.stack([electrons.flatten(), left_out.flatten()])
    assert abs(float(torch.corrcoef(both)[0, 1])) < 5 / np.sqrt(number)


def test_each_patch_has_its_own_dose_and_all_of_it_changes_nothing() -> None:
    counts = torch.full((2, 1, 48, 48), 100.0)
    after = thinned(counts, torch.tensor([1.0, 0.5]).reshape(2, 1, 1, 1), draw())
    assert torch.equal(after[0], counts[0])
    assert float(after[1].var()) == pytest.approx(100, rel=0.1)
