"""Contamination: a soft blob with speckle somewhere on a patch."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from sixring.patches._draw import Draw

__all__ = ["dirt"]

_RAGGED = 6
"""Places along a side at which the outline of a blob is drawn."""
_RAGGEDNESS = 0.3
"""By how much of its radius the outline is displaced."""
_SOFTNESS = 0.15
"""Width of the outline, as a share of the radius."""
_GRAIN = 2
"""Pixels from one grain of the speckle to the next."""
_SPECKLE = 0.6
"""Share of the speckle in the height of a blob; the rest is even."""


def dirt(shape: torch.Size, size: float, draw: Draw) -> Tensor:
    """Draw a blob for each patch.

    Parameters
    ----------
    shape : Size
        Of the patches: n, 1, rows, cols.
    size : float
        Radius, from a third of this to all of it, as a share of the shorter side.
    draw : Draw
        Where the numbers come from.

    Returns
    -------
    Tensor
        Shape (n, 1, rows, cols): zero outside the blob and about one in it, in modulus;
        brighter for some patches, darker for others.
    """
    count, _, rows, cols = shape
    side = min(rows, cols)
    radius = draw.uniform((count, 1, 1), size / 3, size) * side
    centre = draw.uniform((count, 2), 0.0, 1.0)
    row = torch.arange(rows, device=centre.device) - centre[:, :1] * (rows - 1)
    col = torch.arange(cols, device=centre.device) - centre[:, 1:] * (cols - 1)
    distance = torch.hypot(row[:, :, None], col[:, None, :])[:, None]
    outline = _smooth(draw, shape, _RAGGED, _RAGGED)
    radius = radius[:, None].clamp(min=1.0)
    inside = torch.sigmoid((radius * (1 + _RAGGEDNESS * outline) - distance) / (_SOFTNESS * radius))
    speckle = _smooth(draw, shape, -(-rows // _GRAIN), -(-cols // _GRAIN))
    sign = 1.0 - 2.0 * draw.chosen(count, 0.5)[:, None, None, None].float()
    return inside * (sign * (1 - _SPECKLE) + _SPECKLE * speckle)


def _smooth(draw: Draw, shape: torch.Size, rows: int, cols: int) -> Tensor:
    """Draw a smooth random field of mean 0 with variance 1 at its `rows` by `cols` places."""
    places = draw.normal((shape[0], 1, rows, cols))
    return interpolate(places, size=shape[-2:], mode="bilinear", align_corners=False)
