"""``python -m training``: makes the model that the package carries."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from sixring.errors import SixringError
from training._learn import learn
from training._log import tell, write_log
from training._pieces import set_aside
from training._plan import FULL, SMALL, hold_to
from training._ship import NAME, ship
from training._watch import watched

_COLUMNS = (
    *("piece", "patches", "loss", "auc_hrtem", "auc_stem", "kinds_right", "validation_loss"),
    *("waited", "seconds"),
)


def main() -> int:
    """Train, or go on, and write the model."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for all that is made")
    parser.add_argument("--jobs", type=int, default=1, help="processes that simulate; 1")
    parser.add_argument("--pieces", type=int, help=f"pieces of the stream; {FULL.pieces}")
    parser.add_argument("--seed", type=int, default=0, help="seed of all random numbers; 0")
    parser.add_argument(
        "--views",
        type=int,
        choices=(1, 2, 4),
        default=2,
        help="views over which the model averages; 2",
    )
    parser.add_argument("--small", action="store_true", help="a try-out of a minute")
    given = parser.parse_args()
    plan = replace(SMALL if given.small else FULL, seed=given.seed)
    if given.pieces is not None:
        plan = replace(plan, pieces=given.pieces)
    try:
        hold_to(plan, given.out)
        watch = partial(watched, set_aside(plan, given.out, "watched"))
        network, seen, log = learn(plan, given.out, watch, tell, jobs=given.jobs)
        held_out = set_aside(plan, given.out, "held-out")
        ship(
            plan,
            network,
            seen,
            held_out,
            log[-1]["validation_loss"],
            given.out / NAME,
            views=given.views,
        )
        write_log(given.out / "log.csv", _COLUMNS, log)
    except SixringError as error:
        sys.stderr.write(f"training: {error}\n")
        return 1
    sys.stdout.write(f"the model: {given.out / NAME}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
