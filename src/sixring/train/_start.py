"""The weights that a training starts from, where they aren't drawn at random."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from safetensors.torch import load

from sixring.errors import UsageError
from sixring.models import SavedModel, saved_folder
from sixring.models.network import Network
from sixring.train._recipe import Recipe

__all__ = ["Start"]


@dataclass(frozen=True)
class Start:
    """Weights that another training has found."""

    name: str
    """What they were asked for by."""
    weights: bytes
    """As safetensors."""

    @classmethod
    def of(cls, recipe: Recipe) -> Start | None:
        """Read the weights that a recipe names, or return None where it names none.

        Raises
        ------
        UsageError
            If they are another architecture's.
        ReadError
            If there is no such model, or it is damaged.
        """
        name = recipe.training.start
        if not name:
            return None
        saved = SavedModel.read(saved_folder(name))
        if saved.description.name != recipe.name:
            raise UsageError(
                f"start: {name} is a {saved.description.name}, and its weights mean nothing to "
                f"a {recipe.name}: train a {saved.description.name}, or start from another model"
            )
        return cls(name, saved.weights)

    @property
    def sha256(self) -> str:
        """Digest of the weights."""
        return hashlib.sha256(self.weights).hexdigest()

    def give(self, network: Network) -> None:
        """Let a network have the weights.

        Raises
        ------
        UsageError
            If it is of other sizes.
        """
        try:
            network.load_state_dict(load(self.weights))
        except RuntimeError as error:
            raise UsageError(
                f"start: the weights of {self.name} don't fit a network with these settings for "
                "patches of this size: leave the network's settings as they were there"
            ) from error
