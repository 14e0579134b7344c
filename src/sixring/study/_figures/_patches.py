"""Figures 1 and 2: the patches that all is about."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from sixring.patches import DEFECT, PERFECT, PatchSet
from sixring.study._data import StudyData, labels_of
from sixring.study._figures._canvas import TEXT, Plate, new_canvas
from sixring.study._figures._pictures import add_scale_bar, describe, grey_range, show

__all__ = ["labelled_patches", "two_patches"]

_MOST_COLUMNS = 6
_ATOM = 0.4
"""Standard deviation of the smoothing, angstrom."""


def two_patches(data: StudyData) -> Plate:
    """Draw a perfect patch and a defect patch."""
    test = data.test
    labels = labels_of(test)[data.shown]
    pair = [int(data.shown[labels == label][0]) for label in (PERFECT, DEFECT)]
    canvas = new_canvas(2.2)
    panels = canvas.subplots(1, 4)
    for (recorded, smooth), index in zip((panels[:2], panels[2:]), pair, strict=True):
        sampling = float(test.details["sampling"][index])
        image = test.images[index]
        smoothed = gaussian_filter(image, _ATOM / sampling)
        show(recorded, image, grey_range(image), title=describe(test, index))
        show(smooth, smoothed, grey_range(smoothed), title="the same,\nsmoothed")
        add_scale_bar(recorded, sampling, image.shape[1])
    return Plate(
        "A perfect and a defect patch",
        "Simulated HRTEM images of graphene. Left: perfect lattice. Right: a defect of the kind "
        "that is named above it. The numbers are the electron dose, and both are among the "
        "patches with the highest dose of the test set. Beside each stands the same patch "
        "smoothed to the size of an atom, for the eye alone: the networks are given the patch as "
        "it was recorded.",
        canvas,
    )


def labelled_patches(data: StudyData) -> Plate:
    """Draw patches of the training set under the labels that a classifier learns."""
    patches = data.challenge
    defects = _of_each_kind(patches)
    perfect = _perfect(patches, len(defects))
    canvas = new_canvas(2.9)
    grid = canvas.subplots(2, len(defects), squeeze=False)
    for row, label, which in ((0, "label 0", perfect), (1, "label 1", defects)):
        for axes, index in zip(grid[row], which, strict=True):
            image = patches.images[index]
            show(axes, image, grey_range(image), title=describe(patches, index))
        grid[row, 0].set_ylabel(label, fontsize=TEXT)
    return Plate(
        "Labelled images for supervised learning",
        "Patches of the training set. A classifier is given patches with their label, 0 for "
        "perfect and 1 for a defect, whatever its kind. From left to right the dose grows. Focus "
        "and aberrations differ between the micrographs, so that the same lattice looks "
        "different in each.",
        canvas,
    )


def _of_each_kind(patches: PatchSet) -> list[int]:
    """Return a patch of each kind of defect, their doses from low to high."""
    defects = np.flatnonzero(labels_of(patches) == DEFECT)
    kinds = np.unique(patches.details["defect"][defects])[:_MOST_COLUMNS]
    return [
        _at_dose(patches, defects[patches.details["defect"][defects] == kind], place, len(kinds))
        for place, kind in enumerate(kinds)
    ]


def _perfect(patches: PatchSet, count: int) -> list[int]:
    """Return perfect patches, their doses from low to high."""
    perfect = np.flatnonzero(labels_of(patches) == PERFECT)
    return [_at_dose(patches, perfect, place, count) for place in range(count)]


def _at_dose(patches: PatchSet, which: NDArray[np.int64], place: int, places: int) -> int:
    """Return the one of some patches that has the given place among their doses."""
    ordered = which[np.argsort(patches.details["dose"][which], kind="stable")]
    return int(ordered[place * (len(ordered) - 1) // max(places - 1, 1)])
