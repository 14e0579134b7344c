"""What a trained patch model makes of the images of which the limit is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sixring.evaluate import Estimate, Hypotheses, delong
from sixring.models import SavedModel, Scaling, scaling
from sixring.simulate import HRTEM, Conditions, record_camera, record_scan

__all__ = ["model_auc"]


def model_auc(
    model: SavedModel,
    hypotheses: Hypotheses,
    conditions: Conditions,
    *,
    draws: int,
    rng: np.random.Generator,
) -> Estimate:
    """Let a model score patches drawn from images without noise, and judge it.

    Parameters
    ----------
    model : SavedModel
        Its patches have the shape of the images, or any; these are interpolated where it knows
        another sampling.
    hypotheses : Hypotheses
        The images, at the dose of the patches.
    conditions : HRTEM or STEM
        Of which the camera, or gain, offset, read noise and bits of the scan, make patches of the
        counts. This comes after the noise: no detector can gain by it.
    draws : int
        Patches of each class.
    rng : numpy.random.Generator
        Where the defects and the noise come from.

    Returns
    -------
    Estimate
        AUC of the score that decides.

    Raises
    ------
    UsageError
        If a patch can't be scored, as one without a single electron.
    ImageError
        If too few pixels would be left where patches are interpolated.
    """
    scaled = scaling(model, min(hypotheses.perfect.shape), conditions.sampling)
    shown = rng.choice(len(hypotheses), size=draws, p=hypotheses.weights)
    perfect = np.broadcast_to(hypotheses.perfect, (draws, *hypotheses.perfect.shape))
    scores = [
        _scored(model, scaled, _recorded(means, conditions, rng))
        for means in (perfect, hypotheses.defects[shown])
    ]
    return delong(np.concatenate(scores), np.repeat([0, 1], draws))


def _recorded(
    means: NDArray[np.float64], conditions: Conditions, rng: np.random.Generator
) -> NDArray[np.float32]:
    if isinstance(conditions, HRTEM):
        return np.stack([record_camera(mean, conditions.camera, rng) for mean in means])
    return record_scan(means, conditions, rng)


def _scored(
    model: SavedModel, scaled: Scaling, patches: NDArray[np.float32]
) -> NDArray[np.float32]:
    score = model.description.score
    return model.outputs(scaled(patches), (score,))[score]
