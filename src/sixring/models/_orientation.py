"""How the lattice in a patch is turned."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sixring.models._power import PowerSpectrum

__all__ = ["Orientation"]

_LOWEST = 0.04
"""In cycles per pixel: what varies more slowly isn't lattice."""
_ALMOST_ZERO = 1e-12


class Orientation(nn.Module):
    """The angle of a hexagonal lattice, from the power spectrum.

    A lattice turned by an angle turns its power spectrum by the same, and the phase of that's
    sixth harmonic by six times the angle. The first reflections and the second ones, halfway
    between them, pull it to opposite sides; low frequencies weigh more, so that the first win.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of a patch.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        super().__init__()
        self.power = PowerSpectrum(shape)
        down, right = torch.meshgrid(self.power.down, self.power.right, indexing="ij")
        radius, angle = torch.hypot(down, right), torch.atan2(down, right)
        weight = torch.where(radius > _LOWEST, self.power.counts / radius, 0.0)
        windows = [torch.hann_window(side, periodic=False) for side in shape]
        # They follow from the shape, so they aren't saved with what is learned.
        for name, values in (
            ("window", torch.outer(*windows)),
            ("cosine", weight * torch.cos(6 * angle)),
            ("sine", weight * torch.sin(6 * angle)),
        ):
            self.register_buffer(name, values.float(), persistent=False)
        self.window: Tensor
        self.cosine: Tensor
        self.sine: Tensor

    def forward(self, patches: Tensor) -> Tensor:
        """Return the angle from columns to rows, -pi/6 to pi/6, shape (n,).

        Parameters
        ----------
        patches : Tensor, shape (n, 1, rows, cols)
            Of mean 0.
        """
        power = self.power(patches.squeeze(1) * self.window)
        x = (power * self.cosine).sum(dim=(1, 2))
        y = (power * self.sine).sum(dim=(1, 2))
        # The tangent of half the phase; where there is no lattice both are 0, and so is it.
        tangent = y / (torch.sqrt(x**2 + y**2) + x + _ALMOST_ZERO)
        return torch.atan(tangent) / 3
