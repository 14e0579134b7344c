"""The figures of the study: what is drawn is what was measured."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure as Canvas
from PIL import Image

from sixring.evaluate import roc_auc
from sixring.models import SavedModel
from sixring.study._data import StudyData
from sixring.study._figures import Figure, draw_figures
from sixring.study._figures._canvas import Plate
from sixring.study._figures._classifiers import classifiers_in_parts
from sixring.study._figures._code import code_histogram
from sixring.study._figures._curves import learning_curves
from sixring.study._figures._history import histories
from sixring.study._figures._ladder import imbalance_remedies, ladder
from sixring.study._figures._latent import latent_distributions
from sixring.study._figures._patches import labelled_patches, two_patches
from sixring.study._figures._reconstructions import (
    conv_reconstruction,
    dense_reconstructions,
    reproductions_over_epochs,
)
from sixring.study._figures._roc import roc_curves
from sixring.study._figures._scores import autoencoder_scores
from sixring.study._latent import Latent, examine_latent
from sixring.study._reading import Document
from sixring.study._training import Outcome
from study_documents import AUCS, HALF, LADDER, document, no_interval
from study_figures import KINDS, pictured_data, pictured_outcomes


@dataclass(frozen=True)
class Study:
    outcomes: list[Outcome]
    data: StudyData
    latent: Latent

    def first(self, model: str) -> Outcome:
        return next(outcome for outcome in self.outcomes if outcome.job.model == model)

    @property
    def report(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.job.question == "report"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    outcomes = pictured_outcomes(tmp_path_factory.mktemp("models"))
    data = pictured_data()
    first = next(outcome for outcome in outcomes if outcome.job.model == "vae")
    perfect = data.challenge.images[data.challenge.labels == 0]
    latent = examine_latent(SavedModel.read(first.folder), perfect, data.test)
    return Study(outcomes, data, latent)


def titles(axes: list[Axes]) -> list[str]:
    return [one.get_title() or one.get_title(loc="left") for one in axes]


def pictures(canvas: Canvas) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(axes.get_images()[0].get_array()) for axes in canvas.axes]


def estimates(axes: Axes) -> list[tuple[float, float]]:
    """Return where the dots with whiskers are."""
    dots = [c.lines[0] for c in axes.containers if isinstance(c, ErrorbarContainer)]
    return [(float(d.get_xdata()[0]), float(d.get_ydata()[0])) for d in dots]  # type: ignore[index, arg-type]


def size(canvas: Canvas) -> tuple[int, int]:
    """Write a figure; a warning, such as one that text doesn't fit, is an error here."""
    buffer = BytesIO()
    canvas.savefig(buffer, format="png")
    return Image.open(buffer).size


@pytest.fixture(scope="module")
def drawn(study: Study, tmp_path_factory: pytest.TempPathFactory) -> list[Figure]:
    folder = tmp_path_factory.mktemp("drawn") / "new" / "figures"
    return draw_figures(study.outcomes, study.data, study.latent, document(), folder)


def test_all_are_drawn_and_numbered(drawn: list[Figure]) -> None:
    figures, folder = drawn, drawn[0].path.parent
    assert [figure.number for figure in figures] == list(range(1, 16))
    assert sorted(folder.iterdir()) == sorted(figure.path for figure in figures)
    for figure in figures:
        assert figure.title
        assert figure.caption.endswith(".")
        with Image.open(figure.path) as image:
            assert image.width == 1440
            assert len(np.unique(np.asarray(image.convert("L")))) > 10
    assert "ROC curves" in figures[7].title
    assert "architecture" in figures[2].title


@pytest.mark.slow
def test_drawn_again_they_have_the_same_bytes(
    study: Study, drawn: list[Figure], tmp_path: Path
) -> None:
    again = draw_figures(study.outcomes, study.data, study.latent, document(), tmp_path)
    for one, other in zip(drawn, again, strict=True):
        assert one.path.read_bytes() == other.path.read_bytes(), one.path.name


def test_drawing_changes_nothing_global(study: Study) -> None:
    two_patches(study.data)
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


def test_a_patch_of_each_class(study: Study) -> None:
    canvas = two_patches(study.data).canvas
    perfect, defect = study.data.shown[0], study.data.shown[3]
    shown = pictures(canvas)
    np.testing.assert_array_equal(shown[0], study.data.test.images[perfect])
    np.testing.assert_array_equal(shown[2], study.data.test.images[defect])
    assert shown[1].std() < shown[0].std()
    kind = str(study.data.test.details["defect"][defect])
    assert [title.split("\n")[0] for title in titles(canvas.axes)] == [
        "perfect",
        "the same,",
        kind,
        "the same,",
    ]
    assert "5 Å" in [text.get_text() for text in canvas.axes[0].texts]


def test_the_scale_bar_is_as_long_as_it_says(study: Study) -> None:
    (bar,) = two_patches(study.data).canvas.axes[0].get_lines()
    left, right = np.asarray(bar.get_xdata(), float)
    assert right - left == pytest.approx(5.0 / 0.2)


