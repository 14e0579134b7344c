"""Scores of test patches, kept so that no model scores a set twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sixring.io import file_appears_whole
from sixring.models import SavedModel
from sixring.patches import PatchSet

__all__ = ["Scores", "scores_of"]

Scores = NDArray[np.float32]
"""Of patches, higher where a defect is likelier."""

_AT_ONCE = 500
"""Patches that are scored together: what a network keeps of them takes memory."""


def scores_of(model: SavedModel, patches: PatchSet, path: Path) -> Scores:
    """Return the deciding score of each patch.

    Parameters
    ----------
    model : SavedModel
        A trained model.
    patches : PatchSet
        A test set.
    path : Path
        Where the scores of this model and this set are kept. They are made anew where another
        model has taken the place of the one that gave them.

    Returns
    -------
    ndarray, shape (n,)
        Higher where a defect is likelier.
    """
    digest = hashlib.sha256(model.graph + model.description.score.encode()).hexdigest()
    if path.exists():
        with np.load(path) as kept:
            if str(kept["digest"]) == digest and len(kept["scores"]) == len(patches):
                scores: Scores = kept["scores"]
                return scores
    score = model.description.score
    parts = [
        model.outputs(patches.images[start : start + _AT_ONCE], (score,))[score]
        for start in range(0, len(patches), _AT_ONCE)
    ]
    scores = np.concatenate(parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with file_appears_whole(path, overwrite=True) as part, part.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, scores=scores, digest=np.array(digest))
    return scores
