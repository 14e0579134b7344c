"""The learned detector: what a network saw, read as the likeliest structure."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from sixring.detection._approach import Approach, approach
from sixring.detection._area import at_pixels, seen_mask
from sixring.detection._assembly import assembled
from sixring.detection._calibration import UNCHANGED
from sixring.detection._canonical import canonical
from sixring.detection._cells import BORDER, CELL, CellMaps, to_cells
from sixring.detection._conclusion import Found, concluded, mask_unread
from sixring.detection._description import Learned
from sixring.detection._doubt import mask_doubt
from sixring.detection._edges import with_edges_closed
from sixring.detection._eye import SHIPPED, Eye, eye_in
from sixring.detection._reading import read
from sixring.detection._sightings import Sightings
from sixring.detection._votes import sightings
from sixring.detection._witness import with_bright_atoms
from sixring.lattice import Canvas, is_sure, look, require_windows_show
from sixring.types import Detection, Findable, Micrograph, Mode

__all__ = ["detect_learned"]

_LEAST: Mapping[Mode, float] = {"hrtem": 0.1, "stem": 0.0}
"""What the network thinks at least of an atom that is too high for carbon: in a dark field that is
proof enough, in HRTEM dirt and focus make heights too."""
_NEARLY = 1.02
"""As far beyond its range a value isn't spoken of: the lattice is found no better."""
_SURE_OF_SIXES = 0.95
"""Mean probability of the sixes: 0.92 to 0.98 at 1000 electrons per square angstrom in HRTEM, 0.98
and more from 3000 on and in STEM from 1e5 on, below 0.9 where focus or noise hides the lattice."""


def detect_learned(
    micrograph: Micrograph,
    *,
    min_probability: float,
    lattice_sampling: bool,
    folder: Path = SHIPPED,
    eye: Eye | None = None,
) -> Detection:
    """Find rings, atoms and defects with a trained network.

    Parameters
    ----------
    micrograph : Micrograph
        The image.
    min_probability : float
        Defects below this are left out.
    lattice_sampling : bool
        Use the lattice's own sampling even where one is given.
    folder : Path, optional
        Where the network lies; that which the package carries, if it isn't given.
    eye : Eye, optional
        What sees rings, atoms and areas instead of the network in that folder.

    Returns
    -------
    Detection
        In pixels of the micrograph.

    Raises
    ------
    Refusal
        If no graphene lattice is found, or nothing of it can be judged.
    ReadError
        If the network can't be read.
    """
    started = time.perf_counter()
    eye = eye_in(folder) if eye is None else eye
    described = eye.description
    begun = approach(micrograph, lattice_sampling=lattice_sampling)
    learned = described.learned.get(begun.mode)
    if not is_sure(begun.lattice):
        # The network has never seen an image without a lattice, and finds some rings in noise.
        require_windows_show(begun.lattice, look(begun.canvas))
    canvas = canonical(micrograph.image, begun.lattice.sampling_from_lattice)
    maps = eye.maps(canvas)
    seen = _away_from_border(sightings(maps, canvas.sampling), canvas)
    seen = _with_silicon(begun, canvas, seen, maps)
    reading = read(seen, canvas.sampling)
    structure = with_edges_closed(
        assembled(reading, seen), reading, seen, maps.area, canvas.sampling
    )
    # Cells are fewer than pixels, and fine enough for areas.
    step = CELL * canvas.sampling
    on_cells = replace(structure, centres=to_cells(structure.centres))
    mask = mask_doubt(seen_mask(maps.area, step), on_cells, step)
    mask = mask_unread(mask, structure, seen.rings, to_cells, step)
    found = Found(
        structure=structure,
        canvas=canvas,
        mask=at_pixels(mask, canvas),
        # The network has seen how much noise there is, and took nothing off.
        shrink=0.0,
        settings={
            "detector": "learned" if folder == SHIPPED else str(folder),
            "version": described.version,
            "graph_sha256": described.graph.sha256,
            "min_probability": min_probability,
            "lattice_sampling": lattice_sampling,
            "working_sampling_A": round(canvas.sampling, 6),
        },
        calibration=learned.calibration if learned else UNCHANGED,
    )
    detection = concluded(micrograph, begun, found, min_probability=min_probability)
    return replace(
        detection,
        findable=_findable(learned, micrograph.dose),
        warnings=(*detection.warnings, *_unlike(detection, learned)),
        seconds=time.perf_counter() - started,
    )


def _away_from_border(seen: Sightings, canvas: Canvas) -> Sightings:
    """Take atoms at the edge of the image for carbon: what is foreign there wasn't learned."""
    last = np.array(canvas.image.shape) - 1
    away = np.minimum(seen.atoms, last - seen.atoms).min(axis=1) * canvas.sampling
    elements = np.where(away < BORDER, "C", np.array(seen.elements, dtype="U2"))
    return replace(seen, elements=tuple(elements.tolist()))


def _with_silicon(begun: Approach, canvas: Canvas, seen: Sightings, maps: CellMaps) -> Sightings:
    """Add the atoms that their height alone shows to be silicon or heavier."""
    high = begun.foreign
    silicon = np.array([element == "Si" for element in high.elements], bool)
    positions = canvas.from_micrograph(begun.canvas.to_micrograph(high.positions[silicon]))
    return with_bright_atoms(
        seen, positions, high.probability[silicon], maps, canvas.sampling, _LEAST[begun.mode]
    )


def _findable(learned: Learned | None, dose: float | None) -> tuple[Findable, ...]:
    """Return what is found at a dose, nothing where that isn't known."""
    if learned is None or dose is None:
        return ()
    return tuple(entry for entry in learned.findable if entry.dose[0] < dose <= entry.dose[1])


def _unlike(detection: Detection, learned: Learned | None) -> tuple[str, ...]:
    """Say in what the image isn't one of those from which the detector has learned."""
    if learned is None:
        return (
            f"The detector has learned from no image of {detection.mode.upper()}: don't rely on "
            "what it found here.",
        )
    sampling, dose = detection.lattice.sampling_from_lattice, detection.micrograph.dose
    given = (
        ("sampling", sampling, learned.sampling, "A per pixel"),
        ("dose", dose, learned.dose, "electrons per square angstrom"),
    )
    found = [
        f"The {name} of {value:.3g} {unit} lies outside the {low:.3g} to {high:.3g} from which the "
        "detector has learned: it may do worse here."
        for name, value, (low, high), unit in given
        if value is not None and not low / _NEARLY <= value <= high * _NEARLY
    ]
    sixes = detection.rings.probability[detection.rings.sizes == 6]
    if len(sixes) and sixes.mean() < _SURE_OF_SIXES:
        found.append(
            f"The detector gives the sixes of this sheet a probability of {sixes.mean():.2f} on "
            "average; in images that it reads well that is 0.98 and more. Noise, blur or focus "
            "hide defects from it here."
        )
    return tuple(found)
