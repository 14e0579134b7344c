"""The ResNet: its evidence, its views, and patches of any size."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from honeycomb_patches import honeycomb, untrained
from sixring.errors import UsageError
from sixring.models.export import export_graph, network_outputs
from sixring.models.network import normalise
from sixring.models.resnet import ResNet, ResNetConfig, log_mean_exp

SMALL = {"stem": 4, "channels": (4, 8), "blocks": (1, 1)}


def small(shape: tuple[int, int] = (32, 32), **settings: object) -> ResNet:
    torch.manual_seed(0)
    return ResNet(ResNetConfig.of({**SMALL, **settings}), shape).eval()


class TestEvidence:
    def test_of_one_hypothesis_among_a_hundred(self) -> None:
        maps = torch.zeros(1, 1, 10, 10)
        maps[0, 0, 3, 4] = 7.0
        expected = math.log((99 + math.exp(7.0)) / 100)
        torch.testing.assert_close(log_mean_exp(maps), torch.tensor([[expected]]))

    def test_each_kind_has_its_own(self) -> None:
        maps = torch.stack([torch.full((5, 6), 2.0), torch.full((5, 6), -3.0)]).unsqueeze(0)
        torch.testing.assert_close(log_mean_exp(maps), torch.tensor([[2.0, -3.0]]))

    @given(st.floats(-500, 500), st.integers(1, 7), st.integers(1, 7))
    def test_it_is_that_of_every_position_where_all_are_alike(
        self, value: float, rows: int, cols: int
    ) -> None:
        pooled = log_mean_exp(torch.full((2, 1, rows, cols), value))
        torch.testing.assert_close(pooled, torch.full((2, 1), value))

    @given(st.lists(st.floats(-80, 80), min_size=1, max_size=20))
    def test_it_lies_between_the_mean_and_the_maximum(self, values: list[float]) -> None:
        maps = torch.tensor(values, dtype=torch.float64).reshape(1, 1, 1, -1)
        pooled = float(log_mean_exp(maps))
        assert float(maps.mean()) - 1e-9 <= pooled <= float(maps.max()) + 1e-9

    def test_the_logit_is_the_sum_over_the_kinds(self) -> None:
        network = small(views=1, kinds="SV SW flower")
        images = torch.randn(4, 32, 32)
        evidence = log_mean_exp(network.maps(normalise(images)))
        outputs = network(images)
        assert evidence.shape == outputs["kind"].shape == (4, 3)
        torch.testing.assert_close(outputs["logit"].exp(), evidence.exp().sum(dim=1))
        torch.testing.assert_close(outputs["kind"].exp().sum(dim=1), torch.ones(4))
        torch.testing.assert_close(outputs["kind"], evidence - outputs["logit"].unsqueeze(1))

    def test_without_names_there_is_one_kind(self) -> None:
        torch.testing.assert_close(small()(torch.randn(2, 32, 32))["kind"], torch.zeros(2, 1))

    def test_the_loss_is_the_cross_entropy_of_the_logit(self) -> None:
        network = small(views=1, kinds="SV SW")
        images, labels = torch.randn(4, 32, 32), torch.tensor([0, 1, 0, 1])
        probability = torch.sigmoid(network(images)["logit"])
        expected = -torch.where(labels == 1, probability, 1 - probability).log()
        torch.testing.assert_close(network.losses(images, labels), expected)


class TestViews:
    @pytest.mark.parametrize("shape", [(32, 32), (24, 40)])
    @pytest.mark.parametrize("views", [1, 2, 4])
    def test_a_patch_and_its_views_score_alike(self, views: int, shape: tuple[int, int]) -> None:
        network = small(views=views)
        images = torch.randn(3, *shape)
        shown = [images, images.flip([1, 2]), images.flip([1]), images.flip([2])]
        for view in shown[:views]:
            torch.testing.assert_close(network(view)["logit"], network(images)["logit"])
        for view in shown[views:]:
            assert (network(view)["logit"] - network(images)["logit"]).abs().max() > 1e-6

    def test_what_watches_a_training_takes_patches_as_they_are(self) -> None:
        images = torch.randn(4, 32, 32)
        torch.testing.assert_close(small(views=4).watched(images), small(views=1)(images)["logit"])


class TestSize:
    @pytest.mark.parametrize("shape", [(48, 48), (32, 32), (64, 40), (33, 97), (8, 8)])
    def test_the_graph_scores_patches_of_any(self, shape: tuple[int, int]) -> None:
        saved = untrained("resnet")
        assert saved.any_size
        images = np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32)
        torch.manual_seed(0)
        expected = network_outputs(ResNet(ResNetConfig(), (48, 48)), images)
        for name, values in saved.outputs(images).items():
            np.testing.assert_allclose(values, expected[name], atol=1e-4)

    def test_the_graph_does_not_depend_on_that_of_the_patches_learned_from(self) -> None:
        assert export_graph(small((32, 32)), (32, 32)) == export_graph(small((48, 40)), (48, 40))

    def test_a_size_is_asked_for_where_a_network_needs_one(self) -> None:
        assert not untrained("cnn-a").any_size
        message = "^the model takes patches of 48x48 pixels, not 32x32$"
        with pytest.raises(UsageError, match=message):
            untrained("cnn-a").scores(honeycomb(2, side=32)[0])

    def test_the_smallest(self) -> None:
        message = "^patches must have at least 8 pixels a side, not 7x48$"
        with pytest.raises(UsageError, match=message):
            untrained("resnet").scores(np.eye(48)[None, :7])

    def test_a_patch_that_cannot_be_halved_so_often(self) -> None:
        message = "^resnet halves a patch 4 times, and of 12x48 pixels nothing would be left: use "
        with pytest.raises(UsageError, match=message):
            small((12, 48), channels=(4, 4, 4, 4), blocks=(1,) * 4)

    def test_a_large_patch_of_many_alike_ones_scores_as_one(self) -> None:
        network = small(views=1)
        patch = torch.randn(1, 32, 32)
        with torch.no_grad():
            alone, tiled = (network.maps(normalise(p)) for p in (patch, patch.tile(1, 3, 3)))
        # The middle of the tiles sees the same as every other one; what differs is at the rim.
        middle = tiled[..., 8:16, 8:16]
        torch.testing.assert_close(middle[..., 4:5, 4:5], tiled[..., 12:13, 12:13])
        assert tiled.shape[-2:] == (24, 24)
        assert alone.shape[-2:] == (8, 8)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"blocks": (1,)}, "channels and blocks must be equally many, not 2 and 1"),
        ({"kernel": 6}, "kernel must be odd, or a patch would grow, not 6"),
        ({"views": 3}, "views must be 1, 2 or 4, not 3"),
        ({"views": 8}, "views must be 1, 2 or 4, not 8"),
        ({"views": 0}, "views must be a whole number of at least 1, not 0"),
        ({"kinds": "SV SV"}, "kinds must be different words with a blank between them, not 'SV SV"),
        ({"kinds": " SV"}, "kinds must be different words with a blank between them, not ' SV'"),
        ({"kinds": 3}, "kinds must be different words with a blank between them, not 3"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(message)}"):
        ResNetConfig.of({**SMALL, **settings})


def test_names_of_kinds_have_no_order_of_their_own() -> None:
    assert ResNetConfig(kinds="SW SV").kinds.split() == ["SW", "SV"]
    assert ResNetConfig().kinds == ""
