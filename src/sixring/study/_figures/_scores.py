"""Figure 10: what every score of the autoencoders reaches."""

from __future__ import annotations

from sixring.study._figures._canvas import COLOURS, GREY, SMALL, Plate, dress, new_canvas
from sixring.study._figures._estimates import chance_line, draw_estimate, draw_seeds
from sixring.study._phrases import SCORE_NAMES
from sixring.study._reading import Document, scores_of

__all__ = ["autoencoder_scores"]

_ROW = 0.24
"""Inches for a score."""


def autoencoder_scores(document: Document) -> Plate:
    """Draw the AUC of each score, and how it goes with the dose of perfect patches."""
    rows = scores_of(document, "autoencoder")
    models = list(dict.fromkeys(row["model"] for row in rows))
    colours = dict(zip(models, COLOURS, strict=False))
    canvas = new_canvas(1.0 + _ROW * len(rows))
    left, right = canvas.subplots(1, 2, sharey=True, width_ratios=(1.6, 1))
    dress(left, "AUC", title="Defects from perfect patches")
    dress(right, "Spearman correlation with dose", title="Among perfect patches")
    chance_line(left, lying=True)
    right.axvline(0, color=GREY, linewidth=0.9)
    for place, row in enumerate(rows):
        colour = colours[row["model"]]
        draw_seeds(left, place + 0.28, row["each"], colour, lying=True)
        draw_estimate(left, place, row["auc"], colour, lying=True)
        correlation = row["explained"]["dose"]
        if correlation is not None:
            right.barh(place, correlation, height=0.6, color=colour, alpha=0.75)
    names = [f"{row['model']}: {SCORE_NAMES[row['score']]}" for row in rows]
    left.set_yticks(range(len(rows)), names, fontsize=SMALL)
    left.set_ylim(len(rows) - 0.4, -0.6)
    right.set_xlim(-1.05, 1.05)
    right.tick_params(axis="y", length=0)
    return Plate(
        "Every score of the autoencoders",
        "Left: the AUC with its 95 % interval, and the single trainings as small dots; the dashed "
        "line is chance; left of it, defects score lower than perfect patches. Right: how strongly "
        "the score of perfect patches goes with the dose of their micrograph. A score that falls "
        "with the dose, near −1, measures the noise of a patch; one that rises with it, near 1, "
        "how clearly the lattice stands out of the noise.",
        canvas,
    )
