"""From a microscope and some defects to the doses at which these can be seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.evaluate import bayes_observer, efficiency
from sixring.limit._central import central_conditions
from sixring.limit._doses import (
    default_doses,
    dose_for_auc,
    dose_for_search,
    known_auc,
    known_dose,
)
from sixring.limit._looks import (
    Look,
    in_cell,
    in_patch,
    looks,
    nuisance_images,
    per_nm2,
    shown_side,
)
from sixring.limit._model import model_auc
from sixring.limit._poses import CELL, CELL_AREA, poses
from sixring.limit._result import DefectLimit, Limit, LimitPoint
from sixring.limit._scene import Scene
from sixring.models import SavedModel
from sixring.simulate import Preset, preset
from sixring.types import Mode
from sixring.units import parse_sampling

__all__ = ["limit"]

_ANY = "any"
"""What a defect is called where it isn't known which of several."""
_STAGES = 3
"""Of the work for each defect."""
_OF_MODE: dict[Mode, str] = {"hrtem": "challenge", "stem": "stem"}
_CELLS = 1e4 / CELL_AREA
"""In 100 nm^2."""
_SMALLEST, _FEWEST = 8, 100


@dataclass(frozen=True, eq=False)
class _Bench:
    """What all defects have in common."""

    scene: Scene
    perfect: NDArray[np.float64]
    side: int
    nuisances: NDArray[np.float64] | None
    doses: tuple[float, ...]
    model: SavedModel | None
    draws: int
    seed: int
    progress: Callable[[], None]


