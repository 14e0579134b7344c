"""What the best detector there can be would find, by kind and dose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.simulated._cases import DEFECTS, DOSES, Case
from sixring.evaluate import Hypotheses
from sixring.limit._central import central_conditions
from sixring.limit._looks import in_cell, looks, shown_side
from sixring.limit._scene import Scene
from sixring.structures import library
from sixring.types import Mode

__all__ = ["BEST", "best_of", "best_rings", "best_shares", "share_found"]

BEST = Path(__file__).with_name("BEST.json")
"""Where the shares are kept: they follow from the set alone, whatever the detector."""

_SAMPLING: Mapping[Mode, float] = {"hrtem": 0.2, "stem": 0.15}
_CELLS = 1e4 / 5.24  # of the lattice in 100 nm^2
_VARIANT = {"SW": "SW-flat", "Si-cluster": "Si-cluster-3"}
"""Whose rings are counted where a kind has several variants."""
_DRAWS = 2000
_SEED = 0

Shares = dict[str, dict[str, dict[str, float]]]
"""By mode, dose and kind."""


def share_found(hypotheses: Hypotheses, rate: float, rng: np.random.Generator) -> float:
    """Return the share of the defects that the best detector finds.

    Parameters
    ----------
    hypotheses : Hypotheses
        What may lie in one cell of the lattice, at the dose in question.
    rate : float
        Probability that noise alone is taken for one of them in that cell.
    rng : numpy.random.Generator
        Where the electrons come from.

    Returns
    -------
    float
        0 to 1. The statistic is the logarithm of the likelihood ratio, so that the chance of a
        false alarm above a threshold is the mean of exp(-s) over images with a defect that are
        above it, as in :func:`sixring.evaluate.search_observer`.
    """
    statistic = np.sort(hypotheses.drawn(_DRAWS, rng, defect=True))[::-1]
    false_alarm = np.cumsum(np.exp(-statistic)) / len(statistic)
    return float(np.mean(false_alarm <= rate))


def best_shares() -> Shares:
    """Find the shares for every mode, dose and kind of the set.

    Returns
    -------
    dict
        Of the defects in a flat, clean sheet, under conditions in the middle of those of the set,
        that a search for this kind finds with one false alarm in 100 nm^2.
    """
    return {
        mode: {
            f"{dose:g}": {
                kind: share_found(
                    cell.at_dose(dose),
                    1 / _CELLS,
                    np.random.default_rng([_SEED, int(dose), *kind.encode()]),
                )
                for kind, cell in cells.items()
            }
            for dose in DOSES[mode]
        }
        for mode, cells in ((mode, _cells(mode)) for mode in DOSES)
    }


def _cells(mode: Mode) -> dict[str, Hypotheses]:
    preset = Case(mode, DOSES[mode][0], 0).preset
    conditions = central_conditions(preset, _SAMPLING[mode])
    scene = Scene.drawn(
        conditions, shown_side(conditions.sampling, 48), np.random.default_rng(_SEED)
    )
    perfect = scene.image()
    return {kind: in_cell(looks(kind, scene), scene, perfect) for kind in DEFECTS}


@cache
def read_best() -> Shares:
    """Read the shares that ``python -m benchmarks.simulated.best`` wrote."""
    shares: Shares = json.loads(BEST.read_text(encoding="utf-8"))
    return shares


def best_of(mode: Mode, dose: float) -> dict[str, float]:
    """Return the share of each kind that the best detector finds at a dose of the set."""
    return read_best()[mode][f"{dose:g}"]


def best_rings(mode: Mode, dose: float) -> float:
    """Return the share of the rings other than six that are those of what it finds."""
    shares = best_of(mode, dose)
    rings = {
        kind: sum(size != 6 for size in library()[_VARIANT.get(kind, kind)].census)
        for kind in shares
    }
    return sum(shares[kind] * rings[kind] for kind in shares) / sum(rings.values())
