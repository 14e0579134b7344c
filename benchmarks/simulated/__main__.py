"""Measure on simulated micrographs, print the tables and write them to a file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from benchmarks.simulated import CASES, Case, Scored, keeping, results_text

_TABLES = {"learned": "RESULTS.md", "classical": "CLASSICAL.md"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit code 2 where the arguments make no sense."""
    parser = ArgumentParser(prog="python -m benchmarks.simulated", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the scores of single images here, and take those that are here already",
    )
    parser.add_argument(
        "--detector", default="learned", metavar="NAME|DIR", help="as for sixring detect"
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="where the tables go; beside this program for detectors that have a name",
    )
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1, not {options.jobs}")
    out = options.out
    if out is None:
        if options.detector not in _TABLES:
            parser.error(f"--out must be given for --detector {options.detector}")
        out = Path(__file__).with_name(_TABLES[options.detector])
    with _measured(options.jobs, keeping(options.keep, options.detector)) as images:
        scored = []
        for one in images:
            scored.append(one)
            print(f"{len(scored)} of {len(CASES)}: {one.case.name}", file=sys.stderr, flush=True)
    text = results_text(scored, options.detector)
    print(text)
    out.write_text(text, encoding="utf-8")
    return 0


@contextmanager
def _measured(jobs: int, work: Callable[[Case], Scored]) -> Iterator[Iterator[Scored]]:
    if jobs == 1:
        yield map(work, CASES)
        return
    # Spawned: a fork would copy threads of the libraries in an unknown state.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as workers:
        yield workers.map(work, CASES)


if __name__ == "__main__":
    sys.exit(main())
