"""Plots hold what they should, and leave nothing behind."""

from __future__ import annotations

import sys
from io import BytesIO

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from scored_patches import normals
from sixring.errors import UsageError
from sixring.evaluate import (
    Evaluation,
    calibrate,
    evaluate,
    precision_recall_figure,
    reliability,
    reliability_figure,
    roc_figure,
    score_figure,
)

CASE = normals(60, 400, 1.5)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluate(
        *CASE[:2],
        groups=CASE.groups,
        threshold=1.0,
        calibration=calibrate(*CASE),
        resamples=200,
    )


def drawn(figure: Figure) -> Image.Image:
    """Write the figure; warnings, such as one that text doesn't fit, are errors here."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    return Image.open(buffer)


def legend_of(figure: Figure) -> list[str]:
    legend = figure.axes[0].get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def test_a_figure_is_one_column_wide_at_300_dots_an_inch(found: Evaluation) -> None:
    image = drawn(roc_figure({"": found}))
    assert image.size == (1020, 930)
    assert len(np.unique(np.asarray(image.convert("L")))) > 10


def test_the_roc_curve_is_drawn_with_its_band_and_threshold(found: Evaluation) -> None:
    figure = roc_figure({"": found})
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("False-alarm rate", "Recall")
    assert legend_of(figure) == [f"AUC {found.auc}", "threshold"]
    _, curve, mark = axes.get_lines()
    np.testing.assert_array_equal(curve.get_xdata(), found.points.false_alarm_rate)
    np.testing.assert_array_equal(curve.get_ydata(), found.points.recall)
    assert found.confusion is not None
    assert np.asarray(mark.get_xdata()).tolist() == [found.confusion.false_alarm_rate]
    assert len(axes.collections) == 1


def test_several_models_have_colours_and_names_of_their_own(found: Evaluation) -> None:
    other = evaluate(CASE.scores**3, CASE.labels, resamples=100)
    figure = roc_figure({"vae": found, "cnn-a": other})
    assert legend_of(figure) == [f"vae  AUC {found.auc}", f"cnn-a  AUC {other.auc}"]
    colours = {str(line.get_color()) for line in figure.axes[0].get_lines()[1:]}
    assert len(colours) >= 2
    assert legend_of(precision_recall_figure({"vae": found, "cnn-a": other})) == [
        f"vae  AP {found.average_precision}",
        f"cnn-a  AP {other.average_precision}",
        "chance, prevalence 0.13",
    ]


def test_precision_is_drawn_by_steps_above_chance(found: Evaluation) -> None:
    figure = precision_recall_figure({"": found})
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Recall", "Precision")
    curve, chance = axes.get_lines()
    assert curve.get_drawstyle() == "steps-pre"
    recall, precision = np.asarray(curve.get_xdata()), np.asarray(curve.get_ydata())
    # The area under the steps is the average precision.
    assert np.sum(np.diff(recall) * precision[1:]) == pytest.approx(found.average_precision.value)
    assert list(np.asarray(chance.get_ydata())) == [found.prevalence] * 2
    drawn(figure)


@pytest.mark.parametrize("number", [0, 7])
def test_so_many_curves_can_t_be_told_apart(number: int, found: Evaluation) -> None:
    expected = f"^evaluations: one to 6 can be told apart in a plot, not {number}$"
    for draw in (roc_figure, precision_recall_figure):
        with pytest.raises(UsageError, match=expected):
            draw({str(i): found for i in range(number)})


def test_the_reliability_curve_and_its_patches(found: Evaluation) -> None:
    assert found.reliability is not None
    figure = reliability_figure(found.reliability)
    above, below = figure.axes
    assert above.get_ylabel() == "Observed share of defects"
    assert (below.get_xlabel(), below.get_ylabel()) == ("Predicted probability", "Patches")
    bars = [bar for bar in below.patches if isinstance(bar, Rectangle)]
    assert [bar.get_height() for bar in bars] == found.reliability.patches.tolist()
    assert legend_of(figure) == [f"calibration error {found.reliability.error}\nprevalence 0.13"]
    drawn(figure)


def test_a_reliability_curve_with_empty_bins_and_no_intervals() -> None:
    curve = reliability([0.1, 0.9, 0.2], [0, 1, 0], groups=["a"] * 3)
    drawn(reliability_figure(curve))


def test_the_histograms_have_an_area_of_one_each(found: Evaluation) -> None:
    figure = score_figure(found)
    axes = figure.axes[0]
    for polygon in axes.patches:
        corners = polygon.get_path().vertices
        x, y = np.asarray(corners)[:-1].T
        area = 0.5 * abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))
        assert area == pytest.approx(1.0)
    assert legend_of(figure) == ["perfect (400)", "defect (60)", "threshold"]
    assert list(np.asarray(axes.get_lines()[0].get_xdata())) == [1.0, 1.0]
    drawn(figure)


def test_scores_that_are_all_the_same_have_a_histogram() -> None:
    same = evaluate(np.ones(8), [0, 1] * 4, resamples=100)
    drawn(score_figure(same))
    drawn(roc_figure({"": same}))
    drawn(precision_recall_figure({"": same}))


def test_an_outlier_doesn_t_squeeze_the_histogram() -> None:
    scores = np.r_[CASE.scores, 1e9]
    labels = np.r_[CASE.labels, 0]
    figure = score_figure(evaluate(scores, labels, resamples=100))
    assert figure.axes[0].get_xlim()[1] < 1e8


def test_drawing_changes_nothing_global(found: Evaluation) -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    roc_figure({"": found})
    if pyplot is not None:
        assert pyplot.get_fignums() == []
    else:
        assert "matplotlib.pyplot" not in sys.modules
