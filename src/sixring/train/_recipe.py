"""Which model is trained and how, from settings that are given by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sixring.errors import ReadError, UsageError
from sixring.models import (
    ModelEntry,
    Settings,
    find_model,
    network_class,
    refuse_unknown,
)
from sixring.patches import Augmentation
from sixring.train._training import WITHOUT_DESCENT, Training

if TYPE_CHECKING:
    from sixring.models.network import Network

__all__ = ["Recipe", "complete", "read_settings"]

_TABLES = ("network", "training", "augmentation")
"""The tables of a settings file; the entries of the first two are told apart by name again."""


@dataclass(frozen=True)
class Recipe:
    """Which model is trained and how."""

    name: str
    """A key of the registry."""
    entry: ModelEntry
    """What stands there."""
    network: type[Network]
    """The architecture."""
    config: Settings
    """Its settings."""
    training: Training
    """Those of the training."""
    seed: int
    """Everything random follows from it."""
    score: str
    """The score that decides."""
    augmentation: Augmentation | None
    """How patches are changed in training, or None."""

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Recipe:
        """Make a recipe from the parameters of :class:`~sixring.train.PatchModel`.

        Raises
        ------
        UsageError
            If there is no such model, setting or score, a value can't be, or PyTorch isn't
            installed.
        """
        given = dict(params)
        name, seed, score = given.pop("name"), given.pop("seed", 0), given.pop("score", None)
        augment = given.pop("augment", None)
        entry, network = find_model(name), network_class(name)
        if not isinstance(seed, Integral) or isinstance(seed, bool) or seed < 0:
            raise UsageError(f"seed must be a whole number of at least 0, not {seed!r}")
        if score is not None and score not in network.scores:
            raise UsageError(
                f"{name} has no score {score!r}: choose from {', '.join(network.scores)}"
            )
        if not isinstance(augment, bool | Augmentation | None):
            raise UsageError(f"augment must be true, false or an Augmentation, not {augment!r}")
        if augment is None:
            augment = entry.descends
        of_network, of_training = network.config_type.names(), Training.names()
        if not entry.descends:
            of_training = WITHOUT_DESCENT
            _refuse_descent(name, {**given, **({"augment": augment} if augment else {})})
        refuse_unknown(given, (*of_network, *of_training, "seed", "score", "augment"))
        return cls(
            name=name,
            entry=entry,
            network=network,
            config=network.config_type.of({k: v for k, v in given.items() if k in of_network}),
            training=Training.of({k: v for k, v in given.items() if k in of_training}),
            seed=int(seed),
            score=network.scores[0] if score is None else score,
            augmentation=(Augmentation() if augment else None)
            if isinstance(augment, bool)
            else augment,
        )

    @property
    def training_values(self) -> dict[str, Any]:
        """The settings of the training that mean something to this model, by name."""
        values = _values(self.training)
        return values if self.entry.descends else {k: values[k] for k in WITHOUT_DESCENT}


def _refuse_descent(name: str, given: Mapping[str, Any]) -> None:
    """Raise a UsageError for the first setting that only a training by descent has."""
    for setting in ("augment", *Training.names()):
        if setting in given and setting not in WITHOUT_DESCENT:
            raise UsageError(
                f"{name} isn't trained epoch by epoch, so {setting} means nothing to it: "
                "leave it out"
            )


def complete(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check parameters, and add those that weren't given."""
    recipe = Recipe.of(given)
    augment = given.get("augment")
    return {
        **_values(recipe.config),
        **recipe.training_values,
        **given,
        "augment": recipe.entry.descends if augment is None else augment,
    }


def read_settings(path: str | PathLike[str]) -> dict[str, Any]:
    """Read the settings of a model from a TOML file.

    ::

        name = "vae"
        seed = 0

        [network]
        latent = 8

        [training]
        epochs = 30

        [augmentation]
        inversion = 0.5

    Without the last table every patch is changed in the default way; ``augment = false`` at the
    top leaves them as they are.

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    dict
        What :func:`~sixring.train.make_model` takes: ``make_model(**read_settings(path))``.

    Raises
    ------
    ReadError
        If the file is missing or no TOML.
    UsageError
        If it names no model, or has a table that isn't known.
    """
    path = Path(path)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(f"{path}: can't be read ({reason}): name a TOML file") from error
    except ValueError as error:
        reason = str(error).splitlines()[0]
        raise ReadError(f"{path}: is no TOML ({reason}): correct it") from error
    if not isinstance(document.get("name"), str):
        raise UsageError(f'{path}: names no model: write such as name = "vae" at its top')
    settings: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            if key not in _TABLES:
                known = ", ".join(f"[{table}]" for table in _TABLES)
                raise UsageError(f"{path}: has the table [{key}]: choose from {known}")
            settings |= {"augment": _augmentation(value, path)} if key == _TABLES[2] else value
        else:
            settings[key] = value
    return settings


def _augmentation(table: Mapping[str, Any], path: Path) -> Augmentation:
    try:
        refuse_unknown(table, (entry.name for entry in fields(Augmentation)))
        return Augmentation(**table)
    except (TypeError, UsageError) as error:
        raise UsageError(f"{path}: [augmentation] {error}") from error


def _values(settings: Settings) -> dict[str, Any]:
    return {entry.name: getattr(settings, entry.name) for entry in fields(settings)}
