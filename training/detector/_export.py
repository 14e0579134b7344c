"""From the trained network to the graph that can be run without PyTorch."""

from __future__ import annotations

import torch

from sixring.models.export import to_onnx
from training.detector._network import HEADS, MULTIPLE, Detector

__all__ = ["detector_graph"]


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
        being multiples of 8; its outputs have the names of the heads.
    """
    training = network.training
    dim = torch.export.Dim
    try:
        return to_onnx(
            network.eval(),
            (torch.zeros(2, 6 * MULTIPLE, 7 * MULTIPLE),),
            inputs=["images"],
            outputs=list(HEADS),
            free={"images": {0: dim("n"), 1: MULTIPLE * dim("down"), 2: MULTIPLE * dim("across")}},
        )
    finally:
        network.train(training)
