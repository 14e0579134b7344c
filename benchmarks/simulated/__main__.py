"""Measure on simulated micrographs, print the tables and write them to RESULTS.md."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from benchmarks.simulated import CASES, Scored, keeping, results_text

RESULTS = Path(__file__).with_name("RESULTS.md")


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
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the tables go")
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1, not {options.jobs}")
    with _measured(options.jobs, options.keep) as images:
        scored = []
        for one in images:
            scored.append(one)
            print(f"{len(scored)} of {len(CASES)}: {one.case.name}", file=sys.stderr, flush=True)
    text = results_text(scored)
    print(text)
    options.out.write_text(text, encoding="utf-8")
    return 0


@contextmanager
def _measured(jobs: int, folder: Path | None) -> Iterator[Iterator[Scored]]:
    work = keeping(folder)
    if jobs == 1:
        yield map(work, CASES)
        return
    # Spawned: a fork would copy threads of the libraries in an unknown state.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as workers:
        yield workers.map(work, CASES)


if __name__ == "__main__":
    sys.exit(main())