def limit(
    defects: Sequence[str],
    *,
    sampling: float | str,
    mode: Mode = "hrtem",
    preset: str | Preset | None = None,
    doses: Sequence[float] = (),
    side: int = 48,
    nuisances: bool = False,
    model: SavedModel | None = None,
    draws: int = 2000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Limit:
    """Work out from which dose on defects can be seen, whatever the detector.

    The best detector there can be is told everything but the place, the orientation and, for
    ``"any"``, the kind of the defect: the microscope, and the lattice of a flat, clean sheet
    without strain. What it reaches is found by drawing electrons; no other detector does better on
    such images, and none does on worse ones.

    Parameters
    ----------
    defects : sequence of str
        Names of the catalogue, or variants of the library. The limit of several also has that of
        any one of them, all being equally likely.
    sampling : float or str
        Length of a pixel in angstrom, or with its unit, such as ``"20 pm"``.
    mode : {"hrtem", "stem"}, optional
        The kind of microscope.
    preset : str or Preset, optional
        Its middle are the conditions; ``"challenge"`` for HRTEM and ``"stem"`` for STEM where it
        isn't given.
    doses : sequence of float, optional
        Electrons per angstrom^2 for the curves; chosen for each defect where none is given.
    side : int, optional
        Rows and columns of a patch, an even number; that of the model where there is one.
    nuisances : bool, optional
        Whether shift, strain and turn of the lattice, gain and offset count as unknown too.
    model : SavedModel, optional
        A trained model that scores patches drawn from the same images.
    draws : int, optional
        Images of each class at each dose; at least 100.
    seed : int, optional
        What all randomness follows from.
    progress : callable, optional
        Called now and then with how much of the work is done, and how much there is.

    Returns
    -------
    Limit
        Curves and doses.

    Raises
    ------
    UsageError
        If a value can't be, there is no such defect or preset, or abTEM isn't installed.
    """
    names = _names(defects)
    chosen = _preset(mode, preset)
    conditions = central_conditions(chosen, parse_sampling(sampling))
    side = _side(side, model)
    _check_numbers(doses, draws)
    rng = np.random.default_rng([seed, *b"lattice"])
    scene = Scene(
        conditions,
        orientation=float(rng.uniform(0.0, 60.0)),
        offset=rng.uniform(-0.5, 0.5, 2) @ CELL,
        side=shown_side(conditions.sampling, side),
    )
    perfect = scene.image()
    total, done = _STAGES * (len(names) + (len(names) > 1)), count(1)
    bench = _Bench(
        scene,
        perfect,
        side,
        nuisance_images(scene, side) if nuisances else None,
        tuple(sorted(float(dose) for dose in doses)),
        model,
        draws,
        seed,
        lambda: None if progress is None else progress(next(done), total),
    )
    seen = {name: looks(name, scene) for name in names}
    found = [_defect(bench, name, seen[name], per_nm2(name)) for name in names]
    if len(names) > 1:
        each = [replace(look, weight=look.weight / len(names)) for n in names for look in seen[n]]
        found.append(_defect(bench, _ANY, each, sum(per_nm2(name) for name in names)))
    return Limit(
        mode=mode,
        preset=chosen.name,
        conditions=conditions,
        contrast=float(perfect.std() / perfect.mean()),
        side=side,
        orientation=scene.orientation,
        nuisances=nuisances,
        draws=draws,
        seed=seed,
        model=None if model is None else model.description.name,
        defects=tuple(found),
    )


def _defect(bench: _Bench, name: str, seen: list[Look], density: float) -> DefectLimit:
    # A stream of its own: what is asked for beside it changes nothing.
    patch_rng, curve_rng, search_rng, model_rng = (
        np.random.default_rng([bench.seed, *f"{name}.{use}".encode()])
        for use in ("patch", "curve", "search", "model")
    )
    patch = in_patch(seen, bench.scene, bench.perfect, bench.side, bench.nuisances)
    cell = in_cell(seen, bench.scene, bench.perfect)
    strengths = patch.detectabilities()
    known = known_dose(strengths, patch.weights)
    in_view = known_dose(cell.detectabilities(), cell.weights)
    curve = []
    for dose in bench.doses or default_doses(known):
        at_dose = patch.at_dose(dose)
        best = bayes_observer(at_dose, draws=bench.draws, rng=curve_rng)
        auc = None
        if bench.model is not None:
            auc = model_auc(
                bench.model,
                at_dose,
                bench.scene.conditions,
                draws=bench.draws // 2,
                rng=model_rng,
            )
        told = auc is not None and auc.value < 1 and 0.5 < best.auc.value < 1
        curve.append(
            LimitPoint(
                dose,
                known_auc(strengths, patch.weights, dose),
                best.auc,
                best.error,
                auc,
                efficiency(auc.value, best.auc.value) if auc is not None and told else None,
            )
        )
    bench.progress()
    unknown = dose_for_auc(patch, known, draws=bench.draws, rng=patch_rng)
    bench.progress()
    search = dose_for_search(cell, _CELLS, draws=bench.draws, rng=search_rng)
    bench.progress()
    return DefectLimit(name, len(patch), density, tuple(curve), in_view, known, unknown, search)


def _names(defects: Sequence[str]) -> tuple[str, ...]:
    if isinstance(defects, str):
        raise UsageError(f"defects must be a sequence of names, not {defects!r} alone")
    if not defects:
        raise UsageError("defects: name at least one, such as SV")
    for name in defects:
        poses(name)  # refuses what has no structure
        if defects.count(name) > 1:
            raise UsageError(f"defects: {name} is named twice")
    return tuple(defects)


def _preset(mode: Mode, chosen: str | Preset | None) -> Preset:
    if mode not in _OF_MODE:
        raise UsageError(f"mode must be 'hrtem' or 'stem', not {mode!r}")
    found = chosen if isinstance(chosen, Preset) else preset(chosen or _OF_MODE[mode])
    if found.mode != mode:
        raise UsageError(
            f"the preset {found.name} is of mode {found.mode}, not {mode}: choose another"
        )
    return found


def _side(side: int, model: SavedModel | None) -> int:
    if model is not None:
        rows, cols = model.description.shape
        if rows != cols or rows % 2:
            raise UsageError(
                f"model: its patches have {rows} x {cols} pixels, and the limit is that of "
                "squares with an even number"
            )
        return rows
    if not isinstance(side, Integral) or side % 2 or side < _SMALLEST:
        raise UsageError(f"side must be an even number of at least {_SMALLEST}, not {side}")
    return int(side)


def _check_numbers(doses: Sequence[float], draws: int) -> None:
    for dose in doses:
        if not (math.isfinite(dose) and dose > 0):
            raise UsageError(f"doses: electrons per angstrom^2 above 0 are needed, not {dose:g}")
    if not isinstance(draws, Integral) or draws < _FEWEST:
        raise UsageError(f"draws must be a whole number of at least {_FEWEST}, not {draws}")
