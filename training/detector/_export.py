"""From the trained network to the folder that detection runs without PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from sixring.detection._canonical import CANONICAL
from sixring.detection._description import FORMAT, Description, Learned, document_of
from sixring.detection._eye import DOCUMENT, GRAPH
from sixring.graphs import INPUT, OUTPUT_PREFIX, Digest
from sixring.io import folder_appears_whole
from sixring.models.export import to_onnx
from training.detector._loss import plain
from training.detector._network import HEADS, MULTIPLE, Detector, Maps

__all__ = ["CARD", "detector_graph", "write_detector"]

CARD = "CARD.md"


def write_detector(
    folder: Path,
    network: Detector,
    *,
    version: str,
    learned: Mapping[str, Learned],
    card: str,
    rare: float,
) -> None:
    """Write the folder of a detector, which replaces one that is there.

    Parameters
    ----------
    folder : Path
        Where it appears.
    network : Detector
        On the CPU; it is left as it is.
    version : str
        Which detector it is.
    learned : mapping
        By mode, the images from which it has learned, and how it does on others.
    card : str
        What is told of it to those who use it, Markdown.
    rare : float
        How often what is rare counted in its loss.
    """
    graph = detector_graph(network, rare)
    described = Description(
        format=FORMAT,
        version=version,
        sampling=CANONICAL,
        multiple=MULTIPLE,
        reach=network.reach,
        learned=learned,
        graph=Digest.of(graph),
    )
    with folder_appears_whole(folder, overwrite=True) as part:
        (part / GRAPH).write_bytes(graph)
        (part / CARD).write_text(card, encoding="utf-8")
        (part / DOCUMENT).write_text(document_of(described), encoding="utf-8")


class _Plain(nn.Module):
    """The network, with the logits of the true probabilities."""

    def __init__(self, network: Detector, rare: float) -> None:
        super().__init__()
        self.network = network
        self.rare = rare

    def forward(self, images: Tensor) -> Maps:
        return plain(self.network(images), self.rare)


def detector_graph(network: Detector, rare: float) -> bytes:
    """Write the network as ONNX, for any number of images of any size.

    Parameters
    ----------
    network : Detector
        On the CPU; it is left as it is.
    rare : float
        How often what is rare counted in its loss.

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
            _Plain(network, rare).eval(),
            (torch.zeros(2, 6 * MULTIPLE, 7 * MULTIPLE),),
            inputs=[INPUT],
            outputs=[OUTPUT_PREFIX + name for name in HEADS],
            free={"images": {0: dim("n"), 1: MULTIPLE * dim("down"), 2: MULTIPLE * dim("across")}},
        )
    finally:
        network.train(training)
