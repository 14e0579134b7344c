"""From a trained network to plain files, and back."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from safetensors.torch import load, save
from torch import Tensor, nn

from sixring.errors import ReadError
from sixring.graphs import ANY_SIZE, INPUT, OUTPUT_PREFIX
from sixring.models._images import as_patches
from sixring.models._registry import network_class
from sixring.models._saved import SavedModel
from sixring.models.network import Network

__all__ = ["export_graph", "export_weights", "network_outputs", "restore_network", "to_onnx"]

_OPSET = 20
_AT_ONCE = 64
"""Patches that go through a network together."""


class _Graph(nn.Module):
    """A network whose outputs have an order."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        outputs = self.network(images)
        return tuple(outputs[name] for name in (*self.network.scores, *self.network.views))


def export_graph(network: Network, shape: tuple[int, int]) -> bytes:
    """Write a network as ONNX, with its normalisation in it and for any number of patches.

    Where the network takes patches of any size, so does the graph.

    Parameters
    ----------
    network : Network
        On the CPU.
    shape : tuple of int
        Rows and columns of a patch.

    Returns
    -------
    bytes
        The serialised graph: same network, same bytes.
    """
    return to_onnx(
        _Graph(network).eval(),
        (torch.zeros(2, *shape),),
        inputs=[INPUT],
        outputs=[OUTPUT_PREFIX + n for n in (*network.scores, *network.views)],
        free={"images": _free_sides(network)},
    )


def to_onnx(
    module: nn.Module,
    example: tuple[Tensor, ...],
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    free: Mapping[str, Mapping[int, Any]],
) -> bytes:
    """Write any module as ONNX.

    Parameters
    ----------
    module : Module
        On the CPU, ready to score.
    example : tuple of Tensor
        What it may be given.
    inputs, outputs : sequence of str
        Names in the graph.
    free : mapping
        For each argument of the module, its axes that may be of any length, with their
        :class:`torch.export.Dim`.

    Returns
    -------
    bytes
        The serialised graph: same module, same bytes.
    """
    with _quiet():
        program = torch.onnx.export(
            module,
            example,
            dynamo=True,
            verbose=False,
            external_data=False,
            opset_version=_OPSET,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes={name: dict(axes) for name, axes in free.items()},
        )
    if program is None:
        raise RuntimeError("torch.onnx.export returned nothing")
    proto = program.model_proto
    # What a node came from: file names and line numbers of this machine.
    for part in (proto, proto.graph, *proto.graph.node, *proto.graph.input, *proto.graph.output):
        del part.metadata_props[:]
        part.doc_string = ""
    del proto.graph.value_info[:]
    content: bytes = proto.SerializeToString(deterministic=True)
    return content


def _free_sides(network: Network) -> dict[int, torch.export.Dim]:
    """Return the sides of an array of patches that may be of any length, with their names."""
    names = ("patches", *ANY_SIZE) if network.any_size else ("patches",)
    return {axis: torch.export.Dim(name) for axis, name in enumerate(names)}


def export_weights(network: Network) -> bytes:
    """Write the numbers of a network as safetensors."""
    content: bytes = save({k: v.contiguous() for k, v in network.state_dict().items()})
    return content


def restore_network(model: SavedModel) -> Network:
    """Make the network of a saved model again, for what ONNX can't do.

    Parameters
    ----------
    model : SavedModel
        As it was read.

    Returns
    -------
    Network
        With the weights that were saved, ready to score.

    Raises
    ------
    UsageError
        If the settings aren't the architecture's, or PyTorch isn't installed.
    ReadError
        If the weights aren't those of this architecture.
    """
    described = model.description
    network_type = network_class(described.name)
    network = network_type(network_type.config_type.of(described.config), described.shape)
    try:
        network.load_state_dict(load(model.weights))
    except RuntimeError as error:
        raise ReadError(
            f"weights.safetensors: aren't the weights of {described.name} with these settings: "
            "train the model again"
        ) from error
    return network.eval()


@torch.no_grad()
def network_outputs(network: Network, images: ArrayLike) -> dict[str, NDArray[np.float32]]:
    """Compute every output with PyTorch, as :class:`SavedModel` does with the graph.

    Parameters
    ----------
    network : Network
        On any device; it is left as it is, in training or not.
    images : array_like, shape (n, rows, cols)
        Patches of any real dtype, as they were recorded.

    Returns
    -------
    dict of ndarray
        Each with n along its first axis.

    Raises
    ------
    UsageError
        If the patches can't be scored.
    """
    patches = torch.from_numpy(as_patches(images))
    device = next(chain(network.parameters(), network.buffers())).device
    training = network.training
    network.eval()
    try:
        parts = [network(part.to(device)) for part in patches.split(_AT_ONCE)]
    finally:
        network.train(training)
    names = (*network.scores, *network.views)
    return {name: torch.cat([part[name] for part in parts]).cpu().numpy() for name in names}


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what the exporter says to its own developers."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        logger.setLevel(level)
