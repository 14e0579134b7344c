"""What the tests of specimens measure on them."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.structures import DefectGroup, Plan, Specimen, grow, truth


def grown(seed: int = 0, **values: object) -> Specimen:
    """Grow a specimen from the values of its plan."""
    return grow(Plan(**values), np.random.default_rng(seed))  # type: ignore[arg-type]


def inner_defects(specimen: Specimen) -> list[DefectGroup]:
    """Return the defects that don't touch the border."""
    return [group for group in truth(specimen.sheet).defects if not group.at_edge]


def degrees(specimen: Specimen) -> NDArray[np.int64]:
    """Return the number of bonds of each atom."""
    return np.bincount(specimen.sheet.bonds.ravel(), minlength=len(specimen.sheet))


def within(specimen: Specimen, margin: float) -> NDArray[np.bool_]:
    """Return which atoms of the sheet are so far inside the border."""
    at = specimen.sheet.positions
    room: NDArray[np.float64] = np.minimum(at, np.array(specimen.size) - at).min(axis=1)
    return room > margin


def nearest(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each point's nearest neighbour is."""
    return np.asarray(cKDTree(points).query(points, k=2)[0])[:, 1]


def pixels(size: tuple[float, float], step: float = 0.5) -> NDArray[np.float64]:
    """Return points that stand evenly over the specimen, shape (rows, cols, 2)."""
    x, y = (np.arange(step / 2, length, step) for length in size)
    return np.stack(np.meshgrid(x, y), axis=-1)
