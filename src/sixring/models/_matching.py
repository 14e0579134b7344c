"""A residual held against difference images: the Bayes statistic for an unknown place and pose."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from sixring.models._difference_images import GRAIN, REACH
from sixring.models._lattice_frame import CELL, LatticeFrame, oblique_grid
from sixring.models._plane_waves import plane_waves
from sixring.structures import LATTICE_CONSTANT

__all__ = ["largest_residual", "log_ratios", "mean_ratio", "seen_by_lattice", "within"]

_SITES = 4
"""A defect is looked for this many cells each way from the ring's centre next to the middle."""
_IMPOSSIBLE = -1e6
"""Logarithm of the likelihood ratio where nothing is looked for."""
_NOTHING = torch.finfo(torch.float64).tiny
"""Added to what is 0 in a constant patch, which has neither lattice nor noise."""
_SMOOTHING = 0.4
"""Standard deviation, in angstrom, of what smooths the residual: about that of an atom's image."""
_EVERY = 2
"""The smoothed residual is looked at in every second row and column of the grid."""


def seen_by_lattice(frame: LatticeFrame, residual: Tensor) -> Tensor:
    """Return residuals in the frame of their lattices, as far as a difference image may reach.

    Parameters
    ----------
    frame : LatticeFrame
        Of n patches.
    residual : Tensor, shape (n, rows, cols)
        What the lattice leaves over.

    Returns
    -------
    Tensor, shape (n, 2, k, k)
        The residual, and 1 in the patch, 0 outside.
    """
    both = torch.stack([residual, torch.ones_like(residual)], dim=1)
    return frame.sample(both, _grid())


def log_ratios(
    frame: LatticeFrame, seen: Tensor, noise: Tensor, pixels: int, images: Tensor
) -> Tensor:
    """Compute the logarithm of the likelihood ratio of each hypothesis, for white noise.

    With r the residual, s the image of the defect and s' what is left of it where the lattice is
    fitted too, ``(r.s - s'.s' / 2) / noise``.

    Parameters
    ----------
    frame : LatticeFrame
        Of n patches.
    seen : Tensor, shape (n, 2, k, k)
        From :func:`seen_by_lattice`.
    noise : Tensor, shape (n,)
        Variance of the residual.
    pixels : int
        Of a patch.
    images : Tensor, shape (n, m, side * side)
        Difference images, as each patch's transfer makes them.

    Returns
    -------
    Tensor, shape (n, m, sites)
        Of each image at each site, which are those of :func:`within`.
    """
    side = 2 * REACH + 1
    cut = seen.unfold(2, side, GRAIN).unfold(3, side, GRAIN).flatten(4, 5).flatten(2, 3)
    # A sum over pixels is one over grid points, each of which stands for so many pixels.
    share = (frame.cell / GRAIN**2)[:, None, None]
    squares = images**2
    agreement = share * (images @ cut[:, 0].transpose(1, 2))
    energy = share * (squares @ cut[:, 1].transpose(1, 2))
    whole = share * squares.sum(dim=2, keepdim=True)
    # The lattice, fitted to a patch with the defect, takes from its image what is periodic. That
    # is worked out for the whole image; of one cut off it takes less as it is smaller.
    steps = torch.arange(-REACH, REACH + 1, dtype=torch.float64)
    (waves,) = plane_waves(torch.eye(2, dtype=torch.float64)[None] / GRAIN, steps, steps)
    norms = torch.full((len(waves),), pixels / 2, dtype=torch.float64)
    norms[0] = pixels
    lost = ((share * (images @ waves.T)) ** 2 / norms).sum(dim=2, keepdim=True)
    left = energy - lost * (energy / (whole + _NOTHING)) ** 2
    ratios: Tensor = (agreement - left / 2) / (noise + _NOTHING)[:, None, None]
    return ratios


def within(frame: LatticeFrame, middles: Tensor, extents: Tensor, inner: float) -> Tensor:
    """Tell which sites bring a defect's rings into the inner part of the patch.

    Parameters
    ----------
    frame : LatticeFrame
        Of n patches.
    middles : Tensor, shape (m, 2)
        The middle of each defect, in units of the lattice from the ring's centre at its site.
    extents : Tensor, shape (m,)
        How far its rings lie from there, in angstrom.
    inner : float
        Share of the patch along each axis.

    Returns
    -------
    Tensor of bool, shape (n, m, sites)
        Whether it does.
    """
    sites = oblique_grid(_SITES, 1).flatten(0, 1)
    places = frame.pixels((middles[:, None] + sites).flatten(0, 1)).unflatten(1, (len(middles), -1))
    pixels = torch.sqrt(frame.cell / CELL)[:, None] * extents
    allowed = inner * frame.half + pixels[:, :, None, None]
    found: Tensor = (places.abs() < allowed).all(dim=3)
    return found


def mean_ratio(ratios: Tensor, looked_for: Tensor) -> Tensor:
    """Return the logarithm of the mean likelihood ratio of the hypotheses that count, shape (n,).

    Parameters
    ----------
    ratios, looked_for : Tensor, shape (n, m, sites)
        From :func:`log_ratios` and :func:`within`.
    """
    counted = looked_for.flatten(1).sum(dim=1).clamp(min=1)
    held = torch.where(looked_for, ratios, _IMPOSSIBLE).flatten(1)
    return torch.logsumexp(held, dim=1) - torch.log(counted)


def largest_residual(frame: LatticeFrame, seen: Tensor, noise: Tensor, inner: float) -> Tensor:
    """Return the largest smoothed residual, either sign, in standard deviations of the noise.

    Parameters
    ----------
    frame : LatticeFrame
        Of n patches.
    seen : Tensor, shape (n, 2, k, k)
        From :func:`seen_by_lattice`.
    noise : Tensor, shape (n,)
        Variance of the residual.
    inner : float
        Share of the patch, along each axis, that counts.

    Returns
    -------
    Tensor, shape (n,)
        The largest value.
    """
    half = math.ceil(3 * _SMOOTHING / LATTICE_CONSTANT * GRAIN)
    steps = torch.arange(-half, half + 1) * (LATTICE_CONSTANT / GRAIN)
    # The lattice vectors make 60 degrees.
    squares = steps[:, None] ** 2 + steps[:, None] * steps + steps**2
    kernel = torch.exp(-squares / (2 * _SMOOTHING**2))
    kernel = (kernel / torch.sqrt((kernel**2).sum())).float()[None, None]
    grid = _grid()
    smooth = functional.conv2d(seen[:, :1].float(), kernel, stride=_EVERY).flatten(1)
    middles = grid[half : len(grid) - half : _EVERY, half : len(grid) - half : _EVERY]
    places = frame.pixels(middles.flatten(0, 1))
    counts = (places.abs() < inner * frame.half).all(dim=2)
    # Where pixels are larger than the grid's steps, neighbouring points share their noise.
    share = torch.sqrt(frame.cell / GRAIN**2)
    largest = torch.where(counts, smooth.abs(), 0.0).amax(dim=1)
    return largest * share / torch.sqrt(noise + _NOTHING)


def _grid() -> Tensor:
    """Return the places at which residuals are seen."""
    return oblique_grid(_SITES * GRAIN + REACH, GRAIN)
