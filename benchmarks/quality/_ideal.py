"""What the best possible detector reaches under conditions drawn as those of the test sets are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality._plan import Plan
from benchmarks.quality._pooling import pooled_auc
from benchmarks.quality._sets import CHALLENGE, DEFECTS, SEEDS, SERIES, source
from sixring.evaluate import Estimate, Hypotheses
from sixring.io import file_appears_whole
from sixring.limit import defect_hypotheses, known_auc
from sixring.simulate import draw
from sixring.types import Mode

__all__ = ["ALL", "Ideal", "Look", "ideal_of", "look"]

ALL = "any"
"""What the six kinds together are called."""
_COLUMNS = (*DEFECTS, ALL)

Show = Callable[..., dict[str, Hypotheses]]
"""As :func:`sixring.limit.defect_hypotheses`."""


@dataclass(frozen=True, eq=False)
class Look:
    """What the best detector makes of one condition."""

    known: NDArray[np.float64]
    """Shape (sets, kinds): mean AUC where place, pose and kind are known."""
    statistics: NDArray[np.float64]
    """Shape (sets, kinds, draws): logarithm of its likelihood ratio for images with a defect."""
    seconds: float
    """Of processor time that it took."""


@dataclass(frozen=True)
class Ideal:
    """What the best detector reaches on one set."""

    known: float
    """AUC where place, pose and kind are known."""
    unknown: Estimate
    """AUC where none of them is."""


def look(mode: Mode, number: int, draws: int, show: Show = defect_hypotheses) -> Look:
    """Let the best detector look under one condition, with every dose of the mode.

    Parameters
    ----------
    mode : {"hrtem", "stem"}
        The kind of microscope.
    number : int
        Of the condition: with the mode, what all randomness follows from.
    draws : int
        Images with a defect for each set and kind.
    show : callable, optional
        What forms the images.
    """
    started = time.process_time()
    rng = np.random.default_rng(np.random.SeedSequence(SEEDS[f"ideal-{mode}"], spawn_key=(number,)))
    _, conditions = draw(source(mode), rng)
    found = show(DEFECTS, conditions, rng=rng)
    doses = _doses(mode, conditions.dose).values()
    known = np.empty((len(doses), len(_COLUMNS)))
    statistics = np.empty((*known.shape, draws))
    for column, kind in enumerate(_COLUMNS):
        strengths, weights = found[kind].detectabilities(), found[kind].weights
        for row, dose in enumerate(doses):
            known[row, column] = known_auc(strengths, weights, dose)
            at_dose = found[kind].at_dose(dose)
            statistics[row, column] = at_dose.drawn(draws, rng, defect=True)
    return Look(known, statistics, time.process_time() - started)


def ideal_of(
    mode: Mode,
    plan: Plan,
    folder: Path,
    *,
    tell: Callable[[str], None],
    show: Show = defect_hypotheses,
) -> tuple[dict[str, dict[str, Ideal]], float]:
    """Work out what the best detector reaches on each set of a mode.

    Parameters
    ----------
    mode : {"hrtem", "stem"}
        The kind of microscope.
    plan : Plan
        How many conditions and draws.
    folder : Path
        Where what it made of each condition is kept, so that nothing is done twice.
    tell : callable
        Told what is being done.
    show : callable, optional
        What forms the images.

    Returns
    -------
    found : dict
        By set and kind; the kinds together are :data:`ALL`.
    seconds : float
        Processor time for one condition, on average.
    """
    looks = list(_kept(mode, plan, folder, tell, show))
    known = np.mean([one.known for one in looks], axis=0)
    statistics = np.stack([one.statistics for one in looks], axis=2)
    found = {
        name: {
            kind: Ideal(float(known[row, column]), pooled_auc(statistics[row, column]))
            for column, kind in enumerate(_COLUMNS)
        }
        for row, name in enumerate(_doses(mode, 0.0))
    }
    return found, float(np.mean([one.seconds for one in looks]))


def _doses(mode: Mode, drawn: float) -> Mapping[str, float]:
    """Return the dose of each set of a mode; that of the challenge is drawn with the conditions."""
    doses = {cell.name: cell.dose for cell in SERIES if cell.mode == mode}
    return {**doses, CHALLENGE: drawn} if mode == "hrtem" else doses


def _kept(
    mode: Mode, plan: Plan, folder: Path, tell: Callable[[str], None], show: Show
) -> Iterator[Look]:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(plan.conditions):
        path = folder / f"{mode}-{number:03d}.npz"
        if not path.exists():
            one = look(mode, number, plan.draws, show)
            with file_appears_whole(path) as part, part.open("wb") as file:
                np.savez_compressed(file, allow_pickle=False, **vars(one))
            tell(f"ideal observer, {mode}: {number + 1} of {plan.conditions}, {one.seconds:.1f} s")
        with np.load(path) as arrays:
            yield Look(arrays["known"], arrays["statistics"], float(arrays["seconds"]))
