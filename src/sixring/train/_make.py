"""Models made and loaded."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from types import MappingProxyType
from typing import Any

from sixring.errors import ReadError, UsageError
from sixring.models import SavedModel, saved_folder, shipped_models
from sixring.patches import Augmentation
from sixring.train._patch_model import PatchModel

__all__ = ["load_model", "make_model"]

_FINE_TUNING: Mapping[str, Any] = MappingProxyType(
    {"epochs": 10, "learning_rate": 2e-4, "patience": 5}
)
"""How a training goes that starts from a model of the package, where nothing else is said: short
steps, and few, so that what it knows is bent and not forgotten."""


def make_model(
    name: str,
    *,
    seed: int = 0,
    score: str | None = None,
    augment: bool | Augmentation | None = None,
    **settings: object,
) -> PatchModel:
    """Make a model that can be trained.

    Parameters
    ----------
    name : str
        One of :func:`~sixring.models.model_names`; or a trained model that the package carries,
        whose weights a short training then starts from.
    seed : int
        Everything random follows from it.
    score : str, optional
        The score that decides; the model's default where it isn't given.
    augment : bool or Augmentation, optional
        Whether every patch is shown changed at random, differently in each epoch, or how; yes
        where it isn't given, but for models without epochs, to which it means nothing.
    **settings
        Fields of the architecture's settings and of :class:`Training`.

    Returns
    -------
    PatchModel
        The model.

    Raises
    ------
    UsageError
        If there is no such model or setting, a value can't be, or PyTorch isn't installed.
    """
    if name in shipped_models():
        described = SavedModel.read(saved_folder(name)).description
        settings = {**described.config, **_FINE_TUNING, "start": name, **settings}
        name = described.name
    return PatchModel(name, seed=seed, score=score, augment=augment, **settings)


def load_model(folder: str | PathLike[str]) -> PatchModel:
    """Load a model that was saved; nothing in the folder is run.

    Parameters
    ----------
    folder : str or path
        What :meth:`PatchModel.save` wrote, or the name of a trained model that the package
        carries.

    Returns
    -------
    PatchModel
        Trained, and with the parameters that it was trained with.

    Raises
    ------
    ReadError
        If a file is missing, damaged, or holds anything that sixring wouldn't have written.
    """
    saved = SavedModel.read(saved_folder(folder))
    try:
        return PatchModel.of_saved(saved)
    except (UsageError, TypeError, ValueError) as error:
        raise ReadError(
            f"{folder}: model.json doesn't describe a model ({error}): train the model again"
        ) from error
