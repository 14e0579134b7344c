"""Figure 4: what the first node of the dense autoencoder's code says."""

from __future__ import annotations

import numpy as np

from sixring.models import SavedModel
from sixring.study._data import StudyData, labels_of
from sixring.study._figures._canvas import DEFECT, PERFECT, SMALL, Plate, dress, new_canvas
from sixring.study._training import Outcome

__all__ = ["code_histogram"]

_SHOWN = (0.002, 0.998)
"""Share of each class below the lowest and the highest bin; the outermost bins take the rest."""


def code_histogram(outcome: Outcome, data: StudyData) -> Plate:
    """Draw the histogram of the first code node, perfect against defect."""
    labels = labels_of(data.test)
    code = SavedModel.read(outcome.folder).outputs(data.test.images, ("code",))["code"]
    classes = [code[labels == label, 0] for label in (0, 1)]
    ends = np.array([np.quantile(values, _SHOWN, method="nearest") for values in classes])
    low, high = ends[:, 0].min(), ends[:, 1].max()
    # As many bins as the rarer class can fill.
    bins = int(np.clip(2 * np.sqrt(min(map(len, classes))), 12, 50))
    edges = np.linspace(low, high, bins + 1)
    canvas = new_canvas(2.8)
    axes = canvas.add_subplot()
    dress(axes, "Output of the first node of the code", "Probability density")
    for values, name, colour in zip(classes, ("perfect", "defect"), (PERFECT, DEFECT), strict=True):
        axes.hist(
            np.clip(values, low, high),
            edges.tolist(),
            density=True,
            histtype="stepfilled",
            facecolor=(colour, 0.3),
            edgecolor=colour,
            linewidth=1.2,
            label=f"{name} ({len(values)} patches)",
        )
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=SMALL, frameon=False)
    return Plate(
        "The first node of the dense autoencoder's code",
        "Histograms of its output for the perfect and the defect patches of the test set. Each "
        "has an area of one, so that the rare defects are seen beside the many perfect patches. "
        "Where the two lie on each other, the node doesn't tell the classes apart.",
        canvas,
    )
