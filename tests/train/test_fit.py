"""What a training does on its way: files, resumption, what can be watched from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from honeycomb_patches import untrained
from sixring.errors import ReadError, UsageError
from sixring.models import SavedModel
from sixring.models.export import network_outputs, restore_network
from sixring.patches import Augmentation
from sixring.train import Outputs
from trained_models import IMAGES, LABELS, small, trained


class StopError(Exception):
    """Ends a training."""


def stop_in_the_second(epoch: int, outputs: Outputs) -> None:
    """End a training once the checkpoint of its first epoch is written."""
    if epoch == 2:
        raise StopError


def test_a_training_can_be_watched_as_a_trained_model_is_asked() -> None:
    seen: dict[int, dict[str, NDArray[np.float32]]] = {}

    def on_epoch(epoch: int, outputs: Outputs) -> None:
        seen[epoch] = outputs(IMAGES[:3].astype(np.float64) * 7)

    model = small("vae").fit(IMAGES, LABELS, on_epoch=on_epoch)
    assert list(seen) == [1, 2]
    assert not np.array_equal(seen[1]["reconstruction"], seen[2]["reconstruction"])
    last = model.saved.outputs(IMAGES[:3])
    assert model.saved.description.validation.epoch == 2
    np.testing.assert_allclose(seen[2]["reconstruction"], last["reconstruction"], atol=1e-4)


def test_watching_changes_nothing() -> None:
    watched = small("cnn-a").fit(IMAGES, LABELS, on_epoch=lambda epoch, outputs: None)
    assert watched.saved.weights == trained("cnn-a").saved.weights


def test_a_resumed_fit_is_the_model_of_an_uninterrupted_one(tmp_path: Path) -> None:
    with pytest.raises(StopError):
        small("cnn-a").fit(IMAGES, LABELS, folder=tmp_path / "run", on_epoch=stop_in_the_second)
    assert (tmp_path / "run" / "last.ckpt").exists()
    model = small("cnn-a").fit(IMAGES, LABELS, folder=tmp_path / "run", resume=True)
    assert model.saved.weights == trained("cnn-a").saved.weights
    assert model.saved.graph == trained("cnn-a").saved.graph
    assert model.saved.description == trained("cnn-a").saved.description
    assert model.history_ == trained("cnn-a").history_
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "history.csv",
        "last.ckpt",
    ]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"seed": 1}, "seed = 0, and now it is 1"),
        ({"kernel": 3}, "kernel = 5, and now it is 3"),
        ({"learning_rate": 0.5}, "learning_rate = 0.002, and now it is 0.5"),
        ({"augment": False}, "and now it is None"),
        ({"augment": Augmentation(blur=0.0)}, "'blur': 0.0"),
    ],
)
def test_a_checkpoint_is_resumed_with_its_own_settings_alone(
    changes: dict[str, Any], named: str, tmp_path: Path
) -> None:
    with pytest.raises(StopError):
        small("cnn-a").fit(IMAGES, LABELS, folder=tmp_path, on_epoch=stop_in_the_second)
    with pytest.raises(UsageError) as caught:
        small("cnn-a", **changes).fit(IMAGES, LABELS, folder=tmp_path, resume=True)
    message = str(caught.value)
    assert named in message
    assert message.endswith(": name another folder, or train without resuming")


def test_a_checkpoint_is_resumed_with_its_own_data_alone(tmp_path: Path) -> None:
    with pytest.raises(StopError):
        small("cnn-b").fit(IMAGES, LABELS, folder=tmp_path, on_epoch=stop_in_the_second)
    with pytest.raises(UsageError, match=r"last\.ckpt: is of a training with data = '"):
        small("cnn-b").fit(-IMAGES, LABELS, folder=tmp_path, resume=True)


def test_resuming_without_a_folder_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^resume needs the folder"):
        small("cnn-b").fit(IMAGES, LABELS, resume=True)


def test_a_training_that_fails_leaves_the_model_untrained() -> None:
    model = small("dense-ae", learning_rate=1e9, epochs=20)
    with pytest.raises(UsageError, match=r"^the loss became "):
        model.fit(IMAGES, LABELS)
    with pytest.raises(UsageError, match="isn't trained"):
        model.predict(IMAGES)


def test_counts_are_thinned_as_counts() -> None:
    counts = np.random.default_rng(0).poisson(20 * (IMAGES - IMAGES.min()))
    how = Augmentation(counts=True)
    model = small("cnn-b", augment=how, epochs=1).fit(counts, LABELS)
    assert model.saved.description.augmentation is not None
    assert model.saved.description.augmentation["counts"] is True
    with pytest.raises(UsageError, match="whole"):
        small("cnn-b", augment=how, epochs=1).fit(IMAGES, LABELS)


def test_weights_of_another_architecture_do_not_become_a_network() -> None:
    saved = untrained("cnn-a")
    mixed = SavedModel(saved.description, saved.graph, untrained("cnn-b").weights)
    with pytest.raises(ReadError) as caught:
        restore_network(mixed)
    assert str(caught.value) == (
        "weights.safetensors: aren't the weights of cnn-a with these settings: "
        "train the model again"
    )


def test_a_network_comes_back_from_a_training_too() -> None:
    saved = trained("conv-ae").saved
    computed = network_outputs(restore_network(saved), IMAGES)
    for name, values in saved.outputs(IMAGES).items():
        np.testing.assert_allclose(values, computed[name], atol=1e-4)
