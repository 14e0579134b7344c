"""AtomAI's Segmentor, trained for a given time to segment rings, on whole images.

``python -m benchmarks.peer_drivers.atomai_segmentor REQUEST`` reads and writes what
:mod:`benchmarks.peers.segmentor` says.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.peer_drivers._torchvision import declare_operators

declare_operators()

from atomai.models import Segmentor  # noqa: E402 - imports torchvision

_BATCH = 32
"""Its default."""
_FIRST = 5
"""Cycles that tell how many there is time for."""
_HELD_OUT = 0.1
"""Share of the crops that it is watched with, a batch in each cycle."""
_AVERAGED = 30
"""Cycles whose weights it averages, at the least."""


def main() -> None:
    """Train, find rings on each image, and write them down with what that cost."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: request["threads"]])
    torch.set_num_threads(request["threads"])
    with np.load(request["lessons"]) as archive:
        images, masks = archive["images"], archive["masks"]
    started = time.perf_counter()
    model = Segmentor("Unet", nb_classes=request["classes"], seed=request["seed"])
    cycles = _train(model, images, masks, request["seconds"])
    train_seconds = time.perf_counter() - started
    found, seconds, pixels = {}, 0.0, 0
    with np.load(request["exam"]) as archive:
        for name in archive.files:
            image = archive[name]
            started = time.perf_counter()
            _, coordinates = model.predict(image, verbose=False)
            seconds += time.perf_counter() - started
            pixels += image.size
            found[name] = np.asarray(coordinates[0], np.float64).reshape(-1, 3)
    np.savez(Path(request["answer"], "rings.npz"), allow_pickle=False, **found)
    cost = {
        "train_seconds": train_seconds,
        "predict_seconds": seconds,
        "pixels": pixels,
        "cycles": cycles,
        "seen": cycles * _BATCH,
        "parameters": sum(weight.numel() for weight in model.net.parameters()),
        "versions": {name: version(name) for name in ("atomai", "torch")},
    }
    Path(request["answer"], "cost.json").write_text(json.dumps(cost, indent=1), encoding="utf-8")


def _train(
    model: Segmentor, images: NDArray[np.float32], masks: NDArray[np.uint8], seconds: float
) -> int:
    """Train for about so long; return the number of its cycles, of a batch each."""
    learned = len(images) - max(int(_HELD_OUT * len(images)), _BATCH)
    given = (
        images[:learned, None],
        masks[:learned].astype(np.int64),
        images[learned:, None],
        masks[learned:].astype(np.int64),
    )
    usual = {"batch_size": _BATCH, "rotation": True, "plot_training_history": False}
    model.fit(*given, training_cycles=_FIRST, **usual)
    started = time.perf_counter()
    model.fit(*given, training_cycles=_FIRST, **usual)
    each = (time.perf_counter() - started) / _FIRST
    cycles = max(int(seconds / each) - 2 * _FIRST, 1)
    model.fit(*given, training_cycles=cycles, swa=cycles >= _AVERAGED, **usual)
    return cycles + 2 * _FIRST


if __name__ == "__main__":
    main()
