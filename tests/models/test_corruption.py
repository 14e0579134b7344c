"""Artificial defects: where and what they are; and a network that learns to see them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from honeycomb_patches import honeycomb
from sixring.errors import UsageError
from sixring.evaluate import roc_auc
from sixring.models._corrupt import corrupted
from sixring.models.corruption import Corruption, CorruptionConfig
from sixring.models.network import normalise
from sixring.train import make_model


def perfect(n: int, *, noise: float = 0.5, side: int = 48) -> Tensor:
    images, _ = honeycomb(n, share=0, noise=noise, side=side)
    return normalise(torch.from_numpy(images))


def changes(patches: Tensor, seed: int = 0) -> Tensor:
    torch.manual_seed(seed)
    return (corrupted(patches) - patches).abs()[:, 0]


def test_every_patch_gets_another_defect_and_the_seed_decides() -> None:
    patches = perfect(64)
    found = changes(patches)
    assert found.shape == (64, 48, 48)
    assert torch.isfinite(found).all()
    assert torch.equal(found, changes(patches))
    assert not torch.equal(found, changes(patches, seed=1))
    assert float((found.amax(dim=(1, 2)) > 0.2).float().mean()) > 0.95


def test_a_defect_is_at_one_place_and_small() -> None:
    found = changes(perfect(64, noise=0.0))
    weight = found.square().flatten(1)
    pixel = torch.arange(48 * 48)
    rows, cols = (pixel // 48).float(), (pixel % 48).float()
    total = weight.sum(dim=1)
    middle = [(weight * axis).sum(dim=1) / total for axis in (rows, cols)]
    spread = sum(
        (weight * (axis - centre[:, None]) ** 2).sum(dim=1) / total
        for axis, centre in zip((rows, cols), middle, strict=True)
    )
    assert isinstance(spread, Tensor)
    assert float(spread.sqrt().max()) < 15
    assert 4 < float(torch.stack(middle).min()) < float(torch.stack(middle).max()) < 43
    far = found.flatten(1).topk(48 * 48 // 2, largest=False).values
    assert float(far.median()) < 1e-3


def test_defects_are_everywhere_but_at_the_edges() -> None:
    patches = perfect(400, noise=0.0)
    where = changes(patches).flatten(1).argmax(dim=1)
    rows, cols = (where // 48).float(), (where % 48).float()
    for axis in (rows, cols):
        assert 20 < float(axis.mean()) < 27
        assert float(axis.std()) > 9


def test_the_noise_stays_as_it_is() -> None:
    # Of noise alone, a few coefficients are taken for lattice; the others aren't touched.
    noise = torch.randn(200, 1, 48, 48, generator=torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    spectra = [torch.fft.rfft2(part).abs().square().mean(dim=0) for part in (noise,)]
    after = torch.fft.rfft2(corrupted(noise)).abs().square().mean(dim=0)
    high = (slice(None), slice(16, 33), slice(8, 24))  # a fine grain, which smoothing would take
    assert float(after[high].mean() / spectra[0][high].mean()) == pytest.approx(1.0, abs=0.05)


def test_defects_are_of_the_heights_of_the_lattice_whatever_the_noise() -> None:
    quiet, loud = (changes(perfect(200, noise=noise)).amax(dim=(1, 2)) for noise in (0.0, 3.0))
    lattice = [perfect(200, noise=noise).std(dim=(1, 2, 3)) for noise in (0.0, 3.0)]
    # In units of the patch's spread a noisy lattice is weak, and so must its defects be.
    assert float(loud.median()) < 0.8 * float(quiet.median())
    assert float(lattice[0].median()) == pytest.approx(float(lattice[1].median()), rel=0.2)


def test_oblong_patches_are_corrupted_too() -> None:
    assert corrupted(torch.randn(3, 1, 33, 64)).shape == (3, 1, 33, 64)


def test_the_loss_is_the_mean_of_both_cross_entropies() -> None:
    torch.manual_seed(0)
    network = Corruption(CorruptionConfig(), (48, 48)).eval()
    patches = perfect(5)
    torch.manual_seed(3)
    losses = network.objective(patches, torch.zeros(5))
    torch.manual_seed(3)
    changed = normalise(corrupted(patches).squeeze(1))
    with torch.no_grad():
        before = network.judge.objective(patches, torch.zeros(5))
        after = network.judge.objective(changed, torch.ones(5))
    torch.testing.assert_close(losses.detach(), (before + after) / 2)


def test_labels_are_not_looked_at() -> None:
    network = Corruption(CorruptionConfig(), (48, 48)).eval()
    losses = []
    for label in (0.0, 1.0):
        torch.manual_seed(3)
        losses.append(network.objective(perfect(3), torch.full((3,), label)))
    assert torch.equal(*losses)


def test_settings_that_do_not_fit_are_refused() -> None:
    message = "^channels and blocks must be equally many, not 1 and 2$"
    with pytest.raises(UsageError, match=message):
        CorruptionConfig(channels=(8,))


@pytest.mark.slow
def test_it_learns_to_see_spots_that_it_was_never_shown() -> None:
    images, _ = honeycomb(400, share=0, side=32, noise=0.3)
    model = make_model(
        "corruption", stem=8, channels=(16,), blocks=(1,), epochs=12, batch_size=32, augment=False
    ).fit(images)
    test, labels = honeycomb(200, seed=99, side=32, noise=0.3)
    assert roc_auc(model.decision_function(test), labels) > 0.85
    losses = [row["training_loss"] for row in model.history_]
    assert losses[-1] < 0.85 * np.log(2)
