"""Defects: groups of odd rings and dopants, named by the catalogue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sixring.detection._rings import Structure
from sixring.structures import group_defects
from sixring.types import Defect

__all__ = ["collect_defects"]


def collect_defects(
    structure: Structure,
    judged: NDArray[np.bool_],
    readable: NDArray[np.bool_],
    least: float,
) -> tuple[tuple[Defect, ...], NDArray[np.int64]]:
    """Group and name what isn't perfect.

    The probability of a defect is that of its surest part: of the odd rings that noise can't
    have made out of sixes, or of its foreign atoms.

    Parameters
    ----------
    structure : Structure
        Atoms, bonds and rings.
    judged : ndarray of bool, shape (r,)
        Which rings lie in the clear area; defects of other rings only are left out.
    readable : ndarray of bool, shape (a,)
        Which atoms lie where a foreign atom can be told from dirt.
    least : float
        Defects below this probability are left out.

    Returns
    -------
    defects : tuple of Defect
        Positions on the canvas, in the order of their first ring.
    owner : ndarray of int64, shape (r,)
        Index of each ring's defect, -1 for none.
    """
    owner = np.full(len(structure.rings), -1)
    defects: list[Defect] = []
    groups = group_defects(
        structure.positions, structure.elements, structure.bonds, structure.rings
    )
    for group in groups:
        rings = np.array(group.rings, np.int64)
        atoms = np.array(group.dopant_atoms, np.int64)
        if not (judged[rings].any() or readable[atoms].any()):
            continue
        sure = [*structure.ring_probability[rings], *structure.atom_probability[atoms]]
        probability = float(max(sure))
        if probability < least:
            continue
        owner[rings] = len(defects)
        defects.append(
            Defect(
                name=group.name,
                probability=probability,
                position=group.position,
                census=group.census,
                missing_atoms=group.missing_atoms,
                dopants=group.dopants,
                rings=group.rings,
            )
        )
    return tuple(defects), owner