def test_labelled_patches_are_of_every_kind_and_rise_in_dose(study: Study) -> None:
    canvas = labelled_patches(study.data).canvas
    names = [title.split("\n") for title in titles(canvas.axes)]
    assert [name for name, _ in names] == ["perfect"] * 3 + list(KINDS)
    for row in (names[:3], names[3:]):
        doses = [float(dose.split()[0]) for _, dose in row]
        assert doses == sorted(doses)
        assert doses[0] < doses[-1]
    assert [axes.get_ylabel() for axes in canvas.axes] == ["label 0", "", "", "label 1", "", ""]


def test_the_histogram_is_of_the_first_node(study: Study) -> None:
    outcome = study.first("dense-ae")
    (axes,) = code_histogram(outcome, study.data).canvas.axes
    model = SavedModel.read(outcome.folder)
    node = model.outputs(study.data.test.images, ("code",))["code"][:, 0]
    low, high = axes.dataLim.intervalx
    assert (low, high) == pytest.approx((node.min(), node.max()), abs=1e-5)
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "perfect (60 patches)",
        "defect (30 patches)",
    ]


def test_dense_reconstructions_are_the_models(study: Study) -> None:
    outcome = study.first("dense-ae")
    shown = pictures(dense_reconstructions(outcome, study.data).canvas)
    images = study.data.test.images[study.data.shown]
    rebuilt = SavedModel.read(outcome.folder).outputs(images, ("reconstruction",))
    np.testing.assert_allclose(shown[5:], rebuilt["reconstruction"], rtol=1e-6)
    for image in shown[:5]:
        assert image.mean() == pytest.approx(0, abs=1e-4)
        assert np.abs(image).mean() == pytest.approx(1, rel=1e-4)


def test_the_residual_is_patch_minus_reconstruction(study: Study) -> None:
    canvas = conv_reconstruction(study.first("conv-ae"), study.data).canvas
    shown = pictures(canvas)
    assert len(shown) == 2 * 4
    for patch, rebuilt, residual, smoothed in (shown[:4], shown[4:]):
        np.testing.assert_allclose(residual, patch - rebuilt, atol=1e-6)
        inner = residual[:5, :5]
        weights = np.outer([1, 2, 3, 2, 1], [1, 2, 3, 2, 1]) / 81
        assert smoothed[0, 0] == pytest.approx(float((inner * weights).sum()), abs=1e-5)
        assert smoothed.shape == (patch.shape[0] - 4, patch.shape[1] - 4)
    low, high = canvas.axes[2].get_images()[0].get_clim()
    assert low == -high


def test_reproductions_stand_in_the_order_of_the_epochs(study: Study) -> None:
    outcome = study.first("vae")
    canvas = reproductions_over_epochs(outcome, study.data).canvas
    assert titles(canvas.axes)[:3] == ["patch", "epoch 1", "epoch 4"]
    shown = pictures(canvas)
    np.testing.assert_array_equal(shown[2], outcome.snapshots[4][0])
    np.testing.assert_array_equal(shown[5], outcome.snapshots[4][3])


def test_roc_curves_of_both_sets(study: Study) -> None:
    canvas = roc_curves(study.report, study.data).canvas
    assert titles(canvas.axes) == ["cnn-a", "cnn-b"]
    axes = canvas.axes[0]
    _, *curves = axes.get_lines()
    outcome = study.first("cnn-a")
    assert study.data.test.labels is not None
    expected = [
        roc_auc(outcome.training_scores, outcome.training_labels),
        roc_auc(outcome.scores["logit"], study.data.test.labels),
    ]
    areas = [
        np.trapezoid(np.asarray(c.get_ydata(), float), np.asarray(c.get_xdata(), float))
        for c in curves
    ]
    assert areas[::2] == pytest.approx(expected)
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        f"{name}, AUC {auc:.2f}" for name, auc in zip(("training", "test"), expected, strict=True)
    ]


def test_the_latent_space_of_the_test_patches(study: Study) -> None:
    plate = latent_distributions(study.latent, study.data)
    scatter, distances, *densities = plate.canvas.axes
    drawn = np.concatenate([np.asarray(c.get_offsets()) for c in scatter.collections])
    assert {tuple(p) for p in drawn.round(6).tolist()} == {
        tuple(p) for p in study.latent.points.round(6).tolist()
    }
    apart = np.asarray(distances.get_lines()[1].get_ydata(), float)
    np.testing.assert_allclose(apart, np.sort(study.latent.apart)[::-1])
    for axes in densities:
        if axes.get_visible():
            for line in axes.get_lines():
                x, y = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
                assert np.trapezoid(y, x) <= 1.001
    active = int(study.latent.training.active.sum())
    assert f"{active} of {study.latent.dimensions} dimensions are active" in plate.caption
    size(plate.canvas)


def test_scores_with_their_intervals() -> None:
    left, right = autoencoder_scores(document()).canvas.axes
    assert left.get_yticklabels()[1].get_text() == "dense-ae: mean residual"
    assert [x for x, _ in estimates(left)][:4] == [0.72, 0.51, 0.87, 0.50]
    widths = [bar.get_width() for bar in right.patches]  # type: ignore[attr-defined]
    assert widths[:2] == [-0.31, -0.97]


