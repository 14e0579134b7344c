"""Scores in files, so that a measurement that was stopped goes on where it was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.simulated._alarms import Alarm
from benchmarks.simulated._atoms import AtomErrors
from benchmarks.simulated._cases import Case
from benchmarks.simulated._dirt import Overlap
from benchmarks.simulated._measure import Scored, measure
from benchmarks.simulated._scoring import Counts
from sixring.io import file_appears_whole

__all__ = ["keeping"]


def keeping(folder: Path | None, detector: str) -> Callable[[Case], Scored]:
    """Return what measures a case, or looks it up where that was done before.

    Parameters
    ----------
    folder : Path or None
        Where the scores are kept, a file for each case; None keeps none. It knows nothing of
        changes to the program: another version needs another folder, and so does another
        detector.
    detector : str
        As for :func:`sixring.detect`.

    Returns
    -------
    callable
        For one case; it can be pickled.
    """
    work = partial(measure, detector=detector)
    return work if folder is None else partial(_measure_once, folder, work)


def _measure_once(folder: Path, work: Callable[[Case], Scored], case: Case) -> Scored:
    file = folder / f"{case.name}.json"
    if file.exists():
        return _read(file)
    scored = work(case)
    with file_appears_whole(file) as part:
        part.write_text(_text(scored), encoding="utf-8")
    return scored


def _text(scored: Scored) -> str:
    plain = asdict(scored)
    # JSON has no keys of two parts.
    plain["defects"] = [[*names, n] for names, n in scored.defects.items()]
    return json.dumps(plain, indent=1) + "\n"


def _read(file: Path) -> Scored:
    plain = json.loads(file.read_text(encoding="utf-8"))
    return Scored(
        case=Case(**plain["case"]),
        refused=plain["refused"],
        area=plain["area"],
        judged_share=plain["judged_share"],
        rings=Counts(**plain["rings"]),
        plain=Counts(**plain["plain"]),
        defects=Counter({(true, called): n for true, called, n in plain["defects"]}),
        alarms=tuple(Alarm(**alarm) for alarm in plain["alarms"]),
        atoms=AtomErrors(**plain["atoms"]),
        dirt=Overlap(**plain["dirt"]),
    )
