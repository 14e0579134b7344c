"""Patches of a sampling that a model doesn't know, and what is to be done with them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sixring.errors import ImageError
from sixring.io import SMALLEST_SIDE
from sixring.models._saved import SavedModel
from sixring.patches import rescaled
from sixring.structures import LATTICE_CONSTANT

__all__ = ["Scaling", "scaling"]

_TOLERANCE = 0.05
"""How far, as a share, a sampling may lie beside what the model has learned from: augmentation
scales by as much."""
_SAME_LATTICE = 0.08
"""How far the lattice constant of patches may lie beside graphene's, as a natural logarithm."""
_FACTORS = 1 / 8, 4.0
"""New pixels for an old one, at least and at most, where patches are interpolated."""


@dataclass(frozen=True)
class Scaling:
    """What is done with patches of some sampling before a model scores them."""

    factor: float = 1.0
    """The patches are interpolated on so many pixels for each of their own along a side."""
    note: str = ""
    """What there is to say about it, in plain words."""
    warning: str = ""
    """Why the scores may mean nothing."""

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Bring patches to the size of pixels that the model knows.

        Parameters
        ----------
        images : ndarray, shape (n, rows, cols)
            Patches, at least one.

        Returns
        -------
        ndarray of float32, shape (n, rows, cols)
            The same field in other pixels.

        Raises
        ------
        ImageError
            If too few pixels would be left.
        """
        if self.factor == 1:
            return images
        least = math.ceil(SMALLEST_SIDE / self.factor)
        if min(images.shape[1:]) < least:
            rows, cols = images.shape[1:]
            raise ImageError(
                f"patches of {rows}x{cols} pixels show too little at this sampling: cut them "
                f"{least} pixels wide or wider"
            )
        return rescaled(images, self.factor)


def scaling(
    model: SavedModel, side: int, sampling: float | None, period: float | None = None
) -> Scaling:
    """Choose what to do with patches of some sampling.

    Parameters
    ----------
    model : SavedModel
        Which shall score them.
    side : int
        Rows or columns of a patch, whatever is fewer.
    sampling : float or None
        Angstrom per pixel; None where it isn't known.
    period : float, optional
        Lattice constant that the patches show, in pixels, as :func:`sixring.patches.lattice_period`
        finds it. Where the sampling isn't known, it is that with which the lattice is graphene's;
        where it is known and the lattice is another, there is a warning.

    Returns
    -------
    Scaling
        A model for patches of any size gets those of a sampling that it doesn't know interpolated
        to one that it does: to the middle, or to a finer one where patches are so small that too
        few pixels would be left.
    """
    known = model.description.data.sampling
    if known is None:
        if sampling is None:
            return Scaling()
        return Scaling(warning="the model doesn't know at which sampling it was trained")
    trained = _words(known)
    if sampling is not None:
        found = _scaled(model, known, side, sampling)
        return found if period is None else _held_to_graphene(found, sampling * period)
    if period is None:
        return Scaling(
            note=f"the sampling isn't known, and is taken to be the model's, {trained} A/px: give "
            "it with --sampling"
        )
    of_lattice = float(f"{LATTICE_CONSTANT / period:.3g}")
    told = f"the sampling isn't known: if this is graphene, its lattice says {of_lattice} A/px"
    found = _scaled(model, known, side, of_lattice)
    return replace(found, note=f"{told}; {found.note}" if found.note else told)


def _scaled(model: SavedModel, known: tuple[float, float], side: int, sampling: float) -> Scaling:
    low, high = known
    if low * (1 - _TOLERANCE) <= sampling <= high * (1 + _TOLERANCE):
        return Scaling()
    # Of what the model has learned from, most was near the middle.
    wanted = max(low, min(math.sqrt(low * high), sampling * side / SMALLEST_SIDE))
    factor = sampling / wanted
    if model.any_size and _FACTORS[0] <= factor <= _FACTORS[1]:
        return Scaling(
            factor, note=f"patches of {sampling:.4g} A/px are interpolated to {wanted:.4g} A/px"
        )
    return Scaling(
        warning=f"the model was trained at {_words(known)} A/px, not at {sampling:.4g}: its scores "
        "may mean nothing here"
    )


def _held_to_graphene(found: Scaling, constant: float) -> Scaling:
    """Warn where the lattice constant, in angstrom, isn't that of graphene."""
    if abs(math.log(constant / LATTICE_CONSTANT)) <= _SAME_LATTICE:
        return found
    strange = (
        f"the patches' lattice constant is {constant:.2f} A at this sampling, graphene's is "
        f"{LATTICE_CONSTANT:.2f} A: the sampling is another, or this is no graphene, and the "
        "scores mean nothing"
    )
    return replace(found, warning=strange)


def _words(known: tuple[float, float]) -> str:
    low, high = known
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
