"""What comes on top of a sheet: ripples, a second layer, contamination."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.structures._faces import neighbours
from sixring.structures._ground import Frame
from sixring.structures._honeycomb import honeycomb
from sixring.structures._outline import Outline, covered, grid_over
from sixring.structures._sheet import BOND, Sheet, remove_loose_atoms

__all__ = ["LAYER_DISTANCE", "contaminate", "ripples", "second_layer"]

LAYER_DISTANCE = 3.35
"""Between two layers, in angstrom."""
_WAVES = 24
_ABOVE = 1.5
"""The contamination begins this far above what it lies on, in angstrom."""
_STEEP = 4
"""With the share s of the way from its middle to its outline, the thickness of a patch falls as
sqrt(1 - s^4): nearly flat, with a steep rim, whose fringes real images show."""
_APART = (1.0, 1.8)
"""No atom of the contamination is nearer to another atom, in angstrom: the greater of these unless
they are too dense for it. Without it their number would vary from place to place as that of a gas
does, and images be rougher than those of amorphous carbon."""
_FILLED = 0.25
"""Share of the volume that spheres of that diameter fill. Put down at random, they jam at 0.38
(Widom, J. Chem. Phys. 44, 3888, 1966)."""
_RIM = 0.4
"""The contamination's atoms keep this far inside its outline, in angstrom: with their own breadth
the covered area then is the outline's."""
_SHORT_OF_EDGE = 1.0
"""And this far from where there is no sheet."""
_BORNE = 3.0
"""Nothing lies farther than this from every atom of the sheet in projection, in angstrom: slivers
between a vacuum and the specimen's border may be gone."""
_COMPOSITION = {"C": 0.80, "H": 0.15, "O": 0.05}
"""What the contamination is made of, in shares of its atoms."""

Field = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Heights in angstrom at points of shape (n, 2)."""


def ripples(amplitude: float, length: float, rng: np.random.Generator) -> Field:
    """Draw a smooth random field of heights: plane waves in every direction.

    Parameters
    ----------
    amplitude : float
        Root mean square height in angstrom.
    length : float
        Wavelength in angstrom; each wave's differs from it by up to 30 %.
    rng : numpy.random.Generator
        Where everything random comes from.

    Returns
    -------
    callable
        Its mean over a large area is 0.
    """
    if amplitude == 0:
        return lambda points: np.zeros(len(points))
    direction = rng.uniform(0.0, 2 * np.pi, _WAVES)
    number = 2 * np.pi / (length * rng.uniform(0.7, 1.3, _WAVES))
    phase = rng.uniform(0.0, 2 * np.pi, _WAVES)
    waves = number * np.stack([np.cos(direction), np.sin(direction)])

    def heights(points: NDArray[np.float64]) -> NDArray[np.float64]:
        field: NDArray[np.float64] = np.cos(points @ waves + phase).sum(axis=1)
        return field * (amplitude * math.sqrt(2 / _WAVES))

    return heights


def second_layer(
    frame: Frame,
    offset: NDArray[np.float64],
    twist: float | None,
    outlines: tuple[Outline, ...],
    vacuum: tuple[Outline, ...],
    sheet: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Lay out the second layer of a sheet that is a single grain with a zigzag row along x.

    Parameters
    ----------
    frame : Frame
        How the sheet lies in the specimen.
    offset : ndarray, shape (2,)
        Where a ring's centre of the sheet lies.
    twist : float or None
        Degrees; None for AB stacking.
    outlines, vacuum : tuple of Outline
        Where it is, and where it isn't although it would be.
    sheet : ndarray, shape (n, 2)
        The sheet's atoms in the specimen.
    rng : numpy.random.Generator
        Which of the two AB stackings it is, or how a twisted layer is shifted.

    Returns
    -------
    ndarray, shape (k, 2)
        x, y in angstrom in the specimen; every atom has at least two bonds.
    """
    if twist is None:
        shift = np.array([0.0, BOND * rng.choice([-1.0, 1.0])])
    else:
        shift = rng.uniform(-BOND, BOND, 2)
    sites, _ = honeycomb(*frame.box(), orientation=twist or 0.0, offset=offset + shift)
    points = frame.placed(sites)
    points = points[((points >= 0) & (points <= frame.size)).all(axis=1)]
    points = points[covered(outlines, points)]
    points = _borne(points[~covered(vacuum, points)], sheet)
    layer = Sheet(points, ("C",) * len(points), neighbours(points, 1.2 * BOND))
    return remove_loose_atoms(layer).positions