def test_a_score_without_a_correlation_has_no_bar() -> None:
    made = document()
    for row in made["results"]:
        row["explained"] = dict.fromkeys(row["explained"])
    assert not autoencoder_scores(made).canvas.axes[1].patches


def test_the_ladder_step_by_step() -> None:
    (axes,) = ladder(document()).canvas.axes
    assert [y for _, y in estimates(axes)] == [AUCS[key] for key in LADDER]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels[0] == "as reported\n0.510"
    assert labels[-1] == "+ all patches\n0.973"
    container = axes.containers[0]
    assert isinstance(container, ErrorbarContainer)
    ends = container.lines[2][0].get_segments()[0][:, 1]
    assert sorted(ends) == pytest.approx([0.51 - HALF, 0.51 + HALF])


def test_single_trainings_are_drawn_where_there_are_several() -> None:
    for seeds, dots in ((1, 0), (3, 3)):
        (axes,) = ladder(document(seeds=seeds)).canvas.axes
        drawn = [c for c in axes.collections if len(c.get_offsets()) == dots > 0]  # type: ignore[arg-type]
        assert len(drawn) == (len(LADDER) if dots else 0)


def test_a_value_without_an_interval_has_no_whisker() -> None:
    made = document()
    for row in made["results"]:
        row["auc"] = no_interval(row["auc"]["value"])
    (axes,) = ladder(made).canvas.axes
    assert [y for _, y in estimates(axes)] == [AUCS[key] for key in LADDER]
    for container in axes.containers:
        assert isinstance(container, ErrorbarContainer)
        assert not container.has_yerr


def test_the_history_of_both_classifiers(study: Study) -> None:
    canvas = histories(study.report, 0.191).canvas
    losses = canvas.axes[0]
    drawn = np.asarray(losses.get_lines()[0].get_ydata(), float)
    assert drawn.tolist() == [row["training_loss"] for row in study.report[0].history]
    assert losses.get_yscale() == "log"
    assert [0.191, 0.191] in [list(np.asarray(line.get_ydata())) for line in losses.get_lines()]
    assert [axes.get_ylabel() for axes in canvas.axes] == [
        "Loss (cross-entropy)",
        "",
        "Validation AUC",
        "",
    ]
    size(canvas)


def test_losses_in_few_decades_have_ticks_enough(study: Study) -> None:
    rows = [
        {**row, "training_loss": 0.5, "validation_loss": 0.12} for row in study.report[0].history
    ]
    near = [replace(outcome, history=rows) for outcome in study.report]
    canvas = histories(near, 0.191).canvas
    size(canvas)
    low, high = canvas.axes[0].get_ylim()
    shown = [tick for tick in canvas.axes[0].get_yticks() if low <= tick <= high]
    assert shown == pytest.approx([0.15, 0.2, 0.3, 0.5])
    labels = [label.get_text() for label in canvas.axes[0].get_yticklabels()]
    assert {"0.15", "0.2", "0.3", "0.5"} <= set(labels)


def test_parts_by_defect_and_by_dose() -> None:
    canvas = classifiers_in_parts(document()).canvas
    by_defect, by_dose = canvas.axes
    assert [label.get_text() for label in by_dose.get_xticklabels()] == [
        "1000 to\n3000",
        "3000 to\n10000",
    ]
    assert by_defect.get_xticklabels()[4].get_text() == "Si-\nC3"
    assert len(estimates(by_defect)) == 4 * 6
    assert len(estimates(by_dose)) == 4 * 2
    assert estimates(by_dose)[0][1] == AUCS["challenge", "", "cnn-a"]
    assert estimates(by_dose)[-1][1] == AUCS["plain", "", "cnn-b"]
    size(canvas)


def test_the_learning_curves() -> None:
    (axes,) = learning_curves(document()).canvas.axes
    assert [y for _, y in estimates(axes)] == [0.60, 0.91, 0.52, 0.70]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["10\n(8)", "100\n(80)"]
    assert axes.get_ylim() == (0.4, 1.0)
    assert axes.get_xscale() == "log"


def test_the_remedies_by_three_measures() -> None:
    auc, precision, recall = imbalance_remedies(document()).canvas.axes
    assert [x for x, _ in estimates(auc)] == [0.973, 0.963, 0.913, 0.853]
    assert {x for x, _ in estimates(precision)} == {0.3}
    assert {x for x, _ in estimates(recall)} == {0.2}
    for axes, chance in ((auc, 0.5), (precision, 1 / 21), (recall, 0.01)):
        (line,) = [one for one in axes.get_lines() if one.get_linestyle() == "--"]
        assert list(np.asarray(line.get_xdata(), float)) == [chance, chance]
    assert recall.get_xlabel() == "Recall at 1 % false alarms"


@pytest.mark.parametrize(
    "draw", [autoencoder_scores, ladder, classifiers_in_parts, learning_curves, imbalance_remedies]
)
@pytest.mark.parametrize("seeds", [1, 5])
def test_every_size_of_study_fits(draw: Callable[[Document], Plate], seeds: int) -> None:
    assert size(draw(document(seeds=seeds)).canvas)[0] == 1440
