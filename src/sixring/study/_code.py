"""What the first node of the dense autoencoder's code tells of the class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sixring.evaluate import evaluate_repeats, roc_auc
from sixring.models import SavedModel
from sixring.patches import PatchSet
from sixring.study._data import labels_of
from sixring.study._training import Outcome

__all__ = ["examine_code"]


def examine_code(outcomes: Sequence[Outcome], test: PatchSet, seed: int) -> dict[str, Any]:
    """Judge single nodes of the code as if they were scores.

    A node has no direction of its own, so each is taken the way round in which its AUC is at
    least 0.5.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Trainings of ``dense-ae``.
    test : PatchSet
        Labelled patches.
    seed : int
        Of the draws that intervals are made of.

    Returns
    -------
    dict
        ``nodes`` of a code; ``auc`` of the first node and ``each``, that of every training;
        ``largest``, the AUC of the node that happens to do best on these patches, of each
        training.
    """
    labels = labels_of(test)
    nodes, firsts, largest = 0, [], []
    for outcome in outcomes:
        code = SavedModel.read(outcome.folder).outputs(test.images, ("code",))["code"]
        nodes = code.shape[1]
        aucs = [roc_auc(node, labels) for node in code.T]
        firsts.append(code[:, 0] if aucs[0] >= 0.5 else -code[:, 0])
        largest.append(max(max(auc, 1 - auc) for auc in aucs))
    found = evaluate_repeats(firsts, labels, groups=test.groups, seed=seed)
    return {
        "nodes": nodes,
        "auc": asdict(found.auc),
        "each": list(found.each),
        "largest": largest,
    }
