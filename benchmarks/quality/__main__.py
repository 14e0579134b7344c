"""Compare the patch models, print the tables and write them to RESULTS.md."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.quality import Plan, choose, measure, results_text
from sixring.errors import SixringError
from sixring.io import file_appears_whole

RESULTS = Path(__file__).parent
_SIZES = {
    "challenge": "test patches of the challenge",
    "cell": "test patches for each mode and dose of the series",
    "training": "patches for each mode to learn from",
    "conditions": "for the ideal observer, of each mode",
    "draws": "of images for the ideal observer, for each condition, dose and kind",
    "epochs": "of each training by descent; 0 for each model's own number",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit code 1 where that failed, 2 where the arguments make no sense."""
    parser = ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="keep patches, models, scores and the ideal observer's looks here, and take those "
        "that are here already; another version of the program needs another folder",
    )
    parser.add_argument(
        "--models",
        default="",
        metavar="A,B",
        help="names of models, and NAME=DIR for saved ones; all that can be made or are shipped",
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes that simulate")
    parser.add_argument(
        "--tables", type=Path, default=RESULTS, help="folder of RESULTS.md and results.json"
    )
    for name, usual in asdict(Plan()).items():
        parser.add_argument(
            f"--{name}", type=int, default=usual, metavar="N", help=f"{_SIZES[name]}; {usual}"
        )
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1, not {options.jobs}")
    if not options.tables.is_dir():
        parser.error(f"--tables must be a folder that is there, not {options.tables}")
    try:
        plan = Plan(**{name: getattr(options, name) for name in _SIZES})
        contenders = choose([name for name in options.models.split(",") if name])
    except SixringError as error:
        parser.error(str(error))
    try:
        document = measure(plan, contenders, options.out, jobs=options.jobs, tell=_tell)
    except SixringError as error:
        print(f"benchmarks.quality: {error}", file=sys.stderr)
        return 1
    text = results_text(document)
    print(text)
    numbers = json.dumps(document, indent=1, allow_nan=False) + "\n"
    for file, content in (("RESULTS.md", text), ("results.json", numbers)):
        with file_appears_whole(options.tables / file, overwrite=True) as part:
            part.write_text(content, encoding="utf-8")
    return 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
