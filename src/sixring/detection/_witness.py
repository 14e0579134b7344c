"""Foreign atoms that are so high that nothing has to be learned to see them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from sixring.detection._cells import AREAS, SILICON, CellMaps, to_cells
from sixring.detection._lookup import nearest
from sixring.detection._sightings import Sightings
from sixring.types import Region

__all__ = ["with_bright_atoms"]

_SAME = 0.9  # angstrom: an atom that was seen so near is this one


def with_bright_atoms(
    seen: Sightings,
    positions: NDArray[np.float64],
    probability: NDArray[np.float64],
    maps: CellMaps,
    step: float,
    least: float,
) -> Sightings:
    """Call the atoms silicon that are too high for carbon.

    Parameters
    ----------
    seen : Sightings
        What a network saw.
    positions : ndarray of float64, shape (n, 2)
        Of atoms that are too high, in pixels of the canvas.
    probability : ndarray of float64, shape (n,)
        That they are.
    maps : CellMaps
        What the network says of the places: in contamination a height means nothing.
    step : float
        Angstrom per pixel of the canvas.
    least : float
        Probability of silicon that the network gives at least to a cell at such an atom.

    Returns
    -------
    Sightings
        With silicon at each of the positions where the network saw carbon or nothing, and none of
        that carbon.
    """
    if len(positions) == 0:
        return seen
    cells = to_cells(positions)
    agreed = nearest(ndimage.maximum_filter(maps.atoms[SILICON], 3), cells) >= least
    agreed &= nearest(maps.area, cells) != AREAS.index(Region.CONTAMINATION)
    positions, probability = positions[agreed], probability[agreed]
    if len(positions) == 0:
        return seen
    # The network's own word on silicon stands.
    known = np.array([element != "C" for element in seen.elements], bool)
    new = ~_beside(positions, seen.atoms[known], _SAME / step)
    positions, probability = positions[new], probability[new]
    kept = known | ~_beside(seen.atoms, positions, _SAME / step)
    return replace(
        seen,
        atoms=np.concatenate([seen.atoms[kept], positions]),
        elements=(*np.array(seen.elements)[kept].tolist(), *["Si"] * len(positions)),
        atom_probability=np.append(seen.atom_probability[kept], probability),
    )


def _beside(
    these: NDArray[np.float64], others: NDArray[np.float64], reach: float
) -> NDArray[np.bool_]:
    """Tell which of these have one of the others within reach, shape (n,)."""
    if len(these) == 0 or len(others) == 0:
        return np.zeros(len(these), bool)
    away = np.asarray(cKDTree(others).query(these, distance_upper_bound=reach)[0])
    near: NDArray[np.bool_] = np.isfinite(away)
    return near
