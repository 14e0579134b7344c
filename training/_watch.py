"""How the network does on patches that it hasn't learned from, by mode, defect and dose."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from sixring.evaluate import roc_auc
from sixring.models.export import network_outputs
from sixring.models.resnet import ResNet
from training._pieces import Piece
from training._sources import KINDS

__all__ = ["FAINT", "areas", "doses_of", "watched"]

FAINT = ("N", "B")
"""Kinds that need a hundred times the dose of the others, and are never judged with them."""
_BANDS = {
    False: (0.0, 500.0, 1500.0, 5000.0, 15000.0, np.inf),
    True: (0.0, 2e4, 6e4, 2e5, 6e5, np.inf),
}
"""Limits of the doses that are told apart, for HRTEM and for STEM."""
_FEWEST = 20


def watched(piece: Piece, network: ResNet) -> dict[str, float]:
    """Return the AUC of each mode, the share of kinds that are right, and the loss."""
    outputs = network_outputs(network, piece.images)
    scores = outputs["logit"].astype(np.float64)
    found = {}
    plain = ~np.isin(piece.kinds, [KINDS.index(name) for name in FAINT])
    for name, chosen in (("hrtem", ~piece.stem), ("stem", piece.stem)):
        labels = piece.labels[plain & chosen]
        if len(set(labels.tolist())) == 2:
            found[f"auc_{name}"] = roc_auc(scores[plain & chosen], labels)
    named = plain & (piece.kinds >= 0) & (piece.kinds < len(KINDS))
    if named.any():
        right = outputs["kind"][named].argmax(axis=1) == piece.kinds[named]
        found["kinds_right"] = float(right.mean())
    found["validation_loss"] = _cross_entropy(scores, piece.labels)
    return found


def areas(piece: Piece, scores: NDArray[np.float32]) -> list[dict[str, str | float]]:
    """Return the AUC of each kind in each band of doses, against all perfect patches there.

    Parameters
    ----------
    piece : Piece
        The patches.
    scores : ndarray, shape (n,)
        Of each.

    Returns
    -------
    list of dict
        ``mode, dose, kind, patches, auc``, where there are enough patches.
    """
    rows: list[dict[str, str | float]] = []
    for stem in (False, True):
        for low, high in doses_of(stem):
            there = (piece.stem == stem) & (piece.doses >= low) & (piece.doses < high)
            perfect = there & (piece.kinds < 0)
            for kind, name in enumerate(KINDS):
                shown = there & (piece.kinds == kind)
                if min(shown.sum(), perfect.sum()) < _FEWEST:
                    continue
                chosen = shown | perfect
                rows.append(
                    {
                        "mode": "stem" if stem else "hrtem",
                        "dose": f"{low:g} to {high:g}",
                        "kind": name,
                        "patches": int(shown.sum()),
                        "auc": roc_auc(scores[chosen], piece.labels[chosen]),
                    }
                )
    return rows


def doses_of(stem: bool) -> list[tuple[float, float]]:
    """Return the bands of doses of a mode, electrons per angstrom^2."""
    limits = _BANDS[stem]
    return list(pairwise(limits))


def _cross_entropy(scores: NDArray[np.float64], labels: NDArray[np.int8]) -> float:
    logits, classes = torch.from_numpy(scores), torch.from_numpy(labels).double()
    return float(torch.nn.functional.binary_cross_entropy_with_logits(logits, classes))
