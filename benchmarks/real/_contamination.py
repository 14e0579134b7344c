"""Images of dirty graphene: the mask against labels, the sampling, the odd rings that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import cKDTree

import sixring
from benchmarks.matching import at
from benchmarks.real._grains import adjoining_sixes, between_grains
from sixring.errors import Refusal
from sixring.lattice import GRAPHENE
from sixring.report import draw_overlay
from sixring.structures import CHAINS
from sixring.types import Region, Rings

__all__ = ["MANY", "Contaminated", "Summary", "measure_contamination", "summarise"]

MANY = 1.0
"""Odd rings for each 100 nm^2 of clear area."""
_HELD_OUT_FROM = "2014_02"
_LEAST_SIXES = 20
_AGREEMENT = 0.02


@dataclass(frozen=True)
class Contaminated:
    """What was found on one image."""

    file: str
    """Its name."""
    iou: float | None
    """Intersection over union of the mask's contamination with the label's; None where neither
    has any."""
    area: float
    """Clear area in nm^2."""
    share: float
    """Of the image that is clear, 0 to 1."""
    odd: float
    """Rings other than six for each 100 nm^2 of clear area."""
    odd_alone: float
    """The same without the rings of what is named a grain boundary or a dislocation."""
    odd_within: float
    """The same without the rings that lie between two orientations, whatever their name."""
    sixes_between: float
    """Share of the six-rings that lie between two orientations: what chance would give."""
    sampling: float
    """From the Fourier transform, angstrom per pixel."""
    nearest: float | None
    """From the mean distance of a six-ring's centre to the six nearest ones, the median over the
    rings of the clear area, angstrom per pixel; None with too few rings. Where many rings are
    hidden the six nearest aren't the neighbours, and it comes out too small."""
    adjoining: float | None
    """From the mean distance between six-rings that share a bond."""
    refused: str = ""
    """Why the image was refused; empty where it wasn't. Then nothing is masked or found."""

    @property
    def session(self) -> str:
        """The date that the file's name begins with."""
        return self.file[:9]

    @property
    def held_out(self) -> bool:
        """Whether no constant was chosen with this image in view."""
        return self.session >= _HELD_OUT_FROM

    @property
    def nearest_agrees(self) -> bool:
        """Whether `nearest` is within 2 % of `sampling`."""
        return _agree(self.nearest, self.sampling)

    @property
    def adjoining_agrees(self) -> bool:
        """Whether `adjoining` is within 2 % of `sampling`."""
        return _agree(self.adjoining, self.sampling)


@dataclass(frozen=True)
class Summary:
    """Several images in one row."""

    name: str
    """What they have in common."""
    images: int
    """How many."""
    refused: int
    """Of them, refused."""
    iou: float
    """Mean over those that have contamination."""
    share: float
    """Median share of an image that is clear."""
    odd: float
    """Median over the images, for each 100 nm^2."""
    odd_alone: float
    """Median without what is named a chain."""
    odd_within: float
    """Median without what lies between two orientations."""
    sixes_between: float
    """Median share of the six-rings that lie there."""
    nearest: int
    """Images on which the sampling from the six nearest centres agrees."""
    adjoining: int
    """Images on which that of the rings that share a bond does."""


def measure_contamination(
    data: Path, detector: str, pictures: Path | None = None
) -> tuple[Contaminated, ...]:
    """Detect on every image, with nothing given.

    Parameters
    ----------
    data : Path
        The folder of the real images.
    detector : str
        As for :func:`sixring.detect`.
    pictures : Path, optional
        Folder for a picture of each image that has more than :data:`MANY` odd rings, to be looked
        at: most of them are true.

    Returns
    -------
    tuple of Contaminated
        In the order of their names.
    """
    files = sorted((data / "hrtem_contamination").glob("*.png"))
    images = (file for file in files if not file.stem.endswith("_LABEL"))
    return tuple(_measure(file, detector, pictures) for file in images)


