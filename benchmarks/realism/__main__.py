"""Hold simulated images against real ones; write the tables to RESULTS.md, or draw pictures."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from benchmarks.realism import SETS, draw_curves, draw_picture, measure, results_text

RESULTS = Path(__file__).with_name("RESULTS.md")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit code 2 where the real images aren't there or the arguments make no sense."""
    parser = ArgumentParser(prog="python -m benchmarks.realism", description=__doc__)
    parser.add_argument("--images", type=int, default=24, help="simulated ones for each preset")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated images")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the tables go")
    parser.add_argument("--curves", type=Path, help="draw spectra and histograms here as well")
    parser.add_argument(
        "--picture", type=Path, help="draw images side by side here, and measure nothing"
    )
    options = parser.parse_args(arguments)
    if options.images < 2:
        parser.error(f"--images must be at least 2, not {options.images}")
    if options.seed < 0:
        parser.error(f"--seed must be at least 0, not {options.seed}")
    named = os.environ.get("SIXRING_REAL_DATA", "")
    data = Path(named)
    if not named or not data.is_dir():
        print("SIXRING_REAL_DATA names no folder of real micrographs", file=sys.stderr)
        return 2
    if options.picture is not None:
        draw_picture(options.picture, data, seed=options.seed)
        return 0
    measured = [measure(data, of, number=options.images, seed=options.seed) for of in SETS]
    command = f"python -m benchmarks.realism --images {options.images} --seed {options.seed}"
    text = results_text(measured, command=command)
    print(text)
    options.out.write_text(text, encoding="utf-8")
    if options.curves is not None:
        draw_curves(options.curves, measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
