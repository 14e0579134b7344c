"""How every detection ends: from atoms and rings to what is told of the micrograph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from sixring.detection._approach import Approach
from sixring.detection._calibration import UNCHANGED, Calibration
from sixring.detection._defects import Places, collect_defects
from sixring.detection._disorder import mask_disorder
from sixring.detection._gaps import mask_gaps
from sixring.detection._lookup import nearest
from sixring.detection._rings import Structure
from sixring.detection._score import score_map
from sixring.detection._warnings import warn
from sixring.errors import Refusal
from sixring.lattice import Canvas
from sixring.structures import CHAINS
from sixring.types import Atoms, Defect, Detection, Mask, Micrograph, Region, Rings

__all__ = ["Found", "concluded", "mask_unread"]

_LARGE = 10  # members: such a ring is a hole, or a gap between the rings that were found
_EDGE = 4.0  # angstrom from a hole to the centres of the rings at its edge


@dataclass(frozen=True, eq=False)
class Found:
    """What a detector found."""

    structure: Structure
    """Atoms and rings, in pixels of its canvas."""
    canvas: Canvas
    """What it looked at."""
    mask: Mask
    """What can't be judged, at the pixels of the micrograph."""
    shrink: float
    """How hard the noise asked for denoising, in multiples of the noise power."""
    settings: Mapping[str, str | float | int | bool | None]
    """What made the result."""
    calibration: Calibration = UNCHANGED
    """What makes a probability of the surest part of a defect."""


def concluded(
    micrograph: Micrograph, begun: Approach, found: Found, *, min_probability: float
) -> Detection:
    """Group and name the defects, and list what was found.

    Parameters
    ----------
    micrograph : Micrograph
        The image.
    begun : Approach
        What was known before.
    found : Found
        Atoms and rings.
    min_probability : float
        Defects below this are left out.

    Returns
    -------
    Detection
        In pixels of the micrograph, but for the seconds.

    Raises
    ------
    Refusal
        If no ring and no foreign atom can be judged.
    """
    structure, canvas, lattice = found.structure, found.canvas, begun.lattice
    step = lattice.sampling_from_lattice
    mask = found.mask
    positions = canvas.to_micrograph(structure.positions)
    middles = canvas.to_micrograph(structure.centres)
    sizes = structure.sizes
    places = _places(mask, positions, middles, _real(structure), _EDGE / step)
    dopants = np.array([symbol != "C" for symbol in structure.elements], bool) & places.readable
    if not (places.judged.any() or dopants.any()):
        raise Refusal(_nothing(mask))
    defects, owner = collect_defects(
        structure, places, found.calibration, min_probability, canvas.sampling
    )
    odd = np.where(sizes == 6, 1 - structure.ring_probability, structure.ring_probability)
    score = score_map(
        (micrograph.image.shape[0], micrograph.image.shape[1]),
        np.concatenate([middles[places.judged], positions[dopants]]),
        np.concatenate([odd[places.judged], structure.atom_probability[dopants]]),
        step,
    )
    listed = places.judged | (owner >= 0)
    atoms, rings, defects = _listed(structure, positions, middles, owner, defects, listed, dopants)
    odd_share = _odd_share(rings, defects)
    return Detection(
        micrograph=micrograph,
        lattice=lattice,
        mask=mask,
        atoms=atoms,
        rings=rings,
        defects=tuple(
            _in_pixels(defect, canvas.to_micrograph, micrograph.image.shape) for defect in defects
        ),
        score=score,
        mode=begun.mode,
        warnings=warn(micrograph, lattice, mask, begun.mode, found.shrink, odd_share),
        settings=found.settings,
        calibrated=found.calibration != UNCHANGED,
    )


