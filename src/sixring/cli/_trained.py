"""The trained model that a verb was given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sixring.cli._console import print_note

if TYPE_CHECKING:
    from sixring.train import PatchModel

__all__ = ["load_trained"]


def load_trained(model: str, *, quiet: bool) -> PatchModel:
    """Load a model, and say so where its name could mean two.

    Parameters
    ----------
    model : str
        The folder of a model, or the name of one that the package carries.
    quiet : bool
        Whether nothing shall be said.

    Returns
    -------
    PatchModel
        Ready to score.
    """
    import sixring
    from sixring.models import shipped_models

    if not quiet and model in shipped_models() and Path(model).is_dir():
        print_note(f"{model} is the model that comes with sixring: the folder is ./{model}")
    return sixring.load_model(model)
