"""Measure what detection, simulation and scoring cost, print the tables and write them to files."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.speed import (
    IMAGES,
    MODELS,
    SIZES,
    STREAMS,
    Limit,
    check_detection,
    check_patches,
    check_simulation,
    detection_text,
    machine_text,
    measure,
    measure_image,
    measure_patches,
    measure_stream,
    patches_text,
    simulation_text,
    time_import,
)

RESULTS = Path(__file__).parent
_CORES = 2
_SMALLEST = 512
_SIMULATED_WITH = ("numpy", "scipy", "abtem")
_SCORED_WITH = ("numpy", "onnxruntime")
_PARTS = ("detection", "simulation", "patches")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit code 1 where a limit isn't kept, 2 where the arguments make no sense."""
    parser = ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(_PARTS)}; all if none is named"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="pixels a side")
    parser.add_argument("--repeats", type=int, default=2, help="the quickest of so many counts")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder where the tables go")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts).difference(_PARTS):
        parser.error(f"PART must be detection, simulation or patches, not {min(unknown)}")
    if min(options.sizes) < _SMALLEST:
        parser.error(f"--sizes must be at least {_SMALLEST}, not {min(options.sizes)}")
    if options.repeats < 1:
        parser.error(f"--repeats must be at least 1, not {options.repeats}")
    cores, load = _keep_to(_CORES), os.getloadavg()[0]
    parts: dict[str, tuple[str, Callable[[], tuple[str, list[Limit]]]]] = {
        "detection": (
            "RESULTS.md",
            lambda: _detection(options.sizes, options.repeats, cores, load),
        ),
        "simulation": ("SIMULATION.md", lambda: _simulation(cores, load)),
        "patches": ("PATCHES.md", lambda: _patches(cores, load)),
    }
    kept = True
    for part in options.parts or _PARTS:
        file, do = parts[part]
        text, limits = do()
        print(text)
        (options.out / file).write_text(text, encoding="utf-8")
        kept = kept and all(limit.kept for limit in limits)
    return 0 if kept else 1


def _detection(
    sizes: Sequence[int], repeats: int, cores: int, load: float
) -> tuple[str, list[Limit]]:
    costs = [measure(size, repeats=repeats) for size in sorted(set(sizes))]
    limits = check_detection(costs, time_import())
    run = f"The quickest of {repeats}. {machine_text(cores, load)}"
    return detection_text(costs, limits, run=run), limits


def _simulation(cores: int, load: float) -> tuple[str, list[Limit]]:
    images = [measure_image(preset) for preset in IMAGES]
    streams = [measure_stream(preset, ratio) for preset, ratio in STREAMS]
    limits = check_simulation(streams, images)
    run = machine_text(cores, load, _SIMULATED_WITH)
    return simulation_text(streams, images, limits, run=run), limits


def _patches(cores: int, load: float) -> tuple[str, list[Limit]]:
    costs = [measure_patches(model) for model in MODELS]
    limits = check_patches(costs)
    return patches_text(costs, limits, run=machine_text(cores, load, _SCORED_WITH)), limits


def _keep_to(cores: int) -> int:
    """Keep this process and its children to so many cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    mine = sorted(os.sched_getaffinity(0))[:cores]
    os.sched_setaffinity(0, mine)
    return len(mine)


if __name__ == "__main__":
    sys.exit(main())
