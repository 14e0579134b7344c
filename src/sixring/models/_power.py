"""Power spectra, as products with matrices: a graph has no fast Fourier transform."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

__all__ = ["BAND", "PowerSpectrum", "waves"]

BAND = 0.25
"""Highest frequency in cycles per pixel: above it there is noise alone at 0.3 A/px and finer."""


class PowerSpectrum(nn.Module):
    """The power of images at frequencies up to :data:`BAND`, as if they ended in zeros.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of an image.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        super().__init__()
        self.down, across = (_frequencies(side) for side in shape)
        """Frequencies along the rows' axis, in cycles per pixel."""
        self.right = across[across >= 0]
        """Those along the columns' axis: the power at -q is that at q."""
        self.counts = torch.where(self.right == 0, 1.0, 2.0)
        """How many frequencies each of `right` stands for."""
        rows = waves(self.down, torch.arange(shape[0]))
        cols = waves(self.right, torch.arange(shape[1]))
        # They follow from the shape, so they aren't saved with what is learned.
        for name, values in (("rows", rows), ("cols", cols)):
            self.register_buffer(f"{name}_real", values.real.float(), persistent=False)
            self.register_buffer(f"{name}_imag", values.imag.float(), persistent=False)
        self.rows_real: Tensor
        self.rows_imag: Tensor
        self.cols_real: Tensor
        self.cols_imag: Tensor

    def forward(self, images: Tensor) -> Tensor:
        """Compute the power of images, shape (n, rows, cols).

        Returns
        -------
        Tensor, shape (n, len(down), len(right))
            The squared magnitude of the transform.
        """
        real, imag = images @ self.cols_real.T, images @ self.cols_imag.T
        power = (self.rows_real @ real - self.rows_imag @ imag) ** 2
        return power + (self.rows_real @ imag + self.rows_imag @ real) ** 2


def waves(frequencies: Tensor, positions: Tensor) -> Tensor:
    """Return exp(2 pi i q x), shape (frequencies, positions)."""
    return torch.exp(2j * math.pi * torch.outer(frequencies, positions.double()))


def _frequencies(side: int) -> Tensor:
    """Return those of an image with as many zeros after it."""
    highest = int(2 * side * BAND)
    return torch.arange(-highest, highest + 1, dtype=torch.float64) / (2 * side)
