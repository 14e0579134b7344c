"""Sums of band-limited functions of points, by the few frequencies that they have."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from sixring.simulate._gridding import REACH, SPREAD, lay_out

__all__ = ["Band"]

_FINEST = 0.25
"""Cycles per point of the grid into which points are laid: up to there the alias of the Gaussian
that carries them is below 5e-5."""
_STILL = 1e-3
"""Pixels: a displacement that doesn't count."""


@dataclass(frozen=True)
class Band:
    """The frequencies of an image and its margin, up to a limit along each axis.

    Frequencies above half a cycle per pixel are seen as their alias, as they are by any scan in
    steps.
    """

    shape: tuple[int, int]
    """Rows and columns of the image."""
    limits: tuple[float, float]
    """Highest frequency along the rows' order and along the columns, cycles per pixel."""
    reach: float
    """Pixels: points that are farther from the image don't count."""

    @property
    def margin(self) -> int:
        """Pixels between the image and what repeats it: the reach, and room for a Gaussian."""
        return math.ceil(self.reach + (REACH + 1) * _FINEST / min(self.limits))

    @property
    def padded(self) -> tuple[int, int]:
        """Rows and columns of the image with its margin."""
        rows, cols = (fft.next_fast_len(n + 2 * self.margin, real=True) for n in self.shape)
        return rows, cols

    @property
    def orders(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Cycles within `padded`: along the rows' order the negative ones last; the columns."""
        rows, cols = self._highest
        return np.concatenate([np.arange(rows + 1), np.arange(-rows, 0)]), np.arange(cols + 1)

    @property
    def frequencies(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Cycles per pixel, ready to be broadcast: shapes (k, 1) and (1, l)."""
        rows, cols = self.orders
        return rows[:, None] / self.padded[0], cols[None, :] / self.padded[1]

    @property
    def _highest(self) -> tuple[int, int]:
        rows, cols = (math.ceil(f * n) for f, n in zip(self.limits, self.padded, strict=True))
        return rows, cols

    def spectrum(self, points: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the Fourier transform of points.

        Parameters
        ----------
        points : ndarray, shape (n, 2)
            Row, col in pixels of the image.

        Returns
        -------
        ndarray, shape (k, l)
            At :attr:`frequencies`.
        """
        laid = tuple(math.ceil(k / _FINEST) + 1 for k in self._highest)
        laid = tuple(fft.next_fast_len(n, real=True) for n in laid)
        steps = (points + self.margin) * (np.array(laid) / self.padded)
        grid = lay_out(steps, np.ones(len(steps)), (laid[0], laid[1]))
        rows, cols = self.orders
        half = fft.rfft(grid, axis=1)[:, cols]
        spectrum: NDArray[np.complex128] = fft.fft(half, axis=0, overwrite_x=True)[rows]
        for n, order in zip(laid, (rows[:, None], cols[None, :]), strict=True):
            spectrum *= np.exp(2 * (np.pi * SPREAD * order / n) ** 2)
        return spectrum

    def image(
        self,
        spectrum: NDArray[np.complex128],
        by_row: NDArray[np.float64],
        by_col: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Evaluate a spectrum at the pixels of the image, displaced along the columns.

        Parameters
        ----------
        spectrum : ndarray, shape (k, l)
            At :attr:`frequencies`.
        by_row : ndarray, shape (rows,)
            Pixels by which each row is displaced.
        by_col : ndarray, shape (cols,)
            Pixels by which each column is displaced, added to the row's.

        Returns
        -------
        ndarray, shape `shape`
        """
        rows, cols = self.padded
        orders = self.orders
        # Where the limit is above half a cycle, a finer image has every so-manyth pixel ours.
        finer = math.ceil(len(orders[0]) / rows)
        tall = np.zeros((rows * finer, len(orders[1])), dtype=np.complex128)
        tall[orders[0]] = spectrum
        tall = fft.ifft(tall, axis=0, norm="forward", overwrite_x=True)
        start, stop = self.margin * finer, (self.margin + self.shape[0]) * finer
        lines = tall[start:stop:finer] / (rows * cols)
        turn = 2 * np.pi * orders[1] / cols
        if by_row.any():
            lines *= np.exp(1j * np.outer(by_row, turn))

        finer = math.ceil((2 * len(orders[1]) - 1) / cols)
        wide = fft.irfft(lines, n=cols * finer, axis=1, norm="forward")
        start, stop = self.margin * finer, (self.margin + self.shape[1]) * finer
        image: NDArray[np.float64] = np.ascontiguousarray(wide[:, start:stop:finer])
        moved = np.flatnonzero(np.abs(by_col) > _STILL)
        image[:, moved] = _real_series(lines, np.outer(moved + self.margin + by_col[moved], turn))
        return image


def _real_series(lines: NDArray[np.complex128], angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum each line's real Fourier series at the angles of its terms, shape (points, terms)."""
    terms = np.concatenate([lines.real, -lines.imag], axis=1)
    waves = np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    # The mean counts once, every other order for its negative too. Not a matrix product: the
    # last bit of one depends on the number of threads.
    waves[:, np.arange(waves.shape[1]) % angles.shape[1] > 0] *= 2
    series: NDArray[np.float64] = np.einsum("rk,ck->rc", terms, waves)
    return series
