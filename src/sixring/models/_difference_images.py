"""How the defects of the library differ from the perfect lattice, in the lattice's own frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import j0

from sixring.structures import BOND, LATTICE_CONSTANT, Stamp, library, stamps

__all__ = ["GRAIN", "REACH", "DifferenceImages", "difference_images"]

GRAIN = 12
"""Grid points of a difference image along each lattice vector."""
REACH = 30
"""A difference image goes this many grid points each way: two and a half cells."""
_SHELLS = np.array([0.0, 1.0, np.sqrt(3.0), 2.0]) * 2 / (np.sqrt(3.0) * LATTICE_CONSTANT)
"""Frequencies, in cycles per angstrom, at which the transfer of the microscope is known or
guessed: none, and the three innermost shells of reflections."""
_HIGHEST = 1.25
"""Frequency, in cycles per angstrom, at which the transfer has fallen to nothing."""
_FAR = 8.0
"""Atoms further than this from the middle of the defect, in angstrom, are left where they are."""
_WHOLE, _GONE = 3.5, 5.0
"""Distances from the middle, in angstrom, from which an image fades, and at which it is gone:
the long strain about a defect is taken by the fitted lattice."""
_SAME = 0.05
"""Two poses are one where their images differ by less, relative to the larger."""
_VECTORS = LATTICE_CONSTANT * np.array([[1.0, 0.0], [0.5, np.sqrt(3.0) / 2]])


@dataclass(frozen=True, eq=False)
class DifferenceImages:
    """The image of each defect in each pose, less that of the perfect lattice.

    A pose's image is the sum of its four parts, each weighted with the transfer at its shell.
    """

    kinds: tuple[str, ...]
    """m names of the catalogue, one a pose."""
    middles: NDArray[np.float64]
    """Shape (m, 2): the middle of the defect in units of the lattice, from a ring's centre."""
    extents: NDArray[np.float64]
    """Shape (m,): how far, in angstrom, centres of its rings lie from the middle, about."""
    parts: NDArray[np.float32]
    """Shape (m, 4, side, side) with ``side = 2 REACH + 1``: rows along the second lattice vector,
    columns along the first, the ring's centre in the middle."""


@cache
def difference_images(variants: tuple[str, ...], silicon: float) -> DifferenceImages:
    """Draw every pose of defects of the library.

    Parameters
    ----------
    variants : tuple of str
        Entries of the library.
    silicon : float
        Scattering of a foreign atom, in carbon atoms.

    Returns
    -------
    DifferenceImages
        Poses that a translation of the lattice makes the same are there once.
    """
    kinds: list[str] = []
    middles: list[NDArray[np.float64]] = []
    extents: list[float] = []
    parts: list[NDArray[np.float32]] = []
    for variant in variants:
        own: list[NDArray[np.float32]] = []
        for points, weights, middle in _poses(stamps()[variant], silicon):
            image = _image(points, weights, middle)
            if not any(_same(image, other) for other in own):
                own.append(image)
                kinds.append(library()[variant].name)
                middles.append(middle)
                extents.append(stamps()[variant].core - BOND)
        parts += own
    return DifferenceImages(tuple(kinds), np.array(middles), np.array(extents), np.array(parts))


def _poses(
    stamp: Stamp, silicon: float
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]:
    """Turn and mirror a stamp; its points, their scattering, and its middle by the lattice."""
    near = np.linalg.norm(stamp.sites - stamp.middle, axis=1) < _FAR
    sites, kept = stamp.sites[near], ~stamp.gone[near]
    moved = (sites + stamp.shift[near, :2])[kept]
    points = np.concatenate([moved, stamp.atoms[:, :2], sites])
    come = [1.0 if element == "C" else silicon for element in stamp.elements]
    weights = np.concatenate([np.ones(len(moved)), come, -np.ones(len(sites))])
    for angle in np.arange(6) * np.pi / 3:
        cos, sin = float(np.cos(angle)), float(np.sin(angle))
        for sign in (1.0, -1.0):
            turn = np.array([[cos, -sin * sign], [sin, cos * sign]])
            middle = np.linalg.solve(_VECTORS.T, turn @ stamp.middle)
            # The nearest ring's centre becomes the origin. The middle of a bond lies between two,
            # but for what is left from the relaxation: more than that decides for the same one.
            origin: NDArray[np.float64] = np.round(middle - 0.01)
            yield points @ turn.T - origin @ _VECTORS, weights, middle - origin


def _image(
    points: NDArray[np.float64], weights: NDArray[np.float64], middle: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Add up the atoms' images near the defect's middle, shape (4, side, side)."""
    steps = np.arange(-REACH, REACH + 1) / GRAIN
    grid = steps[:, None, None] * _VECTORS[1] + steps[None, :, None] * _VECTORS[0]
    image = np.zeros((len(_SHELLS), *grid.shape[:2]))
    radii, profiles = _profiles()
    for point, weight in zip(points, weights, strict=True):
        distance = np.linalg.norm(grid - point, axis=2)
        for shell, profile in enumerate(profiles):
            image[shell] += weight * np.interp(distance, radii, profile)
    distance = np.linalg.norm(grid - middle @ _VECTORS, axis=2)
    fade = np.clip((distance - _WHOLE) / (_GONE - _WHOLE), 0, 1)
    faded: NDArray[np.float64] = image * (1 + np.cos(np.pi * fade)) / 2
    return faded.astype(np.float32)


@cache
def _profiles() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return an atom's image for a transfer of 1 at one shell that falls linearly to the next.

    The Fourier transform of a round function (Bracewell, The Fourier Transform, chapter 13).
    """
    q = np.linspace(0, _HIGHEST, 1001)
    radii = np.linspace(0, 2 * _FAR + 8, 1201)
    knots = np.append(_SHELLS, _HIGHEST)
    hats = np.array([np.interp(q, knots, row) for row in np.eye(len(knots))[:-1]])
    waves = 2 * np.pi * q * j0(2 * np.pi * np.outer(radii, q))
    return radii, np.asarray(np.trapezoid(hats[:, None] * waves, q, axis=2))


def _same(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    largest = float(max(np.abs(one).max(), np.abs(other).max()))
    return bool(np.abs(one - other).max() < _SAME * largest)
