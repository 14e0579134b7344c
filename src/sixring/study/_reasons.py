"""Why a score fails: what else than a defect makes it high."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, spearmanr

from sixring.evaluate import roc_auc
from sixring.patches import DEFECT, PERFECT, PatchSet
from sixring.study._data import labels_of

__all__ = ["explain"]


def explain(scores: NDArray[np.float32], test: PatchSet) -> dict[str, float | None]:
    """Measure how far the recording rather than a defect decides a score.

    Parameters
    ----------
    scores : ndarray, shape (k, n)
        Of each of k trainings.
    test : PatchSet
        The n patches, simulated: with labels and doses.

    Returns
    -------
    dict
        Means over the trainings, None where they can't be had. Over the perfect patches:
        ``dose``, Spearman's correlation of score and dose; ``dose_share``, its square: the share
        of the variance of the ranks that the dose explains; ``micrograph_share``, the share that
        the micrograph explains, with its dose, focus and whatever else its patches have in common,
        less what chance would (Kelley 1935, Proc. Natl. Acad. Sci. 21, 554-559). Over all:
        ``auc_within_micrographs``, the AUC where defects are set against the perfect patches of
        their own micrograph alone, so that conditions have no part in it. ``micrographs``: how many
        the perfect patches are from, and so how many doses the correlation is over.
    """
    labels = labels_of(test)
    perfect = labels == PERFECT
    correlations = [_correlation(row[perfect], test.details["dose"][perfect]) for row in scores]
    return {
        "dose": _mean(correlations),
        "micrographs": len(np.unique(test.groups[perfect])),
        "dose_share": _mean([None if rho is None else rho**2 for rho in correlations]),
        "micrograph_share": _mean([_share(row[perfect], test.groups[perfect]) for row in scores]),
        "auc_within_micrographs": _mean([_within(row, labels, test.groups) for row in scores]),
    }


def _correlation(scores: NDArray[np.float32], doses: NDArray[np.float64]) -> float | None:
    if np.ptp(doses) == 0 or np.ptp(scores) == 0:
        return None
    return float(spearmanr(scores, doses).statistic)


def _share(scores: NDArray[np.float32], groups: NDArray[np.str_]) -> float | None:
    """Return Kelley's epsilon squared of the ranks: no less than 0."""
    _, numbers = np.unique(groups, return_inverse=True)
    sizes = np.bincount(numbers)
    ranks = rankdata(scores)
    if len(sizes) == 1 or len(sizes) == len(scores) or np.ptp(ranks) == 0:
        return None
    within = ranks - (np.bincount(numbers, ranks) / sizes)[numbers]
    left = (within @ within) / (len(ranks) - len(sizes))
    return float(max(0.0, 1 - left / ranks.var(ddof=1)))


def _within(
    scores: NDArray[np.float32], labels: NDArray[np.int8], groups: NDArray[np.str_]
) -> float | None:
    """Return the mean over the defects of the AUC in their micrograph."""
    aucs, weights = [], []
    for group in np.unique(groups):
        here = groups == group
        defects = int(np.sum(labels[here] == DEFECT))
        if 0 < defects < here.sum():
            aucs.append(roc_auc(scores[here], labels[here]))
            weights.append(defects)
    return float(np.average(aucs, weights=weights)) if aucs else None


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
