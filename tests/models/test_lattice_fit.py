"""The lattice fitted to the patch itself, on patches of atoms by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from atom_patches import patches
from sixring.errors import UsageError
from sixring.evaluate import roc_auc
from sixring.models.export import network_outputs
from sixring.models.lattice_fit import LatticeFit, LatticeFitConfig

KINDS = ["SV", "DV-585", "DV-555777", "SW-flat", "flower", "Si-C3"]
SHAPE = (48, 48)


def settled(side: int = 48, sampling: float = 0.2, **settings: float) -> LatticeFit:
    network = LatticeFit(LatticeFitConfig(**settings), (side, side)).eval()
    perfect = patches([""] * 4, seed=99, side=side, sampling=sampling)
    network.settle([torch.from_numpy(perfect)])
    return network


def scores(network: LatticeFit, images: NDArray[np.float32]) -> NDArray[np.float32]:
    return network_outputs(network, images)["matched"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stands_out_from_perfect_patches(kind: str) -> None:
    images = patches([""] * 12 + [kind] * 12, noise=0.3)
    found = scores(settled(), images)
    assert roc_auc(found, np.repeat([0, 1], 12)) > 0.97


def test_the_largest_residual_finds_vacancies_without_knowing_them() -> None:
    images = patches([""] * 12 + ["SV"] * 12, noise=0.15)
    found = network_outputs(settled(), images)["residual"]
    assert roc_auc(found, np.repeat([0, 1], 12)) > 0.97
    # The largest of some hundred values of a normal distribution.
    assert 2 < np.median(found[:12]) < 5


def test_a_perfect_patch_is_likelier_to_be_perfect() -> None:
    found = scores(settled(), patches(["", "", "SV", "SV"], noise=0.2))
    assert (found[:2] < 0).all()
    assert (found[2:] > 0).all()


def test_contrast_gain_and_offset_change_nothing() -> None:
    network = settled()
    images = patches(["", "SV", "DV-585"], noise=0.2)
    for changed in (-images, 40 * images + 700):
        np.testing.assert_allclose(scores(network, changed), scores(network, images), rtol=1e-3)


def test_a_quarter_turn_and_a_mirror_image_change_little() -> None:
    network = settled()
    images = patches(["", "SV", "DV-585", "SW-flat"], noise=0.2)
    same = scores(network, images)
    for changed in (np.rot90(images, axes=(1, 2)), images[:, ::-1], images[:, :, ::-1]):
        np.testing.assert_allclose(scores(network, changed.copy()), same, rtol=0.02, atol=0.5)


@pytest.mark.parametrize(("sampling", "side"), [(0.1, 64), (0.14, 48), (0.2, 33), (0.3, 48)])
def test_the_lattice_constant_is_learned_from_perfect_patches(sampling: float, side: int) -> None:
    network = settled(side, sampling)
    assert float(network.period) == pytest.approx(2.46 / sampling, rel=0.004)
    images = patches(["", "", "SV", "SV"], noise=0.15, side=side, sampling=sampling)
    found = scores(network, images)
    assert found[2:].min() > found[:2].max()


def test_views_are_the_lattice_and_what_it_leaves_over() -> None:
    outputs = network_outputs(settled(), patches(["", "SV"], noise=0.1))
    lengths = np.linalg.norm(outputs["lattice"], axis=2)
    np.testing.assert_allclose(lengths, 2 / np.sqrt(3) / 12.3, rtol=0.03)
    assert outputs["left_over"].shape == (2, *SHAPE)
    perfect, defect = (outputs["left_over"] ** 2).mean(axis=(1, 2))
    assert perfect < defect


def test_patches_don_t_see_each_other() -> None:
    network = settled()
    images = patches(["", "SV", "flower"], noise=0.2)
    alone = np.concatenate([scores(network, image[None]) for image in images])
    np.testing.assert_allclose(scores(network, images), alone, atol=1e-4)


def test_perfect_patches_without_a_lattice_are_refused() -> None:
    noise = torch.randn(20, 48, 48, generator=torch.Generator().manual_seed(0))
    network = LatticeFit(LatticeFitConfig(), SHAPE)
    with pytest.raises(UsageError) as caught:
        network.settle([noise])
    assert str(caught.value) == (
        "lattice-fit: the perfect patches show no lattice of graphene with a constant of 6 to 32 "
        "pixels: check the patches and their sampling"
    )


def test_patches_that_are_too_small_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        LatticeFit(LatticeFitConfig(), (8, 48))
    assert str(caught.value) == "lattice-fit needs patches of at least 9x9 pixels, not 8x48"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"spread": 0.5}, "spread must be a number at least 0 and below 0.5, not 0.5"),
        ({"inner": 0.0}, "inner must be a number above 0, not 0.0"),
        ({"low": -1.0}, "low must be a number at least 0, not -1.0"),
        ({"silicon": 0.0}, "silicon must be a number above 0, not 0.0"),
    ],
)
def test_settings_that_can_t_be_are_refused(settings: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        LatticeFitConfig(**settings)
    assert str(caught.value) == message


def test_weak_second_reflections_don_t_make_the_lattice_larger() -> None:
    """Of a lattice sqrt(3) times as large, the reflections seen are the second ones."""
    rng = np.random.default_rng(0)
    rows, cols = np.indices((48, 48))
    patches = []
    for turn in rng.uniform(0, np.pi / 3, 20):
        angles = turn + np.pi / 3 * np.arange(3)
        # First reflections of a lattice of 12.3 pixels, and a slow wave where those of the larger
        # one would be.
        waves = sum(
            np.cos(2 * np.pi / (12.3 * np.sqrt(0.75)) * (np.cos(a) * cols + np.sin(a) * rows) + p)
            for a, p in zip(angles, rng.uniform(0, 2 * np.pi, 3), strict=True)
        )
        slow = np.cos(2 * np.pi / (21.3 * np.sqrt(0.75)) * (cols * np.cos(turn + np.pi / 6)))
        patches.append(100 + 10 * waves + slow + rng.normal(0, 5, (48, 48)))
    network = LatticeFit(LatticeFitConfig(), (48, 48))
    network.settle([torch.from_numpy(np.array(patches, np.float32))])
    assert float(network.period) == pytest.approx(12.3, rel=0.02)
