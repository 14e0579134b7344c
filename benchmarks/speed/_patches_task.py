"""Scoring patches with a model, in a process of its own; prints what it cost as JSON.

``MODEL PATCHES SIDE`` names the model, how many patches are scored, and their rows and columns.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from benchmarks.memory import peak_memory

ROUNDS = 3


def score(model: str, patches: int, side: int) -> dict[str, float]:
    """Score patches, and say how many a second once all is warm.

    What a patch shows makes no difference to what it costs: they are counts of a Poisson process.
    """
    images = np.random.default_rng(0).poisson(50, (patches, side, side)).astype(np.float32)
    started = time.perf_counter()
    import sixring

    loaded = sixring.load_model(model)
    loaded.decision_function(images[:1])
    first = time.perf_counter() - started
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        loaded.decision_function(images)
        seconds.append(time.perf_counter() - started)
    return {"first": first, "rate": patches / min(seconds), "peak": peak_memory()}


if __name__ == "__main__":
    name, number, pixels = sys.argv[1:]
    print(json.dumps(score(name, int(number), int(pixels))))
