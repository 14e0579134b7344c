"""Artificial defects, of no kind in particular, in patches of a perfect lattice."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["corrupted"]

_STRONGEST = 1 / 32
"""Share of the Fourier coefficients that are lattice: a few for each reflection, as it lies
between them."""
_MARGIN = 1 / 6
"""Share of each side along which no defect has its centre."""
_WIDTH = (3.0, 12.0)
"""Radius in pixels of what is moved, turned or faded."""
_ATOM = (1.5, 4.0)
"""Standard deviation in pixels of a blob."""
_HEIGHT = (0.7, 3.0)
"""Height of a blob in standard deviations of the lattice."""
_APART = (3.0, 9.0)
"""Distance in pixels between a blob that is added and the one that it is taken from."""
_MOVED = (1.5, 5.0)
"""In pixels."""
_TURNED = (math.radians(20), math.radians(100))
_STRETCHED = (0.15, 0.5)
"""Share by which what is around a centre is drawn to it or pushed away."""
_FADED = (0.4, 1.0)
"""Share of the lattice that is lost."""


@torch.no_grad()
def corrupted(patches: Tensor) -> Tensor:
    """Return patches with a defect each, somewhere.

    Each patch's lattice is at one place moved, turned or stretched, faded, or gets blobs the size
    of atoms, added, taken away, or both. The noise stays as it is, or its texture would tell.
    (Training on artificial anomalies: Zavrtanik et al. 2021, arXiv:2108.07610.)

    Parameters
    ----------
    patches : Tensor, shape (n, 1, rows, cols)
        Perfect ones. What is done to each is drawn from torch's random numbers.

    Returns
    -------
    Tensor
        The same shape.
    """
    n, _, rows, cols = patches.shape
    lattice = _lattice(patches)
    place = _grid(patches)
    share = _MARGIN + (1 - 2 * _MARGIN) * torch.rand(n, 1, 1, 2, device=patches.device)
    centre = share * torch.tensor([rows - 1, cols - 1], device=patches.device)
    kind = torch.randint(5, (n, 1, 1), device=patches.device)
    away = place - centre
    flat = torch.exp(-((away.square().sum(dim=3) / _log_uniform(away, *_WIDTH) ** 2) ** 2))
    source = place - flat.unsqueeze(3) * _displacement(away, kind)
    changed = _sampled(lattice, source)
    fades = (kind == 3) | (torch.rand(n, 1, 1, device=patches.device) < 0.3)
    kept = 1 - fades * _uniform(away, *_FADED) * flat
    blobs = torch.where(kind == 4, _blobs(away), 0.0).unsqueeze(1)
    height = lattice.std(dim=(2, 3), keepdim=True)
    return patches - lattice + changed * kept.unsqueeze(1) + height * blobs


def _displacement(away: Tensor, kind: Tensor) -> Tensor:
    """Return by how much each place near the centre is moved, if it is: kinds 0, 1 and 2."""
    direction = 2 * math.pi * torch.rand_like(away[:, :1, :1, 0])
    unit = torch.stack([torch.sin(direction), torch.cos(direction)], dim=3)
    moved = _uniform(away, *_MOVED).unsqueeze(3) * unit
    angle = (_sign(away) * _uniform(away, *_TURNED)).unsqueeze(3)
    across = torch.stack([-away[..., 1], away[..., 0]], dim=3)
    # Of a point that comes from a turn back by the angle.
    turned = away - (torch.cos(angle) * away - torch.sin(angle) * across)
    stretched = (_sign(away) * _uniform(away, *_STRETCHED)).unsqueeze(3) * away
    none = torch.zeros_like(away)
    chosen = kind.unsqueeze(3)
    return torch.where(
        chosen == 0,
        moved,
        torch.where(chosen == 1, turned, torch.where(chosen == 2, stretched, none)),
    )


def _blobs(away: Tensor) -> Tensor:
    """Return a blob at the centre, and for half of the patches its opposite beside it."""
    width = _log_uniform(away, *_ATOM)
    height = _sign(away) * _uniform(away, *_HEIGHT)
    direction = 2 * math.pi * torch.rand_like(height)
    step = torch.stack([torch.sin(direction), torch.cos(direction)], dim=3)
    beside = away - _uniform(away, *_APART).unsqueeze(3) * step
    paired = torch.rand_like(height) < 0.5
    first, second = (
        torch.exp(-offset.square().sum(dim=3) / (2 * width**2)) for offset in (away, beside)
    )
    return height * (first - paired * second)


def _lattice(patches: Tensor) -> Tensor:
    """Return what the strongest Fourier coefficients hold: the lattice, and little noise."""
    spectrum = torch.fft.rfft2(patches)
    power = spectrum.abs().flatten(1)
    kept = max(1, round(_STRONGEST * power.shape[1]))
    least = power.topk(kept, dim=1).values[:, -1:]
    strong = (power >= least).reshape(spectrum.shape)
    lattice: Tensor = torch.fft.irfft2(spectrum * strong, s=patches.shape[2:])
    return lattice


def _grid(patches: Tensor) -> Tensor:
    """Return row and column of each pixel, shape (1, rows, cols, 2)."""
    sides = [torch.arange(side, device=patches.device) for side in patches.shape[2:]]
    return torch.stack(torch.meshgrid(*sides, indexing="ij"), dim=2).float().unsqueeze(0)


def _sampled(images: Tensor, places: Tensor) -> Tensor:
    """Return images at other places, rows and columns in pixels, shape (n, rows, cols, 2)."""
    sides = torch.tensor(images.shape[2:], device=images.device)
    relative = 2 * places / (sides - 1) - 1
    return functional.grid_sample(
        images, relative.flip(3), mode="bicubic", padding_mode="reflection", align_corners=True
    )


def _uniform(like: Tensor, low: float, high: float) -> Tensor:
    """Return a number for each patch, shape (n, 1, 1)."""
    return low + (high - low) * torch.rand_like(like[:, :1, :1, 0])


def _log_uniform(like: Tensor, low: float, high: float) -> Tensor:
    return torch.exp(_uniform(like, math.log(low), math.log(high)))


def _sign(like: Tensor) -> Tensor:
    return torch.where(torch.rand_like(like[:, :1, :1, 0]) < 0.5, -1.0, 1.0)
