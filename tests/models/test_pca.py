"""Principal components of patches: against scikit-learn, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA as Reference  # noqa: N811 - that of another library
from torch import Tensor

from honeycomb_patches import honeycomb
from sixring.errors import UsageError
from sixring.evaluate import roc_auc
from sixring.models._views import symmetric_views
from sixring.models.network import normalise
from sixring.models.pca import PCA, PCAConfig
from sixring.train import make_model


def settled(images: Tensor, components: int, at_once: int = 64) -> PCA:
    torch.manual_seed(0)
    network = PCA(PCAConfig(components=components), (images.shape[1], images.shape[2]))
    network.settle(images.split(at_once))
    return network


def some_patches(n: int, shape: tuple[int, int]) -> Tensor:
    """Return patches whose components differ clearly in their variance."""
    random = torch.Generator().manual_seed(0)
    waves = torch.randn(n, 6, generator=random) * torch.tensor([6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
    basis = torch.randn(6, shape[0] * shape[1], generator=random)
    return torch.mm(waves, basis).reshape(n, *shape)


@pytest.mark.parametrize("shape", [(12, 12), (10, 13)])
def test_components_are_those_of_all_views(shape: tuple[int, int]) -> None:
    images = some_patches(60, shape)
    network = settled(images, 5, at_once=7)
    views = torch.cat(symmetric_views(normalise(images))).flatten(1).double().numpy()
    reference = Reference(5, svd_solver="full").fit(views)
    np.testing.assert_allclose(network.centre, reference.mean_, atol=1e-6)
    projector = network.components @ network.components.T
    expected = reference.components_.T @ reference.components_
    np.testing.assert_allclose(projector, expected, atol=1e-4)
    variances = (views @ network.components.double().numpy()).var(axis=0)
    np.testing.assert_allclose(variances, reference.explained_variance_, rtol=0.01)
    assert (np.diff(variances) <= 1e-6).all()  # turning makes pairs of equal variance


def test_what_the_components_hold_leaves_no_residual() -> None:
    images = some_patches(60, (16, 16))
    network = settled(images, 50)  # which has dimensions enough for six of each view
    with torch.no_grad():
        seen = network(images)
        other = network(torch.randn(20, 16, 16))
    assert float(seen["mean"].max()) < 1e-6
    torch.testing.assert_close(seen["reconstruction"], normalise(images)[:, 0], atol=1e-3, rtol=0)
    assert float(other["mean"].min()) > 0.5
    assert seen["code"].shape == (60, 50)


def test_a_patch_turned_or_mirrored_has_the_same_scores() -> None:
    network = settled(some_patches(60, (16, 16)), 48)  # six of each view, so no pair is split
    patch = normalise(torch.randn(3, 16, 16))
    with torch.no_grad():
        expected = network.outputs(patch)
        for view in symmetric_views(patch):
            for name in network.scores:
                torch.testing.assert_close(
                    network.outputs(view)[name], expected[name], atol=1e-4, rtol=0
                )


def test_as_many_components_as_pixels_are_refused() -> None:
    message = "^components must be below the 64 pixels of a 8x8 patch, not 64$"
    with pytest.raises(UsageError, match=message):
        PCA(PCAConfig(components=64), (8, 8))


def test_fewer_patches_than_components_are_refused() -> None:
    message = "^pca with components = 9 needs as many perfect patches to learn from, not 8$"
    with pytest.raises(UsageError, match=message):
        settled(torch.randn(8, 8, 8), 9)
    settled(torch.randn(9, 8, 8), 9)


def test_a_spot_on_a_lattice_is_found_where_it_is_looked_for() -> None:
    images, _ = honeycomb(400, share=0, side=24)
    model = make_model("pca", components=8).fit(images)
    test, labels = honeycomb(200, seed=99, side=24)
    scores = model.saved.scores(test)
    assert roc_auc(scores["local"], labels) > 0.97
    assert roc_auc(scores["local"], labels) > roc_auc(scores["mean"], labels)
