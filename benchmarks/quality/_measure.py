"""The whole comparison, as plain data that JSON can hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality._contenders import Contender, trained
from benchmarks.quality._ideal import Ideal, Show, ideal_of
from benchmarks.quality._judge import judge_cell, judge_challenge, judge_reliability, labels_of
from benchmarks.quality._plan import Plan, hold_to
from benchmarks.quality._scores import Scores, scores_of
from benchmarks.quality._sets import (
    CHALLENGE,
    MODES,
    SEEDS,
    SERIES,
    learning_set,
    read_set,
    set_settings,
)
from sixring.limit import defect_hypotheses
from sixring.models import SavedModel
from sixring.patches import DEFECT, PERFECT, PatchSet
from sixring.simulate import Make, sample
from sixring.types import Mode

__all__ = ["measure"]

Document = dict[str, Any]

_MODE_OF: Mapping[str, Mode] = {CHALLENGE: "hrtem", **{cell.name: cell.mode for cell in SERIES}}
"""The mode of each test set."""
_DIGITS = 6
"""Significant ones; those after them depend on the machine."""


def measure(
    plan: Plan,
    contenders: Sequence[Contender],
    folder: Path,
    *,
    jobs: int = 1,
    tell: Callable[[str], None] = lambda line: None,
    make: Make = sample,
    show: Show = defect_hypotheses,
) -> Document:
    """Simulate, train and score whatever isn't there yet, and judge.

    Parameters
    ----------
    plan : Plan
        How much of everything.
    contenders : sequence of Contender
        The models.
    folder : Path
        Where sets, models, scores and the ideal observer's looks are kept.
    jobs : int, optional
        Processes that simulate.
    tell : callable, optional
        Told what is being done.
    make, show : callable, optional
        What makes a micrograph, and the images without noise for the ideal observer.

    Returns
    -------
    dict
        All numbers.

    Raises
    ------
    UsageError
        If the folder is of another plan, or a model can't score these patches.
    """
    hold_to(plan, folder)
    settings = set_settings(plan)
    sets = folder / "sets"

    @cache
    def patches_of(name: str) -> PatchSet:
        return read_set(name, settings[name], sets, jobs=jobs, tell=tell, make=make)

    used = list(_MODE_OF)
    if any(contender.folder is None for contender in contenders):
        used += [learning_set(mode) for mode in MODES]
    for name in used:
        patches_of(name)
    ideal: dict[str, dict[str, Ideal]] = {}
    seconds = {}
    for mode in MODES:
        found, seconds[mode] = ideal_of(mode, plan, folder / "ideal", tell=tell, show=show)
        ideal |= found
    document: Document = {
        "version": version("sixring"),
        "plan": asdict(plan),
        "seeds": dict(SEEDS),
        "sets": {name: _described(patches_of(name)) for name in used},
        "ideal": {name: {k: asdict(v) for k, v in of_it.items()} for name, of_it in ideal.items()},
        "ideal_seconds": seconds,
        "models": [],
    }
    for contender in contenders:
        models = trained(
            contender, plan, lambda mode: patches_of(learning_set(mode)), folder / "models", tell
        )
        scores = {}
        for name, mode in _MODE_OF.items():
            tell(f"scoring {name}: {contender.name}")
            kept = folder / "scores" / contender.name / f"{name}.npz"
            scores[name] = scores_of(models[mode], patches_of(name), kept)
        tests = {name: patches_of(name) for name in _MODE_OF}
        document["models"].append(
            {
                "name": contender.name,
                "kind": contender.kind,
                "challenge": judge_challenge(tests[CHALLENGE], scores[CHALLENGE]),
                "parts": {
                    name: judge_cell(patches, scores[name], ideal[name])
                    for name, patches in tests.items()
                },
                "reliability": _reliability(models, tests, scores),
            }
        )
    rounded: Document = _rounded(document)
    return rounded


def _described(patches: PatchSet) -> Document:
    labels = labels_of(patches)
    names = patches.details["defect"][labels == DEFECT]
    return {
        "perfect": int((labels == PERFECT).sum()),
        "defects": dict(sorted(Counter(names.tolist()).items())),
        "micrographs": len(np.unique(patches.groups)),
    }


def _reliability(
    models: Mapping[Mode, SavedModel],
    tests: Mapping[str, PatchSet],
    scores: Mapping[str, Scores],
) -> Document:
    """Return the reliability on the challenge, and on each mode's doses together."""
    parts = {CHALLENGE: [CHALLENGE]}
    for mode in MODES:
        parts[mode] = [cell.name for cell in SERIES if cell.mode == mode]
    found = {}
    for part, names in parts.items():
        # Micrographs have the same names in each set.
        groups = [np.char.add(f"{name}/", tests[name].groups) for name in names]
        row = judge_reliability(
            models[_MODE_OF[names[0]]],
            np.concatenate([scores[name] for name in names]),
            np.concatenate([labels_of(tests[name]) for name in names]),
            np.concatenate(groups),
        )
        if row is not None:
            found[part] = row
    return found


def _rounded(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
