"""Figure 9: where the variational autoencoder puts perfect patches, and where defects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from sixring.patches import DEFECT as DEFECT_LABEL
from sixring.patches import PERFECT as PERFECT_LABEL
from sixring.study._data import StudyData, labels_of
from sixring.study._figures._canvas import (
    DEFECT,
    GREY,
    PERFECT,
    SMALL,
    Plate,
    dress,
    new_canvas,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sixring.study._latent import Latent
    from sixring.study._posterior import Posterior

__all__ = ["latent_distributions"]

_REACH = 4.0
"""Standard deviations of the prior that are drawn to either side."""
_MOST_POINTS = 1500
_PANELS = 6
"""Dimensions whose distributions are drawn: those in which the classes are furthest apart."""


def latent_distributions(latent: Latent, data: StudyData) -> Plate:
    """Draw the latent means of both classes, and the aggregate posteriors by dimension."""
    canvas = new_canvas(6.4)
    halves = canvas.add_gridspec(2, 1, height_ratios=(1.15, 1))
    top, bottom = canvas.add_subfigure(halves[0]), canvas.add_subfigure(halves[1])
    left, right = top.subplots(1, 2, width_ratios=(1, 1))
    _scatter(left, latent, labels_of(data.test))
    _distances(right, latent)
    chosen = np.argsort(-latent.apart, kind="stable")[:_PANELS]
    columns = min(3, len(chosen))
    rows = -(-len(chosen) // columns)
    grid = bottom.subplots(rows, columns, sharex=True, squeeze=False)
    for axes in grid.flat[len(chosen) :]:
        axes.set_visible(False)
    for axes, dimension in zip(grid.flat, chosen, strict=False):
        _densities(axes, latent, int(dimension))
    bottom.supxlabel("Latent variable z, in standard deviations of the prior", fontsize=SMALL + 1)
    bottom.supylabel("Probability density", fontsize=SMALL + 1)
    grid[0, 0].legend(fontsize=SMALL - 1, frameon=False, loc="upper left", handlelength=1.2)
    active = int(latent.training.active.sum())
    return Plate(
        "The latent distribution of perfect patches and of defects",
        "What the report planned and didn't do. Top left: the mean of q(z|x) of each test patch, "
        "along the two directions in which the training patches differ most. Top right: the "
        "Kolmogorov-Smirnov distance in each dimension, the largest difference between two "
        "cumulative distributions (those of the means, for the two classes): 0 where they are the "
        "same and 1 where they are wholly apart. Below the dotted line lie 19 of 20 distances "
        "between the classes if labels are shuffled within each micrograph. Below: the "
        f"{len(chosen)} dimensions in which the classes are furthest apart, the q(z|x) of all "
        "patches of a class put together, and the prior N(0, 1). "
        f"{active} of {latent.dimensions} dimensions are active: they tell patches apart at all.",
        canvas,
    )


def _scatter(axes: Axes, latent: Latent, labels: NDArray[np.int8]) -> None:
    shares = [f"{100 * share:.0f} % of the variance" for share in latent.explained]
    points = latent.points
    if points.shape[1] == 1:
        # A latent space of one dimension has no second axis.
        points, shares = np.column_stack([points, np.zeros(len(points))]), [*shares, "none"]
    dress(
        axes,
        f"First principal axis ({shares[0]})",
        f"Second principal axis ({shares[1]})",
        "Means of test patches",
    )
    for label, name, colour, size in (
        (PERFECT_LABEL, "perfect", PERFECT, 4),
        (DEFECT_LABEL, "defect", DEFECT, 9),
    ):
        chosen = points[labels == label][:_MOST_POINTS]
        axes.scatter(
            chosen[:, 0], chosen[:, 1], s=size, color=colour, alpha=0.55, linewidths=0, label=name
        )
    axes.legend(fontsize=SMALL, frameon=False, markerscale=1.5, handletextpad=0.2)


def _distances(axes: Axes, latent: Latent) -> None:
    order = np.argsort(-latent.apart, kind="stable")
    places = np.arange(len(order))
    dress(axes, "Latent dimension, sorted", "Kolmogorov-Smirnov distance", "How far apart")
    axes.plot(
        places,
        latent.training.distances[order],
        "o",
        color=GREY,
        markersize=4,
        markerfacecolor="white",
        label="training patches from N(0, 1)",
    )
    axes.plot(
        places,
        latent.apart[order],
        "o",
        color=DEFECT,
        markersize=4,
        label="defects from perfect patches",
    )
    axes.axhline(latent.apart_by_chance, color=DEFECT, linewidth=0.9, linestyle=":")
    most = max(latent.training.distances.max(), latent.apart.max(), latent.apart_by_chance)
    axes.set_ylim(0, 1.45 * float(most))
    axes.set_xticks(places, [str(dimension + 1) for dimension in order])
    axes.tick_params(axis="x", labelsize=SMALL - 1.5)
    axes.legend(fontsize=SMALL, frameon=False, loc="upper right", handletextpad=0.2)


def _densities(axes: Axes, latent: Latent, dimension: int) -> None:
    z = np.linspace(-_REACH, _REACH, 321)
    dress(axes)
    axes.fill_between(z, norm.pdf(z), color=GREY, alpha=0.25, linewidth=0, label="N(0, 1)")
    for posterior, name, colour in (
        (latent.perfect, "perfect", PERFECT),
        (latent.defects, "defect", DEFECT),
    ):
        axes.plot(z, _mixture(z, posterior, dimension), color=colour, linewidth=1.2, label=name)
    axes.set_ylim(bottom=0)
    axes.margins(x=0)
    axes.set_title(f"dimension {dimension + 1}", fontsize=SMALL)


def _mixture(z: NDArray[np.float64], posterior: Posterior, dimension: int) -> NDArray[np.float64]:
    """Return the density of the aggregate posterior in one dimension, the shape of `z`."""
    spreads = np.sqrt(posterior.variances[:, dimension, np.newaxis])
    density: NDArray[np.float64] = norm.pdf(
        z, posterior.means[:, dimension, np.newaxis], spreads
    ).mean(axis=0)
    return density
