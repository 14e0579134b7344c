"""Whether patches conform to the latent distribution of those that were learned."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from honeycomb_patches import honeycomb
from sixring.errors import UsageError
from sixring.evaluate import roc_auc
from sixring.models import SavedModel
from sixring.patches import PatchSet
from sixring.study._latent import CONFORMING, Latent, examine_latent
from trained_models import IMAGES, LABELS, SIDE, small, trained


def patch_set(n: int = 80, seed: int = 1, depth: float = 4.0) -> PatchSet:
    images, labels = honeycomb(n, seed=seed, side=SIDE, depth=depth)
    groups = np.array([f"m{i % 8}" for i in range(n)])
    return PatchSet(images, labels.astype(np.int8), groups, tuple(map(str, range(n))))


@pytest.fixture(scope="module")
def model() -> SavedModel:
    return trained("vae").saved


@pytest.fixture(scope="module")
def latent(model: SavedModel) -> Latent:
    return examine_latent(model, IMAGES[LABELS == 0], patch_set())


def test_the_classes_are_those_of_the_test_set(model: SavedModel, latent: Latent) -> None:
    test = patch_set()
    assert test.labels is not None
    means = model.outputs(test.images, ("latent_mean",))["latent_mean"]
    np.testing.assert_allclose(latent.perfect.means, means[test.labels == 0], atol=1e-6)
    np.testing.assert_allclose(latent.defects.means, means[test.labels == 1], atol=1e-6)
    assert len(latent.training.means) == np.sum(LABELS == 0)
    assert latent.dimensions == 4


def test_variances_and_terms_are_the_models(model: SavedModel, latent: Latent) -> None:
    test = patch_set()
    found = model.outputs(test.images, ("latent_log_variance", "kl"))
    assert test.labels is not None
    perfect = test.labels == 0
    np.testing.assert_allclose(
        latent.perfect.variances, np.exp(found["latent_log_variance"][perfect]), rtol=1e-5
    )
    # The model states its term by pixel.
    np.testing.assert_allclose(
        latent.perfect.kl_terms, found["kl"][perfect] * SIDE**2, rtol=1e-3, atol=1e-4
    )


def test_one_in_twenty_training_patches_lies_outside(model: SavedModel, latent: Latent) -> None:
    training = IMAGES[LABELS == 0]
    distances = model.outputs(training, ("mahalanobis",))["mahalanobis"]
    inside = np.mean(distances < latent.radius)
    assert CONFORMING - 1 / len(training) <= inside <= CONFORMING


def test_shares_outside_and_auc_are_those_of_the_distances(
    model: SavedModel, latent: Latent
) -> None:
    test = patch_set()
    assert test.labels is not None
    distances = model.outputs(test.images, ("mahalanobis",))["mahalanobis"]
    outside = distances >= latent.radius
    assert latent.outside_perfect.value == pytest.approx(outside[test.labels == 0].mean())
    assert latent.outside_defects.value == pytest.approx(outside[test.labels == 1].mean())
    assert latent.auc.value == pytest.approx(roc_auc(distances, test.labels))
    assert latent.auc.low is not None
    assert "8 groups" in latent.auc.how


def test_the_axes_are_principal(latent: Latent) -> None:
    np.testing.assert_allclose(latent.axes @ latent.axes.T, np.eye(2), atol=1e-12)
    assert (latent.axes[[0, 1], np.abs(latent.axes).argmax(axis=1)] > 0).all()
    scatter = np.cov(latent.training.means.T, bias=True)
    values = np.linalg.eigvalsh(scatter)[::-1]
    np.testing.assert_allclose(latent.explained, values[:2] / values.sum())
    np.testing.assert_allclose(
        np.diag(latent.axes @ scatter @ latent.axes.T), values[:2], rtol=1e-9
    )


def test_the_points_are_in_the_order_of_the_test_set(latent: Latent) -> None:
    test = patch_set()
    assert test.labels is not None
    centre = latent.training.means.mean(axis=0)
    expected = (latent.defects.means - centre) @ latent.axes.T
    np.testing.assert_allclose(latent.points[test.labels == 1], expected)


def test_how_far_the_classes_are_apart(latent: Latent) -> None:
    perfect, defects = latent.perfect.means, latent.defects.means
    for dimension, distance in enumerate(latent.apart):
        values = np.concatenate([perfect[:, dimension], defects[:, dimension]])
        below = [
            np.mean(means[:, dimension] <= values[:, np.newaxis], axis=1)
            for means in (perfect, defects)
        ]
        assert distance == pytest.approx(np.abs(below[0] - below[1]).max())


def test_patches_unlike_any_other_do_not_conform(model: SavedModel) -> None:
    # A spot far stronger than the lattice: nothing that perfect patches are encoded to.
    test = patch_set(seed=3, depth=60.0)
    found = examine_latent(model, IMAGES[LABELS == 0], test)
    assert found.outside_defects.value > 0.5 > found.outside_perfect.value
    assert found.apart.max() > found.apart_by_chance
    assert found.auc.value > 0.7


def test_the_same_classes_differ_by_chance_alone(model: SavedModel) -> None:
    # Without a spot a defect is as any other patch: one distance in twenty is beyond chance.
    beyond = []
    for seed in range(10, 16):
        test = patch_set(200, seed=seed, depth=0.0)
        found = examine_latent(model, IMAGES[LABELS == 0], test)
        # Independent patches have this in common whether or not micrographs are kept together.
        assert found.apart_by_chance == pytest.approx(1.36 * np.sqrt(1 / 60 + 1 / 140), rel=0.15)
        beyond.append(found.apart > found.apart_by_chance)
    assert np.mean(beyond) < 0.2


def test_labels_are_shuffled_within_micrographs(model: SavedModel) -> None:
    # Where a micrograph has one class alone nothing can be shuffled: conditions could do it all.
    test = patch_set(seed=3, depth=60.0)
    assert test.labels is not None
    apart = replace(test, groups=np.char.add("m", test.labels.astype(str)))
    found = examine_latent(model, IMAGES[LABELS == 0], apart)
    assert found.apart_by_chance == pytest.approx(found.apart.max())
    assert found.apart_by_chance > examine_latent(model, IMAGES[LABELS == 0], test).apart_by_chance


def test_a_latent_space_of_one_dimension_has_one_axis() -> None:
    narrow = small("vae", latent=1, epochs=1).fit(IMAGES, LABELS).saved
    found = examine_latent(narrow, IMAGES[LABELS == 0], patch_set())
    assert found.axes.tolist() == [[1.0]]
    assert found.explained.tolist() == [1.0]
    assert found.points.shape == (80, 1)


def test_the_document_is_json(latent: Latent) -> None:
    document = latent.document()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["dimensions"] == 4
    assert document["conforming"] == CONFORMING
    assert document["outside_defects"]["value"] == latent.outside_defects.value
    assert document["training"]["patches"] == np.sum(LABELS == 0)
    assert len(document["apart"]) == 4
    assert len(document["explained"]) == 2


def test_what_has_no_latent_distribution_is_refused(model: SavedModel) -> None:
    with pytest.raises(UsageError, match=r"^conv-ae has no latent distribution: give a trained"):
        examine_latent(trained("conv-ae").saved, IMAGES[LABELS == 0], patch_set())
    perfect = patch_set().take(np.asarray(patch_set().labels) == 0)
    with pytest.raises(UsageError, match="none of the 56 patches is defect"):
        examine_latent(model, IMAGES[LABELS == 0], perfect)
    test = patch_set()
    unlabelled = PatchSet(test.images, None, test.groups, test.names)
    with pytest.raises(UsageError, match=r"^the patches have no labels: simulate them anew$"):
        examine_latent(model, IMAGES[LABELS == 0], unlabelled)
    with pytest.raises(UsageError, match="there are no patches to score"):
        examine_latent(model, IMAGES[:0], test)
