"""How every detection begins: the lattice, what a window shows, and what can't be judged."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sixring.detection._foreign import ForeignAtoms, calm, find_foreign_atoms
from sixring.detection._standard import standardised
from sixring.lattice import (
    Canvas,
    LocalView,
    find_lattice,
    find_mask,
    look,
    prepare,
    require_windows_show,
)
from sixring.types import Lattice, Mask, Micrograph, Mode

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
    foreign: ForeignAtoms
    """Atoms too bright for carbon, on the canvas."""
    canvas: Canvas
    """The micrograph at its working sampling, foreign atoms taken off."""
    view: LocalView
    """What the windows of the canvas show."""
    mask: Mask
    """What can't be judged."""


def approach(micrograph: Micrograph, *, lattice_sampling: bool) -> Approach:
    """Find the lattice and the mask.

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
    raw = prepare(standard.image, lattice.sampling_from_lattice)
    foreign = find_foreign_atoms(raw, lattice.contrast, mode)
    canvas = calm(raw, foreign, lattice.contrast)
    view = look(canvas)
    require_windows_show(lattice, view)
    return Approach(lattice, mode, foreign, canvas, view, find_mask(canvas, view, lattice))


def _guess_mode(micrograph: Micrograph, lattice: Lattice) -> Mode:
    """Tell a dark field from a bright one by its contrast, where the file doesn't say."""
    if lattice.contrast == "dark":
        return "hrtem"
    mean = float(micrograph.image.mean(dtype=np.float64))
    spread = float(micrograph.image.std(dtype=np.float64))
    dark_field = spread > _DARK_FIELD_CONTRAST * abs(mean)
    return "stem" if dark_field else "hrtem"
