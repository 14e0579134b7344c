"""Patterson functions of patches, by rings: neither where the lattice is matters, nor its turn."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

__all__ = ["PattersonRings"]

_ORDERS = (0, 2, 4, 6, 8, 10, 12)
"""Of the harmonics around a ring; the odd ones are zero, as f(-u) = f(u)."""
_WIDTH = 2.0
"""Distance between rings in pixels."""
_REACH = 0.75
"""Radius of the largest ring as a share of the patch's shorter side; beyond, few pairs of pixels
lie so far apart."""
_BAND = 0.25
"""Highest frequency in cycles per pixel: above it there is noise alone at 0.3 A/px and finer."""


class PattersonRings(nn.Module):
    r"""The autocorrelation of patches as magnitudes of its harmonics on rings.

    f(u) = sum_r x(r) x(r + u) / N, with N pixels r and zeros beyond the patch's edges, doesn't
    know where the lattice lies. Of its harmonics around a ring of lags u,
    c_m = \<f(u) exp(i m phi(u))\>, the magnitude doesn't know how the lattice is turned.

    The discrete Fourier transform of a patch is two products with matrices, and the harmonics
    are linear in its power, so that there is one matrix for all of them (Parseval).

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of a patch.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        super().__init__()
        across, along = (_frequencies(side) for side in shape)
        along = along[along >= 0]  # the power at -q is that at q
        of_rows = _waves(across, torch.arange(shape[0]))
        of_cols = _waves(along, torch.arange(shape[1]))
        harmonics = _harmonics(shape, across, along)
        self.rings = len(harmonics) // len(_ORDERS)
        self.width = len(harmonics)
        """How many numbers are returned for a patch."""
        # They follow from the shape, so they aren't saved with what is learned.
        for name, matrix in (("rows", of_rows), ("cols", of_cols), ("harmonics", harmonics.T)):
            for part, values in (("real", matrix.real), ("imag", matrix.imag)):
                self.register_buffer(f"{name}_{part}", values.float().contiguous(), False)
        self.rows_real: Tensor
        self.rows_imag: Tensor
        self.cols_real: Tensor
        self.cols_imag: Tensor
        self.harmonics_real: Tensor
        self.harmonics_imag: Tensor

    def forward(self, patches: Tensor) -> Tensor:
        """Compute the harmonics of patches, shape (n, 1, rows, cols).

        Returns
        -------
        Tensor, shape (n, width)
            The mean on each ring, then the magnitudes of the higher orders, from the innermost
            ring to the outermost.
        """
        images = patches.squeeze(1)
        real, imag = images @ self.cols_real.T, images @ self.cols_imag.T
        power = (self.rows_real @ real - self.rows_imag @ imag) ** 2
        power = power + (self.rows_real @ imag + self.rows_imag @ real) ** 2
        flat = power.flatten(1)
        real, imag = flat @ self.harmonics_real, flat @ self.harmonics_imag
        magnitudes = torch.sqrt(real[:, self.rings :] ** 2 + imag[:, self.rings :] ** 2)
        return torch.cat([real[:, : self.rings], magnitudes], dim=1)


def _frequencies(side: int) -> Tensor:
    """Return those of a patch with as many zeros after it, in cycles per pixel."""
    highest = int(2 * side * _BAND)
    return torch.arange(-highest, highest + 1, dtype=torch.float64) / (2 * side)


def _waves(frequencies: Tensor, positions: Tensor) -> Tensor:
    return torch.exp(2j * math.pi * torch.outer(frequencies, positions.double()))


def _harmonics(shape: tuple[int, int], across: Tensor, along: Tensor) -> Tensor:
    """Return what each harmonic takes from the power at each frequency, shape (width, all)."""
    lags = [torch.arange(1 - side, side, dtype=torch.float64) for side in shape]
    down, right = torch.meshgrid(*lags, indexing="ij")
    radius, angle = torch.hypot(down, right), torch.atan2(down, right)
    of_rows, of_cols = _waves(across, lags[0]), _waves(along, lags[1])
    doubled = torch.where(along == 0, 1.0, 2.0) / (2 * shape[0] * shape[1]) ** 2
    taken = []
    for order in _ORDERS:
        for ring in range(1, 1 + int(_REACH * min(shape) / _WIDTH)):
            weight = (1 - (radius / _WIDTH - ring).abs()).clamp(min=0)
            pattern = weight / weight.sum() * torch.exp(1j * order * angle)
            # Both patterns and lags are even, so one sign of the waves does for both.
            taken.append((of_rows @ pattern @ of_cols.T * doubled).flatten())
    return torch.stack(taken)
