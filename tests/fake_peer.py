"""A program as those of the peers, which trains nothing, and does what it is told."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_drivers import Task, Trained, answer


def train(task: Task) -> Trained:
    """Score patches by their darkest pixel, or fail."""
    does = task.request.more.get("does", "score")
    if counted := task.request.more.get("counted"):
        with Path(counted).open("a", encoding="ascii") as file:
            file.write(f"{task.request.seed}\n")
    if does == "fail":
        sys.stdout.write("before the end\n")
        raise ValueError("no | patch\nis good enough")
    if does == "sleep":
        time.sleep(60)
    if does == "die":
        os.kill(os.getpid(), signal.SIGKILL)

    def score(task: Task) -> NDArray[np.floating]:
        found: NDArray[np.floating] = -task.test.min(axis=(1, 2))
        noise = np.random.default_rng(task.request.seed).normal(size=len(found))
        return found[:-1] if does == "few" else found + 0.01 * noise

    return Trained(score, f"seed {task.request.seed}, threads {os.environ['OMP_NUM_THREADS']}")


if __name__ == "__main__":
    answer(train, ("numpy",))
