"""What the trainings of each kind reach together, and by how much kinds differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sixring.evaluate import compare_repeats, evaluate_repeats
from sixring.patches import PatchSet
from sixring.study._data import labels_of
from sixring.study._plan import AUTOENCODERS, CLASSIFIERS
from sixring.study._reasons import explain
from sixring.study._training import Outcome

__all__ = ["LADDER", "Kind", "comparisons", "kinds_of", "results"]

_APART = ("challenge", "plain", "autoencoder")
"""Questions whose results are given by defect and by dose as well."""


@dataclass(frozen=True)
class Kind:
    """Trainings that differ in their seed alone."""

    question: str
    """What they are to answer."""
    variant: str
    """What tells them from others of the same question."""
    model: str
    """Which network."""


LADDER = (
    Kind("report", "", CLASSIFIERS[0]),
    Kind("ladder", "balanced", CLASSIFIERS[0]),
    Kind("ladder", "normalised", CLASSIFIERS[0]),
    Kind("ladder", "augmented", CLASSIFIERS[0]),
    Kind("ladder", "longer", CLASSIFIERS[0]),
    Kind("challenge", "", CLASSIFIERS[0]),
)
"""From the report's experiment, step by step, to all patches."""
_BALANCED = LADDER[-1]
"""All patches, with balanced sampling as everything has it by default: other remedies for the
imbalance are compared with it."""
_REMEDIES = ("weights", "focal", "none")
_WHOLE_PATCH = "mean"
"""The autoencoders' score that averages over the patch."""


@dataclass(frozen=True)
class _Side:
    """Of a comparison."""

    kind: Kind
    score: str


Kinds = Mapping[Kind, Sequence[Outcome]]


def kinds_of(outcomes: Sequence[Outcome]) -> dict[Kind, list[Outcome]]:
    """Put the trainings of a kind together, in the order in which kinds first appear."""
    kinds: dict[Kind, list[Outcome]] = {}
    for outcome in outcomes:
        job = outcome.job
        kinds.setdefault(Kind(job.question, job.variant, job.model), []).append(outcome)
    return kinds


def results(kinds: Kinds, test: PatchSet, seed: int) -> list[dict[str, Any]]:
    """Judge every score of every kind on the test patches, as JSON can hold it.

    Parameters
    ----------
    kinds : mapping
        From :func:`kinds_of`.
    test : PatchSet
        What the scores are of.
    seed : int
        Of the draws that intervals are made of.
    """
    rows = []
    for kind, trainings in kinds.items():
        for place, score in enumerate(trainings[0].scores):
            found = evaluate_repeats(
                _scores(trainings, score),
                labels_of(test),
                groups=test.groups,
                details=test.details if kind.question in _APART else None,
                seed=seed,
            )
            row = {
                **asdict(kind),
                "score": score,
                "decides": place == 0,
                "seeds": [outcome.job.seed for outcome in trainings],
                **asdict(found),
                "explained": explain(_scores(trainings, score), test),
            }
            rows.append(row)
    return rows


def comparisons(kinds: Kinds, test: PatchSet, seed: int) -> list[dict[str, Any]]:
    """Compare what differs in one thing alone, on the same draws of micrographs.

    Parameters
    ----------
    kinds : mapping
        From :func:`kinds_of`.
    test : PatchSet
        What the scores are of.
    seed : int
        Of the draws that intervals are made of.
    """
    rows = []
    for about, first, second in _pairs(kinds):
        found = compare_repeats(
            _scores(kinds[first.kind], first.score),
            _scores(kinds[second.kind], second.score),
            labels_of(test),
            test.groups,
            seed=seed,
        )
        rows.append(
            {
                "about": about,
                "first": {**asdict(first.kind), "score": first.score, "auc": found.first},
                "second": {**asdict(second.kind), "score": second.score, "auc": found.second},
                "difference": asdict(found.difference),
                "p_value": found.p_value,
            }
        )
    return rows


def _scores(trainings: Sequence[Outcome], score: str) -> NDArray[np.float32]:
    """Return a score of each training, shape (k, n)."""
    return np.stack([outcome.scores[score] for outcome in trainings])


def _pairs(kinds: Kinds) -> Iterator[tuple[str, _Side, _Side]]:
    """Yield what is compared, if it has been trained: by what it differs, the newer one first."""
    for about, first, second in _kind_pairs(kinds):
        if first in kinds and second in kinds:
            yield about, _deciding(kinds, first), _deciding(kinds, second)
    for model in AUTOENCODERS:
        kind = Kind("autoencoder", "", model)
        if kind in kinds:
            yield "pooling", _deciding(kinds, kind), _Side(kind, _WHOLE_PATCH)


def _kind_pairs(kinds: Kinds) -> Iterator[tuple[str, Kind, Kind]]:
    for question in ("challenge", "plain", "report"):
        first, second = (Kind(question, "", model) for model in CLASSIFIERS)
        yield "model", first, second
    for model in CLASSIFIERS:
        yield "augmentation", Kind("challenge", "", model), Kind("plain", "", model)
    for kind in kinds:
        if kind.question == "curve":
            yield "augmentation", kind, Kind("curve", f"{kind.variant}-plain", kind.model)
    for before, after in pairwise(LADDER):
        yield "ladder", after, before
    for remedy in _REMEDIES:
        yield "imbalance", _BALANCED, Kind("imbalance", remedy, CLASSIFIERS[0])


def _deciding(kinds: Kinds, kind: Kind) -> _Side:
    return _Side(kind, next(iter(kinds[kind][0].scores)))
