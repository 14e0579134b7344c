"""Whether the latent distribution tells defects: what the report planned and didn't do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import ks_2samp

from sixring.errors import UsageError
from sixring.evaluate import Estimate, Threshold, evaluate
from sixring.models import SavedModel
from sixring.patches import DEFECT, PERFECT, PatchSet
from sixring.study._data import labels_of
from sixring.study._posterior import Posterior, aggregate

__all__ = ["CONFORMING", "Latent", "examine_latent"]

CONFORMING = 0.95
"""Share of the perfect training patches inside the region that conforming patches lie in."""

_SHUFFLES, _MOST = 200, 0.95
"""How often labels are shuffled, and the share of the distances that count as chance."""


@dataclass(frozen=True, eq=False)
class Latent:
    """What a variational autoencoder makes of patches that it has seen, and of new ones."""

    training: Posterior
    """Perfect patches that it was trained on."""
    perfect: Posterior
    """Perfect test patches."""
    defects: Posterior
    """Test patches with a defect."""
    apart: NDArray[np.float64]
    """Kolmogorov-Smirnov distance between the means of perfect and of defect test patches in each
    dimension, shape (d,)."""
    apart_by_chance: float
    """What 19 of 20 such distances stay below if the labels are shuffled within micrographs."""
    radius: float
    """Mahalanobis distance from the aggregate posterior of the training patches that 95 % of
    them stay below: patches beyond it don't conform."""
    outside_perfect: Estimate
    """Share of the perfect test patches that don't conform."""
    outside_defects: Estimate
    """Share of the defects that don't conform."""
    auc: Estimate
    """ROC-AUC of the Mahalanobis distance."""
    axes: NDArray[np.float64]
    """The two principal axes of the training patches' means, shape (2, d); a single one where
    the latent space has no more."""
    explained: NDArray[np.float64]
    """Share of the variance of these means along each, shape (2,)."""
    points: NDArray[np.float64]
    """The test patches' means along these axes, shape (n, 2), in the order of the test set."""

    @property
    def dimensions(self) -> int:
        """Dimensions of the latent space."""
        return len(self.apart)

    def document(self) -> dict[str, Any]:
        """Return all but the single patches, as JSON can hold it."""
        return {
            "dimensions": self.dimensions,
            "training": self.training.document(),
            "perfect": self.perfect.document(),
            "defects": self.defects.document(),
            "apart": self.apart.tolist(),
            "apart_by_chance": self.apart_by_chance,
            "conforming": CONFORMING,
            "radius": self.radius,
            "outside_perfect": asdict(self.outside_perfect),
            "outside_defects": asdict(self.outside_defects),
            "auc": asdict(self.auc),
            "explained": self.explained.tolist(),
        }


def examine_latent(model: SavedModel, training_images: ArrayLike, test: PatchSet) -> Latent:
    """Run patches through the encoder, and see whether those with a defect conform.

    Parameters
    ----------
    model : SavedModel
        A trained ``vae``.
    training_images : array_like, shape (n, rows, cols)
        The perfect patches that it was trained on.
    test : PatchSet
        Labelled patches from other micrographs, of both classes.

    Returns
    -------
    Latent
        Its intervals are made by drawing micrographs again.

    Raises
    ------
    UsageError
        If the model is another one, the patches can't be scored, or a class is missing.
    """
    name = model.description.name
    if name != "vae":
        raise UsageError(f"{name} has no latent distribution: give a trained 'vae'")
    labels = labels_of(test)
    seen_means, seen_variances, seen_distances = _encoded(model, training_images)
    means, variances, distances = _encoded(model, test.images)

    radius = float(np.quantile(seen_distances, CONFORMING, method="higher"))
    reason = f"{CONFORMING:.0%} of {len(seen_distances)} perfect training patches are nearer"
    judged = evaluate(distances, labels, groups=test.groups, threshold=Threshold(radius, reason))
    axes, explained = _principal_axes(seen_means)
    classes = [labels == label for label in (PERFECT, DEFECT)]
    perfect, defects = (aggregate(means[one], variances[one]) for one in classes)
    return Latent(
        training=aggregate(seen_means, seen_variances),
        perfect=perfect,
        defects=defects,
        apart=_apart(perfect.means, defects.means),
        apart_by_chance=_apart_by_chance(means, labels, test.groups),
        radius=radius,
        # With a threshold, an evaluation always has them.
        outside_perfect=cast(Estimate, judged.false_alarms),
        outside_defects=cast(Estimate, judged.hits),
        auc=judged.auc,
        axes=axes,
        explained=explained,
        points=(means - seen_means.mean(axis=0)) @ axes.T,
    )


def _encoded(
    model: SavedModel, images: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return means and variances of q(z|x), shape (n, d), and Mahalanobis distances, (n,)."""
    found = model.outputs(images, ("latent_mean", "latent_log_variance", "mahalanobis"))
    means, log_variances, distances = (values.astype(np.float64) for values in found.values())
    return means, np.exp(log_variances), distances


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the two-sample Kolmogorov-Smirnov distance in each dimension, shape (d,)."""
    columns = zip(one.T, other.T, strict=True)
    return np.array([ks_2samp(*pair, method="asymp").statistic for pair in columns])


def _apart_by_chance(
    means: NDArray[np.float64], labels: NDArray[np.int8], groups: NDArray[np.str_]
) -> float:
    """Return what 19 of 20 distances stay below if each micrograph's labels are shuffled."""
    generator = np.random.default_rng(0)
    _, numbers = np.unique(groups, return_inverse=True)
    by_micrograph = np.argsort(numbers, kind="stable")
    distances = []
    for _ in range(_SHUFFLES):
        shuffled = np.empty_like(labels)
        # The patches in random order within each micrograph take the labels of its patches.
        order = np.lexsort((generator.random(len(labels)), numbers))
        shuffled[order] = labels[by_micrograph]
        distances.append(_apart(means[shuffled == PERFECT], means[shuffled == DEFECT]))
    return float(np.quantile(distances, _MOST))


def _principal_axes(
    means: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the first two principal axes, shape (2, d), and their shares of the variance."""
    _, lengths, axes = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    axes = axes[:2]
    # An axis has no sign of its own: its largest component is positive.
    largest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    total = max(float((lengths**2).sum()), np.finfo(float).tiny)
    return axes * np.where(largest < 0, -1, 1)[:, np.newaxis], lengths[:2] ** 2 / total
