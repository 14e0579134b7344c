"""The classical detector: image analysis from the micrograph to named defects."""

from __future__ import annotations

import time
from dataclasses import replace

from sixring.detection._approach import approach
from sixring.detection._atoms import locate_atoms
from sixring.detection._centres import find_centres
from sixring.detection._conclusion import Found, concluded, mask_unread
from sixring.detection._foreign import calm
from sixring.detection._gaps import judge_gaps
from sixring.detection._graph import triangulate
from sixring.detection._rings import assemble
from sixring.lattice import find_mask, look, require_windows_show
from sixring.types import Detection, Micrograph

__all__ = ["detect_classically"]


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
    begun = approach(micrograph, lattice_sampling=lattice_sampling)
    lattice, contrast = begun.lattice, begun.lattice.contrast
    canvas = calm(begun.canvas, begun.foreign, contrast)
    view = look(canvas)
    require_windows_show(lattice, view)
    mask = find_mask(canvas, view, lattice)
    centres = find_centres(canvas, view, contrast)
    atoms_bright = view.detail if contrast == "bright" else -view.detail
    made = triangulate(centres.positions, centres.error, atoms_bright, canvas.sampling)
    sites = locate_atoms(canvas, view, contrast, centres.positions, made, begun.foreign)
    structure = assemble(centres, made, sites, begun.foreign, canvas.sampling)
    structure = judge_gaps(structure, view, canvas.sampling)
    found = Found(
        structure=structure,
        canvas=canvas,
        mask=mask_unread(
            mask,
            structure,
            centres.positions,
            canvas.to_micrograph,
            lattice.sampling_from_lattice,
        ),
        shrink=view.shrink,
        settings={
            "detector": "classical",
            "min_probability": min_probability,
            "lattice_sampling": lattice_sampling,
            "working_sampling_A": round(canvas.sampling, 6),
            "denoising": view.shrink,
        },
    )
    detection = concluded(micrograph, begun, found, min_probability=min_probability)
    return replace(detection, seconds=time.perf_counter() - started)
