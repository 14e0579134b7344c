"""Finding hexagons of reflections in a power spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["Hexagon", "HexagonMap", "refine"]

_STEPS = 40  # radii from one reflection to the next order, a factor of sqrt(3)
_ANGLES = 120  # over 60 degrees
_LOWEST = 0.012  # cycles per pixel: d-spacings beyond 83 px aren't atomic resolution
_HIGHEST = 0.49
_FAINTEST = 1.5  # significance that a first order must have for a second to count
_WEAKEST = 3.0  # significance that a lower order must have to be believed
_FRACTION = 0.3  # and its least share of the significance of the order above it


@dataclass(frozen=True)
class Hexagon:
    """Six reflections at equal distance, 60 degrees apart."""

    frequency: float
    """Distance from the origin, cycles per pixel."""
    angle: float
    """Direction of the first reflection, radians in [0, pi / 3)."""
    power: float
    """Natural log of the excess power of its reflections, mean and minimum averaged."""
    significance: float
    """Evidence in robust standard deviations of the map, second order included."""
    balance: float
    """Weakest of the three reflections over the strongest, as logs of the power over that of
    the background: near 0 for fringes and for lattices that aren't hexagonal."""


class HexagonMap:
    """How well a hexagon of any size and orientation fits a spectrum.

    Parameters
    ----------
    ratio : ndarray of float64, shape (n, n)
        Power over background, centred.
    """

    def __init__(self, ratio: NDArray[np.float64]) -> None:
        n = ratio.shape[0]
        # Reflections of strained or tiny areas are blurred; their tops may sit a little off the
        # perfect hexagon, hence the maximum over neighbours.
        blurred = ndimage.maximum_filter(ndimage.gaussian_filter(ratio, 1.2), 3)
        log = np.log(np.maximum(blurred, 1e-6))
        step = np.log(3) / 2 / _STEPS
        lowest = max(_LOWEST, 6 / n)
        count = int(np.log(_HIGHEST / lowest) / step)
        self.frequencies = lowest * np.exp(step * np.arange(count))
        angles = np.arange(3 * _ANGLES) * np.pi / (3 * _ANGLES)
        radius = n * self.frequencies[:, None]
        at = [n // 2 + radius * np.sin(angles), n // 2 + radius * np.cos(angles)]
        polar = ndimage.map_coordinates(log, at, order=1, mode="nearest")
        three = polar.reshape(count, 3, _ANGLES)
        # The weakest of the three counts as much as their mean: two reflections make no lattice.
        strength = 0.5 * (three.mean(axis=1) + three.min(axis=1))
        self._power: NDArray[np.float64] = strength
        # The spread of what isn't a reflection, from the lower half, which no lattice touches.
        above = three - np.median(polar)
        self._balance: NDArray[np.float64] = above.min(axis=1) / np.maximum(above.max(axis=1), 1e-6)
        median = np.median(strength)
        spread = max(float(median - np.quantile(strength, 0.1587)), 1e-3)
        self._single: NDArray[np.float64] = (strength - median) / spread
        self._joint = self._single.copy()
        # The second order lies at sqrt(3) times the frequency, turned by 30 degrees.
        second = np.roll(self._single[_STEPS:], -_ANGLES // 2, axis=1)
        first = self._single[:-_STEPS]
        both = np.where(first > _FAINTEST, (first + second) / np.sqrt(2), first)
        self._joint[:-_STEPS] = np.maximum(first, both)

    def best(self, low: float = 0.0, high: float = 0.5) -> Hexagon:
        """Return the strongest hexagon with a frequency in [low, high], cycles per pixel.

        Where the same orientation has a believable hexagon at the frequency over sqrt(3), the
        one found was a second order, and the lower is returned.
        """
        rows = np.flatnonzero((self.frequencies >= low) & (self.frequencies <= high))
        if len(rows) == 0:
            rows = np.array([int(np.argmin(np.abs(self.frequencies - low)))])
        row, col = self._top(rows, np.arange(_ANGLES))
        if row - _STEPS - 2 >= rows[0]:
            lower = np.arange(row - _STEPS - 2, row - _STEPS + 3)
            cols = np.arange(col + _ANGLES // 2 - 4, col + _ANGLES // 2 + 5) % _ANGLES
            below = self._top(lower, cols)
            # The spectrum's own noise reaches 3 somewhere in the cells searched.
            if self._single[below] > max(_WEAKEST, _FRACTION * self._single[row, col]):
                row, col = below
        return self._at(row, col)

    def orientations(self, frequency: float, apart: float) -> list[Hexagon]:
        """Return the hexagons at about one frequency, strongest first.

        Parameters
        ----------
        frequency : float
            Cycles per pixel; 4 % more and less are searched.
        apart : float
            Least angle between two of them, radians.
        """
        rows = np.flatnonzero(np.abs(np.log(self.frequencies / frequency)) < 0.04)
        found: list[Hexagon] = []
        top = self._joint[rows].max(axis=0)
        # Only a peak is a grain: the foot of a strong one can reach beyond `apart`.
        width = 1 + 2 * int(apart / 2 / (np.pi / 3 / _ANGLES))
        peaks = np.flatnonzero(top == ndimage.maximum_filter1d(top, width, mode="wrap"))
        for col in peaks[np.argsort(-top[peaks])]:
            hexagon = self._at(*self._top(rows, np.array([col])))
            turns = [(hexagon.angle - other.angle) % (np.pi / 3) for other in found]
            if all(apart <= turn <= np.pi / 3 - apart for turn in turns):
                found.append(hexagon)
        return found

    def _top(self, rows: NDArray[np.intp], cols: NDArray[np.intp]) -> tuple[int, int]:
        part = self._joint[np.ix_(rows, cols)]
        row, col = np.unravel_index(int(part.argmax()), part.shape)
        return int(rows[row]), int(cols[col])

    def _at(self, row: int, col: int) -> Hexagon:
        return Hexagon(
            frequency=float(self.frequencies[row]),
            angle=col * np.pi / 3 / _ANGLES,
            power=float(self._power[row, col]),
            significance=float(self._joint[row, col]),
            balance=float(self._balance[row, col]),
        )


def refine(ratio: NDArray[np.float64], hexagon: Hexagon) -> NDArray[np.float64]:
    """Locate the reflections of a hexagon one by one, strain included.

    Parameters
    ----------
    ratio : ndarray of float64, shape (n, n)
        Power over background, centred.
    hexagon : Hexagon
        Where to look.

    Returns
    -------
    ndarray of float64, shape (3, 2)
        Reflections (row, col) in cycles per pixel, 120 degrees apart, that sum to zero.
    """
    n = ratio.shape[0]
    reach = max(2.0, 0.07 * n * hexagon.frequency)
    span = int(np.ceil(reach)) + 1
    offsets = np.mgrid[-span : span + 1, -span : span + 1].reshape(2, -1)
    found = np.empty((3, 2))
    blurred = ndimage.gaussian_filter(ratio, 1.0)
    for k in range(3):
        angle = hexagon.angle + 2 * np.pi / 3 * k
        centre = n // 2 + n * hexagon.frequency * np.array([np.sin(angle), np.cos(angle)])
        for _ in range(4):
            nearest = np.rint(centre).astype(np.intp)
            at = np.clip(nearest[:, None] + offsets, 0, n - 1)
            inside = np.hypot(*(at - centre[:, None])) <= reach
            # Squared, so that the foot of the peak and the background hardly pull.
            weight = np.where(inside, np.maximum(blurred[at[0], at[1]] - 1, 0) ** 2, 0)
            if weight.sum() == 0:
                break
            centre = (at * weight).sum(axis=1) / weight.sum()
        found[k] = (centre - n // 2) / n
    # Three reflections of one lattice close: the error is shared out equally.
    closed: NDArray[np.float64] = found - found.mean(axis=0)
    return closed