def contaminate(
    size: tuple[float, float],
    outlines: tuple[Outline, ...],
    vacuum: tuple[Outline, ...],
    density: float,
    height: float,
    below: NDArray[np.float64],
    base: Field,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Strew light atoms over a sheet.

    Parameters
    ----------
    size : tuple of float
        Width and height of the sheet in angstrom.
    outlines, vacuum : tuple of Outline
        Where they lie, and where they don't although they would.
    density : float
        Atoms per angstrom^2, on average.
    height : float
        Thickness in the middle of each outline, in angstrom.
    below : ndarray, shape (n, 3)
        The atoms on which they lie.
    base : callable
        The height of the upper layer below.
    rng : numpy.random.Generator
        Where everything random comes from.

    Returns
    -------
    positions : ndarray, shape (m, 3)
        In angstrom, no nearer to each other and to those below than 1 angstrom, or 1.8 where
        they aren't too dense for it.
    elements : tuple of str
        m chemical symbols.
    """
    points, step = grid_over(size)
    inner = tuple(o.grown(-_RIM) for o in outlines)
    cells = points[covered(inner, points)]
    cells = cells[~covered(tuple(o.grown(_SHORT_OF_EDGE) for o in vacuum), cells)]
    cells = _borne(cells, below[:, :2])
    wanted = round(density * step**2 * len(cells))
    if wanted == 0:
        return np.empty((0, 3)), ()
    thickness = height * _thickness(inner, cells)
    apart = _distance(wanted / (step**2 * float(thickness.sum())))
    lying = np.empty((0, 3))
    while len(lying) < wanted:
        # Of the last ones few find room.
        number = max(wanted - len(lying), wanted // 5)
        cell = rng.choice(len(cells), size=number, p=thickness / thickness.sum())
        xy = cells[cell] + rng.uniform(-step / 2, step / 2, (number, 2))
        z = base(xy) + _ABOVE + thickness[cell] * rng.uniform(size=number)
        lying = _thinned(below, np.concatenate([lying, np.column_stack([xy, z])]), apart)[:wanted]
    elements = rng.choice(list(_COMPOSITION), size=len(lying), p=list(_COMPOSITION.values()))
    return lying, tuple(elements.tolist())


def _thickness(outlines: tuple[Outline, ...], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the thickness at points that lie inside, as a share of that in the middle."""
    thickness = np.zeros(len(points))
    for outline in outlines:
        inside = outline.covers(points)
        share = outline.depth(points[inside]) / outline.radius
        thickness[inside] = np.maximum(thickness[inside], np.sqrt(1 - share**_STEEP))
    return thickness


def _distance(density: float) -> float:
    """Return the least distance of atoms, so many per angstrom^3, that can be kept to."""
    least, most = _APART
    return min(most, max(least, math.cbrt(6 * _FILLED / (math.pi * density))))


def _borne(points: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points, shape (k, 2), that lie over something."""
    far = np.asarray(cKDTree(below).query(points, distance_upper_bound=_BORNE)[0])
    borne: NDArray[np.float64] = points[np.isfinite(far)]
    return borne


def _thinned(
    below: NDArray[np.float64], lying: NDArray[np.float64], apart: float
) -> NDArray[np.float64]:
    """Leave out those that are too near to one of those below or before them."""
    first = len(below)
    tree = cKDTree(np.concatenate([below, lying]))
    # The pairs are ordered, and those below stay however near they are to each other.
    later = tree.query_pairs(apart, output_type="ndarray")[:, 1]
    kept = np.ones(len(lying), dtype=bool)
    kept[later[later >= first] - first] = False
    return lying[kept]
