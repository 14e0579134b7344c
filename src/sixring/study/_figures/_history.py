"""Figure 12: how the report's experiment goes, epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence

from sixring.study._figures._canvas import DEFECT, PERFECT, SMALL, Plate, dress, new_canvas
from sixring.study._figures._estimates import chance_line
from sixring.study._training import Outcome

__all__ = ["histories"]

_COARSE, _FINE = (1.0,), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
"""Ticks in a decade, for losses that go through many decades and for others."""
_MANY = 30.0
"""Largest over least loss from which on it is many."""
_FAINTEST = 1e-4
"""The lowest loss that is drawn: below it a patch is known by heart."""


def histories(outcomes: Sequence[Outcome], start: float) -> Plate:
    """Draw losses and validation AUC of the report's experiment over the epochs.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Those of the report's experiment.
    start : float
        Loss of a network that knows nothing but how rare defects are.
    """
    from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

    models = sorted({outcome.job.model for outcome in outcomes})
    canvas = new_canvas(4.4)
    grid = canvas.subplots(2, len(models), sharex=True, sharey="row", squeeze=False)
    for (losses, aucs), model in zip(grid.T, models, strict=True):
        first = losses is grid[0, 0]
        dress(losses, "", "Loss (cross-entropy)" if first else "", model)
        dress(aucs, "Epoch", "Validation AUC" if first else "")
        own = [outcome for outcome in outcomes if outcome.job.model == model]
        for place, outcome in enumerate(own):
            epochs = [row["epoch"] for row in outcome.history]
            for column, name, colour in (
                ("training_loss", "training", PERFECT),
                ("validation_loss", "validation", DEFECT),
            ):
                values = [max(row[column], _FAINTEST) for row in outcome.history]
                label = None if place else name
                losses.plot(epochs, values, color=colour, linewidth=1.1, alpha=0.8, label=label)
            values = [row["validation_auc"] for row in outcome.history]
            aucs.plot(epochs, values, color=DEFECT, linewidth=1.1, alpha=0.8)
        losses.set_yscale("log")
        losses.yaxis.set_major_locator(LogLocator(subs=_ticks(outcomes)))
        losses.yaxis.set_major_formatter("{x:g}")
        losses.yaxis.set_minor_locator(NullLocator())
        aucs.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        chance_line(losses, at=start, label="" if first else "entropy")
        losses.legend(fontsize=SMALL, frameon=False)
        aucs.set_ylim(0, 1)
        chance_line(aucs, label="chance" if aucs is grid[1, -1] else "")
    canvas.align_ylabels()
    return Plate(
        "Training and validation in the report's experiment",
        "Above: the loss on the patches that are learned from (blue) and on those held out to "
        "watch (orange), on a logarithmic scale that ends at 0.0001. Dashed: the entropy of the "
        "classes, the loss of a network that knows nothing but how rare defects are. Below: the "
        "AUC on those held out. One line for each training. Where the blue line falls below the "
        "entropy and the orange one rises above it, the network learns what is peculiar to its own "
        "patches: overfitting. Where neither moves, it hasn't found anything to learn.",
        canvas,
    )


def _ticks(outcomes: Sequence[Outcome]) -> tuple[float, ...]:
    losses = [
        max(row[column], _FAINTEST)
        for outcome in outcomes
        for row in outcome.history
        for column in ("training_loss", "validation_loss")
    ]
    return _COARSE if max(losses) > _MANY * min(losses) else _FINE
