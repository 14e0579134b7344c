"""The drawn architecture is that of the network."""

from __future__ import annotations

import pytest

from sixring.models.export import restore_network
from sixring.study._figures._architecture import architectures
from sixring.study._figures._layers import Layer, layers_of
from sixring.study._plan import AUTOENCODERS, CLASSIFIERS
from trained_models import SIDE, trained

NAMES = (*AUTOENCODERS, *CLASSIFIERS)


@pytest.mark.parametrize("name", NAMES)
def test_the_patch_comes_first_and_each_layer_once(name: str) -> None:
    layers = layers_of(trained(name).saved)
    assert layers[0] == Layer("input", "patch", "", "", (1, SIDE, SIDE), 0)
    assert all((layer.parameters > 0) is (layer.kind != "sample") for layer in layers[1:])


@pytest.mark.parametrize("name", ["dense-ae", "conv-ae", "vae"])
def test_no_parameter_is_left_out(name: str) -> None:
    saved = trained(name).saved
    numbers = sum(p.numel() for p in restore_network(saved).parameters())
    assert sum(layer.parameters for layer in layers_of(saved)) == numbers


def test_the_dense_autoencoder_layer_by_layer() -> None:
    layers = layers_of(trained("dense-ae").saved)
    assert [layer.shape for layer in layers[1:]] == [(32,), (8,), (32,), (SIDE * SIDE,)]
    assert [layer.part for layer in layers[1:]] == ["encoder", "encoder", "decoder", "decoder"]
    assert [layer.bend for layer in layers[1:]] == ["ReLU", "", "ReLU", ""]
    assert layers[1].parameters == SIDE * SIDE * 32 + 32
    assert layers[2].nodes == 8


def test_the_convolutional_autoencoder_layer_by_layer() -> None:
    layers = layers_of(trained("conv-ae").saved)[1:]
    assert [layer.shape for layer in layers] == [
        (4, 12, 12),
        (4, 6, 6),
        (2, 6, 6),
        (4, 6, 6),
        (4, 12, 12),
        (1, 24, 24),
    ]
    assert [layer.detail for layer in layers] == [
        "3×3, step 2",
        "3×3, step 2",
        "3×3",
        "3×3",
        "3×3, step 2",
        "3×3, step 2",
    ]
    assert layers[-1].kind == "ConvTranspose2d"


def test_the_code_of_the_variational_one_is_drawn_from_means_and_variances() -> None:
    layers = layers_of(trained("vae").saved)
    (place,) = [i for i, layer in enumerate(layers) if layer.part == "to_latent"]
    assert layers[place].shape == (2 * 4,)
    assert layers[place].detail == "mean, log variance"
    assert layers[place + 1] == Layer("latent", "sample", "from q(z|x)", "", (4,), 0)
    assert layers[-1].shape == (1, SIDE, SIDE)


def test_the_drawing_says_what_the_layers_are() -> None:
    models = {name: trained(name).saved for name in ("dense-ae", "vae")}
    plate = architectures(models)
    dense, variational = plate.canvas.axes
    words = [text.get_text() for text in dense.texts]
    for expected in ("1×24×24", "patch", "32", "dense\nReLU", "8", "dense", "576"):
        assert expected in words
    assert dense.get_title(loc="left").startswith("dense-ae: 38\N{THIN SPACE}")
    assert "a code of 8 numbers, 1.4 % of the pixels" in dense.get_title(loc="left")
    assert "a code of 4 numbers" in variational.get_title(loc="left")
    assert "z, drawn\nfrom q(z|x)" in [text.get_text() for text in variational.texts]
    assert "transposed\n3×3\nstep 2" in [text.get_text() for text in variational.texts]
    # A box for each layer and the patch.
    assert len(dense.patches) == len(layers_of(models["dense-ae"]))
