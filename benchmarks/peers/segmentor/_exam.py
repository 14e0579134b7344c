"""The images that both are asked about, and how their answers are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import sixring
from benchmarks.simulated import Area, Case, Counts, score_odd_rings, take_image
from sixring.detection._canonical import canonical
from sixring.detection._sightings import LARGEST
from sixring.errors import Refusal
from sixring.lattice import Canvas
from sixring.structures import bonds_of, planar_faces, ring_centres
from sixring.types import Region

__all__ = ["Paper", "exam_papers", "examined", "marked"]

Rings = tuple[NDArray[np.float64], NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Paper:
    """One image, with what is true of it and what the learned detector found."""

    case: Case
    """Which one of the fixed set."""
    canvas: Canvas
    """What the network of the learned detector sees, and the Segmentor too."""
    true: Rings
    """Centres in pixels of the micrograph, and sizes, of all rings."""
    ours: Rings
    """The same, found by the learned detector."""
    judged: Area
    """What the learned detector judges."""
    clean: Area
    """All that truly is a clean sheet."""
    seconds: float
    """That the learned detector took, with all that makes defects of rings."""


def exam_papers(cases: Iterable[Case]) -> Iterator[Paper]:
    """Take images and let the learned detector look at them.

    Parameters
    ----------
    cases : iterable of Case
        Of the fixed set.

    Returns
    -------
    iterator of Paper
        An image that the learned detector refuses is all masked, and has the sampling that it was
        taken with.
    """
    for case in cases:
        simulated = take_image(case).simulated
        regions = np.full(simulated.image.shape, Region.BLUR, np.uint8)
        ours: Rings = (np.empty((0, 2)), np.empty(0, np.int64))
        sampling, seconds = simulated.sampling, float("nan")
        try:
            found = sixring.detect(simulated.micrograph, min_probability=0.0).detection
        except Refusal:
            pass
        else:
            regions, seconds = found.mask.regions, found.seconds
            ours = found.rings.centres, found.rings.sizes
            sampling = found.lattice.sampling_from_lattice
        clean = simulated.mask.clear
        yield Paper(
            case=case,
            canvas=canonical(simulated.image, sampling),
            true=(simulated.rings.centres, simulated.rings.sizes),
            ours=ours,
            judged=Area.within_border(regions == Region.CLEAR, clean, simulated.sampling),
            clean=Area.within_border(clean, clean, simulated.sampling),
            seconds=seconds,
        )


def examined(paper: Paper, atoms: NDArray[np.float64]) -> Rings:
    """Make rings of the Segmentor's atoms.

    Parameters
    ----------
    paper : Paper
        The image.
    atoms : ndarray of float64, shape (n, 2)
        Rows and columns on the canvas.

    Returns
    -------
    centres, sizes : ndarray
        Shapes (m, 2), in pixels of the micrograph, and (m,).
    """
    bonds = bonds_of(atoms * paper.canvas.sampling, ("C",) * len(atoms))
    rings = planar_faces(atoms, bonds)
    centres = paper.canvas.to_micrograph(ring_centres(atoms, rings))
    return centres, np.array([len(ring) for ring in rings], np.int64)


def marked(paper: Paper, found: Rings) -> tuple[Counts, Counts, Counts]:
    """Count ours, the Segmentor's where ours are judged, and its on all clean sheet.

    Rings of ten and more are one size, which is all that ours tells of them.
    """
    true, ours, theirs = (
        (centres, np.minimum(sizes, LARGEST)) for centres, sizes in (paper.true, paper.ours, found)
    )
    return (
        score_odd_rings(true, ours, paper.judged),
        score_odd_rings(true, theirs, paper.judged),
        score_odd_rings(true, theirs, paper.clean),
    )
