"""What holds for every model there is: a new entry of the registry is picked up here."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch

from honeycomb_patches import honeycomb, untrained
from sixring.models import MODELS, as_patches, model_names, network_class
from sixring.models.export import (
    export_graph,
    export_weights,
    network_outputs,
    restore_network,
)
from sixring.models.network import Network, Trainable

every_model = pytest.mark.parametrize("name", model_names())
every_descent = pytest.mark.parametrize("name", [n for n in MODELS if MODELS[n].descends])


def make(name: str, shape: tuple[int, int] = (48, 48), seed: int = 0) -> Network:
    network_type = network_class(name)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return network_type(network_type.config_type(), shape)


def make_trainable(name: str) -> Trainable:
    network = make(name)
    assert isinstance(network, Trainable)
    return network


@every_model
@pytest.mark.parametrize("shape", [(48, 48), (32, 32), (50, 46), (33, 64)])
def test_outputs_have_their_shapes_at_any_size(name: str, shape: tuple[int, int]) -> None:
    network = make(name, shape).eval()
    images = torch.randn(3, *shape)
    outputs = network(images)
    assert tuple(outputs) == (*network.scores, *network.views)
    assert all(outputs[score].shape == (3,) for score in network.scores)
    assert all(len(value) == 3 and torch.isfinite(value).all() for value in outputs.values())
    if "reconstruction" in network.views:
        assert outputs["reconstruction"].shape == (3, *shape)


@every_descent
def test_the_loss_reaches_every_weight(name: str) -> None:
    network = make_trainable(name)
    losses = network.losses(torch.randn(4, 48, 48), torch.tensor([0, 1, 0, 1]))
    assert losses.shape == (4,)
    losses.mean().backward()
    for key, weight in network.named_parameters():
        assert weight.grad is not None, key
        assert torch.any(weight.grad != 0), key


@every_descent
def test_a_step_of_descent_lowers_the_loss(name: str) -> None:
    network = make_trainable(name).eval()
    images, labels = honeycomb(8, share=0.5)
    batch, classes = torch.from_numpy(images), torch.from_numpy(labels)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-6)
    torch.manual_seed(0)
    before = network.losses(batch, classes).mean()
    before.backward()
    optimizer.step()
    torch.manual_seed(0)
    assert network.losses(batch, classes).mean() < before


@every_model
@pytest.mark.parametrize("n", [1, 7, 64, 65])
def test_the_runtime_computes_what_torch_does(name: str, n: int) -> None:
    images, _ = honeycomb(n)
    saved = untrained(name)
    expected = network_outputs(make(name), images)
    computed = saved.outputs(images)
    assert list(computed) == list(expected)
    for output, values in computed.items():
        assert values.dtype == np.float32
        np.testing.assert_allclose(values, expected[output], atol=1e-4, rtol=0)


@every_model
def test_a_patch_has_one_score_in_any_company(name: str) -> None:
    images, _ = honeycomb(70)
    together = untrained(name).scores(images)
    for score, values in untrained(name).scores(images[65:66]).items():
        assert values[0] == pytest.approx(together[score][65], abs=1e-5)


@every_model
@pytest.mark.parametrize(("gain", "offset"), [(1e-12, 0.0), (3.5, -200.0), (1e9, 1e12)])
def test_gain_and_offset_of_the_recording_do_not_matter(
    name: str, gain: float, offset: float
) -> None:
    images, _ = honeycomb(6)
    plain = untrained(name).scores(images)
    changed = untrained(name).scores(gain * images.astype(np.float64) + offset)
    for score, values in plain.items():
        np.testing.assert_allclose(changed[score], values, atol=1e-3)


@every_model
def test_torch_itself_is_as_indifferent_to_gain_and_offset(name: str) -> None:
    network = make(name).eval()
    images = torch.randn(4, 48, 48)
    with torch.no_grad():
        plain, changed = network(images), network(250 * images + 1000)
    for score in network.scores:
        torch.testing.assert_close(changed[score], plain[score], atol=1e-3, rtol=0)


@every_model
def test_eight_bits_sixteen_and_floats_of_one_image_score_alike(name: str) -> None:
    images, _ = honeycomb(6)
    low, high = images.min(), images.max()
    eight = np.rint((images - low) / (high - low) * 255).astype(np.uint8)
    sixteen = eight.astype(np.uint16) * 257
    floats = (eight / 255).astype(np.float32)
    scores = untrained(name).scores(eight)
    for other in (sixteen, floats, eight.astype(np.int64) - 100, eight.astype(">f8")):
        for score, values in untrained(name).scores(other).items():
            np.testing.assert_allclose(values, scores[score], atol=1e-3)


@every_model
def test_what_is_trained_by_descent_is_so_registered(name: str) -> None:
    network = make(name)
    assert isinstance(network, Trainable) == MODELS[name].descends == bool([*network.parameters()])


@every_model
def test_the_same_seed_gives_the_same_weights(name: str) -> None:
    assert export_weights(make(name)) == export_weights(make(name))


@every_descent
def test_another_seed_gives_other_weights(name: str) -> None:
    assert export_weights(make(name)) != export_weights(make(name, seed=1))


@every_model
def test_the_graph_is_reproducible_and_says_nothing_of_this_machine(name: str) -> None:
    graph = untrained(name).graph
    assert export_graph(make(name), (48, 48)) == graph
    assert b".py" not in graph
    assert b"site-packages" not in graph


@every_model
def test_the_network_comes_back_from_what_was_saved(name: str) -> None:
    saved = untrained(name)
    network = restore_network(saved)
    images, _ = honeycomb(3)
    assert not network.training
    for output, values in network_outputs(network, images).items():
        np.testing.assert_allclose(saved.outputs(images)[output], values, atol=1e-4)


@every_model
def test_copies_score_alike(name: str) -> None:
    images, _ = honeycomb(2)
    saved = untrained(name)
    for other in (copy.deepcopy(saved), pickle.loads(pickle.dumps(saved))):
        np.testing.assert_array_equal(
            other.scores(images)[saved.description.score],
            saved.scores(images)[saved.description.score],
        )


@every_model
def test_asking_a_network_leaves_it_in_training(name: str) -> None:
    network = make(name).train()
    network_outputs(network, honeycomb(2)[0])
    assert network.training


@every_model
def test_settings_are_read_from_a_mapping_as_toml_gives_it(name: str) -> None:
    config_type = network_class(name).config_type
    config = config_type()
    values = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in vars(config).items()
    }
    assert config_type.of(values) == config


@every_model
def test_a_constant_patch_is_zero_to_a_network_and_no_nan(name: str) -> None:
    outputs = make(name).eval()(torch.full((2, 48, 48), 7.0))
    assert all(torch.isfinite(value).all() for value in outputs.values())


def test_every_model_file_is_registered() -> None:
    from pathlib import Path

    import sixring.models

    room = Path(sixring.models.__file__).parent
    files = {path.stem for path in room.glob("[!_]*.py")} - {"network", "export"}
    assert files == {entry.home.partition(":")[0].rpartition(".")[2] for entry in MODELS.values()}


def test_the_scaling_changes_no_score() -> None:
    images, _ = honeycomb(4)
    network = make("cnn-a").eval()
    with torch.no_grad():
        plain = network(torch.from_numpy(images))["logit"]
        scaled = network(torch.from_numpy(as_patches(images)))["logit"]
    torch.testing.assert_close(plain, scaled, atol=1e-5, rtol=0)
