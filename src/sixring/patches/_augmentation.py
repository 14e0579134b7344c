"""How patches may be changed in training without changing what they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sixring.errors import UsageError

if TYPE_CHECKING:
    from torch import Generator, Tensor

__all__ = ["Augmentation"]


@dataclass(frozen=True)
class Augmentation:
    """Which changes are made to patches in training, and how strong they are at most.

    The twelve symmetries of the lattice don't fit the square grid of the pixels, so patches are
    turned freely, and what comes in from outside is the patch mirrored at its edge. Turning
    interpolates, which smooths noise: a part of the patches is left on the grid, and the others
    are given back as much noise as they lost.
    """

    symmetries: bool = True
    """Mirror, and turn by quarters where rows and columns are equally many: exact on the grid."""
    shift: float = 4.0
    """Up to so many pixels along rows and columns, whole ones where nothing is interpolated."""
    interpolated: float = 0.5
    """Share of the patches that are turned, scaled and sheared, 0 to 1."""
    rotation: float = 180.0
    """Turned by up to so many degrees to either side."""
    scale: float = 0.05
    """Magnified or reduced by up to this share."""
    shear: float = 0.02
    """Sheared, stretched along one direction and squeezed across, by up to this share."""
    blur: float = 0.6
    """Standard deviation of a Gaussian of up to so many pixels; the noise stays as it was."""
    contamination: float = 0.1
    """Share of the patches on which a soft blob of dirt with speckle is laid, 0 to 1."""
    contamination_size: float = 0.3
    """Radius of a blob, up to this share of the patch's shorter side."""
    contamination_strength: float = 1.0
    """Height of a blob, up to so many standard deviations of the patch."""
    dose: float = 0.5
    """Least share of the dose that is kept, above 0; 1 keeps all."""
    counts: bool = False
    """Whether intensities are counts of electrons, as recorded and not scaled. Then each is kept
    with a probability of the dose's share, which is exactly a lower dose. If not, normal noise
    is added, so much as would come with the lower dose, the patch's own being estimated."""
    gain: float = 0.2
    """Multiplied by up to 1 plus this, or divided by it."""
    offset: float = 0.2
    """Raised or lowered by up to so many standard deviations of the patch."""
    inversion: float = 0.0
    """Share of the patches whose contrast is inverted about their mean, 0 to 1."""

    def __post_init__(self) -> None:
        for name in ("interpolated", "contamination", "inversion"):
            self._within(name, 0.0, 1.0)
        for name in ("shift", "blur", "contamination_strength", "gain", "offset"):
            self._within(name, 0.0, 100.0)
        self._within("rotation", 0.0, 180.0)
        for name in ("scale", "shear", "contamination_size"):
            self._within(name, 0.0, 0.5)
        self._within("dose", 1e-3, 1.0)

    @classmethod
    def none(cls) -> Self:
        """Return the augmentation that leaves every patch as it is."""
        return cls(
            symmetries=False,
            shift=0.0,
            interpolated=0.0,
            blur=0.0,
            contamination=0.0,
            dose=1.0,
            gain=0.0,
            offset=0.0,
            inversion=0.0,
        )

    def apply(self, batch: Tensor, generator: Generator) -> Tensor:
        """Change each patch of a batch in its own way.

        Parameters
        ----------
        batch : Tensor of float32
            Shape (n, 1, rows, cols), finite; it isn't modified.
        generator : Generator
            All that is random is drawn from it: the same state, the same result.

        Returns
        -------
        Tensor of float32
            The same shape, on the same device.

        Raises
        ------
        UsageError
            If the batch has another shape or type, or `counts` is set and it has intensities
            that aren't whole or are negative; or if the shift reaches past the patch.
        """
        from sixring.patches._augment import augment

        return augment(batch, self, generator)

    def _within(self, name: str, low: float, high: float) -> None:
        value = getattr(self, name)
        if math.isnan(value) or not low <= value <= high:
            raise UsageError(f"{name} must be {low:g} to {high:g}, not {value:g}")
