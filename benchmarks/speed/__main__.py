"""Measure time and memory by the size of the micrograph; write the table to RESULTS.md."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from benchmarks.speed import SIZES, check_limits, measure, results_text, time_import

RESULTS = Path(__file__).with_name("RESULTS.md")
_CORES = 2
_SMALLEST = 512


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit code 1 where a limit isn't kept, 2 where the arguments make no sense."""
    parser = ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="pixels a side")
    parser.add_argument("--repeats", type=int, default=2, help="the quickest of so many counts")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the table goes")
    options = parser.parse_args(arguments)
    if min(options.sizes) < _SMALLEST:
        parser.error(f"--sizes must be at least {_SMALLEST}, not {min(options.sizes)}")
    if options.repeats < 1:
        parser.error(f"--repeats must be at least 1, not {options.repeats}")
    cores = _keep_to(_CORES)
    costs = [measure(size, repeats=options.repeats) for size in sorted(set(options.sizes))]
    limits = check_limits(costs, time_import())
    text = results_text(costs, limits, cores=cores, repeats=options.repeats)
    print(text)
    options.out.write_text(text, encoding="utf-8")
    return 0 if all(limit.kept for limit in limits) else 1


def _keep_to(cores: int) -> int:
    """Keep this process and its children to so many cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    mine = sorted(os.sched_getaffinity(0))[:cores]
    os.sched_setaffinity(0, mine)
    return len(mine)


if __name__ == "__main__":
    sys.exit(main())
