from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from sixring.errors import UsageError
from sixring.models._residual import local_residual, mean_residual, square_distance
from sixring.models.conv_ae import ConvAE, ConvAEConfig
from sixring.models.dense_ae import DenseAE, DenseAEConfig
from sixring.models.network import normalise
from sixring.models.vae import VAE, VAEConfig


def kinds(network: nn.Module) -> list[str]:
    return [type(m).__name__ for m in network.modules() if not list(m.children())]


def test_the_dense_one_has_dense_layers_to_a_smaller_code_and_back() -> None:
    network = DenseAE(DenseAEConfig(hidden=(100, 50), code=10), (12, 12))
    widths = [
        (m.in_features, m.out_features) for m in network.modules() if isinstance(m, nn.Linear)
    ]
    assert widths == [(144, 100), (100, 50), (50, 10), (10, 50), (50, 100), (100, 144)]
    assert set(kinds(network)) == {"Linear", "ReLU", "Unflatten"}


def test_the_convolutional_one_has_convolutions_alone() -> None:
    network = ConvAE(ConvAEConfig(), (48, 48))
    assert set(kinds(network)) == {"Conv2d", "ConvTranspose2d", "ELU"}
    code = network(torch.randn(2, 48, 48))["code"]
    assert code.shape == (2, 4 * 6 * 6)


def test_the_variational_one_has_five_convolutions_and_a_map_to_the_latent_space() -> None:
    network = VAE(VAEConfig(latent=7), (48, 48))
    down = [m for m in network.encoder.modules() if isinstance(m, nn.Conv2d)]
    assert [m.out_channels for m in down] == [16, 32, 32, 64, 64]
    up = [m for m in network.decoder.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
    assert [m.out_channels for m in up] == [64, 32, 32, 16, 1]
    assert network.to_latent.out_features == 2 * 7


@pytest.mark.parametrize("network_type", [DenseAE, ConvAE])
def test_the_loss_is_the_summed_square_of_the_distance(
    network_type: type[DenseAE] | type[ConvAE],
) -> None:
    network = network_type(network_type.config_type(), (24, 24))  # type: ignore[arg-type]
    images = torch.randn(3, 24, 24)
    distance = normalise(images)[:, 0] - network(images)["reconstruction"]
    expected = torch.stack([torch.linalg.vector_norm(d) ** 2 for d in distance])
    losses = network.losses(images, torch.zeros(3))
    torch.testing.assert_close(losses, expected, rtol=1e-4, atol=0)
    torch.testing.assert_close(network(images)["mean"], losses / 24**2, rtol=1e-4, atol=0)


def test_residuals_of_a_hand_made_reconstruction() -> None:
    patches = torch.zeros(2, 1, 10, 10)
    rebuilt = patches.clone()
    rebuilt[0, 0, 2:4, 3:5] = 5.0  # four pixels wrong by 5
    rebuilt[1] += 1.0  # every pixel wrong by 1
    torch.testing.assert_close(mean_residual(patches, rebuilt), torch.tensor([1.0, 1.0]))
    torch.testing.assert_close(square_distance(patches, rebuilt), torch.tensor([100.0, 100.0]))
    # Two averages over three make 1 3 5 5 3 1 ninths of two pixels, less what lies within two of
    # the border: 5 5 3 1 of the rows 2 to 5, 3 5 5 3 1 of the columns 2 to 6. A window has five.
    along, across = (25 + 25 + 9 + 1) / 81, (9 + 25 + 25 + 9 + 1) / 81
    spot, even = local_residual(patches, rebuilt).tolist()
    assert spot == pytest.approx(5.0**2 * along * across / 5**2)
    assert even == pytest.approx(1.0)


@pytest.mark.parametrize("corner", [(0, 0), (0, 12), (12, 0), (12, 12), (5, 8)])
def test_the_local_residual_finds_a_spot_anywhere(corner: tuple[int, int]) -> None:
    patches, rebuilt = torch.zeros(1, 1, 24, 24), torch.zeros(1, 1, 24, 24)
    row, col = corner
    rebuilt[0, 0, row : row + 12, col : col + 12] = 2.0
    assert float(local_residual(patches, rebuilt)) > 4.0 * (8 / 12) ** 2


def test_the_local_residual_averages_noise_before_it_is_squared() -> None:
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn((50, 1, 48, 48), generator=generator)
    nothing = torch.zeros_like(noise)
    # The weights 1 2 3 2 1 in ninths along both axes: their squares add up to (19 / 81)^2.
    expected = (19 / 81) ** 2
    assert float(local_residual(noise, nothing).mean()) == pytest.approx(expected, rel=0.3)
    assert float(mean_residual(noise, nothing).mean()) == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize("side", [8, 9, 48])
def test_patches_of_any_size_have_a_local_residual(side: int) -> None:
    patches = torch.zeros(2, 1, side, side + 3)
    torch.testing.assert_close(local_residual(patches, patches + 1.0), torch.ones(2))


def refusal(make: type, **settings: object) -> str:
    with pytest.raises(UsageError) as caught:
        make(**settings)
    return str(caught.value)


def test_a_code_that_compresses_nothing_is_refused() -> None:
    assert refusal(DenseAEConfig, hidden=(64, 16), code=16) == (
        "code must be below every hidden layer, or nothing is compressed: it is 16, and hidden is "
        "(64, 16)"
    )
    with pytest.raises(
        UsageError, match=r"^code must be below the 64 pixels of a 8x8 patch, not 70$"
    ):
        DenseAE(DenseAEConfig(hidden=(100,), code=70), (8, 8))
    message = (
        "^code_channels must make a code smaller than the 256 pixels of a 16x16 patch: "
        "64 make 256 numbers$"
    )
    with pytest.raises(UsageError, match=message):
        ConvAE(ConvAEConfig(code_channels=64), (16, 16))
    with pytest.raises(UsageError, match=r"^latent must be below the 400 pixels of a 20x20 patch"):
        VAE(VAEConfig(latent=400), (20, 20))


def test_a_patch_that_would_vanish_is_refused() -> None:
    message = (
        "^vae halves a patch 4 times, and of 16x48 pixels nothing would be left: "
        "use patches of at least 17 pixels a side$"
    )
    with pytest.raises(UsageError, match=message):
        VAE(VAEConfig(), (16, 48))
    VAE(VAEConfig(), (17, 17))
    with pytest.raises(UsageError, match=r"^conv-ae halves a patch 3 times"):
        ConvAE(ConvAEConfig(), (48, 8))


def test_a_linear_autoencoder_learns_patches_of_few_dimensions() -> None:
    # Patches from a two-dimensional subspace fit through a code of two numbers.
    torch.manual_seed(0)
    basis = torch.linalg.qr(torch.randn(64, 2))[0].T
    basis = basis - basis.mean(dim=1, keepdim=True)

    def draw(n: int) -> Tensor:
        angle = 2 * torch.pi * torch.rand(n, 1)
        return torch.mm(torch.cat([angle.cos(), angle.sin()], dim=1), basis).reshape(n, 8, 8)

    network = DenseAE(DenseAEConfig(hidden=(64,), code=2), (8, 8))
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    for _ in range(400):
        optimizer.zero_grad()
        network.losses(draw(64), torch.zeros(64)).mean().backward()
        optimizer.step()
    seen, other = draw(100), torch.randn(100, 8, 8)
    assert float(network(seen)["mean"].mean().detach()) < 0.1
    assert float(network(other)["mean"].mean().detach()) > 1
