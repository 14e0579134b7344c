"""What a patch may show under conditions that are given, for the best detector to tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sixring.evaluate import Hypotheses
from sixring.limit._arguments import defect_list, patch_side
from sixring.limit._central import undistorted
from sixring.limit._looks import ANY, in_patch, looks, of_any
from sixring.limit._scene import Scene
from sixring.simulate import Conditions

__all__ = ["defect_hypotheses"]


def defect_hypotheses(
    defects: Sequence[str], conditions: Conditions, *, side: int = 48, rng: np.random.Generator
) -> dict[str, Hypotheses]:
    """Form all images that a patch with a defect may show, and that of the perfect sheet.

    The sheet is flat, clean and without strain; the lattice lies anywhere and in any orientation.
    A defect may lie at every place where it makes the patch one with a defect, in every pose.

    Parameters
    ----------
    defects : sequence of str
        Names of the catalogue, or variants of the library.
    conditions : HRTEM or STEM
        Of the microscope. The dose means nothing, and a scan isn't distorted: where its rows are
        displaced at random, there is no one image without noise.
    side : int, optional
        Rows and columns of a patch, an even number.
    rng : numpy.random.Generator
        Where the lattice's place and orientation come from.

    Returns
    -------
    dict of Hypotheses
        By defect, at a dose of 1 electron per angstrom^2; of several, ``"any"`` of them as well,
        all being equally likely. What a camera does after the electrons have been counted isn't
        in them.

    Raises
    ------
    UsageError
        If a value can't be, there is no such defect, or abTEM isn't installed.

    Examples
    --------
    >>> from sixring.evaluate import bayes_observer
    >>> from sixring.simulate import draw, preset
    >>> rng = np.random.default_rng(0)
    >>> _, conditions = draw(preset("challenge"), rng)
    >>> found = defect_hypotheses(["flower"], conditions, rng=rng)
    >>> best = bayes_observer(found["flower"].at_dose(1e4), rng=rng)
    >>> best.auc.value > 0.99
    True
    """
    names, side = defect_list(defects), patch_side(side, None)
    scene = Scene.drawn(undistorted(replace(conditions, dose=1.0)), side, rng)
    perfect = scene.image()
    seen = {name: looks(name, scene) for name in names}
    if len(names) > 1:
        seen[ANY] = of_any(seen)
    return {name: in_patch(of_it, scene, perfect, side) for name, of_it in seen.items()}
