"""How far a defect reaches: what the marks and labels are drawn around."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sixring.types import Defect, Detection

__all__ = ["EXTENDED_DEFECT", "defect_radius", "dopant_atoms"]

EXTENDED_DEFECT = 9.0
"""A defect that reaches further than this from its position, in angstrom, gets no circle: a
grain boundary is a chain, and its circle would hold half of the image."""

_LEAST_RADIUS = 1.8


def defect_radius(detection: Detection, defect: Defect) -> float:
    """Return the radius in pixels of the circle around the corners of a defect's rings.

    At least 1.8 angstrom: a defect without rings is a foreign atom and its bonds.
    """
    rings = detection.rings
    least = _LEAST_RADIUS / detection.lattice.sampling
    corners = [rings.corners[ring] for ring in defect.rings]
    if not corners:
        return least
    places = detection.atoms.positions[np.concatenate(corners)]
    distances = np.linalg.norm(places - np.asarray(defect.position), axis=1)
    return max(float(distances.max(initial=0.0)), least)


def dopant_atoms(detection: Detection) -> list[int]:
    """Return the indices of the atoms that aren't carbon."""
    return [i for i, element in enumerate(detection.atoms.elements) if element != "C"]
