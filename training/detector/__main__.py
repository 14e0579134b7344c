"""``python -m training.detector``: trains the network that finds rings, atoms and areas."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from sixring.errors import SixringError
from training._log import say, tell, write_log
from training._plan import hold_to
from training.detector._calibrate import calibrated, judged_micrographs
from training.detector._card import card_text
from training.detector._export import write_detector
from training.detector._learn import learn
from training.detector._network import HEADS
from training.detector._pieces import watched_piece
from training.detector._plan import FULL, SMALL
from training.detector._sources import ranges
from training.detector._watch import NAMES, watched

_COLUMNS = ("piece", "crops", "loss", *HEADS, *NAMES, "waited", "seconds")


def main() -> int:
    """Train, or go on, and write the detector."""
    parser = argparse.ArgumentParser(prog="python -m training.detector", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for all that is made")
    parser.add_argument("--jobs", type=int, default=1, help="processes that simulate; 1")
    parser.add_argument("--pieces", type=int, help=f"pieces of the stream; {FULL.pieces}")
    parser.add_argument("--seed", type=int, default=0, help="seed of all random numbers; 0")
    parser.add_argument("--small", action="store_true", help="a try-out of a minute")
    given = parser.parse_args()
    plan = replace(SMALL if given.small else FULL, seed=given.seed)
    if given.pieces is not None:
        plan = replace(plan, pieces=given.pieces)
    folder = given.out / "detector"
    version = f"seed {plan.seed}, {plan.pieces} pieces"
    try:
        hold_to(plan, given.out)
        watch = partial(watched, watched_piece(plan, given.out), plan.weighing)
        network, seen, log = learn(plan, given.out, watch, tell, jobs=given.jobs)
        card = card_text(plan, network, seen, ranges(), log[-1])
        write = partial(
            write_detector,
            network=network,
            version=version,
            card=card,
            rare=plan.weighing.rare,
        )
        # Whoever finds a detector in its folder finds it calibrated.
        write(given.out / "uncalibrated", learned=ranges())
        micrographs = judged_micrographs(plan, given.out / "uncalibrated")
        write(folder, learned=calibrated(ranges(), micrographs, say))
        write_log(given.out / "log.csv", _COLUMNS, log)
    except SixringError as error:
        sys.stderr.write(f"training: {error}\n")
        return 1
    sys.stdout.write(f"the detector: {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
