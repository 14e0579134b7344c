"""Trainings that have to learn something."""

from __future__ import annotations

import numpy as np
import pytest

from honeycomb_patches import honeycomb
from sixring.evaluate import roc_auc
from sixring.train import PatchModel, make_model


def aucs(model: PatchModel, side: int) -> dict[str, float]:
    images, labels = honeycomb(200, seed=99, side=side)
    return {name: roc_auc(s, labels) for name, s in model.saved.scores(images).items()}


@pytest.mark.parametrize("name", ["cnn-a", "cnn-b"])
def test_a_classifier_learns_from_few_defects(name: str) -> None:
    images, labels = honeycomb(300, share=0.1, side=32)
    model = make_model(name, epochs=12, batch_size=32, learning_rate=3e-3).fit(images, labels)
    assert aucs(model, 32)["logit"] > 0.97
    losses = [row["training_loss"] for row in model.history_]
    assert losses[-1] < 0.6 * losses[0]
    test, truth = honeycomb(200, seed=99, side=32)
    assert (model.predict(test) == truth).mean() > 0.9
    probability = model.predict_proba(test)[:, 1]
    assert probability[truth == 1].mean() > probability[truth == 0].mean() + 0.5


def test_an_autoencoder_finds_what_it_was_never_shown() -> None:
    images, _ = honeycomb(300, share=0, side=24)
    model = make_model("conv-ae", epochs=12, batch_size=16, learning_rate=3e-3, augment=False)
    found = aucs(model.fit(images), 24)
    assert found["local"] > 0.9
    losses = [row["validation_loss"] for row in model.history_]
    assert losses[-1] < 0.7 * losses[0]


def test_a_variational_autoencoder_rebuilds_more_than_the_mean() -> None:
    images, _ = honeycomb(300, share=0, side=24, noise=0.2)
    model = make_model(
        "vae", epochs=12, batch_size=16, learning_rate=3e-3, samples=4, augment=False
    ).fit(images)
    test, _ = honeycomb(50, seed=99, share=0, side=24, noise=0.2)
    outputs = model.saved.outputs(test)
    assert outputs["kl"].mean() * 24**2 > 1  # nats: the latent space is used
    spread = outputs["latent_mean"].var(axis=0)
    assert (spread > 0.01).sum() >= 2  # active units
    assert outputs["nll"].mean() < outputs["negative_elbo"].mean()
    assert np.sqrt((outputs["mahalanobis"] ** 2).mean()) == pytest.approx(4, abs=1.5)
