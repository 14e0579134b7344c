"""Defects: groups of odd rings and dopants, named by the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.detection._calibration import Calibration
from sixring.detection._rings import Structure
from sixring.structures import Whole, complete_defect, group_defects, neighbours
from sixring.types import Defect

__all__ = ["Places", "collect_defects"]


_SILICON_BOND = 2.6
"""Angstrom: two silicon atoms are bonded at 2.2 to 2.4, seen from above and not quite sharply."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where the rings, shape (r,), and atoms, shape (a,), of a structure lie."""

    judged: NDArray[np.bool_]
    """Rings in the clear area: a defect has one of them at least."""
    sheet: NDArray[np.bool_]
    """Rings in the clear area or between it and the edge of the image."""
    beside_vacuum: NDArray[np.bool_]
    """Rings beside a hole or the outside."""
    readable: NDArray[np.bool_]
    """Atoms where a foreign one can be told from dirt."""


def collect_defects(
    structure: Structure, places: Places, calibration: Calibration, least: float, step: float
) -> tuple[tuple[Defect, ...], NDArray[np.int64]]:
    """Group and name what isn't perfect.

    The probability of a defect follows from that of its surest part: of the odd rings that noise
    can't have made out of sixes, or of its foreign atoms.

    Parameters
    ----------
    structure : Structure
        Atoms, bonds and rings.
    places : Places
        Where they lie.
    calibration : Calibration
        What makes a probability of the surest part.
    least : float
        Defects below this probability are left out.
    step : float
        Angstrom per pixel of the canvas.

    Returns
    -------
    defects : tuple of Defect
        Positions on the canvas, in the order of their first ring.
    owner : ndarray of int64, shape (r,)
        Index of each ring's defect, -1 for none.
    """
    owner = np.full(len(structure.rings), -1)
    defects: list[Defect] = []
    # What dirt or a hole makes of the rings mustn't grow together with what the sheet has.
    sheet = np.flatnonzero(places.sheet)
    groups = group_defects(
        structure.positions,
        structure.elements,
        _with_silicon_bonds(structure, step),
        [structure.rings[k] for k in sheet],
    )
    for group in groups:
        rings = sheet[list(group.rings)]
        atoms = np.array(group.dopant_atoms, np.int64)
        if not (places.judged[rings].any() or places.readable[atoms].any()):
            continue
        sure = [*structure.ring_probability[rings], *structure.atom_probability[atoms]]
        name, position, missing = group.name, group.position, group.missing_atoms
        fragment = False
        # Where the picture or the clear area ends the sheet goes on: only a hole has an edge.
        if group.at_edge and not places.beside_vacuum[rings].any():
            whole = None if group.dopants else _completed(structure, rings, places, step)
            if whole is not None:
                name, missing = whole.name, whole.missing_atoms
                position = (whole.position[0] / step, whole.position[1] / step)
            elif name in ("edge", "unknown"):
                fragment = len(rings) > 0
                name = "unknown"
        probability = calibration(float(max(sure)), fragment=fragment)
        if probability < least:
            continue
        owner[rings] = len(defects)
        defects.append(
            Defect(
                name=name,
                probability=probability,
                position=position,
                census=group.census,
                missing_atoms=missing,
                dopants=group.dopants,
                rings=tuple(rings.tolist()),
                fragment=fragment,
            )
        )
    return tuple(defects), owner


def _with_silicon_bonds(structure: Structure, step: float) -> NDArray[np.int64]:
    """Return the bonds, and those between silicon atoms that are near enough for one."""
    silicon = np.flatnonzero([element == "Si" for element in structure.elements])
    near = silicon[neighbours(structure.positions[silicon], _SILICON_BOND / step)]
    if len(near) == 0:
        return structure.bonds
    both = np.concatenate([np.sort(structure.bonds, axis=1), np.sort(near, axis=1)])
    bonds: NDArray[np.int64] = np.unique(both, axis=0)
    return bonds


def _completed(
    structure: Structure, rings: NDArray[np.int64], places: Places, step: float
) -> Whole | None:
    """Find the defect of which some rings are the part that is seen, in angstrom.

    What the border cuts may have been given wrong sizes: the rings in the clear area are tried
    without it too, and it refutes nothing.
    """
    clear = places.judged[rings]
    others = np.setdiff1d(np.flatnonzero(places.judged), rings)
    for mine in (rings, rings[clear]):
        whole = complete_defect(
            structure.centres[mine] * step, structure.sizes[mine], structure.centres[others] * step
        )
        if whole is not None or clear.all():
            return whole
    return None
