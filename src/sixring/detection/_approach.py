"""How every detection begins: the lattice, how the image was recorded, and foreign atoms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sixring.detection._foreign import ForeignAtoms, find_foreign_atoms
from sixring.detection._standard import standardised
from sixring.lattice import Canvas, find_lattice, prepare
from sixring.types import Lattice, Micrograph, Mode

__all__ = ["Approach", "approach"]

# In a dark field the atoms carry the signal; in HRTEM they modulate a bright background.
_DARK_FIELD_CONTRAST = 0.25  # standard deviation over mean


@dataclass(frozen=True, eq=False)
class Approach:
    """What is known of a micrograph before its rings are looked for."""

    lattice: Lattice
    """Its lattice."""
    mode: Mode
    """As the file says, or as it was guessed."""
    canvas: Canvas
    """The micrograph at its working sampling."""
    foreign: ForeignAtoms
    """Atoms too high for carbon, on the canvas."""


def approach(micrograph: Micrograph, *, lattice_sampling: bool) -> Approach:
    """Find the lattice, the mode where it isn't stated, and the foreign atoms.

    Parameters
    ----------
    micrograph : Micrograph
        The image.
    lattice_sampling : bool
        Use the lattice's own sampling even where one is given.

    Returns
    -------
    Approach
        All that detectors have in common.

    Raises
    ------
    Refusal
        If no graphene lattice is found.
    """
    standard = replace(micrograph, image=standardised(micrograph.image))
    lattice = find_lattice(standard, use_lattice_sampling=lattice_sampling)
    mode = micrograph.mode or _guess_mode(micrograph, lattice)
    canvas = prepare(standard.image, lattice.sampling_from_lattice)
    return Approach(lattice, mode, canvas, find_foreign_atoms(canvas, lattice.contrast, mode))


def _guess_mode(micrograph: Micrograph, lattice: Lattice) -> Mode:
    """Tell a dark field from a bright one by its contrast, where the file doesn't say."""
    if lattice.contrast == "dark":
        return "hrtem"
    mean = float(micrograph.image.mean(dtype=np.float64))
    spread = float(micrograph.image.std(dtype=np.float64))
    dark_field = spread > _DARK_FIELD_CONTRAST * abs(mean)
    return "stem" if dark_field else "hrtem"
