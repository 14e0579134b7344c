"""Where the probe stands when each pixel of a frame is recorded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.simulate._conditions import STEM

__all__ = ["Scan"]

_SETTLED = 0.5
"""Pixels: the fly-back is over where it displaces the probe by less."""


@dataclass(frozen=True, eq=False)
class Scan:
    """The geometry of one frame, recorded row by row.

    In the specimen, the probe stands at pixel (r, c) at

        x = origin[0] + sampling * (c - drift_col * r) + jitter[r] + flyback[c]
        y = origin[1] + sampling * (1 - drift_row) * r

    The drift within a row is left out: it is below 0.3 pixels.
    """

    shape: tuple[int, int]
    """Rows and columns."""
    sampling: float
    """Angstrom per pixel, as the microscope believes."""
    origin: tuple[float, float]
    """x, y in angstrom of the centre of pixel (0, 0), without jitter and fly-back."""
    drift_row: float
    """How far the specimen moves along the rows' order while a row is taken, in pixels."""
    drift_col: float
    """How far it moves along the columns, in pixels."""
    jitter: NDArray[np.float64]
    """Shape (rows,): displacement of the probe along x in each row, angstrom."""
    flyback: NDArray[np.float64]
    """Shape (cols,): displacement of the probe along x in each column, angstrom."""

    @classmethod
    def still(
        cls, conditions: STEM, *, shape: tuple[int, int], origin: tuple[float, float] = (0.0, 0.0)
    ) -> Scan:
        """Return a scan without any distortion.

        Parameters
        ----------
        conditions : STEM
            Of which the sampling matters.
        shape : tuple of int
            Rows and columns.
        origin : tuple of float
            x, y in angstrom of the centre of pixel (0, 0).

        Returns
        -------
        Scan

        Raises
        ------
        UsageError
            If the shape or the origin can't be.
        """
        _check(shape, origin)
        return cls(shape, conditions.sampling, origin, 0.0, 0.0, *map(np.zeros, shape))

    @classmethod
    def draw(
        cls,
        conditions: STEM,
        *,
        shape: tuple[int, int],
        origin: tuple[float, float] = (0.0, 0.0),
        rng: np.random.Generator,
    ) -> Scan:
        """Draw the scan of one frame: its jitter is random, drift and fly-back are given.

        Parameters
        ----------
        conditions : STEM
            Of which the sampling, the drift, the fly-back and the jitter matter.
        shape : tuple of int
            Rows and columns.
        origin : tuple of float
            x, y in angstrom of the centre of pixel (0, 0), without jitter and fly-back.
        rng : numpy.random.Generator
            Where the jitter comes from.

        Returns
        -------
        Scan

        Raises
        ------
        UsageError
            If the shape or the origin can't be.
        """
        _check(shape, origin)
        return cls(
            shape,
            conditions.sampling,
            origin,
            conditions.drift_row,
            conditions.drift_col,
            conditions.jitter * rng.standard_normal(shape[0]),
            conditions.flyback * np.exp(-np.arange(shape[1]) / conditions.flyback_length),
        )

    @property
    def settled(self) -> int:
        """The first column from which on the fly-back is below half a pixel."""
        unsettled = np.flatnonzero(np.abs(self.flyback) >= _SETTLED * self.sampling)
        return int(unsettled[-1]) + 1 if len(unsettled) else 0

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points of the specimen are in the image.

        The drift is followed; jitter and fly-back aren't, so that to the left of column
        :attr:`settled` the image is farther off than half a pixel.

        Parameters
        ----------
        points : ndarray, shape (..., 2)
            x, y in angstrom.

        Returns
        -------
        ndarray, shape (..., 2)
            Row, col in pixels.
        """
        x, y = np.moveaxis((points - np.asarray(self.origin)) / self.sampling, -1, 0)
        row = y / (1 - self.drift_row)
        return np.stack([row, x + self.drift_col * row], axis=-1)

    def to_specimen(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return which points of the specimen are at pixels: the inverse of :meth:`to_pixels`.

        Parameters
        ----------
        pixels : ndarray, shape (..., 2)
            Row, col in pixels.

        Returns
        -------
        ndarray, shape (..., 2)
            x, y in angstrom.
        """
        row, col = np.moveaxis(pixels, -1, 0)
        steps = np.stack([col - self.drift_col * row, (1 - self.drift_row) * row], axis=-1)
        points: NDArray[np.float64] = np.asarray(self.origin) + self.sampling * steps
        return points


def _check(shape: tuple[int, int], origin: tuple[float, float]) -> None:
    if not (len(shape) == 2 and min(shape) >= 1):
        raise UsageError(f"the shape must be rows and columns of at least 1, not {shape}")
    if not (len(origin) == 2 and np.isfinite(origin).all()):
        raise UsageError(f"the origin must be x and y in angstrom, not {origin}")
