"""Models made and loaded."""

from __future__ import annotations

from os import PathLike

from sixring.errors import ReadError, UsageError
from sixring.models import SavedModel
from sixring.patches import Augmentation
from sixring.train._patch_model import PatchModel

__all__ = ["load_model", "make_model"]


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
        One of :func:`~sixring.models.model_names`.
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
    return PatchModel(name, seed=seed, score=score, augment=augment, **settings)


def load_model(folder: str | PathLike[str]) -> PatchModel:
    """Load a model that was saved; nothing in the folder is run.

    Parameters
    ----------
    folder : str or path
        What :meth:`PatchModel.save` wrote.

    Returns
    -------
    PatchModel
        Trained, and with the parameters that it was trained with.

    Raises
    ------
    ReadError
        If a file is missing, damaged, or holds anything that sixring wouldn't have written.
    """
    saved = SavedModel.read(folder)
    try:
        return PatchModel.of_saved(saved)
    except (UsageError, TypeError, ValueError) as error:
        raise ReadError(
            f"{folder}: model.json doesn't describe a model ({error}): train the model again"
        ) from error
