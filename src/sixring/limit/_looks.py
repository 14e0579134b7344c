"""What a defect looks like at every place where it would make a patch one with a defect."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sixring.evaluate import Hypotheses
from sixring.limit._poses import CELL, CELL_AREA, Pose, cell_of, poses
from sixring.limit._scene import Scene
from sixring.limit._shift import laid

__all__ = [
    "ANY",
    "WINDOW",
    "Look",
    "in_cell",
    "in_patch",
    "looks",
    "nuisance_images",
    "of_any",
    "per_nm2",
    "shown_side",
]

ANY = "any"
"""What a defect is called where it isn't known which of several."""
_BEYOND = 2.0
"""So far beyond its disc a defect may still be seen, angstrom."""
WINDOW = 16.0
"""A search looks at a square so wide about each cell, angstrom."""
_COARSEST = 0.2
"""Most that pixels are added up to in it, angstrom."""
_SHIFT, _STRAIN = 0.02, 0.002
"""Steps, in angstrom and as a share, with which derivatives are taken."""
_DEFORMATIONS = np.array(
    [[[1, 0], [0, 0]], [[0, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1], [1, 0]]], dtype=np.float64
)
"""Strains exx, eyy and exy, and a turn."""


@dataclass(frozen=True, eq=False)
class Look:
    """One pose of a defect near the middle of the field, and its image."""

    pose: Pose
    """The defect where it is."""
    difference: NDArray[np.float64]
    """Its image less that of the perfect sheet, in a field of its own."""
    weight: float
    """How often it occurs among all that may be looked for."""


def shown_side(sampling: float, side: int) -> int:
    """Return the side of an image that holds a patch of `side` pixels and a search's window."""
    return max(side, _window(sampling)[0])


def per_nm2(name: str) -> float:
    """Return in how many ways a defect can lie in a square nanometre of the lattice."""
    return 100 / CELL_AREA * sum(len(variant) for variant in poses(name))


def looks(name: str, scene: Scene, weight: float = 1.0) -> list[Look]:
    """Image each pose of a defect once, in a field that shows all of it.

    Parameters
    ----------
    name : str
        Of the catalogue or of a variant.
    scene : Scene
        Where the lattice lies; its side doesn't matter.
    weight : float
        Of all poses together; variants share it equally, and so do the poses of each.

    Returns
    -------
    list of Look
        One for each pose of each variant.
    """
    variants = poses(name)
    radius = max(pose.radius for variant in variants for pose in variant)
    half = math.ceil((radius + _BEYOND) / scene.conditions.sampling)
    wide = replace(scene, side=2 * half)
    perfect = wide.image()
    middle = wide.in_lattice(np.zeros((1, 2)))[0]
    found = []
    for variant in variants:
        for pose in variant:
            central = pose.moved(cell_of(pose.middle - middle))
            share = weight / len(variants) / len(variant)
            found.append(Look(central, wide.image(central) - perfect, share))
    return found


def of_any(seen: Mapping[str, Sequence[Look]]) -> list[Look]:
    """Return the looks of several defects as those of any one, all being equally likely."""
    share = 1 / len(seen)
    return [replace(look, weight=share * look.weight) for each in seen.values() for look in each]


def in_patch(
    seen: Sequence[Look],
    scene: Scene,
    perfect: NDArray[np.float64],
    side: int,
    nuisances: NDArray[np.float64] | None = None,
) -> Hypotheses:
    """List all that a patch with a defect may show.

    It shows one where the centre of a ring other than six, or a foreign atom, lies in its middle
    half, as the simulated patches have it. They are made by bringing one of these points to a
    random place there: a defect that has several of them inside is as many times as likely.

    Parameters
    ----------
    seen : sequence of Look
        Every pose of every defect.
    scene : Scene
        Of the looks.
    perfect : ndarray, shape (scene.side, scene.side)
        Image of the perfect sheet.
    side : int
        Rows and columns of the patch, an even number.
    nuisances : ndarray, shape (k, side, side), optional
        Derivatives of the perfect patch by what isn't known.

    Returns
    -------
    Hypotheses
        At a dose of 1 electron per angstrom^2.
    """
    half = side / 4 * scene.conditions.sampling
    background = laid(perfect, np.zeros(2), (side, side))
    images, weights = [], []
    for look in seen:
        points = scene.placed(look.pose.points)
        farthest = half * math.sqrt(2) + float(np.linalg.norm(points, axis=1).max())
        most = math.ceil(farthest / (math.sqrt(0.75) * np.linalg.norm(CELL[0])))
        cells = np.stack(np.meshgrid(*[np.arange(-most, most + 1.0)] * 2), axis=-1).reshape(-1, 2)
        moves = scene.pixels(cells)[:, ::-1] * scene.conditions.sampling
        inside = (np.abs(moves[:, None] + points) <= half).all(axis=2).sum(axis=1)
        for cell, number in zip(cells[inside > 0], inside[inside > 0], strict=True):
            images.append(laid(look.difference, scene.pixels(cell), (side, side)))
            weights.append(look.weight * number / len(points))
    defects = np.maximum(background + np.array(images), 0.0)
    return Hypotheses(background, defects, weights=weights, nuisances=nuisances)


def in_cell(seen: Sequence[Look], scene: Scene, perfect: NDArray[np.float64]) -> Hypotheses:
    """List all that a search looks for in one cell of the lattice.

    Parameters
    ----------
    seen : sequence of Look
        Every pose of every defect, each once.
    scene : Scene
        Of the looks.
    perfect : ndarray, shape (scene.side, scene.side)
        Image of the perfect sheet.

    Returns
    -------
    Hypotheses
        At a dose of 1 electron per angstrom^2, in a window of :data:`WINDOW`. Where pixels are
        small, several of them are added up to one of 0.2 angstrom at most, in which little is
        lost.
    """
    side, together = _window(scene.conditions.sampling)

    def window(image: NDArray[np.float64]) -> NDArray[np.float64]:
        cut = laid(image, np.zeros(2), (side, side))
        number = side // together
        added: NDArray[np.float64] = cut.reshape(number, together, number, together).sum(
            axis=(1, 3)
        )
        return added

    background = window(perfect)
    defects = np.maximum([background + window(look.difference) for look in seen], 0.0)
    return Hypotheses(background, defects, weights=[look.weight for look in seen])


def _window(sampling: float) -> tuple[int, int]:
    """Return the pixels along a search's window, and along each square that is added up in it."""
    together = max(1, math.floor(_COARSEST / sampling + 1e-9))
    return 2 * together * math.ceil(WINDOW / sampling / 2 / together), together


def nuisance_images(scene: Scene, side: int) -> NDArray[np.float64]:
    """Return how the perfect patch changes with what a measurement seldom knows.

    Parameters
    ----------
    scene : Scene
        Where the lattice lies.
    side : int
        Rows and columns of the patch.

    Returns
    -------
    ndarray, shape (8, side, side)
        Derivatives by a shift along each axis, by the strains exx, eyy and exy and a turn about
        the middle, by the gain and by an offset.
    """
    patch = replace(scene, side=side)
    found = []
    for axis in np.eye(2):
        ends = [
            replace(patch, offset=scene.offset + step * axis).image() for step in (_SHIFT, -_SHIFT)
        ]
        found.append((ends[0] - ends[1]) / (2 * _SHIFT))
    for change in _DEFORMATIONS:
        ends = [patch.image(deformation=np.eye(2) + step * change) for step in (_STRAIN, -_STRAIN)]
        found.append((ends[0] - ends[1]) / (2 * _STRAIN))
    perfect = patch.image()
    return np.stack([*found, perfect, np.ones_like(perfect)])
