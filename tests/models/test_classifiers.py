from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from sixring.errors import UsageError
from sixring.models._views import symmetric_views
from sixring.models.cnn_a import CNNA, CNNAConfig
from sixring.models.cnn_b import CNNB, CNNBConfig


def layers(network: nn.Module) -> str:
    names = {nn.Conv2d: "C", nn.MaxPool2d: "M", nn.Linear: "L"}
    return "".join(names.get(type(m), "") for m in network.modules())


def test_cnn_a_has_three_blocks_and_three_dense_layers() -> None:
    assert layers(CNNA(CNNAConfig(), (48, 48))) == "CMCMCMLLL"


def test_cnn_b_has_a_maximum_between_two_convolutions_and_three_dense_layers() -> None:
    assert layers(CNNB(CNNBConfig(), (48, 48))) == "CMCLLL"


@pytest.mark.parametrize(("config", "network_type"), [(CNNAConfig, CNNA), (CNNBConfig, CNNB)])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_what_convolutions_give_is_normalised_where_asked(
    config: type[CNNAConfig] | type[CNNBConfig],
    network_type: type[CNNA] | type[CNNB],
    batch_norm: bool,
) -> None:
    network = network_type(config(batch_norm=batch_norm), (32, 32))  # type: ignore[arg-type]
    modules = list(network.modules())
    convolutions = [i for i, m in enumerate(modules) if isinstance(m, nn.Conv2d)]
    for i in convolutions:
        followers = [type(m) for m in modules[i + 1 : i + 3]]
        assert (nn.BatchNorm2d in followers) == batch_norm
        assert followers[batch_norm] is nn.ReLU


@pytest.mark.parametrize(("config", "network_type"), [(CNNAConfig, CNNA), (CNNBConfig, CNNB)])
@pytest.mark.parametrize("layer_norm", [False, True])
def test_the_first_two_dense_layers_are_normalised_where_asked(
    config: type[CNNAConfig] | type[CNNBConfig],
    network_type: type[CNNA] | type[CNNB],
    layer_norm: bool,
) -> None:
    made = config(layer_norm=layer_norm, hidden=(30, 20))
    network = network_type(made, (32, 32))  # type: ignore[arg-type]
    normalised = [m.normalized_shape for m in network.modules() if isinstance(m, nn.LayerNorm)]
    assert normalised == ([(30,), (20,)] if layer_norm else [])


@pytest.mark.parametrize(("config", "network_type"), [(CNNAConfig, CNNA), (CNNBConfig, CNNB)])
@pytest.mark.parametrize("layer_norm", [False, True])
def test_a_step_may_have_a_single_patch(
    config: type[CNNAConfig] | type[CNNBConfig],
    network_type: type[CNNA] | type[CNNB],
    layer_norm: bool,
) -> None:
    network = network_type(config(layer_norm=layer_norm), (32, 32)).train()  # type: ignore[arg-type]
    assert torch.isfinite(network.losses(torch.randn(1, 32, 32), torch.ones(1))).all()


@pytest.mark.parametrize(("config", "network_type"), [(CNNAConfig, CNNA), (CNNBConfig, CNNB)])
def test_widths_and_dropout_are_those_of_the_settings(
    config: type[CNNAConfig] | type[CNNBConfig], network_type: type[CNNA] | type[CNNB]
) -> None:
    network = network_type(config(hidden=(30, 20), dropout=0.4), (32, 32))  # type: ignore[arg-type]
    dense = [m.out_features for m in network.modules() if isinstance(m, nn.Linear)]
    assert dense == [30, 20, 1]
    assert [m.p for m in network.modules() if isinstance(m, nn.Dropout)] == [0.4, 0.4]


def test_the_loss_is_the_cross_entropy_of_the_logit() -> None:
    network = CNNA(CNNAConfig(symmetric=False), (16, 16)).eval()
    images = torch.randn(2, 16, 16)
    logits = network(images)["logit"].detach()
    losses = network.losses(images, torch.tensor([0, 1])).detach()
    expected = [math.log1p(math.exp(logits[0])), math.log1p(math.exp(-logits[1]))]
    assert losses.tolist() == pytest.approx(expected, rel=1e-5)


def test_settings_that_fit_nothing_are_refused() -> None:
    with pytest.raises(UsageError, match=r"^kernel must be odd, or a patch would shrink, not 4$"):
        CNNAConfig(kernel=4)
    message = "^cnn-a needs patches of at least 8 pixels a side, not 7x48$"
    with pytest.raises(UsageError, match=message):
        CNNA(CNNAConfig(), (7, 48))
    message = (
        r"^cnn-b with kernels = \[9, 5\] and pool = 4 needs patches of at least 28 pixels a side, "
        "not 27x48$"
    )
    with pytest.raises(UsageError, match=message):
        CNNB(CNNBConfig(), (27, 48))
    CNNB(CNNBConfig(), (28, 28))


@pytest.mark.parametrize(("config", "network_type"), [(CNNAConfig, CNNA), (CNNBConfig, CNNB)])
@pytest.mark.parametrize(("shape", "views"), [((32, 32), 8), ((32, 40), 4)])
def test_the_score_is_the_mean_over_turns_and_mirror_images(
    config: type[CNNAConfig] | type[CNNBConfig],
    network_type: type[CNNA] | type[CNNB],
    shape: tuple[int, int],
    views: int,
) -> None:
    network = network_type(config(), shape).eval()  # type: ignore[arg-type]
    images = torch.randn(3, *shape)
    square = shape[0] == shape[1]
    turned = [torch.rot90(images, k, (1, 2)) for k in ((0, 1, 2, 3) if square else (0, 2))]
    shown = [*turned, *(view.flip(1) for view in turned)]
    assert len(shown) == views
    single = torch.stack([network.watched(view) for view in shown])
    assert single.std(dim=0).min() > 0
    for view in shown:
        torch.testing.assert_close(network(view)["logit"], single.mean(dim=0))


def test_the_loss_and_what_watches_a_training_take_patches_as_they_are() -> None:
    torch.manual_seed(0)
    network = CNNB(CNNBConfig(), (32, 32)).eval()
    torch.manual_seed(0)
    plain = CNNB(CNNBConfig(symmetric=False), (32, 32)).eval()
    images, labels = torch.randn(4, 32, 32), torch.tensor([0, 1, 0, 1])
    torch.testing.assert_close(network.losses(images, labels), plain.losses(images, labels))
    torch.testing.assert_close(network.watched(images), plain(images)["logit"])


def test_symmetric_views_are_all_unlike() -> None:
    patches = torch.arange(25.0).reshape(1, 1, 5, 5)
    views = symmetric_views(patches)
    assert len({tuple(view.flatten().tolist()) for view in views}) == len(views) == 8
    assert len(symmetric_views(patches[..., :4])) == 4
