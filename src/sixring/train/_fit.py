"""From settings and patches to a trained model: one function over data, engine and export."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from numbers import Integral
from typing import Any

from sixring.models import Description, Judgement, SavedModel, Setting
from sixring.models.export import export_graph, export_weights
from sixring.models.network import Network
from sixring.patches import DEFECT, PERFECT
from sixring.train._data import Prepared
from sixring.train._decide import decide
from sixring.train._engine import Outcome, Run, train
from sixring.train._module import LOSS, Plan
from sixring.train._recipe import Recipe
from sixring.train._start import Start

__all__ = ["Fitted", "fit"]

_PROGRAMS = ("sixring", "torch", "lightning", "onnx", "onnxruntime", "numpy")


@dataclass(frozen=True, eq=False)
class Fitted:
    """What came of it."""

    model: SavedModel
    """The trained model."""
    history: list[dict[str, float]]
    """One row an epoch; none without descent."""


def fit(recipe: Recipe, data: Prepared, run: Run) -> Fitted:
    """Train a model and make it ready to be saved.

    Parameters
    ----------
    recipe : Recipe
        Which model, and how.
    data : Prepared
        What it learns from and is watched on.
    run : Run
        What the training does beside learning.

    Returns
    -------
    Fitted
        The model, with threshold and calibration from the validation part.

    Raises
    ------
    UsageError, ReadError, OutputError
        As :func:`~sixring.train._engine.train` does; and if the patches are too small for the
        architecture, or the model to start from is another's.
    """
    rows, cols = data.train.images.shape[1:]
    start = Start.of(recipe)

    def build() -> Network:
        network = recipe.network(recipe.config, (rows, cols))
        if start is not None:
            start.give(network)
        return network

    plan = Plan(
        kind=recipe.entry.kind,
        train=data.train,
        validation=data.validation,
        training=recipe.training,
        seed=recipe.seed,
        augment=None if recipe.augmentation is None else recipe.augmentation.apply,
    )
    outcome = train(build, plan, run, _identity(recipe, data, start))
    undecided = SavedModel(
        _describe(recipe, data, outcome),
        export_graph(outcome.network, (rows, cols)),
        export_weights(outcome.network),
    )
    return Fitted(_decided(undecided, data, recipe.seed), outcome.history)


def _identity(recipe: Recipe, data: Prepared, start: Start | None) -> dict[str, object]:
    """Return what a training is made from, in plain types."""
    return {
        "model": recipe.name,
        "seed": recipe.seed,
        "data": data.described.sha256,
        **_plain(asdict(recipe.config)),
        **_plain(recipe.training_values),
        "augmentation": _augmentation(recipe),
        "the first weights": None if start is None else start.sha256,
        "the version of sixring": version("sixring"),
        "the version of torch": version("torch"),
    }


def _describe(recipe: Recipe, data: Prepared, outcome: Outcome) -> Description:
    rows, cols = data.train.images.shape[1:]
    return Description(
        name=recipe.name,
        shape=(rows, cols),
        seed=recipe.seed,
        config=_plain(asdict(recipe.config)),
        training=_plain(recipe.training_values),
        augmentation=_augmentation(recipe),
        scores=recipe.network.scores,
        score=recipe.score,
        views=recipe.network.views,
        threshold=0.0,
        threshold_reason="not chosen yet",
        calibration=None,
        data=data.described,
        validation=Judgement(
            perfect=data.validation.count(PERFECT),
            defects=data.validation.count(DEFECT),
            epoch=outcome.best_epoch,
            loss=outcome.history[outcome.best_epoch - 1][LOSS] if outcome.history else None,
            auc=None,
            auc_low=None,
            auc_high=None,
            auc_how="no defects",
        ),
        versions={
            "python": platform.python_version(),
            **{program: version(program) for program in _PROGRAMS},
        },
    )


def _decided(model: SavedModel, data: Prepared, seed: int) -> SavedModel:
    """Return the model with the meaning of its scores, as the runtime computes them."""
    described = model.description
    scores = model.outputs(data.validation.images, (described.score,))[described.score]
    decision = decide(scores, data.validation, seed)
    judgement = described.validation
    if decision.auc is not None:
        judgement = replace(
            judgement,
            auc=decision.auc.value,
            auc_low=decision.auc.low,
            auc_high=decision.auc.high,
            auc_how=decision.auc.how,
        )
    calibration = decision.calibration
    return SavedModel(
        replace(
            described,
            threshold=decision.threshold.value,
            threshold_reason=decision.threshold.reason,
            calibration=None if calibration is None else calibration.document(),
            validation=judgement,
        ),
        model.graph,
        model.weights,
    )


def _augmentation(recipe: Recipe) -> dict[str, Setting] | None:
    return None if recipe.augmentation is None else _plain(asdict(recipe.augmentation))


def _plain(settings: Mapping[str, Any]) -> dict[str, Setting]:
    """Return settings as JSON keeps them, also where NumPy's own numbers were given."""
    return {name: _plain_value(value) for name, value in settings.items()}


def _plain_value(value: Any) -> Setting:  # noqa: ANN401 - what a field of Settings may be
    if isinstance(value, tuple):
        return tuple(int(item) for item in value)
    if isinstance(value, bool | str):
        return value
    return int(value) if isinstance(value, Integral) else float(value)
