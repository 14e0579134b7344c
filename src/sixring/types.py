"""The data that stages exchange: frozen dataclasses and nothing that computes.

Lengths are angstrom, positions are ``(row, col)`` in pixels with the origin at the centre of
pixel (0, 0), angles are degrees measured from the column axis towards increasing rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Atoms",
    "Contrast",
    "Defect",
    "Detection",
    "Findable",
    "Grain",
    "Lattice",
    "Mask",
    "Micrograph",
    "Mode",
    "Region",
    "Rings",
]

Mode = Literal["hrtem", "stem"]
"""How an image was recorded."""
Contrast = Literal["bright", "dark"]
"""How atoms show in an image."""


@dataclass(frozen=True, eq=False)
class Micrograph:
    """One image and what its file says about it."""

    image: NDArray[np.float32]
    """Intensities, shape (rows, cols), finite, not constant."""
    sampling: float | None = None
    """Length of a pixel in angstrom, or None where neither the file nor the user gave it."""
    mode: Mode | None = None
    """How the image was recorded, or None where that isn't known."""
    source: str = "array"
    """The file it came from, or ``"array"`` or ``"signal"``."""
    signal: str = ""
    """Which signal of the file was taken, where it has several."""
    dose: float | None = None
    """Electrons per square angstrom, where known."""
    energy: float | None = None
    """Beam energy in eV, where known."""
    notes: tuple[str, ...] = ()
    """What had to be decided while reading, in plain words."""


@dataclass(frozen=True, eq=False)
class Grain:
    """One orientation of the lattice."""

    reciprocal: NDArray[np.float64]
    """First-order reflections g1, g2, g3 with g1 + g2 + g3 = 0, shape (3, 2), cycles per pixel."""
    weight: float
    """Share of the lattice's spectral power, 0 to 1."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """What the Fourier transform says about the sheet."""

    grains: tuple[Grain, ...]
    """Orientations, the strongest first; never empty."""
    sampling: float
    """The sampling in use, angstrom per pixel."""
    sampling_from_lattice: float
    """The sampling at which the lattice constant is 2.46 angstrom."""
    lattice_constant: float
    """Lattice constant in angstrom at the sampling in use."""
    orientation: float
    """Direction of a zigzag row in the strongest grain, degrees, in [0, 60)."""
    strain: NDArray[np.float64]
    """Strain tensor of the strongest grain, shape (2, 2), (row, col) axes, mean scale left out."""
    contrast: Contrast
    """Whether atoms are brighter or darker than the ring centres."""
    contrast_strength: float
    """How clearly so, 0 to 1: below 0.3, aberrations or noise leave it open."""
    significance: float
    """Evidence for the hexagon of reflections, in robust standard deviations of the spectrum."""


class Region(IntEnum):
    """What a pixel of the mask is."""

    CLEAR = 0
    """A sheet that can be judged."""
    CONTAMINATION = 1
    """Material on the sheet."""
    VACUUM = 2
    """No sheet: a hole or the outside."""
    BLUR = 3
    """A sheet whose lattice can't be read: out of focus, or hidden by a scan glitch."""
    BILAYER = 4
    """Two lattices on top of each other, turned against one another."""
    BORDER = 5
    """Too near to the edge of the image, or of dirt, for a ring's neighbours to be seen."""


@dataclass(frozen=True, eq=False)
class Mask:
    """What can be judged, pixel by pixel."""

    regions: NDArray[np.uint8]
    """Values of :class:`Region`, shape (rows, cols)."""

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Where the sheet can be judged, shape (rows, cols)."""
        clear: NDArray[np.bool_] = self.regions == Region.CLEAR
        return clear

    def fraction(self, region: Region) -> float:
        """Return the share of the image that is `region`, 0 to 1."""
        return float(np.mean(self.regions == region))


@dataclass(frozen=True, eq=False)
class Atoms:
    """The atoms that were found."""

    positions: NDArray[np.float64]
    """Shape (n, 2): row, col in pixels."""
    elements: tuple[str, ...]
    """n chemical symbols."""
    probability: NDArray[np.float64]
    """Shape (n,), 0 to 1."""

    def __len__(self) -> int:
        """Return the number of atoms."""
        return len(self.elements)


@dataclass(frozen=True, eq=False)
class Rings:
    """The rings that were found, sixes too."""

    centres: NDArray[np.float64]
    """Shape (n, 2): row, col in pixels."""
    sizes: NDArray[np.int64]
    """Shape (n,): members of each ring."""
    probability: NDArray[np.float64]
    """Shape (n,): that the ring has the size that is given, 0 to 1."""
    corners: tuple[NDArray[np.int64], ...]
    """n arrays: the ring's atoms in order, as indices into :class:`Atoms`."""
    defect: NDArray[np.int64]
    """Shape (n,): index of the defect that the ring belongs to, -1 for none."""

    def __len__(self) -> int:
        """Return the number of rings."""
        return len(self.sizes)


@dataclass(frozen=True, eq=False)
class Defect:
    """A named group of rings that aren't six, or of foreign atoms, or of both."""

    name: str
    """An entry of the catalogue, or ``"unknown"``."""
    probability: float
    """That there is a defect here, 0 to 1."""
    position: tuple[float, float]
    """Row, col in pixels."""
    census: tuple[int, ...]
    """Sizes of the rings other than six, ascending."""
    missing_atoms: int | None
    """Atoms missing from the perfect sheet (negative: too many); None where undefined."""
    dopants: tuple[str, ...] = ()
    """Chemical symbol of each foreign atom."""
    rings: tuple[int, ...] = ()
    """Indices into :class:`Rings`."""
    fragment: bool = False
    """Whether it is cut off by the border of the picture or of the clear area, and too little of
    it is seen to tell what it is a part of; then its position is that of the part."""


@dataclass(frozen=True)
class Findable:
    """How many simulated defects of a kind a detector finds at such doses."""

    name: str
    """Of the kind."""
    dose: tuple[float, float]
    """Least and largest, electrons per angstrom^2."""
    there: int
    """Simulated defects on clear sheet that it hasn't learned from."""
    found: int
    """Those of them that it finds, under any name, with a probability of 0.5 or more."""


@dataclass(frozen=True, eq=False)
class Detection:
    """Everything that is known about one micrograph."""

    micrograph: Micrograph
    lattice: Lattice
    mask: Mask
    atoms: Atoms
    rings: Rings
    defects: tuple[Defect, ...]
    score: NDArray[np.float32]
    """Shape (rows, cols): higher where a defect is likelier."""
    mode: Mode
    """The mode that was assumed."""
    warnings: tuple[str, ...] = ()
    """What the reader of the report has to know, in plain words."""
    settings: Mapping[str, str | float | int | bool | None] = field(default_factory=dict)
    """The settings that made this result."""
    calibrated: bool = False
    """Whether of the defects of a probability that share is there."""
    findable: tuple[Findable, ...] = ()
    """What the detector finds at the dose of the image, where both are known."""
    seconds: float = 0.0
    """Wall-clock time of the detection."""

    @property
    def sampling(self) -> float:
        """The sampling in use, angstrom per pixel."""
        return self.lattice.sampling
