"""From the trained network to the graph that can be run without PyTorch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sixring.graphs import INPUT, OUTPUT_PREFIX
from sixring.models.export import to_onnx
from training.detector._loss import plain
from training.detector._network import HEADS, MULTIPLE, Detector, Maps

__all__ = ["detector_graph"]


class _Plain(nn.Module):
    """The network, with the logits of the true probabilities."""

    def __init__(self, network: Detector) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Maps:
        return plain(self.network(images))


def detector_graph(network: Detector) -> bytes:
    """Write the network as ONNX, for any number of images of any size.

    Parameters
    ----------
    network : Detector
        On the CPU; it is left as it is.

    Returns
    -------
    bytes
        The serialised graph. Its input ``images`` has the shape (n, rows, cols), rows and columns
        being multiples of 8; its outputs have the names of the heads after ``output.``, and the
        weight of what is rare is taken off its logits.
    """
    training = network.training
    dim = torch.export.Dim
    try:
        return to_onnx(
            _Plain(network).eval(),
            (torch.zeros(2, 6 * MULTIPLE, 7 * MULTIPLE),),
            inputs=[INPUT],
            outputs=[OUTPUT_PREFIX + name for name in HEADS],
            free={"images": {0: dim("n"), 1: MULTIPLE * dim("down"), 2: MULTIPLE * dim("across")}},
        )
    finally:
        network.train(training)
