"""What is done with patches of a sampling that a model doesn't know."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from honeycomb_patches import untrained
from sixring.errors import ImageError
from sixring.models import SavedModel, Scaling, scaling
from sixring.patches import rescaled


def model(name: str, sampling: tuple[float, float] | None) -> SavedModel:
    saved = untrained(name)
    data = replace(saved.description.data, sampling=sampling)
    return SavedModel(replace(saved.description, data=data), saved.graph, saved.weights)


@pytest.mark.parametrize("sampling", [0.1, 0.2, 0.3, 0.0951, 0.3149])
def test_what_it_knows_is_left_alone(sampling: float) -> None:
    assert scaling(model("resnet", (0.1, 0.3)), sampling) == Scaling()


@pytest.mark.parametrize(("sampling", "said"), [(0.08, "0.08"), (0.3333, "0.3333"), (0.6, "0.6")])
def test_what_it_does_not_know_is_brought_to_the_middle(sampling: float, said: str) -> None:
    found = scaling(model("resnet", (0.1, 0.3)), sampling)
    assert found.factor == pytest.approx(sampling / sqrt(0.03))
    assert found.note == f"patches of {said} A/px are interpolated to 0.1732 A/px"
    assert found.warning == ""


@pytest.mark.parametrize(
    ("name", "sampling", "known", "trained"),
    [
        ("resnet", 0.021, (0.1, 0.3), "0.1 to 0.3"),
        ("resnet", 0.7, (0.1, 0.3), "0.1 to 0.3"),
        ("cnn-a", 0.3, (0.2, 0.2), "0.2"),
    ],
)
def test_where_nothing_can_be_done(
    name: str, sampling: float, known: tuple[float, float], trained: str
) -> None:
    assert scaling(model(name, known), sampling) == Scaling(
        warning=f"the model was trained at {trained} A/px, not at {sampling}: its scores may mean "
        "nothing here"
    )


def test_where_the_sampling_of_the_patches_is_not_known() -> None:
    assert scaling(model("resnet", (0.1, 0.3)), None) == Scaling(
        note="the sampling isn't known, and is taken to be the model's, 0.1 to 0.3 A/px: give it "
        "with --sampling"
    )


def test_where_that_of_the_model_is_not_known() -> None:
    assert scaling(model("resnet", None), None) == Scaling()
    assert scaling(model("resnet", None), 0.2) == Scaling(
        warning="the model doesn't know at which sampling it was trained"
    )


def test_patches_in_other_pixels() -> None:
    images = np.random.default_rng(0).normal(size=(2, 64, 80)).astype(np.float32)
    assert Scaling()(images) is images
    np.testing.assert_array_equal(Scaling(0.5)(images), rescaled(images, 0.5))


def test_patches_of_which_too_little_would_be_left() -> None:
    images = np.zeros((1, 48, 63), np.float32)
    assert Scaling(32 / 48)(images).shape == (1, 32, 42)
    with pytest.raises(ImageError) as refused:
        Scaling(0.5)(images)
    assert str(refused.value) == (
        "patches of 48x63 pixels show too little at this sampling: cut them 64 pixels wide or wider"
    )
