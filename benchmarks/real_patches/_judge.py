"""How well silicon is told from clean lattice, and how often an alarm is false."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.real_patches._cut import RealPatches
from sixring.evaluate import Estimate, evaluate
from sixring.models import SavedModel

__all__ = ["Alarms", "alarms", "auc", "share_of_groups"]

_AT_ONCE = 500
_RESAMPLES = 2000


@dataclass(frozen=True)
class Alarms:
    """Share of patches that reach a model's threshold."""

    patches: int
    """How many patches."""
    images: int
    """Of how many micrographs."""
    rate: float
    """Share that reaches the threshold."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end."""
    median: float
    """Median over the micrographs."""


def auc(model: SavedModel, patches: RealPatches) -> Estimate:
    """Return the AUC of a model's deciding score, its interval by drawing groups again."""
    scores = _scores(model, patches.images)
    return evaluate(scores, patches.labels, groups=patches.groups, seed=0).auc


def alarms(model: SavedModel, patches: RealPatches, *, sixes_alone: bool) -> Alarms:
    """Count alarms.

    Parameters
    ----------
    model : SavedModel
        With its threshold.
    patches : RealPatches
        Clear ones.
    sixes_alone : bool
        Leave out those with a label: in them the classical detector finds another ring.

    Returns
    -------
    Alarms
        Over all patches, and by micrograph.
    """
    chosen = patches.labels == 0 if sixes_alone else np.ones(len(patches.labels), bool)
    groups = patches.groups[chosen]
    reached = _scores(model, patches.images[chosen]) >= model.description.threshold
    low, high = share_of_groups(reached, groups)
    by_image = [reached[groups == group].mean() for group in np.unique(groups)]
    return Alarms(
        len(groups),
        len(by_image),
        float(reached.mean()),
        low,
        high,
        float(np.median(by_image)),
    )


def share_of_groups(
    reached: NDArray[np.bool_], groups: NDArray[np.int64], *, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of a share, from drawing whole groups with replacement.

    Parameters
    ----------
    reached : ndarray of bool, shape (n,)
        What the share is of.
    groups : ndarray of int64, shape (n,)
        What goes together.
    seed : int, optional
        Of the draws.

    Returns
    -------
    tuple of float
        Percentiles 2.5 and 97.5 of 2000 draws.
    """
    _, number = np.unique(groups, return_inverse=True)
    sizes, hits = np.bincount(number), np.bincount(number, reached)
    drawn = np.random.default_rng(seed).integers(len(sizes), size=(_RESAMPLES, len(sizes)))
    shares = hits[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return float(low), float(high)


def _scores(model: SavedModel, images: NDArray[np.float32]) -> NDArray[np.float32]:
    name = model.description.score
    parts = [
        model.outputs(images[start : start + _AT_ONCE], (name,))[name]
        for start in range(0, len(images), _AT_ONCE)
    ]
    return np.concatenate(parts)
