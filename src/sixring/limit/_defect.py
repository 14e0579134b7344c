"""The limit of one defect: its curve and its doses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.evaluate import Hypotheses, bayes_observer, efficiency
from sixring.limit._doses import (
    default_doses,
    dose_for_auc,
    dose_for_search,
    known_auc,
    known_dose,
)
from sixring.limit._looks import Look, in_cell, in_patch
from sixring.limit._model import model_auc
from sixring.limit._poses import CELL_AREA
from sixring.limit._result import DefectLimit, LimitPoint
from sixring.limit._scene import Scene
from sixring.models import SavedModel

__all__ = ["STAGES", "Bench", "limit_of"]

STAGES = 3
"""Of the work for each defect."""
_CELLS = 1e4 / CELL_AREA
"""In 100 nm^2."""


@dataclass(frozen=True, eq=False)
class Bench:
    """What all defects have in common."""

    scene: Scene
    """Where the lattice lies, shown as far as a patch and a search's window reach."""
    perfect: NDArray[np.float64]
    """Image of the perfect sheet there."""
    side: int
    """Rows and columns of a patch."""
    nuisances: NDArray[np.float64] | None
    """Derivatives of the perfect patch by what isn't known."""
    doses: tuple[float, ...]
    """Of the curves; empty: chosen for each defect."""
    model: SavedModel | None
    """What is held against the best detector."""
    draws: int
    """Images of each class at each dose."""
    seed: int
    """What all randomness follows from."""
    progress: Callable[[], None]
    """Called after each stage."""


def limit_of(bench: Bench, name: str, seen: list[Look], density: float) -> DefectLimit:
    """Find the doses of one defect.

    Parameters
    ----------
    bench : Bench
        What all defects have in common.
    name : str
        What it is called.
    seen : list of Look
        All that it may look like.
    density : float
        Ways in which it can lie in a square nanometre.

    Returns
    -------
    DefectLimit
        Its curve and doses.
    """
    # A stream of its own: what is asked for beside it changes nothing.
    patch_rng, curve_rng, search_rng, model_rng = (
        np.random.default_rng([bench.seed, *f"{name}.{use}".encode()])
        for use in ("patch", "curve", "search", "model")
    )
    patch = in_patch(seen, bench.scene, bench.perfect, bench.side, bench.nuisances)
    cell = in_cell(seen, bench.scene, bench.perfect)
    strengths = patch.detectabilities()
    known = known_dose(strengths, patch.weights)
    in_view = known_dose(cell.detectabilities(), cell.weights)
    doses = bench.doses or default_doses(known)
    aucs = [known_auc(strengths, patch.weights, dose) for dose in doses]
    curve = tuple(
        _point(bench, patch.at_dose(dose), dose, auc, curve_rng, model_rng)
        for dose, auc in zip(doses, aucs, strict=True)
    )
    bench.progress()
    unknown = dose_for_auc(patch, known, draws=bench.draws, rng=patch_rng)
    bench.progress()
    search = dose_for_search(cell, _CELLS, draws=bench.draws, rng=search_rng)
    bench.progress()
    return DefectLimit(name, len(patch), density, curve, in_view, known, unknown, search)


def _point(
    bench: Bench,
    hypotheses: Hypotheses,
    dose: float,
    known: float,
    rng: np.random.Generator,
    model_rng: np.random.Generator,
) -> LimitPoint:
    best = bayes_observer(hypotheses, draws=bench.draws, rng=rng)
    if bench.model is None:
        return LimitPoint(dose, known, best.auc, best.error, None, None)
    conditions, draws = bench.scene.conditions, bench.draws // 2
    found = model_auc(bench.model, hypotheses, conditions, draws=draws, rng=model_rng)
    share = None
    if found.value < 1 and 0.5 < best.auc.value < 1:
        share = efficiency(found.value, best.auc.value)
    return LimitPoint(dose, known, best.auc, best.error, found, share)
