"""Circular harmonics around every position, turned to the lattice's own direction."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from sixring.errors import UsageError
from sixring.models._orientation import Orientation

__all__ = ["SteeredBank"]

_FINEST = 5.2
"""Least period around a ring, in pixels: a finer pattern is noise."""
_SOFTNESS = 0.8
"""Standard deviation of a ring across, as a share of the distance between rings."""
_STEP = 3
"""Distance between positions in pixels."""
_BEYOND = 3
"""So far the filters reach beyond the patch, which is mirrored there. Further, what is mirrored
looks like a defect."""


class SteeredBank(nn.Module):
    """A fixed bank of filters, g(r - r_k) exp(i m phi), steered by the lattice's angle.

    With the phase of each answer turned back by m times that angle, all perfect patches look
    alike but for where the lattice lies (steerable filters: Freeman and Adelson 1991,
    10.1109/34.93808).

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of a patch.
    rings : int
        How many there are around the centre.
    spacing : float
        Distance between rings in pixels.
    orders : int
        Highest order of the harmonics.

    Raises
    ------
    UsageError
        If the patch is too small for the filters.
    """

    def __init__(self, shape: tuple[int, int], rings: int, spacing: float, orders: int) -> None:
        super().__init__()
        reach = int(rings * spacing + 2 * _SOFTNESS * spacing)
        least = 2 * (reach - _BEYOND) + 1
        if min(shape) < least:
            raise UsageError(
                f"filters with rings = {rings} and spacing = {spacing:g} need patches of at least "
                f"{least} pixels a side, not {shape[0]}x{shape[1]}"
            )
        filters, order = _filters(reach, rings, spacing, orders)
        self.width = 2 * len(order) - order.count(0)
        """How many numbers are returned for a position."""
        self.orientation = Orientation(shape)
        # They follow from the settings, so they aren't saved with what is learned.
        for name, values in (
            ("real", filters.real.float().unsqueeze(1)),
            ("imag", filters.imag[order.count(0) :].float().unsqueeze(1)),
            ("order", torch.tensor(order[order.count(0) :], dtype=torch.float32)),
            ("rows", _mirrored(shape[0])),
            ("cols", _mirrored(shape[1])),
        ):
            self.register_buffer(name, values, persistent=False)
        self.real: Tensor
        self.imag: Tensor
        self.order: Tensor
        self.rows: Tensor
        self.cols: Tensor

    def forward(self, patches: Tensor) -> Tensor:
        """Compute the answers of the filters to normalised patches, shape (n, 1, rows, cols).

        Returns
        -------
        Tensor, shape (n, width, positions down, positions right)
            Order 0, then the real parts of the higher ones, then their imaginary parts.
        """
        turned = (self.orientation(patches).unsqueeze(1) * self.order)[:, :, None, None]
        beyond = patches[:, :, self.rows][:, :, :, self.cols]
        answers = functional.conv2d(beyond, self.real, stride=_STEP)
        imag = functional.conv2d(beyond, self.imag, stride=_STEP)
        alone = len(self.real) - len(self.imag)
        real, cosine, sine = answers[:, alone:], torch.cos(turned), torch.sin(turned)
        steered = (real * cosine + imag * sine, imag * cosine - real * sine)
        return torch.cat([answers[:, :alone], *steered], dim=1)


def _filters(reach: int, rings: int, spacing: float, orders: int) -> tuple[Tensor, list[int]]:
    """Return the filters, each of norm 1, and their orders, which ascend from 0."""
    away = torch.arange(-reach, reach + 1, dtype=torch.float64)
    down, right = torch.meshgrid(away, away, indexing="ij")
    radius, angle = torch.hypot(down, right), torch.atan2(down, right)
    filters, order = [], []
    for m in range(orders + 1):
        for ring in (k * spacing for k in range(rings + 1)):
            if 2 * math.pi * ring >= m * _FINEST:
                across = torch.exp(-((radius - ring) ** 2) / (2 * (_SOFTNESS * spacing) ** 2))
                pattern = across * torch.exp(1j * m * angle)
                filters.append(pattern / torch.linalg.vector_norm(pattern))
                order.append(m)
    return torch.stack(filters), order


def _mirrored(side: int) -> Tensor:
    """Return the indices of a row of pixels that goes on beyond both its ends."""
    beyond = torch.arange(-_BEYOND, side + _BEYOND).abs()
    return torch.where(beyond < side, beyond, 2 * (side - 1) - beyond)
