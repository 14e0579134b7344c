"""AtomAI's Segmentor, trained for a given time to segment atoms, on whole images.

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
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.peer_drivers._torchvision import declare_operators

declare_operators()

from atomai.models import Segmentor  # noqa: E402 - imports torchvision

_BATCH = 32
"""Its default."""
_CYCLES = 30
"""Of a round, as many as it averages the weights of at the end: a batch each, all in one view."""
_VIEWS = 8
"""Ways to turn and mirror a crop."""


def main() -> None:
    """Train, find atoms on each image, and write them down with what that cost."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: request["threads"]])
    torch.set_num_threads(request["threads"])
    with np.load(request["lessons"]) as archive:
        images, masks = archive["images"], archive["masks"]
    model = Segmentor("Unet", seed=request["seed"])
    cycles, train_seconds = _train(
        model, images, masks, request["seconds"], Path(request["so_far"])
    )
    found, seconds, pixels = {}, 0.0, 0
    with np.load(request["exam"]) as archive:
        for name in archive.files:
            image = archive[name]
            started = time.perf_counter()
            # As the crops: between 0 and 1 already, and not each by its own extremes.
            _, coordinates = model.predict(image, norm=False, verbose=False)
            seconds += time.perf_counter() - started
            pixels += image.size
            found[name] = np.asarray(coordinates[0], np.float64).reshape(-1, 3)[:, :2]
    np.savez(Path(request["answer"], "atoms.npz"), allow_pickle=False, **found)
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
    model: Segmentor,
    images: NDArray[np.float32],
    masks: NDArray[np.uint8],
    seconds: float,
    so_far: Path,
) -> tuple[int, float]:
    """Train for about so long in all, going on from what the file holds, and keep it there.

    The crops are turned and mirrored between one call of the Segmentor and the next, which all go
    on with the same weights and optimizer (the optimizer begins anew where the file is gone on
    from).

    Returns
    -------
    cycles : int
        Of a batch each.
    seconds : float
        That they took.
    """
    rounds, spent, took = 0, 0.0, 0.0
    if so_far.exists():
        state = torch.load(so_far, weights_only=True)
        model.net.load_state_dict(state["weights"])
        rounds, spent, took = state["rounds"], state["seconds"], state["took"]
    # Each cycle looks at a batch to watch it with, the same one always.
    watched = images[-_BATCH:, None], masks[-_BATCH:, None]
    last = False
    while not last:
        started = time.perf_counter()
        # The weights of the last round are averaged, so it has to be known as that.
        last = rounds > 0 and seconds - spent < 1.5 * took
        which = np.arange(rounds * _CYCLES * _BATCH, (rounds + 1) * _CYCLES * _BATCH)
        which %= len(images) - _BATCH
        shown, wanted = (_seen(stack[which], rounds % _VIEWS) for stack in (images, masks))
        model.fit(
            shown[:, None],
            wanted[:, None],
            *watched,
            batch_size=_BATCH,
            training_cycles=_CYCLES,
            swa=last,
            plot_training_history=False,
        )
        took = time.perf_counter() - started
        rounds, spent = rounds + 1, spent + took
        if not last:
            state = {"weights": model.net.state_dict(), "rounds": rounds}
            part = so_far.with_suffix(".part")
            torch.save({**state, "seconds": spent, "took": took}, part)
            part.replace(so_far)
    return rounds * _CYCLES, spent


def _seen(stack: NDArray[Any], view: int) -> NDArray[Any]:
    """Turn and mirror all images of a stack in one of eight ways."""
    turned = np.rot90(stack, view % 4, axes=(1, 2))
    return np.ascontiguousarray(turned if view < 4 else turned[:, ::-1])


if __name__ == "__main__":
    main()
