"""What a perfect lattice, fitted to the patch itself, leaves over; nothing is trained.

``matched``
    The residual held against defects of the library in every pose and place: the logarithm of
    the mean likelihood ratio over these hypotheses, which for white noise is the best statistic
    for a defect of unknown kind, place and pose. What a defect looks like follows from its atoms
    and from the transfer of the microscope, which the fitted lattice itself shows at three
    frequencies, sign included: dark atoms and bright ones are the same to it.
``residual``
    The largest residual anywhere, smoothed to the size of an atom, in standard deviations: it
    knows nothing of any defect.

Of the perfect patches it learns how many pixels the lattice constant has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from sixring.errors import UsageError
from sixring.models._difference_images import difference_images
from sixring.models._lattice_frame import LatticeFrame, ring_centre_and_transfer
from sixring.models._matching import (
    largest_residual,
    log_ratios,
    mean_ratio,
    seen_by_lattice,
    within,
)
from sixring.models._plane_waves import REFLECTIONS, fit_lattice, lattice_power, starts
from sixring.models._settings import Settings, number
from sixring.models.network import Network, normalise

__all__ = ["LatticeFit", "LatticeFitConfig"]

_WANTED = ("SV", "DV-585", "DV-555777", "SW-flat", "SW-buckled", "flower", "Si-C3")
"""Entries of the library that are looked for."""
_SHORTEST, _CELLS_ACROSS = 6.0, 1.5
"""Lattice constants are looked for from so many pixels up to so many cells across the patch."""
_FINENESS = 0.02
"""Step of that search, relative."""
_STUDIED = 256
"""Perfect patches that the lattice constant is taken from, at most."""
_CLEAR_OF_THE_RIM = 0.75
"""Share of the patch, along each axis, in which the largest residual is looked for."""
_AS_GOOD = 0.8
"""Share of the highest power that a lattice of the same reflections has, but for noise."""
_CLEAR = 1.5
"""Power of the reflections over that at other lattice constants; noise alone has 1.2."""


@dataclass(frozen=True)
class LatticeFitConfig(Settings):
    """What is looked for, and where."""

    spread: float = number(0.06, least=0, below=0.5)
    """By how much the lattice constant of a patch may differ from that of the perfect ones."""
    inner: float = number(0.5, above=0)
    """Share of the patch, along each axis, into which a defect reaches with a ring's centre or
    its silicon atom."""
    low: float = number(1.5, least=0)
    """Transfer at the lowest frequencies, where the lattice has no reflection, over that of the
    first shell."""
    silicon: float = number(1.9, above=0)
    """Scattering of a silicon atom, in carbon atoms."""


class LatticeFit(Network):
    """A lattice, fitted to the patch itself, and what it leaves over.

    Parameters
    ----------
    config : LatticeFitConfig
        What is looked for, and where.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If the patch is too small for a lattice.
    """

    config_type = LatticeFitConfig
    scores: ClassVar = ("matched", "residual")
    views: ClassVar = ("lattice", "left_over")

    def __init__(self, config: LatticeFitConfig, shape: tuple[int, int]) -> None:
        super().__init__()
        least = int(_SHORTEST * _CELLS_ACROSS)
        if min(shape) < least:
            raise UsageError(
                f"lattice-fit needs patches of at least {least}x{least} pixels, not "
                f"{shape[0]}x{shape[1]}"
            )
        self.config = config
        self.longest = min(shape) / _CELLS_ACROSS
        drawn = difference_images(_WANTED, config.silicon)
        self.register_buffer("middles", torch.from_numpy(drawn.middles))
        self.register_buffer("extents", torch.from_numpy(drawn.extents))
        self.register_buffer("parts", torch.from_numpy(drawn.parts).flatten(2))
        self.register_buffer("period", torch.tensor(np.sqrt(_SHORTEST * self.longest)))
        self.middles: Tensor
        self.extents: Tensor
        self.parts: Tensor
        self.period: Tensor

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the scores, the reciprocal vectors in cycles per pixel, and the residual."""
        images = patches.squeeze(1).double()
        tried = starts(self.period, self.config.spread)
        nearest = lattice_power(images, tried).argmax(dim=1)
        lattice = fit_lattice(images, tried[nearest])

        origin, transfer = ring_centre_and_transfer(lattice.amplitudes)
        frame = LatticeFrame.of(lattice, origin)
        unknowns = 1 + 2 * len(REFLECTIONS) + lattice.vectors[0].numel()
        residual, pixels = lattice.residual, lattice.residual[0].numel()
        noise = (residual**2).sum(dim=(1, 2)) / (pixels - unknowns)

        known = torch.cat([self.config.low * transfer[:, :1], transfer], dim=1)
        expected = torch.einsum("ns,msp->nmp", known, self.parts.double())
        seen = seen_by_lattice(frame, residual)
        ratios = log_ratios(frame, seen, noise, pixels, expected)
        looked_for = within(frame, self.middles, self.extents, self.config.inner)
        return {
            "matched": mean_ratio(ratios, looked_for).float(),
            "residual": largest_residual(frame, seen, noise, _CLEAR_OF_THE_RIM).float(),
            "lattice": lattice.vectors.float(),
            "left_over": residual.float(),
        }

    @torch.no_grad()
    def settle(self, batches: Iterable[Tensor]) -> None:
        """Take the lattice constant in pixels from perfect patches.

        Raises
        ------
        UsageError
            If they show no lattice.
        """
        images = torch.cat([normalise(batch).squeeze(1).double() for batch in batches])
        images = images[:_STUDIED]
        count = round(np.log(self.longest / _SHORTEST) / _FINENESS)
        periods = torch.from_numpy(np.geomspace(_SHORTEST, self.longest, count + 1))
        powers = torch.stack(
            [lattice_power(images, starts(period, 0.0)).amax(dim=1).mean() for period in periods]
        )
        clearness = float(powers.max() / powers.median())
        if not clearness > _CLEAR:
            raise UsageError(
                "lattice-fit: the perfect patches show no lattice of graphene with a constant of "
                f"{_SHORTEST:g} to {self.longest:g} pixels: check the patches and their sampling"
            )
        first = _smaller_if_as_good(periods, powers)
        tried = starts(first, 2 * _FINENESS)
        nearest = lattice_power(images, tried).argmax(dim=1)
        vectors = fit_lattice(images, tried[nearest]).vectors
        areas = vectors[:, 0, 0] * vectors[:, 1, 1] - vectors[:, 0, 1] * vectors[:, 1, 0]
        # A cell has the area sqrt(3) / 2 of its lattice constant squared.
        self.period.copy_(torch.sqrt(2 / np.sqrt(3) / areas.abs()).median())


def _smaller_if_as_good(periods: Tensor, powers: Tensor) -> Tensor:
    """Return the lattice constant of highest power, or that of a lattice inside that one.

    A lattice whose constant is sqrt(3) times as large has the true one's first reflections as its
    second. Where the second ones are weak, as they often are in HRTEM, chance decides between the
    two, and the smaller one is right.
    """
    best = int(powers.argmax())
    near = (periods / (periods[best] / np.sqrt(3))).log().abs() < 1.5 * _FINENESS
    if not near.any():
        return periods[best]
    smaller = torch.where(near, powers, 0.0).argmax()
    return periods[smaller] if powers[smaller] > _AS_GOOD * powers[best] else periods[best]
