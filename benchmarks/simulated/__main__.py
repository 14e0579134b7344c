"""Measure on simulated micrographs, print the tables and write them to RESULTS.md."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.simulated import measure, results_text

RESULTS = Path(__file__).with_name("RESULTS.md")
_SEEDS = (100, 101, 102, 103, 104)
_CHOSEN_ON = {0, 1}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit code 2 where the arguments make no sense."""
    parser = ArgumentParser(prog="python -m benchmarks.simulated", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=_SEEDS, help="one sheet each")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    options = parser.parse_args(arguments)
    if used := sorted(_CHOSEN_ON.intersection(options.seeds)):
        parser.error(f"the detection's constants were chosen on seed {used[0]}: take others")
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1, not {options.jobs}")
    seeds = sorted(set(options.seeds))
    if options.jobs == 1:
        measured = [measure(seed) for seed in seeds]
    else:
        with ProcessPoolExecutor(options.jobs) as workers:
            measured = list(workers.map(measure, seeds))
    text = results_text([one for scored in measured for one in scored])
    print(text)
    RESULTS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
