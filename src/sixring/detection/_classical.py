"""The classical detector: image analysis from the micrograph to named defects."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from sixring.detection._atoms import locate_atoms
from sixring.detection._centres import find_centres
from sixring.detection._defects import Places, collect_defects
from sixring.detection._disorder import mask_disorder
from sixring.detection._foreign import calm, find_foreign_atoms
from sixring.detection._gaps import judge_gaps, mask_gaps
from sixring.detection._graph import triangulate
from sixring.detection._lookup import nearest
from sixring.detection._rings import Structure, assemble
from sixring.detection._score import score_map
from sixring.detection._standard import standardised
from sixring.detection._warnings import warn
from sixring.errors import Refusal
from sixring.lattice import find_lattice, find_mask, look, prepare, require_windows_show
from sixring.types import Atoms, Defect, Detection, Lattice, Mask, Micrograph, Mode, Region, Rings

__all__ = ["detect_classically"]

# In a dark field the atoms carry the signal; in HRTEM they modulate a bright background.
_DARK_FIELD_CONTRAST = 0.25  # standard deviation over mean
_LARGE = 10  # members: such a ring is a hole, or a gap between the rings that were found
_EDGE = 4.0  # angstrom from a hole to the centres of the rings at its edge


def detect_classically(
    micrograph: Micrograph, *, min_probability: float, lattice_sampling: bool
) -> Detection:
    """Find rings, atoms and defects without a learned model.

    Parameters
    ----------
    micrograph : Micrograph
        The image.
    min_probability : float
        Defects below this are left out.
    lattice_sampling : bool
        Use the lattice's own sampling even where one is given.

    Returns
    -------
    Detection
        In pixels of the micrograph.

    Raises
    ------
    Refusal
        If no graphene lattice is found, or nothing of it can be judged.
    """
    started = time.perf_counter()
    standard = replace(micrograph, image=standardised(micrograph.image))
    lattice = find_lattice(standard, use_lattice_sampling=lattice_sampling)
    mode = micrograph.mode or _guess_mode(micrograph, lattice)
    raw = prepare(standard.image, lattice.sampling_from_lattice)
    foreign = find_foreign_atoms(raw, lattice.contrast, mode)
    canvas = calm(raw, foreign, lattice.contrast)
    view = look(canvas)
    require_windows_show(lattice, view)
    mask = find_mask(canvas, view, lattice)
    centres = find_centres(canvas, view, lattice.contrast)
    atoms_bright = view.detail if lattice.contrast == "bright" else -view.detail
    made = triangulate(centres.positions, centres.error, atoms_bright, canvas.sampling)
    sites = locate_atoms(canvas, view, lattice.contrast, centres.positions, made, foreign)
    structure = assemble(centres, made, sites, foreign, canvas.sampling)
    structure = judge_gaps(structure, view, canvas.sampling)

    positions = canvas.to_micrograph(structure.positions)
    middles = canvas.to_micrograph(structure.centres)
    sizes = np.array([len(ring) for ring in structure.rings], np.int64)
    mask = mask_disorder(mask, middles, sizes, lattice.sampling_from_lattice)
    # A gap that is likelier noise than a hole is no ring.
    real = (sizes < _LARGE) | (structure.ring_probability >= 0.5)
    candidates = canvas.to_micrograph(centres.positions)
    holes = real & (sizes >= _LARGE)
    mask = mask_gaps(mask, candidates, middles[holes], sizes[holes], lattice.sampling_from_lattice)
    edge = _EDGE / lattice.sampling_from_lattice
    places = _places(mask, positions, middles, real, edge)
    dopants = np.array([symbol != "C" for symbol in structure.elements], bool) & places.readable
    if not (places.judged.any() or dopants.any()):
        raise Refusal(_nothing(mask))
    defects, owner = collect_defects(structure, places, min_probability)
    odd = np.where(sizes == 6, 1 - structure.ring_probability, structure.ring_probability)
    score = score_map(
        (micrograph.image.shape[0], micrograph.image.shape[1]),
        np.concatenate([middles[places.judged], positions[dopants]]),
        np.concatenate([odd[places.judged], structure.atom_probability[dopants]]),
        lattice.sampling_from_lattice,
    )
    listed = places.judged | (owner >= 0)
    atoms, rings, defects = _listed(structure, positions, middles, owner, defects, listed, dopants)
    return Detection(
        micrograph=micrograph,
        lattice=lattice,
        mask=mask,
        atoms=atoms,
        rings=rings,
        defects=tuple(_in_pixels(defect, canvas.to_micrograph) for defect in defects),
        score=score,
        mode=mode,
        warnings=warn(micrograph, lattice, mask, mode, view.shrink, _odd_share(rings, defects)),
        settings={
            "detector": "classical",
            "min_probability": min_probability,
            "lattice_sampling": lattice_sampling,
            "working_sampling_A": round(canvas.sampling, 6),
            "denoising": view.shrink,
        },
        seconds=time.perf_counter() - started,
    )


def _odd_share(rings: Rings, defects: tuple[Defect, ...]) -> float:
    """Share of the rings that aren't sixes, those of grain boundaries and dislocations left out."""
    lattice = [k for k, d in enumerate(defects) if d.name in ("grain-boundary", "dislocation-57")]
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


def _guess_mode(micrograph: Micrograph, lattice: Lattice) -> Mode:
    """Tell a dark field from a bright one by its contrast, where the file doesn't say."""
    if lattice.contrast == "dark":
        return "hrtem"
    mean = float(micrograph.image.mean(dtype=np.float64))
    spread = float(micrograph.image.std(dtype=np.float64))
    dark_field = spread > _DARK_FIELD_CONTRAST * abs(mean)
    return "stem" if dark_field else "hrtem"


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
    defect: Defect, convert: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> Defect:
    row, col = convert(np.array([defect.position]))[0]
    return replace(defect, position=(float(row), float(col)))
