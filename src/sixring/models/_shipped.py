"""Trained models that the package carries, called by their names as others by their folders."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

__all__ = ["saved_folder", "shipped_models"]

_NAMES = ("default",)
_HOME = Path(str(files("sixring").joinpath("data")))


def shipped_models() -> tuple[str, ...]:
    """Return the names of the trained models that the package carries."""
    return tuple(name for name in _NAMES if (_HOME / name).is_dir())


def saved_folder(model: str | os.PathLike[str]) -> Path:
    """Return the folder of a saved model.

    Parameters
    ----------
    model : str or path
        The folder, or the name of a model that the package carries: a folder of that name is
        meant by ``./`` before it.

    Returns
    -------
    Path
        Where the model lies.
    """
    name = os.fspath(model)
    return _HOME / name if name in shipped_models() else Path(model)
