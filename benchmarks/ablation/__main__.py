"""Train the learned detector without one part after the other, and print what that costs."""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.ablation import VARIANTS, Line, Variant, results_text
from sixring.errors import SixringError
from sixring.io import file_appears_whole
from training._log import say, tell
from training._plan import hold_to
from training.detector._crops import Crops
from training.detector._learn import learn
from training.detector._pieces import pieces, watched_piece
from training.detector._plan import FULL, SMALL, Plan
from training.detector._watch import watched

TABLE = Path(__file__).with_name("RESULTS.md")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and judge; exit code 2 where the arguments make no sense."""
    names = [variant.name for variant in VARIANTS]
    parser = ArgumentParser(prog="python -m benchmarks.ablation", description=__doc__)
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="FOLDER", help="for all that is made")
    add("--pieces", type=int, default=30, metavar="N", help="of each training; 30")
    add("--jobs", type=int, default=1, metavar="N", help="processes that simulate; 1")
    add("--only", default=",".join(names), metavar="A,B", help=f"of {', '.join(names)}; all")
    add("--small", action="store_true", help="a try-out of a minute")
    add("--table", type=Path, default=TABLE, metavar="FILE", help="where the table goes")
    options = parser.parse_args(arguments)
    wanted = options.only.split(",")
    if unknown := sorted({*wanted} - {*names}):
        parser.error(f"--only: no variant is called {', '.join(unknown)}")
    base = SMALL if options.small else replace(FULL, pieces=options.pieces)
    base = replace(base, watch_every=base.pieces)
    judged = watched_piece(base, options.out)
    lines = []
    try:
        for variant in VARIANTS:
            if variant.name in wanted:
                lines.append(_trained(variant, base, options.out, judged, options.jobs))
    except SixringError as error:
        parser.error(str(error))
    crops = base.specimens * base.exposures * base.crops
    text = results_text(lines, pieces=base.pieces, crops=crops, watched=len(judged))
    print(text)
    with file_appears_whole(options.table, overwrite=True) as part:
        part.write_text(text, encoding="utf-8")
    return 0


def _trained(variant: Variant, base: Plan, folder: Path, judged: Crops, jobs: int) -> Line:
    """Train one, or go on with it."""
    plan, own = variant.plan(base), folder / variant.name
    hold_to(plan, own)
    say(f"{variant.name}: {variant.told}")
    if variant.expose is VARIANTS[0].expose and not (own / "pieces").exists():
        # Simulating the crops takes as long as learning from them, and they are the same for all.
        (own / "pieces").mkdir()
        for path in pieces(base, folder / "pieces", range(base.pieces), jobs=jobs):
            shutil.copy(path, own / "pieces" / path.name)
    watch = partial(watched, judged, plan.weighing)
    network, _, log = learn(plan, own, watch, tell, jobs=jobs, expose=variant.expose)
    return Line(
        told=variant.told,
        parameters=network.cost()[0],
        minutes=sum(line["seconds"] for line in log) / 60,
        scores=log[-1],
    )


if __name__ == "__main__":
    sys.exit(main())
