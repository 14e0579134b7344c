"""Measure on the strangers, print the table and write it to a file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from benchmarks.strangers import IMAGES, KINDS, answer, results_text

_TABLES = {"learned": "RESULTS.md", "classical": "CLASSICAL.md"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit code 0."""
    parser = ArgumentParser(prog="python -m benchmarks.strangers", description=__doc__)
    parser.add_argument(
        "--detector", choices=tuple(_TABLES), default="learned", help="as for sixring detect"
    )
    detector = parser.parse_args(arguments).detector
    answers = {}
    for kind in KINDS:
        print(f"{kind.mode}: {kind.name}", file=sys.stderr, flush=True)
        answers[kind] = [answer(kind.image(number), detector) for number in range(IMAGES)]
    text = results_text(answers, detector)
    print(text)
    Path(__file__).with_name(_TABLES[detector]).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