def summarise(name: str, images: Sequence[Contaminated]) -> Summary:
    """Put several images into one row; the medians are those of the images not refused."""
    refused = sum(bool(image.refused) for image in images)
    iou = float(np.mean([image.iou for image in images if image.iou is not None]))
    images = [image for image in images if not image.refused]
    return Summary(
        name=name,
        images=len(images) + refused,
        refused=refused,
        iou=iou,
        share=float(np.median([image.share for image in images])),
        odd=float(np.median([image.odd for image in images])),
        odd_alone=float(np.median([image.odd_alone for image in images])),
        odd_within=float(np.median([image.odd_within for image in images])),
        sixes_between=float(np.median([image.sixes_between for image in images])),
        nearest=sum(image.nearest_agrees for image in images),
        adjoining=sum(image.adjoining_agrees for image in images),
    )


def _measure(file: Path, detector: str, pictures: Path | None) -> Contaminated:
    label = _label(file)
    try:
        found = sixring.detect(file, detector=detector).detection
    except Refusal as refusal:
        iou = _iou(np.zeros_like(label), label)
        nan = float("nan")
        return Contaminated(
            file.name, iou, 0.0, 0.0, nan, nan, nan, nan, nan, None, None, str(refusal)
        )
    sampling = found.lattice.sampling
    area = float(found.mask.clear.sum()) * sampling**2 / 100
    judged = at(found.mask.regions, found.rings.centres) == Region.CLEAR
    odd = judged & (found.rings.sizes != 6)
    chains = [k for k, defect in enumerate(found.defects) if defect.name in CHAINS]
    alone = odd & ~np.isin(found.rings.defect, chains)
    between = between_grains(found.rings, sampling)
    sixes = judged & ~odd
    density = 100 * float(odd.sum()) / area if area else 0.0
    if pictures is not None and density > MANY:
        draw_overlay(found, pictures / file.name)
    return Contaminated(
        file=file.name,
        iou=_iou(found.mask.regions == Region.CONTAMINATION, label),
        area=area,
        share=float(found.mask.clear.mean()),
        odd=density,
        odd_alone=100 * float(alone.sum()) / area if area else 0.0,
        odd_within=100 * float((odd & ~between).sum()) / area if area else 0.0,
        sixes_between=float(between[sixes].mean()) if sixes.any() else 0.0,
        sampling=sampling,
        nearest=_from_nearest(found.rings, judged),
        adjoining=_from_adjoining(found.rings, judged),
    )


def _label(file: Path) -> NDArray[np.bool_]:
    """Read the label by hand: one without contamination is constant, and so no micrograph."""
    with Image.open(file.with_name(f"{file.stem}_LABEL.png")) as image:
        return np.asarray(image.convert("L")) > 127


def _iou(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float | None:
    union = int((found | true).sum())
    return None if union == 0 else float((found & true).sum() / union)


def _agree(one: float | None, other: float) -> bool:
    return one is not None and abs(one / other - 1) <= _AGREEMENT


def _from_nearest(rings: Rings, judged: NDArray[np.bool_]) -> float | None:
    """Take the six nearest of each six-ring for its neighbours."""
    sixes = rings.centres[judged & (rings.sizes == 6)]
    if len(sixes) < _LEAST_SIXES:
        return None
    distance = np.asarray(cKDTree(sixes).query(sixes, k=7)[0])
    return GRAPHENE / float(np.median(distance[:, 1:].mean(axis=1)))


def _from_adjoining(rings: Rings, judged: NDArray[np.bool_]) -> float | None:
    """Take the six-rings that share a bond for neighbours."""
    pairs = adjoining_sixes(rings)
    pairs = pairs[judged[pairs].all(axis=1)]
    if len(np.unique(pairs)) < _LEAST_SIXES:
        return None
    step = rings.centres[pairs[:, 1]] - rings.centres[pairs[:, 0]]
    return GRAPHENE / float(np.linalg.norm(step, axis=1).mean())
