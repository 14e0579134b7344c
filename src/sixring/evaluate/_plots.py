"""Plots of an evaluation, one column of a journal wide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from sixring.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sixring.evaluate._evaluation import Evaluation
    from sixring.evaluate._reliability import Reliability

__all__ = ["precision_recall_figure", "reliability_figure", "roc_figure", "score_figure"]

# Okabe and Ito (2008), as the report has it: told apart with any common colour vision.
_DEFECT, _PERFECT = "#E8601C", "#0072B2"
_COLOURS = ("#0072B2", "#E8601C", "#009E73", "#CC79A7", "#56B4E9", "#000000")
_GREY = "#6E7781"
_INCHES = (3.4, 3.1)
_DPI = 300
_TEXT, _SMALL = 8.0, 7.0
_SHORTEST_MARGIN = 0.01


def roc_figure(evaluations: Mapping[str, Evaluation]) -> Figure:
    """Draw ROC curves, each with the band of its pointwise 95 % intervals.

    Parameters
    ----------
    evaluations : mapping of str to Evaluation
        Up to six by the names that the legend gives them; a single one may have an empty name.

    Returns
    -------
    Figure
        8.6 cm wide; ``figure.savefig(path)`` writes it.

    Raises
    ------
    UsageError
        If there are none or more than six.
    """
    _check_number(evaluations)
    figure = _figure()
    axes = figure.add_subplot()
    _label(axes, "False-alarm rate", "Recall")
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    for colour, (name, evaluation) in zip(_COLOURS, evaluations.items(), strict=False):
        band, points = evaluation.band, evaluation.points
        axes.fill_between(
            band.false_alarm_rate,
            np.where(np.isnan(band.low), band.recall, band.low),
            np.where(np.isnan(band.high), band.recall, band.high),
            color=colour,
            alpha=0.18,
            linewidth=0,
        )
        axes.plot(
            points.false_alarm_rate,
            points.recall,
            color=colour,
            linewidth=1.3,
            label=f"{name}  AUC {evaluation.auc}".strip(),
        )
        if evaluation.confusion is not None:
            axes.plot(
                evaluation.confusion.false_alarm_rate,
                evaluation.confusion.recall,
                marker="o",
                markersize=4.5,
                markerfacecolor="white",
                markeredgecolor=colour,
                linestyle="none",
                label="threshold" if len(evaluations) == 1 else None,
            )
    _unit_square(axes)
    _legend(axes, "lower right")
    return figure


def precision_recall_figure(evaluations: Mapping[str, Evaluation]) -> Figure:
    """Draw precision against recall; a dashed line is what chance gives.

    Parameters and errors as in :func:`roc_figure`.
    """
    _check_number(evaluations)
    figure = _figure()
    axes = figure.add_subplot()
    _label(axes, "Recall", "Precision")
    for colour, (name, evaluation) in zip(_COLOURS, evaluations.items(), strict=False):
        points = evaluation.points
        # The first point, where nothing is called defect, has no precision of its own.
        axes.step(
            points.recall,
            np.r_[points.precision[1], points.precision[1:]],
            where="pre",
            color=colour,
            linewidth=1.3,
            label=f"{name}  AP {evaluation.average_precision}".strip(),
        )
    for prevalence in sorted({e.prevalence for e in evaluations.values()}):
        axes.axhline(
            prevalence,
            color=_GREY,
            linewidth=0.7,
            linestyle=(0, (4, 3)),
            label=f"chance, prevalence {prevalence:.3g}",
        )
    _unit_square(axes)
    _legend(axes, "best")
    return figure


def reliability_figure(curve: Reliability) -> Figure:
    """Draw how often predictions came true, and below it how many patches each bin has.

    Parameters
    ----------
    curve : Reliability
        From :func:`sixring.evaluate.reliability`.

    Returns
    -------
    Figure
        8.6 cm wide.
    """
    figure = _figure(height=3.9)
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=(3.4, 1.0))
    _label(axes, "", "Observed share of defects")
    _label(below, "Predicted probability", "Patches")
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    filled = curve.patches > 0
    predicted, observed = curve.predicted[filled], curve.observed[filled]
    low = np.where(np.isnan(curve.low[filled]), observed, curve.low[filled])
    high = np.where(np.isnan(curve.high[filled]), observed, curve.high[filled])
    axes.errorbar(
        predicted,
        observed,
        yerr=np.maximum([observed - low, high - observed], 0),
        color=_PERFECT,
        marker="o",
        markersize=3.5,
        linewidth=1.1,
        elinewidth=0.8,
        capsize=1.8,
        label=f"calibration error {curve.error}\nprevalence {curve.prevalence:.3g}",
    )
    _unit_square(axes)
    _legend(axes, "upper left")
    below.bar(
        curve.edges[:-1],
        curve.patches,
        width=np.diff(curve.edges),
        align="edge",
        color=_PERFECT,
        alpha=0.55,
        edgecolor="white",
        linewidth=0.6,
    )
    below.set_yscale("symlog", linthresh=1)
    most = 3 * int(curve.patches.max())
    below.set_ylim(0, most)
    below.set_yticks([0, *(10**power for power in range(0, len(str(most)), 2))])
    return figure


def score_figure(evaluation: Evaluation) -> Figure:
    """Draw the distributions of the scores of both classes, and the threshold.

    Each class has an area of one, so that rare defects are seen beside many perfect patches.
    The outermost bins take the few scores, 0.2 % of a class at either end, that lie further out.

    Returns
    -------
    Figure
        8.6 cm wide.
    """
    figure = _figure(height=2.6)
    axes = figure.add_subplot()
    _label(axes, "Score", "Density")
    classes = [evaluation.scores[evaluation.labels == label] for label in (0, 1)]
    ends = np.array([np.quantile(scores, [0.002, 0.998], method="nearest") for scores in classes])
    low, high = ends[:, 0].min(), ends[:, 1].max()
    if not high > low:
        low, high = low - 0.5, high + 0.5
    # As many bins as the rarer class can fill.
    rarer = min(evaluation.n_defect, evaluation.n_perfect)
    edges = np.linspace(low, high, int(np.clip(2 * np.sqrt(rarer), 12, 50)) + 1)
    for scores, name, colour in zip(
        classes, ("perfect", "defect"), (_PERFECT, _DEFECT), strict=True
    ):
        axes.hist(
            np.clip(scores, low, high),
            edges.tolist(),
            density=True,
            histtype="stepfilled",
            facecolor=(colour, 0.3),
            edgecolor=colour,
            linewidth=1.1,
            label=f"{name} ({len(scores)})",
        )
    if evaluation.threshold is not None:
        axes.axvline(
            evaluation.threshold.value,
            color="black",
            linewidth=0.9,
            linestyle=(0, (4, 3)),
            label="threshold",
        )
    axes.margins(y=0.08)
    axes.set_ylim(bottom=0)
    _legend(axes, "best")
    return figure


def _check_number(evaluations: Mapping[str, Evaluation]) -> None:
    if not 1 <= len(evaluations) <= len(_COLOURS):
        raise UsageError(
            f"evaluations: one to {len(_COLOURS)} can be told apart in a plot, "
            f"not {len(evaluations)}"
        )


def _figure(height: float = _INCHES[1]) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # The objects of matplotlib, never pyplot: nothing global, so that threads may draw at once.
    figure = Figure(figsize=(_INCHES[0], height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _label(axes: Axes, x_label: str, y_label: str) -> None:
    axes.set_xlabel(x_label, fontsize=_TEXT)
    axes.set_ylabel(y_label, fontsize=_TEXT)
    axes.tick_params(labelsize=_SMALL, width=0.6, length=3)
    for side, spine in axes.spines.items():
        spine.set_linewidth(0.6)
        spine.set_visible(side in ("left", "bottom"))


def _unit_square(axes: Axes) -> None:
    axes.set_xlim(-_SHORTEST_MARGIN, 1 + _SHORTEST_MARGIN)
    axes.set_ylim(-_SHORTEST_MARGIN, 1 + _SHORTEST_MARGIN)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_yticks(np.linspace(0, 1, 6))


def _legend(axes: Axes, place: Literal["best", "upper left", "lower right"]) -> None:
    axes.legend(loc=place, fontsize=_SMALL, frameon=False, handlelength=1.6)
