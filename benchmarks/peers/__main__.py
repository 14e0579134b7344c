"""Compare sixring's patch models with those of other tools, on the same patches.

Make the environment of the other tools first: python -m benchmarks.peers.environment FOLDER
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import get_args

from benchmarks.peers import PEERS, Plan, measure, own_models, peers, read_courses, results_text
from benchmarks.speed import machine_text
from sixring.errors import SixringError
from sixring.io import file_appears_whole
from sixring.types import Mode

RESULTS = Path(__file__).parent
_EXAMPLE = """\
example:
  python -m benchmarks.peers.environment peers-environment
  python -m benchmarks.quality --out quality --jobs 2
  python -m benchmarks.peers --environment peers-environment --data quality --out peers \\
      --models lattice-fit,patch-memory,mine=model
"""
_MODES: tuple[Mode, ...] = get_args(Mode)
_SIZES = {
    "seeds": "trainings of each model",
    "epochs": "of each training by descent; 0 for each tool's own recommendation",
    "threads": "that may compute at once",
    "hours": "after which a training with its scoring is stopped",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; exit code 1 where a model failed, 2 where the arguments make no sense."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.tables.is_dir():
        parser.error(f"--tables must be a folder that is there, not {options.tables}")
    load = os.getloadavg()[0]
    try:
        plan = Plan(**{name: getattr(options, name) for name in _SIZES})
        contestants = [
            *own_models(_names(options.models)),
            *peers(_names(options.peers), options.environment),
        ]
        courses = read_courses(options.data, [options.mode] if options.mode else _MODES)
        document = measure(plan, courses, contestants, options.out, tell=_tell)
    except SixringError as error:
        parser.error(str(error))
    document["machine"] = machine_text(plan.threads, load, ("numpy", "onnxruntime"))
    text = results_text(document)
    print(text)
    numbers = json.dumps(document, indent=1, allow_nan=False) + "\n"
    for file, content in (("RESULTS.md", text), ("results.json", numbers)):
        with file_appears_whole(options.tables / file, overwrite=True) as part:
            part.write_text(content, encoding="utf-8")
    rows = [row for course in document["courses"] for row in course["rows"]]
    return 1 if any(row["failures"] for row in rows) else 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m benchmarks.peers",
        description=__doc__,
        epilog=_EXAMPLE,
        formatter_class=RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--data",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="patches, from benchmarks.quality or from sixring simulate patches",
    )
    add(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="keep patches, raw scores and costs here, and take those that are here already; "
        "another version of the program needs another folder",
    )
    add(
        "--environment",
        type=Path,
        default=Path("peers-environment"),
        metavar="FOLDER",
        help="of the other tools; peers-environment",
    )
    add("--peers", default=",".join(PEERS), metavar="A,B", help=f"of: {', '.join(PEERS)}; all")
    add(
        "--models",
        default="",
        metavar="A,B",
        help="of sixring, beside those that the package carries: names, which are trained here, "
        "and NAME=DIR for saved ones",
    )
    add("--mode", choices=_MODES, help="only this one of the sets of benchmarks.quality")
    add("--tables", type=Path, default=RESULTS, help="folder of RESULTS.md and results.json")
    for name, usual in asdict(Plan()).items():
        add(
            f"--{name}",
            type=type(usual),
            default=usual,
            metavar="N",
            help=f"{_SIZES[name]}; {usual}",
        )
    return parser


def _names(given: str) -> list[str]:
    return [name for name in given.split(",") if name]


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
