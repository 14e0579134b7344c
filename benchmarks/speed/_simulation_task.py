"""One task of simulation in a process of its own, so that its time and memory are nobody else's.

``stream PRESET RATIO`` and ``image PRESET`` print what it cost, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from benchmarks.memory import peak_memory

WORKERS = 2
MIXED = 8  # micrographs whose patches come together
WARM_UP, MEASURED = 4, 8  # times so many
PIXELS, DEFECTS = 1024, 30
SAMPLING = {"hrtem": 0.20, "stem": 0.15}  # angstrom per pixel


@dataclass(frozen=True)
class Arrival:
    """Some patches that came."""

    mixture: int
    """The number of the micrographs that were shuffled together."""
    patches: int
    seconds: float
    """When they came."""
    processor: float
    """Seconds that this process and its workers had spent by then."""


def stream(preset_name: str, ratio: float) -> dict[str, float]:
    """Stream patches, and say what came in a second once all was warm."""
    from sixring.simulate import preset, stream_patches

    with closing(
        stream_patches(preset(preset_name), workers=WORKERS, ratio=ratio, mixed=MIXED)
    ) as batches:
        arrivals = arriving((int(b.details["micrograph"].max()) // MIXED, len(b)) for b in batches)
        patches, seconds, processor = between(WARM_UP, WARM_UP + MEASURED, arrivals)
    return {
        "micrographs": MEASURED * MIXED / seconds,
        "patches": patches / seconds,
        "busy": processor / seconds,
    }


def arriving(batches: Iterable[tuple[int, int]]) -> Iterator[Arrival]:
    """Say when each mixture and its number of patches came."""
    import psutil

    parent = psutil.Process()
    for mixture, patches in batches:
        times = [one.cpu_times() for one in (parent, *parent.children(recursive=True))]
        processor = sum(spent.user + spent.system for spent in times)
        yield Arrival(mixture, patches, time.perf_counter(), processor)


def between(first: int, last: int, arrivals: Iterable[Arrival]) -> tuple[int, float, float]:
    """Return the patches from one mixture to before another, and the time and work they took.

    Patches come in bursts, a mixture's at once: counted between the beginnings of two bursts they
    are as many as were made in that time.
    """
    came = None
    patches = 0
    for arrival in arrivals:
        if arrival.mixture >= first and came is None:
            came = arrival
        if came is not None and arrival.mixture >= last:
            return patches, arrival.seconds - came.seconds, arrival.processor - came.processor
        patches += arrival.patches * (came is not None)
    raise ValueError(f"the patches end before those of mixture {last}")


def image(preset_name: str) -> dict[str, float]:
    """Make two large micrographs, the first with all that the first one has to wait for."""
    started = time.perf_counter()
    import numpy as np

    from sixring.simulate import preset, sample

    chosen = preset(preset_name)
    chosen = chosen.changed(
        shape=(PIXELS, PIXELS),
        specimen={"number": DEFECTS, "density": "none"},
        conditions={"sampling": SAMPLING[chosen.mode]},
    )
    seconds = []
    for seed in range(2):
        sample(chosen, np.random.default_rng(seed))
        seconds.append(time.perf_counter() - started)
        started = time.perf_counter()
    return {"first": seconds[0], "next": seconds[1], "peak": peak_memory()}


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    if task == "stream":
        print(json.dumps(stream(arguments[0], float(arguments[1]))))
    else:
        print(json.dumps(image(*arguments)))
