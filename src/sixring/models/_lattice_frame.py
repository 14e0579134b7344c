"""Patches seen in the frame of their own lattice, where every ring's centre is a whole number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from sixring.models._plane_waves import REFLECTIONS, FittedLattice
from sixring.structures import LATTICE_CONSTANT

__all__ = ["CELL", "LatticeFrame", "oblique_grid", "ring_centre_and_transfer"]

CELL = LATTICE_CONSTANT**2 * math.sqrt(3) / 2
"""Area of a cell in square angstrom."""
_STRUCTURE_FACTORS = (-1.0, 2.0, -1.0)
"""Of a cell's two atoms at each shell, from a ring's centre."""


@dataclass(frozen=True)
class LatticeFrame:
    """Places in n patches, in units of their lattices from a ring's centre near the middle."""

    outward: Tensor
    """Shape (n, 2, 2): takes a place to x, y in pixels from the middle of the patch."""
    origin: Tensor
    """Shape (n, 2): the ring's centre, in units of the lattice from the middle of the patch."""
    half: Tensor
    """Shape (2,): x, y of the patch's corner from its middle, in pixels."""

    @classmethod
    def of(cls, lattice: FittedLattice, origin: Tensor) -> LatticeFrame:
        """Make the frame of fitted lattices."""
        a, b, c, d = lattice.vectors.flatten(1).unbind(dim=1)
        adjugate = torch.stack([d, -b, -c, a], dim=1).unflatten(1, (2, 2))
        rows, cols = lattice.residual.shape[1:]
        half = torch.tensor([(cols - 1) / 2, (rows - 1) / 2], dtype=torch.float64)
        return cls(adjugate / (a * d - b * c)[:, None, None], origin, half)

    @property
    def cell(self) -> Tensor:
        """Area of a cell in pixels, shape (n,)."""
        a, b, c, d = self.outward.flatten(1).unbind(dim=1)
        return torch.abs(a * d - b * c)

    def pixels(self, places: Tensor) -> Tensor:
        """Return x, y in pixels from the middle for places, shape (k, 2): shape (n, k, 2)."""
        moved: Tensor = (places + self.origin[:, None]) @ self.outward.transpose(1, 2)
        return moved

    def sample(self, images: Tensor, grid: Tensor) -> Tensor:
        """Interpolate images between their pixels; 0 outside.

        Parameters
        ----------
        images : Tensor, shape (n, channels, rows, cols)
            In the frame of the patch.
        grid : Tensor, shape (k, m, 2)
            Places.

        Returns
        -------
        Tensor, shape (n, channels, k, m)
            The images at these places.
        """
        where = self.pixels(grid.flatten(0, 1)) / self.half
        return functional.grid_sample(
            images, where.unflatten(1, grid.shape[:2]), align_corners=True
        )


def oblique_grid(reach: int, grain: int) -> Tensor:
    """Return places about the origin, shape (2 reach + 1, 2 reach + 1, 2): `grain` to a cell.

    Columns run along the first lattice vector, rows along the second.
    """
    steps = torch.arange(-reach, reach + 1, dtype=torch.float64) / grain
    return torch.stack(torch.meshgrid(steps, steps, indexing="xy"), dim=2)


def ring_centre_and_transfer(amplitudes: Tensor) -> tuple[Tensor, Tensor]:
    """Take from a lattice's amplitudes where a ring's centre is, and what the microscope does.

    The phases of three reflections that close to a triangle say where the lattice is; their sum
    doesn't depend on that, and is 0 or a half turn as ring centres are bright or dark.

    Parameters
    ----------
    amplitudes : Tensor, shape (n, 9, 2)
        As :class:`FittedLattice` has them.

    Returns
    -------
    origin : Tensor, shape (n, 2)
        The ring's centre next to the middle of the patch, in units of the lattice.
    transfer : Tensor, shape (n, 3)
        The Fourier transform of an atom's image at each shell, in units of the patch times
        square angstrom.
    """
    real, imaginary = amplitudes.unbind(dim=2)
    # ONNX Runtime has the arc tangent of float32 alone.
    phases = torch.atan2(imaginary[:, :3].float(), real[:, :3].float()).double()
    dark = torch.cos(phases.sum(dim=1, keepdim=True)) < 0
    phases = phases + math.pi * dark
    excess = phases.sum(dim=1, keepdim=True)
    excess = excess - 2 * math.pi * torch.round(excess / (2 * math.pi))
    # The reflections add up to nothing, and so must the phases: each gives a third of the excess.
    origin = -(phases - excess / 3)[:, :2] / (2 * math.pi)
    origin = origin - torch.round(origin)
    turns = 2 * math.pi * origin @ torch.tensor(REFLECTIONS, dtype=origin.dtype).T
    upright = real * torch.cos(turns) - imaginary * torch.sin(turns)
    factors = torch.tensor(_STRUCTURE_FACTORS, dtype=origin.dtype)
    return origin, upright.unflatten(1, (3, 3)).mean(dim=2) * CELL / (2 * factors)
