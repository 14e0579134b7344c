"""The models that are compared: those that are trained here, and those that are there already."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.quality._plan import Plan
from benchmarks.quality._sets import MODES
from sixring.errors import UsageError
from sixring.models import MODELS, SavedModel, find_model, saved_folder, shipped_models
from sixring.patches import PatchSet
from sixring.types import Mode

__all__ = ["Contender", "Kind", "choose", "trained"]

Kind = Literal["untrained", "one-class", "artificial anomalies", "supervised", "shipped", "saved"]
"""What a model has seen before: nothing but how large the lattice is; perfect patches; these, and
the same spoiled on purpose; perfect and defect patches; what the package's own has; what isn't
known here."""
_APART: dict[str, Kind] = {"lattice-fit": "untrained", "corruption": "artificial anomalies"}
_SETTINGS: Mapping[tuple[str, Mode], Mapping[str, Any]] = {
    ("lattice-fit", "stem"): {"silicon": 4.0}
}
"""What the page of a model tells to set for a mode; all else is as it is by itself."""
_SIDE = 48
"""Of all patches."""


@dataclass(frozen=True)
class Contender:
    """One model of the comparison."""

    name: str
    """What it is called in the tables."""
    kind: Kind
    """What it has seen before."""
    folder: Path | None
    """Where it is saved, one for both modes; None where it is trained for each."""


def choose(names: Sequence[str] = ()) -> list[Contender]:
    """Return the models that are meant.

    Parameters
    ----------
    names : sequence of str
        Models that can be made or that the package carries, and ``NAME=DIR`` for saved ones;
        all of the former two where it is empty.

    Returns
    -------
    list of Contender
        In their order.

    Raises
    ------
    UsageError
        If there is no such model, or two have one name.
    """
    found = [_contender(name) for name in names or (*shipped_models(), *MODELS)]
    called = [contender.name for contender in found]
    for name in called:
        if called.count(name) > 1:
            raise UsageError(f"two models are called {name}: give one of them another name")
    return found


def _contender(given: str) -> Contender:
    name, is_saved, folder = given.partition("=")
    if is_saved:
        if not name or not Path(folder).is_dir():
            raise UsageError(f"{given}: a saved model is given as NAME=DIR, its folder after =")
        return Contender(name, "saved", Path(folder))
    if name in shipped_models():
        return Contender(name, "shipped", saved_folder(name))
    return Contender(name, _APART.get(name, find_model(name).kind), None)


def trained(
    contender: Contender,
    plan: Plan,
    learning: Callable[[Mode], PatchSet],
    folder: Path,
    tell: Callable[[str], None],
) -> dict[Mode, SavedModel]:
    """Return a model for each mode, which is trained where that wasn't done before.

    Parameters
    ----------
    contender : Contender
        Which model.
    plan : Plan
        How long it is trained.
    learning : callable
        Gives the patches of a mode to learn from, with their column ``split``.
    folder : Path
        Where trained models are kept; a training that was stopped goes on where it was.
    tell : callable
        Told what is being done.

    Returns
    -------
    dict of SavedModel
        By mode: one and the same for a model that was there already.

    Raises
    ------
    ReadError
        If a folder holds no model.
    UsageError
        If a model takes patches of another size, or can't learn from these.
    """
    if contender.folder is not None:
        return dict.fromkeys(MODES, _loaded(contender.name, contender.folder))
    return {mode: _learned(contender.name, mode, plan, learning, folder, tell) for mode in MODES}


def _loaded(name: str, folder: Path) -> SavedModel:
    saved = SavedModel.read(folder)
    if not saved.any_size and saved.description.shape != (_SIDE, _SIDE):
        rows, cols = saved.description.shape
        raise UsageError(
            f"{name}: takes patches of {rows} x {cols} pixels, and these have {_SIDE} x {_SIDE}"
        )
    return saved


def _learned(
    name: str,
    mode: Mode,
    plan: Plan,
    learning: Callable[[Mode], PatchSet],
    folder: Path,
    tell: Callable[[str], None],
) -> SavedModel:
    done, unfinished = folder / f"{name}-{mode}", folder / f"{name}-{mode}.unfinished"
    if not done.is_dir():
        from sixring.train import make_model

        patches = learning(mode)
        tell(f"training {name} for {mode}")
        settings = dict(_SETTINGS.get((name, mode), {}))
        if plan.epochs and MODELS[name].descends:
            settings["epochs"] = plan.epochs
        model = make_model(name, seed=0, **settings)
        model.fit(
            patches.images,
            patches.labels,
            patches.groups,
            details=patches.details,
            held_out=patches.details["split"] == "validation",
            folder=unfinished,
            resume=True,
        )
        model.save(done)
    shutil.rmtree(unfinished, ignore_errors=True)
    return SavedModel.read(done)
