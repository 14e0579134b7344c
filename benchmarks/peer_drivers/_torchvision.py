"""Lets a torchvision that was built for graphics cards be imported where there is none."""

from __future__ import annotations

import torch

__all__ = ["declare_operators"]

_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_KEPT: list[torch.library.Library] = []


def declare_operators() -> None:
    """Declare the operators that torchvision refers to when it is imported.

    It takes them from a library that it can't load without CUDA. None of them is ever called here.
    """
    library = torch.library.Library("torchvision", "DEF")
    for schema in _OPERATORS:
        library.define(schema)
    # What it declares is gone with it.
    _KEPT.append(library)
