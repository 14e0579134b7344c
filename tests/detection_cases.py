"""Sheets, images and hand-made stages with known answers, for the tests of the detection."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.detection import detect_micrograph
from sixring.detection._atoms import Sites, locate_atoms
from sixring.detection._centres import Centres, find_centres
from sixring.detection._foreign import ForeignAtoms, calm, find_foreign_atoms
from sixring.detection._graph import Triangulation, triangulate
from sixring.detection._rings import Structure, assemble
from sixring.lattice import GRAPHENE, Canvas, LocalView, find_lattice, look, prepare
from sixring.simulate import Simulated, micrograph
from sixring.structures import Sheet, perfect_sheet, plant, tilt_boundary
from sixring.types import Contrast, Defect, Detection, Lattice, Micrograph, Mode

__all__ = [
    "NO_FOREIGN",
    "SIDE",
    "STEP",
    "Stages",
    "boundary",
    "bumps",
    "by_hand",
    "canvas_of",
    "go_through",
    "image_of",
    "in_canvas",
    "inner",
    "nearest",
    "perfect",
    "planted",
    "summary",
    "triangular",
]

SIDE = 50.0
"""Extent of the sheets in angstrom: 10 more than the images of them."""
STEP = 0.25
"""Angstrom per pixel of what is made by hand."""
NO_FOREIGN = ForeignAtoms(np.empty((0, 2)), np.empty(0), np.empty(0), ())


class Stages(NamedTuple):
    """What the stages of the detection say, one after the other."""

    lattice: Lattice
    canvas: Canvas
    view: LocalView
    foreign: ForeignAtoms
    centres: Centres
    made: Triangulation
    sites: Sites
    structure: Structure


@cache
def perfect(orientation: float = 11.0) -> Sheet:
    return perfect_sheet(SIDE, SIDE, orientation=orientation)


@cache
def planted(name: str, orientation: float = 11.0, turn: int = 0, atoms: int = 6) -> Sheet:
    """A sheet with one defect near its middle; `atoms` is the size of a hole."""
    near = (25.4, 24.7)
    return plant(perfect(orientation), name, near=near, turn=turn, atoms=atoms)


@cache
def boundary(angle: float) -> Sheet:
    """Two grains that meet in the middle, as large as the other sheets."""
    return tilt_boundary(SIDE, SIDE, angle)


def image_of(
    sheet: Sheet,
    mode: Mode = "hrtem",
    contrast: Contrast | None = None,
    *,
    dose: float | None = None,
    sampling: float = 0.2,
    seed: int = 1,
    side: float = SIDE - 10,
) -> Simulated:
    """The middle of a sheet at a dose that leaves nothing to chance, where none is given."""
    pixels = round(side / sampling)
    return micrograph(
        sheet,
        mode=mode,
        contrast=contrast,
        shape=(pixels, pixels),
        sampling=sampling,
        dose=dose or (1e6 if mode == "stem" else 1e5),
        origin=(5.0, 5.0),
        seed=seed,
    )


def detect_classically(
    image: Micrograph, *, min_probability: float = 0.5, lattice_sampling: bool = False
) -> Detection:
    """Detect without a learned model."""
    return detect_micrograph(
        image,
        detector="classical",
        min_probability=min_probability,
        lattice_sampling=lattice_sampling,
    )


def go_through(image: Micrograph) -> Stages:
    """Go through the stages of the classical detector in their order."""
    lattice = find_lattice(image)
    raw = prepare(image.image, lattice.sampling_from_lattice)
    foreign = find_foreign_atoms(raw, lattice.contrast, image.mode or "hrtem")
    canvas = calm(raw, foreign, lattice.contrast)
    view = look(canvas)
    centres = find_centres(canvas, view, lattice.contrast)
    detail = view.detail if lattice.contrast == "bright" else -view.detail
    made = triangulate(centres.positions, centres.error, detail, canvas.sampling)
    sites = locate_atoms(canvas, view, lattice.contrast, centres.positions, made, foreign)
    structure = assemble(centres, made, sites, foreign, canvas.sampling)
    return Stages(lattice, canvas, view, foreign, centres, made, sites, structure)


def in_canvas(canvas: Canvas, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert pixels of the micrograph to pixels of the canvas."""
    return (pixels + 0.5) * canvas.zoom - 0.5


def inner(
    positions: NDArray[np.float64], shape: tuple[int, ...], margin: float
) -> NDArray[np.bool_]:
    """Which positions are at least `margin` pixels inside an image of this shape."""
    last = np.array(shape[:2]) - 1
    inside: NDArray[np.bool_] = np.all((positions >= margin) & (positions <= last - margin), axis=1)
    return inside


def nearest(
    positions: NDArray[np.float64], others: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Distance to the nearest of the others, and which one that is; shape (n,) each."""
    distance, index = cKDTree(others).query(positions)
    return np.asarray(distance), np.asarray(index)


def summary(detection: Detection | Simulated) -> list[tuple[object, ...]]:
    """What the defects are called, in an order that no rotation changes."""

    def of(defect: Defect) -> tuple[object, ...]:
        return defect.name, defect.census, defect.missing_atoms, defect.dopants

    return sorted(map(of, detection.defects), key=str)


def triangular(rows: int, cols: int, spacing: float = GRAPHENE / STEP) -> NDArray[np.float64]:
    """The ring centres of a perfect sheet: a rhomboid of rows x cols points, in pixels."""
    i, j = (v.ravel() for v in np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij"))
    points = np.stack([np.sqrt(3) / 2 * i, j + i / 2], axis=1) * spacing
    return points + 10.0


def bumps(
    positions: NDArray[np.float64],
    shape: tuple[int, int],
    width: float,
    heights: NDArray[np.float64] | float = 1.0,
) -> NDArray[np.float32]:
    """A sum of Gaussians at positions, their standard deviation in pixels."""
    rows, cols = np.arange(shape[0])[:, None], np.arange(shape[1])[None, :]
    tall = np.broadcast_to(heights, len(positions))
    image = np.zeros(shape)
    for (row, col), height in zip(positions, tall, strict=True):
        image += height * np.exp(-((rows - row) ** 2 + (cols - col) ** 2) / (2 * width**2))
    return image.astype(np.float32)


def canvas_of(image: NDArray[np.float32], step: float = STEP) -> Canvas:
    """Take an image for a canvas, as it is."""
    return Canvas(image, step, 1.0, (image.shape[0], image.shape[1]))


def by_hand(
    *,
    rings: NDArray[np.float32],
    detail: NDArray[np.float32] | None = None,
    noise: float = 0.0,
) -> LocalView:
    """A local view of which only the images and the noise matter."""
    flat = np.zeros_like(rings)
    return LocalView(
        rings=rings,
        detail=flat if detail is None else detail,
        noise=flat + np.float32(noise),
        lattice=flat,
        floor=0.0,
        shrink=0.0,
    )
