"""The changes of an augmentation in the order of a microscope: sheet, dirt, optics, detector."""

from __future__ import annotations

import torch
from torch import Tensor

from sixring.errors import UsageError
from sixring.patches._augmentation import Augmentation
from sixring.patches._dirt import dirt
from sixring.patches._draw import Draw
from sixring.patches._noise import blurred, noise_level, thinned
from sixring.patches._pose import GridPose, deform, deformation, place

__all__ = ["augment"]

_SMALLEST = 8
"""Rows and columns that a patch needs to have."""
_NARROWEST = 0.2
"""Standard deviation in pixels below which a Gaussian on the grid is a single pixel."""


@torch.no_grad()
def augment(batch: Tensor, how: Augmentation, generator: torch.Generator) -> Tensor:
    """Change each patch in its own way: see `Augmentation.apply`."""
    _check(batch, how)
    if not len(batch):
        return batch.clone()
    draw = Draw(generator, batch.device)
    every = (len(batch), 1, 1, 1)
    dose = torch.ones(every, device=batch.device)
    if how.dose < 1:
        dose = draw.log_uniform(every, how.dose, 1.0)
    if how.counts and how.dose < 1:
        batch = thinned(batch, dose, draw)
        dose = torch.ones_like(dose)
    recorded = batch
    batch, kept = _placed(batch, how, draw)
    if how.contamination > 0:
        batch = _soiled(batch, how, draw)
    if how.blur > 0:
        batch, left = _blurred(batch, how, draw)
        kept = kept * left
    # What the dose calls for, less what is left of the noise after all that smoothed it.
    missing = 1 / dose - kept
    if bool((missing > 0).any()):
        deviation = noise_level(recorded) * missing.clamp(min=0).sqrt()
        batch = batch + deviation * draw.normal(batch.shape)
    return _detected(batch, how, draw)


def _check(batch: Tensor, how: Augmentation) -> None:
    if batch.ndim != 4 or batch.shape[1] != 1 or min(batch.shape[-2:]) < _SMALLEST:
        raise UsageError(
            f"a batch must have the shape (n, 1, rows, cols) with at least {_SMALLEST} rows and "
            f"columns, not {tuple(batch.shape)}"
        )
    if batch.dtype != torch.float32:
        raise UsageError(f"a batch must be of type float32, not {batch.dtype}")
    if how.shift > min(batch.shape[-2:]) / 2:
        raise UsageError(
            f"the shift of {how.shift:g} pixels is more than half of a patch of "
            f"{batch.shape[-2]} by {batch.shape[-1]}: choose a smaller one"
        )


def _placed(batch: Tensor, how: Augmentation, draw: Draw) -> tuple[Tensor, Tensor]:
    """Bring each patch into its pose; return it, and the share of its noise that is left."""
    count = len(batch)
    deforms = how.rotation > 0 or how.scale > 0 or how.shear > 0
    turned = draw.chosen(count, how.interpolated if deforms else 0.0)
    if how.symmetries or how.shift >= 1:
        even = 0.5 if how.symmetries else 0.0
        rows, cols, swap = (draw.chosen(count, even) for _ in range(3))
        shift = draw.uniform((count, 2), -how.shift, how.shift).round()
        batch = place(batch, GridPose(rows, cols, swap, shift * ~turned[:, None]))
    which = turned.nonzero().flatten()
    if not len(which):
        return batch, torch.ones((count, 1, 1, 1), device=batch.device)
    some = len(which)
    matrix = deformation(
        angle=draw.uniform((some,), -how.rotation, how.rotation),
        scale=draw.log_uniform((some,), 1 / (1 + how.scale), 1 + how.scale),
        shear=draw.uniform((some, 2), -how.shear, how.shear),
    )
    shift = draw.uniform((some, 2), -how.shift, how.shift)
    deformed, left = deform(batch[which], matrix, shift)
    kept = torch.ones_like(batch)
    return batch.index_copy(0, which, deformed), kept.index_copy(0, which, left)


def _soiled(batch: Tensor, how: Augmentation, draw: Draw) -> Tensor:
    which = draw.chosen(len(batch), how.contamination).nonzero().flatten()
    if not len(which):
        return batch
    some = batch[which]
    strength = draw.uniform((len(which), 1, 1, 1), 0.0, how.contamination_strength)
    soiled = some + strength * _spread(some) * dirt(some.shape, how.contamination_size, draw)
    return batch.index_copy(0, which, soiled)


def _blurred(batch: Tensor, how: Augmentation, draw: Draw) -> tuple[Tensor, Tensor]:
    """Blur each patch; return it, and the share of its noise that is left."""
    width = draw.uniform((len(batch),), 0.0, how.blur)
    kept = torch.ones((len(batch), 1, 1, 1), device=batch.device)
    which = (width > _NARROWEST).nonzero().flatten()
    if not len(which):
        return batch, kept
    some, left = blurred(batch[which], width[which])
    return batch.index_copy(0, which, some), kept.index_copy(0, which, left)


def _detected(batch: Tensor, how: Augmentation, draw: Draw) -> Tensor:
    shape = (len(batch), 1, 1, 1)
    if how.inversion > 0:
        inverted = draw.chosen(len(batch), how.inversion).reshape(shape)
        batch = torch.where(inverted, 2 * batch.mean(dim=(2, 3), keepdim=True) - batch, batch)
    if how.gain == 0 and how.offset == 0:
        return batch
    gain = draw.log_uniform(shape, 1 / (1 + how.gain), 1 + how.gain)
    offset = draw.uniform(shape, -how.offset, how.offset) * _spread(batch)
    return gain * (batch + offset)


def _spread(batch: Tensor) -> Tensor:
    """Return the standard deviation of each patch, shape (n, 1, 1, 1)."""
    centred = batch - batch.mean(dim=(2, 3), keepdim=True)
    return centred.square_().mean(dim=(2, 3), keepdim=True).sqrt()
