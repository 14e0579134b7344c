"""From a microscope and some defects to the doses at which these can be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

import numpy as np

from sixring.limit._arguments import check_numbers, chosen_preset, defect_list, patch_side
from sixring.limit._central import central_conditions
from sixring.limit._defect import STAGES, Bench, limit_of
from sixring.limit._looks import ANY, looks, nuisance_images, of_any, per_nm2, shown_side
from sixring.limit._result import Limit
from sixring.limit._scene import Scene
from sixring.models import SavedModel
from sixring.simulate import Preset
from sixring.types import Mode
from sixring.units import parse_sampling

__all__ = ["limit"]


def limit(
    defects: Sequence[str],
    *,
    sampling: float | str,
    mode: Mode | None = None,
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
        The kind of microscope; that of the preset, or HRTEM, where it isn't given.
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
    names = defect_list(defects)
    chosen = chosen_preset(mode, preset)
    conditions = central_conditions(chosen, parse_sampling(sampling))
    side = patch_side(side, model)
    check_numbers(doses, draws, seed)
    rng = np.random.default_rng([seed, *b"lattice"])
    scene = Scene.drawn(conditions, shown_side(conditions.sampling, side), rng)
    perfect = scene.image()
    total, done = STAGES * (len(names) + (len(names) > 1)), count(1)
    bench = Bench(
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
    found = [limit_of(bench, name, seen[name], per_nm2(name)) for name in names]
    if len(names) > 1:
        found.append(limit_of(bench, ANY, of_any(seen), sum(per_nm2(name) for name in names)))
    return Limit(
        mode=conditions.mode,
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
