"""Where the lattice lies in a patch: mirrored, shifted, turned, scaled and sheared."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from kornia.geometry.transform import warp_affine
from torch import Tensor

__all__ = ["GridPose", "deform", "deformation", "place"]


@dataclass(frozen=True, eq=False)
class GridPose:
    """For each patch a pose that takes pixels to pixels."""

    mirror_rows: Tensor
    """Whether the order of the rows is reversed, shape (n,)."""
    mirror_cols: Tensor
    """Whether the order of the columns is reversed, shape (n,)."""
    transpose: Tensor
    """Whether rows and columns are exchanged, shape (n,); only where they are equally many."""
    shift: Tensor
    """By how many pixels along rows and columns, whole, shape (n, 2)."""


def place(batch: Tensor, pose: GridPose) -> Tensor:
    """Bring patches into a pose without interpolation.

    Parameters
    ----------
    batch : Tensor
        Shape (n, 1, rows, cols).
    pose : GridPose
        What comes in from outside is mirrored at the middle of the pixel at the edge.

    Returns
    -------
    Tensor
        The same shape.
    """
    count, _, rows, cols = batch.shape
    row = _source(rows, pose.shift[:, 0], pose.mirror_rows)
    col = _source(cols, pose.shift[:, 1], pose.mirror_cols)
    straight = row[:, :, None] * cols + col[:, None, :]
    which = straight
    if rows == cols:
        which = torch.where(pose.transpose[:, None, None], straight.mT, straight)
    return batch.flatten(1).gather(1, which.reshape(count, -1)).reshape(batch.shape)


def _source(length: int, shift: Tensor, mirror: Tensor) -> Tensor:
    """Return for each place along an axis where its pixel comes from, shape (n, length)."""
    place = torch.arange(length, device=shift.device) - shift[:, None].long()
    period = max(2 * (length - 1), 1)
    place = place.remainder(period)
    place = torch.where(place < length, place, period - place)
    return torch.where(mirror[:, None], length - 1 - place, place)


def deformation(angle: Tensor, scale: Tensor, shear: Tensor) -> Tensor:
    """Return matrices that turn after they have sheared and scaled.

    Parameters
    ----------
    angle : Tensor
        Degrees from the column axis towards increasing rows, shape (n,).
    scale : Tensor
        Factors, shape (n,).
    shear : Tensor
        Pure shear along and across the axes, and along and across the diagonals, shape (n, 2).

    Returns
    -------
    Tensor
        Shape (n, 2, 2), for (x, y) = (col, row).
    """
    radians = torch.deg2rad(angle)
    cosine, sine = torch.cos(radians), torch.sin(radians)
    turn = torch.stack([cosine, -sine, sine, cosine], dim=-1).reshape(-1, 2, 2)
    along, across = shear.unbind(-1)
    stretch = torch.stack([1 + along, across, across, 1 - along], dim=-1).reshape(-1, 2, 2)
    return scale[:, None, None] * turn @ stretch


def deform(batch: Tensor, matrix: Tensor, shift: Tensor) -> tuple[Tensor, Tensor]:
    """Deform patches about their middle, by bicubic interpolation.

    Parameters
    ----------
    batch : Tensor
        Shape (n, 1, rows, cols).
    matrix : Tensor
        Shape (n, 2, 2), for (x, y) = (col, row): takes a place in the patch to its new one.
    shift : Tensor
        Then along rows and columns, pixels, shape (n, 2).

    Returns
    -------
    batch : Tensor
        The same shape. What comes in from outside is mirrored at the edge.
    kept : Tensor
        Share of the variance of white noise that is left at each pixel, of the same shape.
    """
    rows, cols = batch.shape[-2:]
    middle = torch.tensor([(cols - 1) / 2, (rows - 1) / 2], device=batch.device)
    offset = middle + shift.flip(-1) - matrix @ middle
    deformed = warp_affine(
        batch,
        torch.cat([matrix, offset[..., None]], dim=-1),
        (rows, cols),
        mode="bicubic",
        padding_mode="reflection",
        align_corners=True,
    )
    back = torch.linalg.inv(matrix)[:, :, :, None, None]
    x = torch.arange(cols, device=batch.device) - offset[:, 0, None, None]
    y = torch.arange(rows, device=batch.device)[:, None] - offset[:, 1, None, None]
    kept = _squared_weights(back[:, 0, 0] * x + back[:, 0, 1] * y)
    kept *= _squared_weights(back[:, 1, 0] * x + back[:, 1, 1] * y)
    return deformed, kept[:, None]


def _squared_weights(place: Tensor) -> Tensor:
    """Add up the squares of the weights by which a place between pixels is interpolated.

    For the kernel of Keys (1981, doi:10.1109/TASSP.1981.1163711) with a = -0.75, which is
    PyTorch's: between 1 on a pixel and 0.72 in the middle of two.
    """
    between = place - place.floor()
    product = between * (1 - between)
    return 1 - product.square() * (3.375 + 4.25 * product)
