"""Figures 5, 6 and 7: what autoencoders make of patches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from sixring.models import SavedModel
from sixring.patches import DEFECT, PERFECT
from sixring.study._data import StudyData, labels_of
from sixring.study._figures._canvas import TEXT, Plate, new_canvas
from sixring.study._figures._pictures import describe, grey_range, normalised, show
from sixring.study._training import Outcome

__all__ = ["conv_reconstruction", "dense_reconstructions", "reproductions_over_epochs"]

_GRAIN = 3
"""Pixels of the box that smooths twice, as in the models' local score."""


def dense_reconstructions(outcome: Outcome, data: StudyData) -> Plate:
    """Draw what the dense autoencoder makes of patches of both classes."""
    patches = normalised(data.test.images[data.shown])
    rebuilt = _reconstructions(outcome, data)
    canvas = new_canvas(2.75)
    grid = canvas.subplots(2, len(patches), squeeze=False)
    for column, index in enumerate(data.shown):
        limits = grey_range(patches[column])
        show(grid[0, column], patches[column], limits, title=describe(data.test, int(index)))
        show(grid[1, column], rebuilt[column], limits)
    for row, label in enumerate(("patch", "reconstruction")):
        grid[row, 0].set_ylabel(label, fontsize=TEXT)
    return Plate(
        "Reconstructions of both classes by the dense autoencoder",
        "Above: patches of the test set, as the network sees them. Below: what it makes of them, "
        "on the same grey scale. A dense layer doesn't know which pixels are neighbours, and the "
        "code has few numbers: see how much of the lattice comes back, and whether it comes back "
        "any differently where there is a defect.",
        canvas,
    )


def conv_reconstruction(outcome: Outcome, data: StudyData) -> Plate:
    """Draw what the convolutional autoencoder makes of defects, and what is left over."""
    chosen = np.flatnonzero(labels_of(data.test)[data.shown] == DEFECT)
    patches = normalised(data.test.images[data.shown])[chosen]
    rebuilt = _reconstructions(outcome, data)[chosen]
    canvas = new_canvas(1.95 * len(chosen))
    titles = ("patch", "reconstruction", "residual", "residual, smoothed")
    grid = canvas.subplots(len(chosen), len(titles), squeeze=False)
    for row, index in enumerate(data.shown[chosen]):
        limits = grey_range(patches[row])
        residual = patches[row] - rebuilt[row]
        show(grid[row, 0], patches[row], limits)
        show(grid[row, 1], rebuilt[row], limits)
        for column, image in ((2, residual), (3, _smoothed(residual))):
            show(grid[row, column], image, _symmetric(image), colours="PuOr_r")
        grid[row, 0].set_ylabel(describe(data.test, int(index)), fontsize=TEXT)
    for axes, title in zip(grid[0], titles, strict=True):
        axes.set_title(title, fontsize=TEXT)
    return Plate(
        "Reconstruction of a defect by the convolutional autoencoder",
        "Patches with a defect, their reconstructions on the same grey scale, and what is left "
        "over, patch minus reconstruction: orange where the patch is brighter, purple where it "
        "is darker, each on a scale of its own. Noise is in every pixel of the residual. "
        "Smoothed to the size of an atom, as the score called local does it, the residual shows "
        "whether anything but noise is left.",
        canvas,
    )


def reproductions_over_epochs(outcome: Outcome, data: StudyData) -> Plate:
    """Draw what the variational autoencoder made of two patches while it was trained."""
    labels = labels_of(data.test)[data.shown]
    pair = [int(np.flatnonzero(labels == label)[0]) for label in (PERFECT, DEFECT)]
    epochs = sorted(outcome.snapshots)
    patches = normalised(data.test.images[data.shown])
    canvas = new_canvas(2.9)
    grid = canvas.subplots(2, 1 + len(epochs), squeeze=False)
    for row, place in enumerate(pair):
        limits = grey_range(patches[place])
        show(grid[row, 0], patches[place], limits)
        grid[row, 0].set_ylabel(describe(data.test, int(data.shown[place])), fontsize=TEXT)
        for axes, epoch in zip(grid[row, 1:], epochs, strict=True):
            show(axes, outcome.snapshots[epoch][place], limits)
    titles = ["patch", *(f"epoch {epoch}" for epoch in epochs)]
    for axes, title in zip(grid[0], titles, strict=True):
        axes.set_title(title, fontsize=TEXT)
    return Plate(
        "Reproductions by the variational autoencoder over the epochs",
        "A perfect patch and a defect patch, neither of which it learned from, and what it made "
        "of them after so many epochs, on the same grey scale. As long as it gives back a plain "
        "grey, it has learned the mean of all patches and nothing of the lattice.",
        canvas,
    )


def _reconstructions(outcome: Outcome, data: StudyData) -> NDArray[np.float32]:
    """Return the reconstructions of the patches that are shown, shape (k, rows, cols)."""
    model = SavedModel.read(outcome.folder)
    name = "reconstruction"
    return model.outputs(data.test.images[data.shown], (name,))[name]


def _smoothed(residual: NDArray[np.float32]) -> NDArray[np.float32]:
    """Smooth a residual; what would need pixels from outside is cut away."""
    smoothed: NDArray[np.float32] = uniform_filter(uniform_filter(residual, _GRAIN), _GRAIN)
    margin = 2 * (_GRAIN // 2)
    return smoothed[margin:-margin, margin:-margin]


def _symmetric(image: NDArray[np.float32]) -> tuple[float, float]:
    """Return limits about zero."""
    most = float(np.percentile(np.abs(image), 99.5))
    return -most, most
