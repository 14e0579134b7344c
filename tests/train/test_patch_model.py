"""What holds for every model there is, trained."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils.validation import check_is_fitted

import sixring
from honeycomb_patches import honeycomb
from sixring.errors import OutputError, ReadError, UsageError
from sixring.models import MODELS, SavedModel, model_names
from sixring.patches import Augmentation
from sixring.train import PatchModel, load_model, make_model
from trained_models import IMAGES, LABELS, SIDE, SMALL, small, trained

every_model = pytest.mark.parametrize("name", model_names())


def test_small_settings_are_there_for_every_model() -> None:
    assert set(SMALL) == set(model_names())


@every_model
def test_predictions_have_their_shapes_and_agree(name: str) -> None:
    model, n = trained(name), len(IMAGES)
    score, probability = model.decision_function(IMAGES), model.predict_proba(IMAGES)
    assert score.shape == (n,)
    assert probability.shape == (n, 2)
    np.testing.assert_allclose(probability.sum(axis=1), 1)
    order = np.argsort(score)
    assert (np.diff(probability[order, 1]) >= 0).all()
    threshold = model.saved.description.threshold
    np.testing.assert_array_equal(model.predict(IMAGES), (score >= threshold).astype(int))
    np.testing.assert_array_equal(model.classes_, [0, 1])


@every_model
def test_what_was_learned_is_written_down(name: str) -> None:
    described = trained(name).saved.description
    assert described.name == name
    assert described.shape == (SIDE, SIDE)
    assert described.validation.auc is not None
    assert described.validation.auc_low is not None
    assert 0 <= described.validation.auc_low <= described.validation.auc
    assert described.threshold_reason.startswith("largest recall less false-alarm rate")
    assert described.data.perfect + described.data.defects == len(IMAGES)
    assert set(described.versions) >= {"sixring", "torch", "python"}


@every_model
def test_the_course_of_the_training_is_written_down(name: str) -> None:
    described, history = trained(name).saved.description, trained(name).history_
    if not MODELS[name].descends:
        assert history == []
        assert (described.validation.epoch, described.validation.loss) == (0, None)
        assert list(described.training) == ["validation"]
        return
    assert described.training["epochs"] == 2
    assert [row["epoch"] for row in history] == [1, 2]
    assert described.validation.loss == history[described.validation.epoch - 1]["validation_loss"]
    best = min(row["validation_loss"] for row in history)
    assert described.validation.loss == best
    assert ("validation_auc" in history[0]) == (MODELS[name].kind == "supervised")


@every_model
def test_a_model_is_saved_and_loaded(name: str, tmp_path: Path) -> None:
    model = trained(name)
    model.save(tmp_path / "model")
    back = load_model(tmp_path / "model")
    assert back.get_params() == model.get_params()
    np.testing.assert_array_equal(back.predict_proba(IMAGES), model.predict_proba(IMAGES))
    np.testing.assert_array_equal(back.predict(IMAGES), model.predict(IMAGES))
    with pytest.raises(OutputError, match="exists already"):
        model.save(tmp_path / "model")
    back.save(tmp_path / "model", overwrite=True)


@every_model
def test_scikit_learn_can_clone_it(name: str) -> None:
    model = trained(name)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert is_classifier(copy)
    with pytest.raises(NotFittedError):
        check_is_fitted(copy)
    check_is_fitted(model)


@every_model
def test_the_same_seed_gives_the_same_model(name: str) -> None:
    again = small(name).fit(IMAGES, LABELS)
    assert again.saved.weights == trained(name).saved.weights
    assert again.saved.description == trained(name).saved.description


@every_model
def test_a_model_goes_to_another_process(name: str) -> None:
    model = pickle.loads(pickle.dumps(trained(name)))
    np.testing.assert_array_equal(
        model.decision_function(IMAGES), trained(name).decision_function(IMAGES)
    )


def test_a_loaded_model_needs_no_torch(tmp_path: Path) -> None:
    trained("vae").save(tmp_path / "model")
    code = (
        "import sys, numpy as np, sixring\n"
        f"model = sixring.load_model({str(tmp_path / 'model')!r})\n"
        f"images = np.random.default_rng(0).normal(size=(3, {SIDE}, {SIDE}))\n"
        "model.predict(images), model.predict_proba(images), model.get_params(), repr(model)\n"
        "print([n for n in ('torch', 'lightning', 'onnx', 'safetensors') if n in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")


def test_the_package_has_them_at_its_top() -> None:
    assert sixring.model_names() == model_names()
    assert isinstance(sixring.make_model("cnn-b", seed=1), PatchModel)
    assert sixring.load_model is load_model


def test_another_seed_gives_another_model() -> None:
    other = small("cnn-b", seed=1).fit(IMAGES, LABELS)
    assert other.saved.weights != trained("cnn-b").saved.weights


def test_any_real_type_is_trained_on() -> None:
    low, high = IMAGES.min(), IMAGES.max()
    counts = np.rint((IMAGES - low) / (high - low) * 255).astype(np.uint8)
    model = small("cnn-a", epochs=1).fit(counts, LABELS)
    same = small("cnn-a", epochs=1).fit(counts.astype("f8") / 255, LABELS)
    np.testing.assert_allclose(
        model.decision_function(IMAGES), same.decision_function(IMAGES), atol=1e-3
    )


def test_cross_validation_works() -> None:
    scores = cross_val_score(
        small("cnn-a", epochs=1, augment=False), IMAGES, LABELS, cv=2, scoring="roc_auc"
    )
    assert scores.shape == (2,)
    assert ((scores >= 0) & (scores <= 1)).all()


@pytest.mark.slow
def test_a_grid_search_works() -> None:
    search = GridSearchCV(
        small("dense-ae", epochs=1, augment=False), {"code": [2, 4]}, cv=2, scoring="roc_auc"
    )
    search.fit(IMAGES, LABELS)
    assert search.best_params_["code"] in (2, 4)


def test_without_defects_there_is_a_threshold_but_no_probability() -> None:
    model = small("conv-ae", epochs=1).fit(IMAGES[LABELS == 0])
    described = model.saved.description
    assert described.calibration is None
    assert described.validation.auc is None
    assert described.threshold_reason.startswith("at most 1.00% false alarms")
    assert set(model.predict(IMAGES)) <= {0, 1}
    message = (
        "^conv-ae was trained without defects, so its scores have no probabilities: "
        "train it with some defect patches, or use decision_function$"
    )
    with pytest.raises(UsageError, match=message):
        model.predict_proba(IMAGES)


def test_another_score_may_decide() -> None:
    model = small("vae", epochs=1, score="kl").fit(IMAGES, LABELS)
    np.testing.assert_array_equal(model.decision_function(IMAGES), model.saved.scores(IMAGES)["kl"])
    assert model.saved.description.score == "kl"


def test_an_untrained_model_says_so(tmp_path: Path) -> None:
    message = "^cnn-a isn't trained: call fit, or load a model$"
    model = make_model("cnn-a")
    for use in (model.predict, model.predict_proba, model.decision_function):
        with pytest.raises(UsageError, match=message):
            use(IMAGES)
    with pytest.raises(UsageError, match=message):
        model.save(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_changing_a_parameter_forgets_what_was_learned() -> None:
    model = small("cnn-b", epochs=1).fit(IMAGES, LABELS)
    with pytest.raises(UsageError, match="isn't trained"):
        model.set_params(epochs=2).predict(IMAGES)


def test_patches_of_another_size_are_refused() -> None:
    message = "^the model takes patches of 24x24 pixels, not 48x48$"
    with pytest.raises(UsageError, match=message):
        trained("cnn-a").predict(honeycomb(1)[0])


def test_a_patch_too_small_for_the_network_is_refused_before_any_work() -> None:
    with pytest.raises(UsageError, match=r"^vae halves a patch 4 times"):
        make_model("vae").fit(np.random.default_rng(0).normal(size=(20, 16, 16)))


def test_its_representation_names_what_was_chosen() -> None:
    text = repr(make_model("vae", latent=3))
    assert text.startswith("PatchModel(")
    assert "latent=3" in text
    assert "name='vae'" in text
    assert "PatchModel" in make_model("vae")._repr_html_()


def test_the_augmentation_comes_back_as_it_was_given(tmp_path: Path) -> None:
    weights = {trained("cnn-b").saved.weights}
    for i, augment in enumerate((False, Augmentation(inversion=0.5))):
        model = small("cnn-b", augment=augment).fit(IMAGES, LABELS)
        model.save(tmp_path / str(i))
        assert load_model(tmp_path / str(i)).get_params()["augment"] == augment
        weights.add(model.saved.weights)
    assert len(weights) == 3  # what was learned depends on it


def test_a_card_is_written_beside_the_model(tmp_path: Path) -> None:
    groups = np.repeat([f"m{i}" for i in range(12)], 5)
    details = {"sampling": np.full(60, 0.2), "dose": np.linspace(1e3, 1e4, 60)}
    model = small("cnn-a", epochs=1).fit(IMAGES, LABELS, groups, details=details)
    model.save(tmp_path / "model")
    text = (tmp_path / "model" / "CARD.md").read_text()
    assert "- sampling: 0.2 A/px\n- dose: 1000 to 10000 e/A^2\n" in text
    assert "- micrographs or sessions: 12\n" in text


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"calibration": {"kind": "pickle"}}, "calibration: kind 'pickle' is neither"),
        ({"calibration": {"kind": "isotonic", "scores": (1.0,), "log_odds": "x"}}, ""),
        ({"augmentation": {"bomb": 1}}, "unexpected keyword argument 'bomb'"),
        ({"augmentation": {"blur": "much"}}, ""),
    ],
)
def test_a_description_with_impossible_parts_is_refused(
    changes: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    from dataclasses import replace

    saved = trained("cnn-a").saved
    changed = SavedModel(
        replace(saved.description, **changes),
        saved.graph,
        saved.weights,
    )
    changed.write(tmp_path / "model")
    with pytest.raises(ReadError) as caught:
        load_model(tmp_path / "model")
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'model'}: model.json doesn't describe a model (")
    assert message.endswith("): train the model again")
    assert reason in message
