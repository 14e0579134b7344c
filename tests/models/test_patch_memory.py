"""The memory: what is kept in it, and distances from it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from torch import Tensor

from honeycomb_patches import honeycomb
from sixring.errors import UsageError
from sixring.evaluate import roc_auc
from sixring.models._coreset import coreset
from sixring.models.network import normalise
from sixring.models.patch_memory import PatchMemory, PatchMemoryConfig
from sixring.train import make_model

SMALL = {"rings": 2, "orders": 3, "components": 6, "vectors": 40, "neighbours": 3}


def settled(images: Tensor, **changes: int) -> PatchMemory:
    torch.manual_seed(0)
    config = PatchMemoryConfig.of({**SMALL, **changes})
    network = PatchMemory(config, (images.shape[1], images.shape[2]))
    network.settle(images.split(16))
    return network.eval()


def patches(n: int, **how: float) -> Tensor:
    return torch.from_numpy(honeycomb(n, side=24, share=0, **how)[0])  # type: ignore[arg-type]


class TestCoreset:
    def test_it_takes_one_of_each_heap_first(self) -> None:
        torch.manual_seed(0)
        heaps = torch.randn(5, 3) * 100
        vectors = (heaps[:, None] + torch.randn(5, 20, 3)).flatten(0, 1)
        chosen = coreset(vectors, 5)
        assert sorted((chosen // 20).tolist()) == [0, 1, 2, 3, 4]

    def test_no_vector_is_farther_than_the_last_that_was_taken(self) -> None:
        torch.manual_seed(0)
        vectors = torch.randn(300, 4)
        chosen = coreset(vectors, 30)
        apart = cdist(vectors[chosen], vectors[chosen])[-1, :-1].min()
        covered = cdist(vectors, vectors[chosen]).min(axis=1).max()
        assert covered <= apart + 1e-6
        by_chance = cdist(vectors, vectors[:30]).min(axis=1).max()
        assert covered < by_chance

    def test_none_is_taken_twice_even_if_they_are_equal(self) -> None:
        chosen = coreset(torch.zeros(10, 2), 20)
        assert sorted(chosen.tolist()) == list(range(10))

    def test_many_dimensions_are_projected(self) -> None:
        torch.manual_seed(0)
        heaps = torch.randn(4, 50) * 100
        vectors = (heaps[:, None] + torch.randn(4, 10, 50)).flatten(0, 1)
        assert sorted((coreset(vectors, 4) // 10).tolist()) == [0, 1, 2, 3]


def test_the_score_is_the_weighted_distance_from_the_nearest() -> None:
    network = settled(patches(50))
    test = torch.from_numpy(honeycomb(6, side=24, seed=5)[0])
    with torch.no_grad():
        outputs = network(test)
        vectors = network._vectors(normalise(test)).double().numpy()
    memory = network.memory.double().numpy()
    for patch, distances in zip(vectors, outputs["distances"].numpy(), strict=True):
        apart = cdist(patch.reshape(-1, 6), memory)
        expected = []
        for row in apart:
            nearest = int(row.argmin())
            around = np.argsort(cdist(memory[nearest : nearest + 1], memory)[0])[:3]
            weight = 1 - np.exp(row[nearest]) / np.exp(row[around]).sum()
            expected.append(weight * row[nearest])
        np.testing.assert_allclose(distances.ravel(), expected, atol=2e-3)
    torch.testing.assert_close(outputs["farthest"], outputs["distances"].amax(dim=(1, 2)))


def test_the_memory_has_vectors_of_the_training_and_the_components_their_variance() -> None:
    images = patches(50)
    network = settled(images)
    with torch.no_grad():
        vectors = network._vectors(normalise(images)).flatten(0, 2).double()
    np.testing.assert_allclose(np.cov(vectors.numpy().T), np.eye(6), atol=0.02)
    from_memory = cdist(network.memory.double(), vectors.numpy()).min(axis=1)
    assert from_memory.max() < 1e-2
    assert len(np.unique(network.memory.numpy(), axis=0)) == 40


def test_a_remembered_patch_is_at_distance_zero() -> None:
    images = patches(4)
    network = settled(images, vectors=300)  # more than there are
    with torch.no_grad():
        assert float(network(images)["farthest"].max()) < 1e-2
        assert float(network(patches(4, seed=9))["farthest"].min()) > 0.5
    assert network.memory.abs().max() == 1000.0  # what is remembered of nothing lies far away


def test_too_few_patches_are_refused() -> None:
    message = (
        "^patch-memory with components = 6 needs more neighbourhoods than that to learn from, "
        "and 6 perfect patches have 6$"
    )
    with pytest.raises(UsageError, match=message):
        settled(torch.randn(6, 13, 13))
    settled(torch.randn(7, 13, 13))


def test_settings_that_do_not_fit_are_refused() -> None:
    message = "^components must be at most 15, as many as the filters' answers, not 16$"
    with pytest.raises(UsageError, match=message):
        settled(patches(4), components=16)
    message = "^neighbours must be at most vectors, which is 40, not 41$"
    with pytest.raises(UsageError, match=message):
        settled(patches(4), neighbours=41)


def test_a_spot_on_a_lattice_is_found_and_where_it_is() -> None:
    images, _ = honeycomb(300, share=0, side=32)
    model = make_model("patch-memory", rings=3, components=12, vectors=300).fit(images)
    test, labels = honeycomb(200, seed=99, side=32)
    assert roc_auc(model.decision_function(test), labels) > 0.95
    spotted = images[:1].copy()
    spotted[0, 1:5, 27:31] -= 6.0
    distances = model.saved.outputs(spotted, ("distances",))["distances"][0]
    row, col = np.unravel_index(distances.argmax(), distances.shape)
    assert row < distances.shape[0] / 2 <= col
