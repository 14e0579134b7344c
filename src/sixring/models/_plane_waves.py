"""A perfect lattice fitted to each patch: plane waves of three shells, least squares."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

__all__ = [
    "REFLECTIONS",
    "FittedLattice",
    "fit_lattice",
    "lattice_power",
    "plane_waves",
    "starts",
]

REFLECTIONS = ((1, 0), (0, 1), (-1, -1), (1, -1), (2, 1), (1, 2), (2, 0), (0, 2), (-2, -2))
"""One of each pair of opposite reflections of the three innermost shells, as multiples of the
two reciprocal vectors, which make 120 degrees. The first three close to a triangle."""
_RECIPROCAL = ((1.0, -1 / math.sqrt(3)), (0.0, 2 / math.sqrt(3)))
"""The reciprocal vectors (x, y) of a lattice with constant 1 whose first vector lies along x."""
_SEARCHED = 6
"""Reflections, the two inner shells, whose power the first search adds up."""
_TURN = math.pi / 3
"""After this the lattice is the same again."""
_ANGLES = 60
"""Orientations that the first search tries: a degree apart."""
_STRETCH = 0.01
"""Step of the lattice constants that it tries, relative."""
_FREQUENCIES = 65
"""Along each axis, for the power spectrum of the first search."""
_STEPS = 5
"""Of the refinement."""
_LONGEST_STEP = 0.04
"""Of one component of a reciprocal vector, relative to its length: past this the model isn't
linear any more."""
_INVERSIONS = 10
"""Steps of the iteration that inverts a matrix."""
_RIDGE = 1e-9
"""Added to the diagonal, relative: a patch without a lattice leaves its orientation open."""


@dataclass(frozen=True)
class FittedLattice:
    """Perfect lattices, one for each of n patches."""

    vectors: Tensor
    """Shape (n, 2, 2): the two reciprocal vectors (x, y) in cycles per pixel, so that
    ``vectors @ (x, y)`` is a place in units of the lattice, from the middle of the patch."""
    amplitudes: Tensor
    """Shape (n, 9, 2): real and imaginary part of a for each of `REFLECTIONS`, which the patch
    has as the real part of ``a exp(2 pi i h.r)``."""
    residual: Tensor
    """Shape (n, rows, cols): the patch without its lattice."""


def starts(period: Tensor, spread: float) -> Tensor:
    """List the lattices that the first search tries.

    Parameters
    ----------
    period : Tensor, shape ()
        The lattice constant in pixels about which it searches.
    spread : float
        By how much the constant may differ, relative.

    Returns
    -------
    Tensor, shape (m, 2, 2)
        Reciprocal vectors in cycles per pixel.
    """
    count = 2 * math.ceil(spread / _STRETCH) + 1
    scales = torch.linspace(1 - spread, 1 + spread, count, dtype=torch.float64)
    angles = torch.arange(_ANGLES, dtype=torch.float64) * (_TURN / _ANGLES)
    cos, sin = torch.cos(angles), torch.sin(angles)
    # Vectors are rows, so they are turned from the right.
    turns = torch.stack([torch.stack([cos, sin], -1), torch.stack([-sin, cos], -1)], -2)
    turned = torch.tensor(_RECIPROCAL, dtype=torch.float64) @ turns
    grid: Tensor = (scales[:, None, None, None] * turned).flatten(0, 1)
    return grid / period.double()


def lattice_power(patches: Tensor, lattices: Tensor) -> Tensor:
    """Return the power of each patch at the reflections of each lattice, shape (n, m).

    Parameters
    ----------
    patches : Tensor, shape (n, rows, cols)
        Of mean 0.
    lattices : Tensor, shape (m, 2, 2)
        Reciprocal vectors in cycles per pixel.
    """
    rows, cols = patches.shape[1:]
    window = torch.outer(_hann(rows), _hann(cols)).to(patches)
    reflections = torch.tensor(REFLECTIONS[:_SEARCHED]).to(patches)
    wanted = reflections @ lattices.to(patches)
    highest = wanted.abs().max()
    frequencies = torch.linspace(-1, 1, _FREQUENCIES).to(patches) * highest
    down = 2 * math.pi * torch.outer(frequencies, _places(rows).to(patches))
    across = 2 * math.pi * torch.outer(_places(cols).to(patches), frequencies)
    windowed = patches * window
    cos, sin = windowed @ torch.cos(across), windowed @ torch.sin(across)
    real = torch.cos(down) @ cos - torch.sin(down) @ sin
    imaginary = torch.cos(down) @ sin + torch.sin(down) @ cos
    spectrum = (real**2 + imaginary**2).unsqueeze(1)
    where = (wanted / highest).unsqueeze(0).expand(patches.shape[0], -1, -1, -1)
    found = functional.grid_sample(spectrum, where, align_corners=True)
    return found.squeeze(1).sum(dim=2)


def fit_lattice(patches: Tensor, vectors: Tensor) -> FittedLattice:
    """Fit lattices by least squares: amplitudes, and from near by the reciprocal vectors.

    The amplitudes enter linearly, the vectors through the phases; both are solved for together,
    with the phases linearised (Gauss and Newton).

    Parameters
    ----------
    patches : Tensor of float64, shape (n, rows, cols)
        Of mean 0.
    vectors : Tensor of float64, shape (n, 2, 2)
        First reciprocal vectors in cycles per pixel.
    """
    rows, cols = patches.shape[1:]
    x, y = _places(cols), _places(rows)
    flat = patches.flatten(1).unsqueeze(2)
    reflections = torch.tensor(REFLECTIONS, dtype=torch.float64)
    longest = _LONGEST_STEP * torch.sqrt((vectors**2).sum(dim=2)).mean(dim=1)
    waves = plane_waves(vectors, x, y)
    amplitudes = _least_squares(waves, flat)
    count = len(REFLECTIONS)
    place = torch.stack(torch.broadcast_tensors(x[None, :], y[:, None]), 0).flatten(1)
    for _ in range(_STEPS):
        cos, sin = waves[:, 1 : 1 + count], waves[:, 1 + count :]
        a, b = amplitudes[:, 1 : 1 + count, None], amplitudes[:, 1 + count :, None]
        by_phase = 2 * math.pi * (b * cos - a * sin)
        by_index = reflections.T @ by_phase
        tangents = (by_index.unsqueeze(2) * place).flatten(1, 2)
        both = _least_squares(torch.cat([waves, tangents], dim=1), flat)
        step = both[:, waves.shape[1] :].unflatten(1, (2, 2))
        size = step.abs().amax(dim=(1, 2))
        held = torch.clamp(longest / (size + torch.finfo(size.dtype).tiny), max=1.0)
        vectors = vectors + step * held[:, None, None]
        waves, amplitudes = plane_waves(vectors, x, y), both[:, : waves.shape[1]]
    amplitudes = _least_squares(waves, flat)
    fitted = (amplitudes.unsqueeze(1) @ waves).squeeze(1)
    pairs = torch.stack([amplitudes[:, 1 : 1 + count], -amplitudes[:, 1 + count :]], dim=2)
    return FittedLattice(vectors, pairs, patches - fitted.unflatten(1, (rows, cols)))


def _places(count: int) -> Tensor:
    """Return the places of pixels from the middle, so that the waves are hardly correlated."""
    return torch.arange(count, dtype=torch.float64) - (count - 1) / 2


def _hann(count: int) -> Tensor:
    return torch.hann_window(count + 2, periodic=False, dtype=torch.float64)[1:-1]


def plane_waves(vectors: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Return 1, the cosines and the sines of the nine reflections on a grid.

    Parameters
    ----------
    vectors : Tensor, shape (n, 2, 2)
        Reciprocal vectors, in cycles per unit of x and y.
    x, y : Tensor, shapes (cols,) and (rows,)
        Places of the columns and the rows.

    Returns
    -------
    Tensor, shape (n, 1 + 2 * 9, rows * cols)
        What a perfect lattice is a sum of.
    """
    reflections = torch.tensor(REFLECTIONS, dtype=torch.float64)
    frequencies = 2 * math.pi * (reflections @ vectors)
    across = (frequencies[:, :, 0, None] * x).unsqueeze(2)
    down = (frequencies[:, :, 1, None] * y).unsqueeze(3)
    cos = torch.cos(across) * torch.cos(down) - torch.sin(across) * torch.sin(down)
    sin = torch.sin(across) * torch.cos(down) + torch.cos(across) * torch.sin(down)
    one = torch.ones_like(cos[:, :1])
    return torch.cat([one, cos, sin], dim=1).flatten(2)


def _least_squares(waves: Tensor, values: Tensor) -> Tensor:
    """Solve for the coefficients of k functions, shapes (n, k, p) and (n, p, 1) to (n, k).

    ONNX knows no solver, so the normal equations are inverted by the iteration of Newton and
    Schulz, ``X <- X (2 - A X)``, which from a small multiple of 1 converges for every positive
    matrix, squaring the error each time. That of scaled waves over a few cells is near 1.
    """
    matrix = waves @ waves.transpose(1, 2)
    identity = torch.eye(matrix.shape[1], dtype=matrix.dtype)
    scale = torch.rsqrt((matrix * identity).sum(dim=2) + torch.finfo(matrix.dtype).tiny)
    matrix = matrix * scale[:, :, None] * scale[:, None, :] + _RIDGE * identity
    largest = matrix.abs().sum(dim=2).amax(dim=1)
    inverse = identity / largest[:, None, None]
    for _ in range(_INVERSIONS):
        inverse = inverse @ (2 * identity - matrix @ inverse)
    right = (waves @ values) * scale[:, :, None]
    return (inverse @ right).squeeze(2) * scale
