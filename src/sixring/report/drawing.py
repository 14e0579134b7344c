"""What the HTML report draws: SVG shapes for what is rare, plain data for the rest.

A picture of 2048 pixels has some 16 000 rings and twice as many atoms. The shapes that matter
(odd rings, foreign atoms, defects, the mask) are written as SVG; sixes and carbon atoms go into
the page as numbers, from which its script draws them and finds what is under the pointer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sixring.report.document import JsonValue
from sixring.report.extent import EXTENDED_DEFECT, defect_radius, dopant_atoms
from sixring.report.outlines import region_outlines
from sixring.report.palette import REGION_STYLES, RegionStyle, RingStyle, ring_style
from sixring.report.statistics import counted_defects
from sixring.report.tables import census_text, dopants_text
from sixring.types import Region

if TYPE_CHECKING:
    from sixring.types import Detection

__all__ = ["DefectRow", "MaskShape", "RingShape", "defect_rows", "mask_shapes", "page_data"]
__all__ += ["dopant_places", "odd_rings"]

_PIXEL_DIGITS = 2
_PROBABILITY_DIGITS = 3
_ANGSTROM_PER_NM = 10.0


class RingShape(NamedTuple):
    """One ring that isn't a six."""

    style: RingStyle
    size: int
    row: float
    col: float
    defect: int
    """Id of its defect, 0 for none."""
    path: str
    """SVG path in pixels of the image."""


class MaskShape(NamedTuple):
    """One region of the mask."""

    style: RegionStyle
    path: str


class DefectRow(NamedTuple):
    """One defect: its row of the table and its mark on the image."""

    id: int
    name: str
    probability: float
    row: float
    col: float
    y_nm: float
    x_nm: float
    rings: str
    missing_atoms: int | None
    dopants: str
    area: str
    """The region of the mask that the defect lies in, ``"clear"`` where it was counted."""
    radius: float
    """Of its mark, in pixels."""
    circled: bool
    """Whether the mark is a circle: a long chain has none."""


def odd_rings(detection: Detection) -> list[RingShape]:
    """Return the rings that aren't sixes."""
    rings, positions = detection.rings, detection.atoms.positions
    return [
        RingShape(
            style=ring_style(int(rings.sizes[i])),
            size=int(rings.sizes[i]),
            row=round(float(rings.centres[i, 0]), _PIXEL_DIGITS),
            col=round(float(rings.centres[i, 1]), _PIXEL_DIGITS),
            defect=int(rings.defect[i]) + 1,
            path=_path(positions[rings.corners[i]]),
        )
        for i in np.flatnonzero(rings.sizes != 6)
    ]


def mask_shapes(detection: Detection) -> list[MaskShape]:
    """Return the regions that weren't judged."""
    shapes = []
    for region, style in REGION_STYLES.items():
        outlines = region_outlines(detection.mask.regions, region)
        if outlines:
            shapes.append(MaskShape(style, "".join(_path(outline) for outline in outlines)))
    return shapes


def dopant_places(detection: Detection) -> list[tuple[str, float, float]]:
    """Return element, row and col of the atoms that aren't carbon."""
    atoms = detection.atoms
    return [
        (atoms.elements[i], *np.round(atoms.positions[i], _PIXEL_DIGITS).tolist())
        for i in dopant_atoms(detection)
    ]


def defect_rows(detection: Detection) -> list[DefectRow]:
    """Return the defects in the order of the detection."""
    sampling = detection.lattice.sampling
    counted = counted_defects(detection)
    rows = []
    for i, defect in enumerate(detection.defects):
        row, col = (float(place) for place in defect.position)
        radius = defect_radius(detection, defect)
        rows.append(
            DefectRow(
                id=i + 1,
                name=defect.name,
                probability=float(defect.probability),
                row=row,
                col=col,
                y_nm=row * sampling / _ANGSTROM_PER_NM,
                x_nm=col * sampling / _ANGSTROM_PER_NM,
                rings=census_text(defect.census),
                missing_atoms=defect.missing_atoms,
                dopants=dopants_text(defect.dopants),
                area="clear" if counted[i] else _region_at(detection, row, col),
                radius=round(radius, _PIXEL_DIGITS),
                circled=radius * sampling <= EXTENDED_DEFECT,
            )
        )
    return rows


def page_data(detection: Detection, defects: list[DefectRow]) -> dict[str, JsonValue]:
    """Return what the page's script works on, ready for JSON.

    Parameters
    ----------
    detection : Detection
        What was found.
    defects : list of DefectRow
        From :func:`defect_rows`.

    Returns
    -------
    dict
        ``sampling, rows, cols``; ``atoms`` as ``row, col, row, col, ...``; ``rings`` as columns;
        ``defects`` as rows. Positions are pixels, rounded to 0.01.
    """
    rings = detection.rings
    rows, cols = detection.micrograph.image.shape
    return {
        "sampling": float(detection.lattice.sampling),
        "rows": rows,
        "cols": cols,
        "atoms": _rounded(detection.atoms.positions.ravel(), _PIXEL_DIGITS),
        "rings": {
            "size": rings.sizes.tolist(),
            "probability": _rounded(rings.probability, _PROBABILITY_DIGITS),
            "row": _rounded(rings.centres[:, 0], _PIXEL_DIGITS),
            "col": _rounded(rings.centres[:, 1], _PIXEL_DIGITS),
            "defect": (rings.defect + 1).tolist(),
            "corners": [corners.tolist() for corners in rings.corners],
        },
        "defects": [defect._asdict() for defect in defects],
    }


def _region_at(detection: Detection, row: float, col: float) -> str:
    rows, cols = detection.mask.regions.shape
    pixel = round(row), round(col)
    if not (0 <= pixel[0] < rows and 0 <= pixel[1] < cols):
        return "outside the image"
    return Region(detection.mask.regions[pixel]).name.lower()


def _path(places: NDArray[np.float64]) -> str:
    """Return a closed SVG path through places of shape (n, 2), row and col."""
    points = " ".join(f"{col:g} {row:g}" for row, col in np.round(places, _PIXEL_DIGITS))
    return f"M{points}Z"


def _rounded(values: NDArray[np.float64], digits: int) -> list[float]:
    rounded: list[float] = np.round(values, digits).tolist()
    return rounded