def mask_unread(
    mask: Mask,
    structure: Structure,
    candidates: NDArray[np.float64],
    convert: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    step: float,
) -> Mask:
    """Mask the places where what was found is no sheet, or nothing was found.

    Parameters
    ----------
    mask : Mask
        What can't be judged for other reasons, at any pixels.
    structure : Structure
        What was found.
    candidates : ndarray of float64, shape (n, 2)
        Where rings were thought to be, on the canvas of the structure.
    convert : callable
        From positions on this canvas to the pixels of the mask.
    step : float
        Angstrom per pixel of the mask.

    Returns
    -------
    Mask
        At the same pixels.
    """
    middles, sizes = convert(structure.centres), structure.sizes
    mask = mask_disorder(mask, middles, sizes, step)
    holes = _real(structure) & (sizes >= _LARGE)
    return mask_gaps(mask, convert(candidates), middles[holes], sizes[holes], step)


def _real(structure: Structure) -> NDArray[np.bool_]:
    """Tell rings from gaps: one that is likelier noise than a hole is no ring."""
    real: NDArray[np.bool_] = (structure.sizes < _LARGE) | (structure.ring_probability >= 0.5)
    return real


def _odd_share(rings: Rings, defects: tuple[Defect, ...]) -> float:
    """Share of the rings that aren't sixes, those of grain boundaries and dislocations left out."""
    lattice = [k for k, d in enumerate(defects) if d.name in CHAINS]
    odd = (rings.sizes != 6) & ~np.isin(rings.defect, lattice)
    return float(odd.mean()) if len(rings) else 0.0


def _nothing(mask: Mask) -> str:
    """Say why no ring could be judged."""
    hidden = {
        "contamination": Region.CONTAMINATION,
        "vacuum": Region.VACUUM,
        "blur": Region.BLUR,
        "bilayer": Region.BILAYER,
        "border": Region.BORDER,
    }
    shares = (f"{name} {100 * mask.fraction(region):.0f} %" for name, region in hidden.items())
    return f"no ring of the sheet can be judged: {', '.join(shares)} of the image"


def _places(
    mask: Mask,
    positions: NDArray[np.float64],
    middles: NDArray[np.float64],
    real: NDArray[np.bool_],
    edge: float,
) -> Places:
    """Say of atoms and of the rings that are real where they lie, in pixels of the micrograph."""
    region = nearest(mask.regions, middles)
    vacuum = mask.regions == Region.VACUUM
    distance = distance_transform_edt(~vacuum) if vacuum.any() else np.full(vacuum.shape, np.inf)
    readable = (Region.CLEAR, Region.BORDER, Region.BLUR)
    return Places(
        judged=real & (region == Region.CLEAR),
        sheet=real & np.isin(region, (Region.CLEAR, Region.BORDER)),
        beside_vacuum=nearest(distance, middles) < edge,
        readable=np.isin(nearest(mask.regions, positions), readable),
    )


def _listed(
    structure: Structure,
    positions: NDArray[np.float64],
    middles: NDArray[np.float64],
    owner: NDArray[np.int64],
    defects: tuple[Defect, ...],
    rings: NDArray[np.bool_],
    dopants: NDArray[np.bool_],
) -> tuple[Atoms, Rings, tuple[Defect, ...]]:
    """Keep the rings that are judged, their atoms and the dopants, and number them anew."""
    kept = np.flatnonzero(rings)
    corners = [structure.rings[k] for k in kept]
    atoms = dopants.copy()
    atoms[np.concatenate([np.empty(0, np.int64), *corners])] = True
    ring_number, atom_number = np.cumsum(rings) - 1, np.cumsum(atoms) - 1
    elements = np.array(structure.elements, dtype="U2")
    return (
        Atoms(positions[atoms], tuple(elements[atoms].tolist()), structure.atom_probability[atoms]),
        Rings(
            centres=middles[kept],
            sizes=np.array([len(ring) for ring in corners], np.int64),
            probability=structure.ring_probability[kept],
            corners=tuple(atom_number[ring] for ring in corners),
            defect=owner[kept],
        ),
        tuple(
            replace(defect, rings=tuple(ring_number[list(defect.rings)].tolist()))
            for defect in defects
        ),
    )


def _in_pixels(
    defect: Defect,
    convert: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    shape: tuple[int, ...],
) -> Defect:
    """Convert a defect's position; the middle of one that is cut off stays in the picture."""
    row, col = np.clip(convert(np.array([defect.position]))[0], 0, np.array(shape) - 1)
    return replace(defect, position=(float(row), float(col)))
