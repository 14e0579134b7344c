"""Patterson functions of patches, by rings: neither where the lattice is matters, nor its turn."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sixring.models._power import PowerSpectrum, waves

__all__ = ["PattersonRings"]

_ORDERS = (0, 2, 4, 6, 8, 10, 12)
"""Of the harmonics around a ring; the odd ones are zero, as f(-u) = f(u)."""
_WIDTH = 2.0
"""Distance between rings in pixels."""
_REACH = 0.75
"""Radius of the largest ring as a share of the patch's shorter side; beyond, few pairs of pixels
lie so far apart."""


class PattersonRings(nn.Module):
    r"""The autocorrelation of patches as magnitudes of its harmonics on rings.

    f(u) = sum_r x(r) x(r + u) / N, with N pixels r and zeros beyond the patch's edges, doesn't
    know where the lattice lies. Of its harmonics around a ring of lags u,
    c_m = \<f(u) exp(i m phi(u))\>, the magnitude doesn't know how the lattice is turned.

    The function is the transform of the power spectrum, so the harmonics are linear in that, and
    there is one matrix for all of them.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of a patch.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        super().__init__()
        self.power = PowerSpectrum(shape)
        harmonics = _harmonics(shape, self.power)
        self.rings = len(harmonics) // len(_ORDERS)
        self.width = len(harmonics)
        """How many numbers are returned for a patch."""
        self.register_buffer("real", harmonics.real.T.float().contiguous(), persistent=False)
        self.register_buffer("imag", harmonics.imag.T.float().contiguous(), persistent=False)
        self.real: Tensor
        self.imag: Tensor

    def forward(self, patches: Tensor) -> Tensor:
        """Compute the harmonics of patches, shape (n, 1, rows, cols).

        Returns
        -------
        Tensor, shape (n, width)
            The mean on each ring, then the magnitudes of the higher orders, from the innermost
            ring to the outermost.
        """
        power = self.power(patches.squeeze(1)).flatten(1)
        real, imag = power @ self.real, power @ self.imag
        magnitudes = torch.sqrt(real[:, self.rings :] ** 2 + imag[:, self.rings :] ** 2)
        return torch.cat([real[:, : self.rings], magnitudes], dim=1)


def _harmonics(shape: tuple[int, int], power: PowerSpectrum) -> Tensor:
    """Return what each harmonic takes from the power at each frequency, shape (width, all)."""
    lags = [torch.arange(1 - side, side, dtype=torch.float64) for side in shape]
    down, right = torch.meshgrid(*lags, indexing="ij")
    radius, angle = torch.hypot(down, right), torch.atan2(down, right)
    of_rows, of_cols = waves(power.down, lags[0]), waves(power.right, lags[1])
    counts = power.counts / (2 * shape[0] * shape[1]) ** 2
    taken = []
    for order in _ORDERS:
        for ring in range(1, 1 + int(_REACH * min(shape) / _WIDTH)):
            weight = (1 - (radius / _WIDTH - ring).abs()).clamp(min=0)
            pattern = weight / weight.sum() * torch.exp(1j * order * angle)
            # Both patterns and lags are even, so one sign of the waves does for both.
            taken.append((of_rows @ pattern @ of_cols.T * counts).flatten())
    return torch.stack(taken)
